"""Create a new note at the path that its links point to. Existing files are never overwritten."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from string import Template
from urllib.parse import quote

from hortus.core.keys import fold, inside, stem
from hortus.core.model import HortusError, Report

FORBIDDEN = re.compile(r'[\[\]#^|\\:*"<>?\x00-\x1f]')
"""Characters that Obsidian or a file system does not allow in names."""
LONGEST = 250
"""Bytes of a file name."""
FOOTER = re.compile(r"^Links to:.*", re.MULTILINE)
SOURCES = 3
"""Number of notes named as parents if no map lists the new note."""


@dataclass(frozen=True, slots=True)
class Place:
    """The path and the parents of a new note."""

    path: str
    parents: tuple[str, ...]
    """MOCs that list it, otherwise the first notes that link to it."""
    wanted: bool
    """A note links to it."""


def find_place(title: str, report: Report, taken: Iterable[str]) -> Place:
    """Find the path of the new note *title*: that of links to it, otherwise the vault's root or the folder in *title*.

    Of several missing notes of that name, take the most wanted one. *taken* are the paths of all notes.
    """
    name = title.strip().removesuffix(".md").strip()
    path = _checked(f"{name}.md")
    wants = [want for want in report.wanted if fold(path) in (fold(want.path), fold(stem(want.path) + ".md"))]
    wants.sort(key=lambda want: fold(want.path) != fold(path))
    if wants:
        path = wants[0].path
    same = [
        one
        for one in taken
        if fold(one) == fold(path) or (not wants and "/" not in path and fold(stem(one)) == fold(name))
    ]
    if same:
        raise HortusError(f"{same[0]}: a note of that name exists already; nothing was written")
    parents = (wants[0].mocs or wants[0].sources[:SOURCES]) if wants else ()
    return Place(path, tuple(dict.fromkeys(parent for parent in parents if parent.endswith(".md"))), bool(wants))


def make_note(place: Place, date: str, texts: Iterable[str], template: str = "") -> str:
    """Return the text of a new note with its footer; links have the style of the footers in *texts*."""
    footers = [line for text in texts for line in FOOTER.findall(text)]
    wikilinks = sum("[[" in line for line in footers) > sum("](" in line for line in footers)
    links = ", ".join(_wikilink(path) if wikilinks else _link(path) for path in place.parents)
    text = Template(template or read_scaffold("note.md")).safe_substitute(
        title=stem(place.path), date=date, links=links
    )
    return "\n".join(line.rstrip() for line in text.split("\n"))


def write_note(vault: Path, place: Place, text: str) -> Path:
    """Write the note and its folders inside the vault; return its file."""
    file = vault / place.path
    if not file.parent.resolve().is_relative_to(vault.resolve()):
        raise HortusError(f"{file.parent}: a symlink that points out of the vault; nothing was written", 4)
    write_new(file, text)
    return file


def write_new(file: Path, text: str) -> None:
    """Write a new file; raise HortusError if it exists."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise HortusError(f"{file}: exists already; nothing was written") from None
    except OSError as error:
        raise HortusError(f"{file}: {error.strerror}", 1) from None


def read_scaffold(name: str) -> str:
    """Read a text of this package."""
    return (files("hortus") / "scaffold" / name).read_text("utf-8")


def _checked(path: str) -> str:
    """Return the path if it is valid for a note, otherwise raise HortusError."""
    reason = ""
    found = FORBIDDEN.search(path)
    parts = path.split("/")
    if found:
        reason = f"{found[0]!r} is not allowed in a note's name"
    elif inside(path) != path or path == ".md":
        reason = "it is not a path inside the vault"
    elif any(part.startswith(".") or part != part.strip() or part.endswith(". .md") for part in parts):
        reason = "a name cannot begin with a dot or end with a space"
    elif any(len(part.encode()) > LONGEST for part in parts):
        reason = f"a name can have at most {LONGEST} bytes"
    if reason:
        raise HortusError(f"{path.removesuffix('.md')!r} cannot be a note: {reason}")
    return path


def _link(path: str) -> str:
    return f"[{stem(path)}]({quote(path, safe='/()!,;@&=+$~')})"


def _wikilink(path: str) -> str:
    return f"[[{path.removesuffix('.md')}|{stem(path)}]]" if "/" in path else f"[[{stem(path)}]]"
