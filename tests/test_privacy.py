"""Nothing leaks: one list of canaries, one matrix of ways to build, and a search through every byte of what comes out.

What is searched: names of files, their bytes, and what is packed in them: gzip (the search index), Brotli in WOFF2,
text in PNG; of a published branch every object of the repository it was pushed to. That the search finds what it
must is seen in builds that leak on purpose. Pictures of words (cards) are known by their files: there is one for each
published note.
"""

import base64
import gzip
import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import brotli
import pytest

from hortus.cli.main import main
from hortus.core.config import read_config
from hortus.engine.build import build
from hortus.engine.steps import Steps
from hortus.engine.survey import Survey, survey
from hortus.preview.pages import Showing
from hortus.preview.search import LiveIndex
from hortus.preview.session import Session
from hortus.site.writer import write_site
from hortus.vault.reader import read_vault

CANARY = re.compile(r"kanari[a-z]+")
PACKED = re.compile(rb"\x1f\x8b\x08")

# --- the canaries ---------------------------------------------------------------------------------

PRIVATE = """---
title: kanarititle
aliases: [kanarialias]
tags: [kanaritag, shared]
description: kanaridescription
permalink: /kanaripermalink
cover: "[[kanaricover.png]]"
kanarikey: kanarivalue
{mark}
---
# kanariheading

kanaribody **kanaribold** [[Public]] [[kanarimissing]] #kanariinline ^kanariblock

TODO: kanaritodo

- [ ] kanaritask

```python
kanaricode = 1
```

`kanarispan` $kanarimath$ [kanarilabel](https://kanarihost.example/)

![[kanaripicture.png]]
*kanaripicturecaption*

![kanaripicturealt](kanaripicture.png) ![[kanaridata.csv]] [x](kanaripaper.pdf)

```python figure
#| id: kanarifigure
#| alt: kanarifigurealt
#| caption: kanarifigurecaption
kanarifigurecode = 1
```

> [!note] kanaricallout
> text[^1]

[^1]: kanarifootnote

```mermaid
graph LR; kanaridiagram --> b
```
"""
CANVAS = """{{"nodes": [
{{"id": "1", "type": "text", "text": "{front}kanaricanvastext", "x": 0, "y": 0, "width": 9, "height": 9}},
{{"id": "2", "type": "file", "file": "deep/kanariname.md", "x": 9, "y": 9, "width": 9, "height": 9}}
], "edges": []}}"""
COMMENTS = """# Public

Words, %%kanaricomment%% and more. [[Other]]

%%
kanaricommentblock [[kanariname]]
%%

- item %%kanaricommentitem%%
"""
OPEN_COMMENTS = COMMENTS.replace("%%", "")


def files_of(mark: str, ignored: bool = True, comments: str = COMMENTS) -> dict[str, str | bytes]:
    """Return a project: a private note and all that only this reaches, an ignored folder, comments."""
    canvas = CANVAS.format(front="")
    return {
        "hortus.toml": "# kanarisettings\nsite_url = 'https://example.org/g/'\n" + "ignore = ['hidden/**']\n" * ignored,
        "vault/index.md": "# Home MOC\n\n[[Public]] [[Other]] [[kanariname]] ![[kanariname]] [x](deep/kanariname.md)\n",
        "vault/Public.md": comments,
        "vault/Other.md": "[[Public]] #shared [[kanariname#kanariheading]] [[kanariname|plan]] $x^2$ ![[open.png]]\n",
        "vault/open.png": "open picture",
        "vault/deep/kanariname.md": PRIVATE.format(mark=mark),
        "vault/deep/kanarichild.md": f"---\n{mark}\n---\nkanarichildbody [[kanariname]]\n",
        "vault/deep/kanaripicture.png": "kanaripixels",
        "vault/deep/kanaricover.png": "kanaricoverpixels",
        "vault/deep/kanaridata.csv": "a,kanaricell\n1,2\n",
        "vault/deep/kanaripaper.pdf": "%PDF kanaripaperwords",
        "vault/deep/kanarimap.canvas": canvas,
        "vault/hidden/kanariignored.md": "# kanariignoredtitle\n\nkanariignoredbody ![[kanariignoredpicture.png]]\n",
        "vault/hidden/kanariignoredpicture.png": "kanariignoredpixels",
        "vault/kanariunreached.png": "kanariunreachedpixels",
        "vault/.obsidian/kanariworkspace.json": "kanariworkspacewords",
        "vault/.trash/kanaritrash.md": "kanaritrashwords",
        "vault/.env": "KANARISECRET=kanarienvironment",
        "vault/node_modules/kanarimodule.md": "kanarimodulewords",
    }


CANARIES = {
    "name": "kanariname", "another's name": "kanarichild", "title": "kanarititle", "tag": "kanaritag",
    "tag in the text": "kanariinline", "heading": "kanariheading", "body": "kanaribody", "emphasis": "kanaribold",
    "code": "kanaricode", "code in a line": "kanarispan", "math": "kanarimath", "label of a link": "kanarilabel",
    "address": "kanarihost", "a note it wants": "kanarimissing", "TODO": "kanaritodo", "task": "kanaritask",
    "alias": "kanarialias", "description": "kanaridescription", "permalink": "kanaripermalink",
    "key of front matter": "kanarikey", "value of front matter": "kanarivalue", "block": "kanariblock",
    "attachment": "kanaripicture", "bytes of an attachment": "kanaripixels", "cover": "kanaricover",
    "caption of a picture": "kanaripicturecaption", "text of a picture": "kanaripicturealt", "data": "kanaridata",
    "words of data": "kanaricell", "paper": "kanaripaper", "words of a paper": "kanaripaperwords",
    "callout": "kanaricallout", "footnote": "kanarifootnote", "diagram": "kanaridiagram", "figure": "kanarifigure",
    "text of a figure": "kanarifigurealt", "caption of a figure": "kanarifigurecaption",
    "code of a figure": "kanarifigurecode", "canvas": "kanarimap", "text of a canvas": "kanaricanvastext",
}  # fmt: skip
"""What a private note has and reaches; all of it is found where drafts are shown."""
CUT = {
    "comment": "kanaricomment", "comment of lines": "kanaricommentblock", "comment in an item": "kanaricommentitem",
    "ignored note": "kanariignored", "its title": "kanariignoredtitle", "its words": "kanariignoredbody",
}  # fmt: skip
"""What is cut for other reasons than a note's privacy; found where it is neither comment nor ignored."""

# --- the search -------------------------------------------------------------------------------------


def unpacked(content: bytes) -> Iterable[bytes]:
    """Yield the bytes of a file, and whatever is packed in them."""
    yield content
    for found in PACKED.finditer(content):
        try:
            yield gzip.decompress(content[found.start() :])
        except (OSError, EOFError, zlib.error):
            yield zlib.decompressobj(31).decompress(content[found.start() :])
    if content[:4] == b"wOF2":
        compressed = int.from_bytes(content[20:24], "big")
        yield from (part for start in range(48, 600) if (part := _brotli(content[start : start + compressed])))
    if content[:4] == b"\x89PNG":
        at = 8
        while at + 8 <= len(content):
            size = int.from_bytes(content[at : at + 4], "big")
            kind, chunk = content[at + 4 : at + 8], content[at + 8 : at + 8 + size]
            if kind in (b"zTXt", b"iTXt", b"iCCP") and b"\0" in chunk:
                for start in range(chunk.index(b"\0") + 1, min(len(chunk), 200)):
                    try:
                        yield zlib.decompress(chunk[start:])
                        break
                    except zlib.error:
                        pass
            at += size + 12
    for written in re.findall(rb"base64,([A-Za-z0-9+/=]{16,})", content):
        yield base64.b64decode(written + b"==")


def _brotli(content: bytes) -> bytes:
    try:
        return brotli.decompress(content)
    except brotli.error:
        return b""


def found_in(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return every canary in names and bytes of files, with a file that has it; in UTF-16 too."""
    found: dict[str, str] = {}
    for name, content in files.items():
        for part in (name.encode(), *unpacked(content)):
            for text in (part, part.replace(b"\0", b"")):
                for canary in CANARY.findall(text.decode("utf-8", "replace").lower()):
                    found.setdefault(canary, name)
    return found


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def missed(wanted: Iterable[str], found: Iterable[str]) -> list[str]:
    """Return canaries that were not found; an index may have cut their ends off."""
    return sorted(one for one in wanted if not any(canary.startswith(one) for canary in found))


# --- a project ----------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch) -> Callable[..., Path]:
    """Write a project into its folder, over what is there."""
    monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / "cache"))

    def write(mark: str = "draft: true", **how) -> Path:
        root = tmp_path / "garden"
        for path, content in files_of(mark, **how).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return write


def understood(root: Path, drafts: bool = False, jobs: int = 0) -> Survey:
    config = read_config(root)
    return survey(config, read_vault(config.vault, config.settings.ignore, config.skip), Steps(config, jobs), drafts)


def built(root: Path, drafts: bool = False, jobs: int = 0) -> dict[str, bytes]:
    """Build, write to ``site/`` next to the vault, and return every file of the project that is not the author's."""
    config = read_config(root)
    write_site(build(config, understood(root, drafts, jobs)), config.out)
    beside = {
        name: content for name, content in snapshot(root).items() if not name.startswith(("vault/", "hortus.toml"))
    }
    assert "site/index.html" in beside and "site/assets/search/index.js" in beside
    return beside


# --- that the search finds what it must -----------------------------------------------------------------


def test_a_leak_is_found(project):
    """With drafts published, every canary of a private note is found: in pages, and in the index alone."""
    leaky = built(project(), drafts=True)
    index = {name: content for name, content in leaky.items() if name.startswith("site/assets/search/")}

    assert [] == missed(CANARIES.values(), found_in(leaky))
    assert [] == missed(["kanarititle", "kanaribody", "kanariheading", "kanaritag"], found_in(index))


def test_what_is_cut_is_found_elsewhere(project):
    """With comments shown and nothing ignored, those canaries are found, too."""
    open_site = built(project("draft: false", ignored=False, comments=OPEN_COMMENTS))

    assert [] == missed([*CANARIES.values(), *CUT.values()], found_in(open_site))


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"x kanariplanted x", id="plain"),
        pytest.param("x KANARIplanted x".encode("utf-16-le"), id="UTF-16"),
        pytest.param(b"head" + gzip.compress(b"before it kanariplanted"), id="packed in the middle"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes([0, 0, 0, 17]) + b"tEXtk\0kanariplanted..xxxx", id="text in a PNG"),
        pytest.param(
            b"\x89PNG\r\n\x1a\n"
            + len(packed := b"Comment\0\0" + zlib.compress(b"kanariplanted")).to_bytes(4, "big")
            + b"zTXt" + packed + b"xxxx",
            id="packed text in a PNG",
        ),
        pytest.param(
            b"wOF2" + bytes(19) + bytes([len(packed := brotli.compress(b"kanariplanted"))]) + bytes(60) + packed,
            id="a name in a font",
        ),
        pytest.param(b"src=data:;base64," + base64.b64encode(b"words kanariplanted words"), id="an address of data"),
    ],
)  # fmt: skip
def test_the_search(content):
    """In any packing a canary is found; file names are searched as well."""
    assert {"kanariplanted": "a.bin"} == found_in({"a.bin": content})
    assert {"kanariplanted": "x/kanariplanted.bin"} == found_in({"x/kanariplanted.bin": b""})


# --- the matrix -------------------------------------------------------------------------------------------


def clean(project) -> dict[str, bytes]:
    """Empty cache, no earlier site."""
    return built(project())


def after_a_flip(project) -> dict[str, bytes]:
    """Everything was public, and is private now; folder and cache are those of the public site."""
    public = built(project("draft: false", ignored=False, comments=OPEN_COMMENTS))
    assert [] == missed([*CANARIES.values(), *CUT.values()], found_in(public))
    return built(project())


def after_a_preview(project) -> dict[str, bytes]:
    """A preview with the same cache showed all drafts, in pages, index and cards, before the build."""
    root = project()
    session = Session(root)
    try:
        showing = Showing(session.refresh(), index=LiveIndex())
        shown = {url: showing.page(url).encode() for url in showing.notes}
        assert [] == missed(["kanariname", "kanaribody", "kanariheading"], found_in(shown))
        assert showing.file("assets/search/index.js")
    finally:
        session.close()
    return built(root)


def with_a_warm_memory(project) -> dict[str, bytes]:
    """Built with drafts before, so that all of them are cached; then a public note changes."""
    root = project()
    built(root, drafts=True)
    built(root)
    with (root / "vault" / "Other.md").open("a") as note:
        note.write("\nOne word more: [[kanariname]].\n")
    return built(root)


def by_four_processes(project) -> dict[str, bytes]:
    """More notes than one process parses, a fourth of them private."""
    root = project()
    for number in range(44):
        front = "---\nprivate: true\n---\nkanarimany" if number % 4 == 0 else f"[[{number + 1}]]"
        (root / "vault" / f"{number}.md").write_text(f"{front}\n\n[[kanariname]]\n")
    return built(root, jobs=4)


@pytest.mark.parametrize(
    ("way", "mark"),
    [
        *[(clean, mark) for mark in ("draft: true", "publish: [", "private: maybe")],
        *[(way, "draft: true") for way in (after_a_flip, after_a_preview, with_a_warm_memory, by_four_processes)],
    ],
)
def test_nothing_leaks(project, way, mark):
    """No canary in any byte or name, in the site or next to it, however it was built."""

    def marked(given: str = mark, **how) -> Path:
        return project(given, **how)

    files = way(marked)
    cards = [name for name in files if name.startswith("site/assets/cards/")]
    notes = [name for name in files if name.endswith(".md") and name.startswith("site/")]

    assert {} == found_in(files)
    assert len(notes) == len(cards) >= 3


def test_the_command_says_nothing(project, capfd):
    """The output of `hortus build`, which a public log may contain, has no canary."""
    root = project()
    for _ in range(2):
        assert 0 == main(["build", str(root), "--timings"])
    printed = capfd.readouterr()

    assert "nothing changed" in printed.out
    assert {} == found_in({"out": printed.out.encode(), "err": printed.err.encode(), **snapshot(root / "site")})


@pytest.mark.parametrize("before", ["never published", "published with all of it"])
def test_published(project, tmp_path, monkeypatch, before):
    """In no object of the repository that it was pushed to: blobs, names in trees, words of commits.

    What was published once stays in the branch's history; so after a flip only what the last commit holds is searched.
    """
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[user]\nname = Ann\nemail = ann@example.invalid\n[init]\ndefaultBranch = main\n")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / ".gitconfig"))
    root, origin = project(), tmp_path / "origin.git"

    def git(*words: str, at: Path = root) -> bytes:
        return subprocess.run(["git", *words], cwd=at, check=True, capture_output=True).stdout

    git("init", "--quiet", "--bare", str(origin))
    git("init", "--quiet")
    git("remote", "add", "origin", str(origin))
    if before != "never published":
        project("draft: false", ignored=False, comments=OPEN_COMMENTS)
        assert 0 == main(["publish", str(root), "--anyway", "--figures", "frozen"])
        project()
    git("add", "--all")
    git("commit", "--quiet", "--message", "kanarimessage of the author")
    assert 0 == main(["publish", str(root), "--anyway", "--figures", "frozen"])

    if before == "never published":
        names = git("cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)", at=origin).decode()
        objects = dict(line.split() for line in names.splitlines())
        assert {"blob", "commit", "tree"} == set(objects.values())
        files = {name: git("cat-file", kind, name, at=origin) for name, kind in objects.items()}
    else:
        listed = git("ls-tree", "-r", "-z", "--name-only", "gh-pages", at=origin).decode().split("\0")
        files = {name: git("show", f"gh-pages:{name}", at=origin) for name in listed if name}
    files["log"] = git("log", "-1", "--format=%B%an%ae", "gh-pages", at=origin)

    assert len(files) > 20
    assert {} == found_in(files)


# --- who is asked ---------------------------------------------------------------------------------

LISTENING = """
import sys
ASKING = ("socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request")
def listen(event, arguments):
    if event in ASKING and not isinstance(arguments[1], str) or event == "socket.getaddrinfo":
        print("ASKED", event, arguments[event.startswith("socket.connect")], file=sys.stderr, flush=True)
sys.addaudithook(listen)
from hortus.cli.main import main
from hortus.preview.session import Session
from hortus.preview.pages import Showing
if sys.argv[1] != "preview":
    sys.exit(main(sys.argv[1:]))
from pathlib import Path
session = Session(Path(sys.argv[2]))
showing = Showing(session.state)
for url in filter(showing.is_page, showing.manifest):
    showing.page(url)
session.close()
"""


def asked(folder: Path, *command: str) -> list[str]:
    """Return the hosts that a command contacted, from Python's audit events."""
    done = subprocess.run([sys.executable, "-c", LISTENING, *command], cwd=folder, capture_output=True, text=True)
    assert done.returncode in (0, 2), done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith("ASKED")]


@pytest.mark.parametrize("command", [["build"], ["check"], ["preview", "."], ["check", "--since", "HEAD"]])
def test_nobody_is_asked(write_vault, command):
    """No command contacts another host by default, whatever the notes link to or show."""
    folder = write_vault(
        {"a.md": "[x](https://host.invalid/) ![y](https://host.invalid/p.png) <https://host.invalid>\n"}
    )
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=N", "-c", "user.email=n@x", "commit", "-qm", "x"]):
        subprocess.run(["git", "-C", folder, *words], check=True)

    assert [] == asked(folder, *command)


def test_asking_is_seen(write_vault):
    """Control: with --external the host is contacted."""
    folder = write_vault({"a.md": "[x](https://host.invalid/)\n"})

    assert any("host.invalid" in line for line in asked(folder, "check", "--external"))
