"""Properties of all vaults: same input, same bytes; and nothing private in any byte."""

import os
import random
import re
import shutil
from pathlib import Path

import pytest
from thorough import often

NAMES = [
    "Alpha.md",
    "beta.md",
    "Gamma MOC.md",
    "sub/Delta.md",
    "sub/beta.md",
    "deep/er/Épsilon.md",
    "zeta 1.2.md",
    "Index MOC.md",
]
PIECES = [
    "see [[Alpha]] and [[beta|the other]]. Then more.",
    "![[Delta]]",
    "![[beta#Part]]",
    "[x](sub/Delta.md) [y](Épsilon.md#Part)",
    "[[Missing one]] TODO",
    "- [ ] [[zeta 1.2#^b]]",
    "# Part\ntext ^b",
    "## Part\n[[Gamma MOC]] #tag #Tag/below",
    "| a | b |\n|---|---|\n| [[Alpha\\|x]] | $x^2$ |",
    "> [!note] T\n> [[#Part]]",
    "![[picture.png|100]]\n*A caption with [[beta]].*",
    "footnote[^1]\n\n[^1]: words [[Alpha]]",
    "```python\nprint('[[no]]')\n```",
    "%%hidden [[Alpha]]%%",
    "[z]() <b title='x'>raw</b> https://example.org/a?b=c",
    "$$\n\\frac{1}{2}\n$$",
]
HEADS = [
    "",
    "---\ntags: [one, two]\naliases: [AL]\n---\n",
    "---\ndraft: true\n---\n",
    "---\ntitle: 'A title'\ndate: 2024-05-06\nup: '[[Gamma MOC]]'\n---\n",
]
TAIL = ["", "\n---\nDate: 20240101\nLinks to: [Index MOC](Index%20MOC.md)\nTags: #end\n"]


def some_note(dice: random.Random) -> str:
    pieces = dice.sample(PIECES, dice.randint(0, 5))
    return dice.choice(HEADS) + "\n\n".join(pieces) + "\n" + dice.choice(TAIL)


def some_vault(dice: random.Random) -> dict[str, str]:
    files = {name: some_note(dice) for name in dice.sample(NAMES, dice.randint(3, len(NAMES)))}
    return files | {"pics/picture.png": f"picture {dice.random()}"}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def forgetful(monkeypatch, tmp_path):
    """Return a function that clears the cache."""
    numbers = iter(range(10_000))

    def forget():
        monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / f"cache-{next(numbers)}"))

    forget()
    return forget


# --- same input, same bytes ---------------------------------------------------------------------------


def test_twice(build_at, tmp_path, forgetful):
    """Two builds, with and without cache, give the same site."""
    vault = write(tmp_path / "vault", some_vault(random.Random(1)))
    first, second = build_at(vault).bytes(), build_at(vault).bytes()
    forgetful()

    assert [] == differences(first, second)
    assert [] == differences(first, build_at(vault).bytes())


@pytest.mark.parametrize("seed", range(5))
def test_shuffled(build_at, tmp_path, forgetful, seed):
    """The order of files on the disk does not matter."""
    dice = random.Random(seed)
    files = some_vault(dice)
    order = list(files.items())
    sites = []
    for _ in range(2):
        shutil.rmtree(tmp_path / "vault", ignore_errors=True)
        dice.shuffle(order)
        sites.append(build_at(write(tmp_path / "vault", dict(order))).bytes())
        forgetful()

    assert [] == differences(*sites)


def test_processes(build_at, tmp_path, forgetful):
    """One or four parsing processes give the same bytes."""
    dice = random.Random(2)
    files = {f"{folder}/{number}.md": some_note(dice) for folder in "abc" for number in range(20)}
    vault = write(tmp_path / "vault", files | some_vault(dice))
    one = build_at(vault, 1).bytes()
    forgetful()

    assert [] == differences(one, build_at(vault, 4).bytes())


def test_surroundings(started_hortus, tmp_path):
    """Hash seed, time zone, locale, folder and time of the build do not change a byte."""
    vault = write(tmp_path / "vault", some_vault(random.Random(3)))
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "SOURCE_DATE_EPOCH": "0"},
        {"PYTHONHASHSEED": "4242", "TZ": "America/Adak", "LC_ALL": "tr_TR.UTF-8", "USER": "somebody"},
    ]
    for number, environment in enumerate(surroundings):
        (tmp_path / f"here{number}").mkdir()
        done = started_hortus(
            "build",
            vault,
            "--out",
            tmp_path / f"site{number}",
            cwd=tmp_path / f"here{number}",
            HORTUS_CACHE=str(tmp_path / f"cache{number}"),
            **environment,
        )
        assert 0 == done.returncode, done.stderr

    assert [] == differences(snapshot(tmp_path / "site0"), snapshot(tmp_path / "site1"))


def test_the_place_of_the_vault(build_at, tmp_path):
    """The vault's path is in no byte."""
    files = some_vault(random.Random(4))
    sites = [build_at(write(tmp_path / name, files)).bytes() for name in ("one/vault", "another/place/vault")]

    assert [] == differences(*sites)


def edit(dice: random.Random, vault: Path) -> str:
    """Edit a vault as its owner might; return a description."""
    notes = sorted(path for path in vault.rglob("*.md"))
    deed = dice.choice(["write", "write", "rename", "delete", "move", "touch", "picture", "case", "append"])
    note = dice.choice(notes) if notes else None
    if deed == "write" or note is None:
        file = vault / dice.choice(NAMES)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(some_note(dice))
    elif deed == "rename":
        note.rename(note.with_name(f"Renamed {dice.randint(0, 2)}.md"))
    elif deed == "case":
        note.rename(note.with_name(note.stem.swapcase() + ".md"))
    elif deed == "delete":
        note.unlink()
    elif deed == "move":
        target = vault / dice.choice(["", "sub", "new folder"])
        target.mkdir(exist_ok=True)
        note.rename(target / note.name)
    elif deed == "touch":
        os.utime(note)
    elif deed == "append":
        note.write_text(note.read_text() + dice.choice(PIECES))
    else:
        (vault / "pics").mkdir(exist_ok=True)
        (vault / "pics" / "picture.png").write_text(str(dice.random()))
    return deed


@pytest.mark.parametrize("seed", range(often(24)))
def test_incremental_equals_clean(build_at, tmp_path, forgetful, seed):
    """After any sequence of edits, renames and deletions the site is that of a clean build."""
    dice = random.Random(seed)
    vault = write(tmp_path / "vault", some_vault(dice))
    out = tmp_path / "site"
    build_at(vault).write(out)
    for _ in range(dice.randint(1, 3)):
        deeds = [edit(dice, vault) for _ in range(dice.randint(1, 3))]
        build_at(vault).write(out)
    written = snapshot(out)
    forgetful()
    build_at(vault).write(tmp_path / "clean" / "site")

    assert [] == differences(snapshot(tmp_path / "clean" / "site"), written), deeds


def test_commands_one_after_another(hortus, tmp_path):
    """So is that of the command, which skips unchanged builds."""
    dice = random.Random(5)
    vault, cache = write(tmp_path / "vault", some_vault(dice)), str(tmp_path / "cache")
    for _ in range(2):
        assert 0 == hortus("build", vault, "--out", tmp_path / "site", HORTUS_CACHE=cache).returncode
        edit(dice, vault)
    hortus("build", vault, "--out", tmp_path / "site", HORTUS_CACHE=cache)
    hortus("build", vault, "--out", tmp_path / "clean", HORTUS_CACHE=str(tmp_path / "other"))

    assert [] == differences(snapshot(tmp_path / "clean"), snapshot(tmp_path / "site"))


# --- nothing private ------------------------------------------------------------------------------------

SECRET = """---
title: canarytitle
aliases: [canaryalias]
tags: [canarytag, shared]
description: canarydescription
canarykey: canaryvalue
permalink: /canarypermalink
{privacy}
---
# canaryheading

canarybody [[Public]] [[canarymissing]] #canaryinline ^canaryblock

TODO: canarytodo [x]() [[canarybroken#x]]

```python
canarycode = 1
```

$canarymath$ %%canarycomment%% [canarylabel](https://canaryhost.org)
![[canaryimage.png]] ![[canaryshared.png|canaryalt]]

> [!note] canarycallout
> text[^1]

[^1]: canaryfootnote

![[Public]]
"""
PUBLIC = {
    "Public.md": "# Public\n\nA [[canaryname]] and ![[canaryname]] and [x](deep/canaryname.md).\n"
    "[[canaryname#canaryheading]]\n\n[[canaryalias]] ![[canaryname#^canaryblock]] [[Other]]\n",
    "The MOC.md": "[[Public]] [[canaryname]] TODO [[Other]]",
    "Other.md": "[[Public]] #shared",
}
SAID = ["canaryalias", "canaryalia"]
"""What a public note says that points to no private note (an alias is no name), and its stem in the search index."""


def canaries(site: dict[str, bytes]) -> set[str]:
    """Return every canary in any byte and any file name."""
    found = set()
    for url, content in site.items():
        for text in (url, content.decode("utf-8", "replace")):
            found |= set(re.findall(r"canary[a-z]*", text.lower()))
    return found


def secret_vault(privacy: str) -> dict[str, str]:
    return {
        **PUBLIC,
        "hortus.toml": "site_url = 'https://example.org/garden/'",
        "deep/canaryname.md": SECRET.format(privacy=privacy),
        "deep/canaryfolder/canarychild.md": f"---\n{privacy}\n---\n[[canaryname]] canarychildbody ![[canaryimage.png]]",
        "deep/canaryimage.png": "canarypixels",
        "canaryshared.png": "canaryattachment",
    }


WHERE_PUBLIC = [
    "canarytitle",
    "canarytag",
    "canaryheading",
    "canarybody",
    "canarycode",
    "canaryimage",
    "canarypixels",
    "canaryalt",
    "canaryfootnote",
    "canarycallout",
    "canarychildbody",
    "canarypermalink",
    "canarydescription",
    "canaryvalue",
    "canarytodo",
    "canarymissing",
    "canaryfolder",
]


def test_a_control(build_at, tmp_path):
    """Control: if everything is published, every canary is found."""
    site = build_at(write(tmp_path / "vault", secret_vault("draft: false"))).bytes()

    assert set() == set(WHERE_PUBLIC) - canaries(site)


@pytest.mark.parametrize(
    "privacy",
    [
        "draft: true",
        "private: yes",
        "publish: false",
        'draft: "true"',
        "draft: false\nprivate: true",
        "publish: [",
        "draft:",
    ],
)
def test_private_notes_are_nowhere(build_at, tmp_path, privacy):
    """No word of theirs in pages, report, lists, file names, attachments; only what public notes say."""
    built = build_at(write(tmp_path / "vault", secret_vault(privacy)))

    assert set() == canaries(built.bytes()) - set(SAID)


def test_the_words_of_public_notes_are_links_to_nothing(build_at, tmp_path):
    """The label of a link to a private note is shown without a URL."""
    built = build_at(write(tmp_path / "vault", secret_vault("draft: true")))

    assert "canaryname" not in "".join(built.site.files)
    assert 'href="deep' not in built.page(built.urls["Public.md"])


@pytest.mark.parametrize("ignore", ["deep/**", "canaryname.md", "**/canary*"])
def test_ignored_folders_are_nowhere(build_at, tmp_path, ignore):
    """Ignored files do not exist for the site: links to them are links to missing notes."""
    files = {
        **PUBLIC,
        "deep/canaryname.md": SECRET.format(privacy="draft: false"),
        "canaryshared.png": "x",
        "deep/canaryimage.png": "x",
    }
    built = build_at(write(tmp_path / "vault", {**files, "hortus.toml": f"ignore = ['{ignore}']"}))

    assert set() == canaries(built.bytes()) - {*SAID, "canaryname", "canaryheading", "canaryblock"}


COMMENTS = """---
title: A
---
# H %%canarya%%

word %%canaryb%% [[b]] %%canaryc%% more.

%%
canaryd

canarye [[canaryf]]
%%

- item %%canaryg%%
  %%
  canaryh
  %%

| a %%canaryi%% |
|---|
| %%canaryj%% |

> quote %%canaryk%%

> [!note] T %%canaryl%%
> x[^1]

[^1]: note %%canarym%%

![[b]]%%canaryn%%

TODO: do %%canaryo%%

%% canaryp without an end

canaryq
"""


def test_comments_are_nowhere(build_at, tmp_path):
    """Comments of published notes are in no byte."""
    files = {"a.md": COMMENTS, "b.md": "![[a]] [[a#H]]", "hortus.toml": "site_url = 'https://example.org/'"}

    assert set() == canaries(build_at(write(tmp_path / "vault", files)).bytes())


def test_private_from_now_on(build_at, tmp_path):
    """A note that becomes private leaves nothing in the site or next to it."""
    vault = write(tmp_path / "vault", secret_vault("draft: false"))
    out = tmp_path / "out" / "site"
    build_at(vault).write(out)
    assert set(WHERE_PUBLIC) <= canaries(snapshot(out))

    write(vault, secret_vault("draft: true"))
    build_at(vault).write(out)

    assert set() == canaries(snapshot(tmp_path / "out")) - set(SAID)


def test_public_from_now_on(build_at, tmp_path):
    """A note that becomes public is complete."""
    vault = write(tmp_path / "vault", secret_vault("draft: true"))
    build_at(vault).write(tmp_path / "site")
    write(vault, secret_vault("draft: false"))
    build_at(vault).write(tmp_path / "site")

    assert set() == set(WHERE_PUBLIC) - canaries(snapshot(tmp_path / "site"))


def test_what_the_terminal_says(hortus, tmp_path):
    """The terminal's report contains nothing from private notes, either."""
    vault = write(tmp_path / "vault", secret_vault("draft: true"))
    done = hortus("check", vault, "--format", "json")

    assert set() == canaries({"": done.stdout.encode()}) - set(SAID)


def test_errors_of_private_notes_show_no_words(build_at, tmp_path):
    """A note with unreadable front matter is reported with its line, without its text."""
    built = build_at(
        write(
            tmp_path / "vault",
            {
                **PUBLIC,
                "deep/canaryname.md": "---\ncanarykey: [canaryvalue\n  canarykey: *canaryanchor\n---\ncanarybody",
                "twice.md": "---\ncanarykey: 1\ncanarykey: 2\n---\n",
            },
        )
    )

    assert set() == canaries(built.bytes()) - set(SAID)
