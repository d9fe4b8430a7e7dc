"""Reading a vault from disk: which files belong to it, and text with invalid bytes."""

import json
import os
import subprocess
import sys
import unicodedata

import pytest

from hortus.core.model import HortusError
from hortus.vault.reader import read_vault


def paths(vault):
    return [source.path for source in vault.sources], [asset.path for asset in vault.assets]


def test_notes_and_assets(write_vault):
    """Markdown by extension in any case, everything else is an attachment; sorted by path."""
    root = write_vault({"b.md": "", "a/c.MD": "", "a/p.png": b"x", "no-ending": "", "x.markdown": "", "a.md": ""})

    assert (["a.md", "a/c.MD", "b.md"], ["a/p.png", "no-ending", "x.markdown"]) == paths(read_vault(root))


@pytest.mark.parametrize(
    "path",
    [
        ".obsidian/app.md",
        ".git/x.md",
        ".hidden.md",
        "a/.hidden/b.md",
        ".env",
        "node_modules/x.md",
        "a/node_modules/b/x.md",
    ],
)
def test_what_is_never_read(write_vault, path):
    """Names that begin with a dot, ``node_modules`` and the settings, at any depth."""
    assert ([], []) == paths(read_vault(write_vault({path: ""})))


@pytest.mark.parametrize(
    ("ignore", "left"),
    [
        pytest.param(["drafts/**"], ["a.md", "b.tmp.md", "x/drafts/d.md", "x/e.tmp.md"], id="a folder of the root"),
        pytest.param(["drafts"], ["a.md", "b.tmp.md", "x/e.tmp.md"], id="a name at any depth"),
        pytest.param(["drafts/"], ["a.md", "b.tmp.md", "x/e.tmp.md"], id="with a slash behind"),
        pytest.param(["*.tmp.md"], ["a.md", "drafts/c.md", "x/drafts/d.md"], id="a pattern of names"),
        pytest.param(["./drafts/**"], ["a.md", "b.tmp.md", "x/drafts/d.md", "x/e.tmp.md"], id="from here"),
        pytest.param(["x/*"], ["a.md", "b.tmp.md", "drafts/c.md"], id="all in a folder"),
        pytest.param(["x/*.md"], ["a.md", "b.tmp.md", "drafts/c.md"], id="a star passes slashes"),
        pytest.param(["**/drafts/**"], ["a.md", "b.tmp.md", "x/e.tmp.md"], id="two stars"),
        pytest.param(["a.md", "x"], ["b.tmp.md", "drafts/c.md"], id="two globs"),
        pytest.param(["[ab]*.md"], ["drafts/c.md", "x/drafts/d.md", "x/e.tmp.md"], id="a set"),
        pytest.param(["DRAFTS"], ["a.md", "b.tmp.md", "drafts/c.md", "x/drafts/d.md", "x/e.tmp.md"], id="case counts"),
    ],
)
def test_ignore(write_vault, ignore, left):
    """Globs of the settings; without a slash they are for names at any depth."""
    files = {"a.md": "", "b.tmp.md": "", "drafts/c.md": "", "x/drafts/d.md": "", "x/e.tmp.md": ""}

    assert left == paths(read_vault(write_vault(files), ignore))[0]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_ignore_whatever_the_composition(write_vault, form):
    """A glob matches a name in NFC and NFD, on disk and in the settings."""
    root = write_vault({unicodedata.normalize("NFC", "é1.md"): "", unicodedata.normalize("NFD", "é2.md"): ""})

    assert [] == paths(read_vault(root, [unicodedata.normalize(form, "é*.md")]))[0]


def test_the_output_is_no_part_of_the_vault(write_vault):
    """The output folder inside the vault is not read."""
    root = write_vault({"a.md": "", "site/b.md": "", "site/c.png": "", "x/site/d.md": ""})

    assert (["a.md", "x/site/d.md"], []) == paths(read_vault(root, skip=[root / "site"]))


def test_a_site_is_no_part_of_the_vault(build_at, write_vault):
    """A site inside the vault, of any name, is not read."""
    root = write_vault({"a.md": "[[b]]", "sub/b.md": ""})
    build_at(root).write(root / "sub" / "public")

    assert ["a.md", "sub/b.md"] == paths(read_vault(root))[0]


def test_links_that_leave_are_not_followed(write_vault, tmp_path):
    """Symlinks to files and folders outside are not followed, and reported."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("canary")
    root = write_vault({"a.md": "", "sub/b.md": ""})
    (root / "secret.md").symlink_to(tmp_path / "outside" / "secret.md")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "sub" / "up.md").symlink_to("../../outside/secret.md")
    (root / "passwd.md").symlink_to("/etc/passwd")
    (root / "above").symlink_to("..")
    (root / "first.md").symlink_to("second.md")
    (root / "second.md").symlink_to(tmp_path / "outside" / "secret.md")
    vault = read_vault(root)

    assert (["a.md", "sub/b.md"], []) == paths(vault)
    assert ["above", "first.md", "folder", "passwd.md", "second.md", "secret.md", "sub/up.md"] == sorted(
        issue.path for issue in vault.issues
    )


def test_a_folder_whose_name_begins_like_the_vault(write_vault, tmp_path):
    """``vault-2`` is not inside ``vault``."""
    (tmp_path / "vault-2").mkdir()
    (tmp_path / "vault-2" / "x.md").write_text("canary")
    root = write_vault({"a.md": ""})
    (root / "x.md").symlink_to(tmp_path / "vault-2" / "x.md")

    assert ["a.md"] == paths(read_vault(root))[0]


def test_links_inside_are_followed(write_vault):
    """A symlinked file is read twice; a symlinked folder once; loops and broken symlinks do no harm."""
    root = write_vault({"a.md": "text", "sub/b.md": ""})
    (root / "twin.md").symlink_to("a.md")
    (root / "again").symlink_to("sub")
    (root / "sub" / "round").symlink_to("..")
    (root / "self").symlink_to("self")
    (root / "nowhere.md").symlink_to("not-there.md")
    vault = read_vault(root)

    assert ["a.md", "sub/b.md", "twin.md"] == paths(vault)[0]
    assert "text" == vault.sources[-1].text
    assert [("nowhere.md", "symlink to a file that does not exist")] * 2 == [
        (issue.path.replace("self", "nowhere.md"), issue.message) for issue in vault.issues
    ]


def test_links_to_what_is_hidden_are_not_followed(write_vault):
    """Hidden files are not read through a symlink."""
    root = write_vault({"a.md": "", ".private/b.md": "canary", "drafts/c.md": "canary"})
    (root / "b.md").symlink_to(".private/b.md")
    (root / "c.md").symlink_to("drafts/c.md")

    assert ["a.md"] == paths(read_vault(root, ["drafts"]))[0]


def test_a_vault_that_is_a_link(write_vault, tmp_path):
    """A vault reached by a link is a vault."""
    root = write_vault({"a.md": "", "sub/b.md": ""})
    (tmp_path / "link").symlink_to(root)
    (root / "c.md").symlink_to("a.md")

    assert ["a.md", "c.md", "sub/b.md"] == paths(read_vault(tmp_path / "link"))[0]


@pytest.mark.parametrize(
    ("content", "text", "flaws"),
    [
        pytest.param(b"a\n", "a\n", 0, id="plain"),
        pytest.param(b"\xef\xbb\xbfa", "a", 0, id="byte order mark"),
        pytest.param(b"a\r\nb\rc\n\n", "a\nb\nc\n\n", 0, id="line ends"),
        pytest.param("é".encode("utf-16"), "é", 1, id="UTF-16"),
        pytest.param(b"a\nb\xffc", "a\nb\ufffdc", 1, id="broken"),
        pytest.param("Grüße".encode("latin-1"), "Gr\ufffd\ufffde", 1, id="Latin-1"),
        pytest.param(b"a\0b", "a\ufffdb", 1, id="NUL"),
        pytest.param("a\ufdd0b\ufdd1c".encode(), "a\ufffdb\ufffdc", 0, id="noncharacters of ours"),
        pytest.param(b"", "", 0, id="empty"),
    ],
)
def test_bytes(write_vault, content, text, flaws):
    """Invalid bytes become replacement characters, and are reported; nothing is dropped."""
    (source,) = read_vault(write_vault({"a.md": content})).sources

    assert (text, flaws) == (source.text, len(source.flaws))


def test_broken_bytes_are_reported_with_their_line(build_vault):
    """Once in the report, with the first line; the note is private, because a mark may be unreadable."""
    built = build_vault({"a.md": b"one\ntwo \xff three\n[[a]]", "b.md": "b"})
    (issue,) = [issue for issue in built.report.issues if issue.kind == "bad_encoding"]

    assert "line 2" in issue.message
    assert "a.html" not in built.bytes()


def test_a_name_that_is_not_utf8(write_vault):
    """It is not read, and reported."""
    root = write_vault({"a.md": ""})
    with open(os.fsencode(root) + b"/b\xff.md", "w"):
        pass
    vault = read_vault(root)

    assert (["a.md"], ["unread"]) == (paths(vault)[0], [issue.kind for issue in vault.issues])
    assert vault.issues[0].path.encode()


def test_huge_files_are_no_notes(write_vault):
    """A Markdown file over the limit is reported, and not parsed."""
    vault = read_vault(write_vault({"a.md": b"x" * 8_000_001, "b.md": ""}))

    assert (["b.md"], ["unread"]) == (paths(vault)[0], [issue.kind for issue in vault.issues])


def test_a_note_that_is_not_read_fails_build_and_check(write_vault, hortus, tmp_path):
    """Status 1 and a message each time; other notes are on the site."""
    root = write_vault({"a.md": b"x" * 8_000_001, "b.md": ""})
    out = tmp_path / "site"
    runs = [hortus("build", root, "--out", out), hortus("build", root, "--out", out), hortus("check", root)]

    assert [1, 1, 1] == [done.returncode for done in runs]
    assert all("a.md:1:1: " in done.stdout + done.stderr for done in runs)
    assert (out / "b.html").exists()


def test_what_is_no_file_is_left_alone(write_vault):
    """A named pipe would block the reader."""
    root = write_vault({"a.md": ""})
    os.mkfifo(root / "pipe.md")

    assert (["a.md"], []) == paths(read_vault(root))


MAY_NOT = (
    "import os, sys, json; from pathlib import Path; from hortus.vault.reader import read_vault\n"
    "os.geteuid() or os.seteuid(65534)\n"
    "vault = read_vault(Path())\n"
    "print(json.dumps([[s.path for s in vault.sources], [[i.path, i.message] for i in vault.issues]]))"
)
"""Root may read everything, so it becomes nobody first."""


def test_what_may_not_be_read(write_vault, repository):
    """Files and folders without permission are reported, and the rest is read."""
    root = write_vault({"a.md": "", "b.md": "", "c/d.md": ""})
    root.chmod(0o755)
    for name in ("b.md", "c"):
        (root / name).chmod(0)
    done = subprocess.run(
        [sys.executable, "-c", MAY_NOT],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(repository / "generator")},
        capture_output=True,
        text=True,
    )
    (root / "c").chmod(0o755)

    assert [["a.md"], [["c", "cannot be read: Permission denied"], ["b.md", "cannot be read: Permission denied"]]] == (
        json.loads(done.stdout)
    ), done.stderr


def test_no_such_vault(tmp_path):
    """An error message."""
    with pytest.raises(HortusError, match="No such file"):
        read_vault(tmp_path / "none")


ODD = [
    "C#.md",
    "100%.md",
    "what?.md",
    "CON.md",
    "Note.md",
    "note.md",
    "new\nline.md",
    "😀.md",
    "\u202eدفتر.md",
    "é.md",
    "e\u0301.md",
    "x" * 252 + ".md",
    " lead.md",
    "a&b<c>\"'.md",
    "a:b.md",
    "a|b.md",
    "back\\slash.md",
    "..md",
    "tab\t.md",
    "-.md",
    "~.md",
    "$HOME.md",
    "%2e%2e.md",
    "{{ x }}.md",
]


def test_odd_names_are_read_as_they_are(write_vault):
    """All names that the file system allows, spelled as on disk."""
    vault = read_vault(write_vault(dict.fromkeys(ODD, "")))

    assert sorted(set(ODD) - {"..md"}) == paths(vault)[0]


def test_reading_writes_nothing(write_vault, build_at):
    """No content, time or file changes."""
    root = write_vault({"a.md": "[[b]] ![[p.png]]", "b.md": "", "p.png": b"x"})
    before = {
        path: (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }
    build_at(root)

    assert before == {
        path: (path.stat().st_mtime_ns, path.stat().st_ino, path.read_bytes())
        for path in root.rglob("*")
        if path.is_file()
    }
