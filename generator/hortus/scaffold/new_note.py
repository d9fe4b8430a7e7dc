"""A new note: a title in, a file in the vault out, where the links that want it lead. Nothing is written over."""

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
"""What Obsidian, or a file system that a vault may be on, allows in no name."""
LONGEST = 250
"""Bytes of a file's name."""
FOOTER = re.compile(r"^Links to:.*", re.MULTILINE)
SOURCES = 3
"""Notes named as parents when no map lists the new one."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new note goes, and what it will hang under."""

    path: str
    parents: tuple[str, ...]
    """MOCs that list it; else the first notes that link to it."""
    wanted: bool
    """Some note links to it already."""


def find_place(title: str, report: Report, taken: Iterable[str]) -> Place:
    """Find where the note *title* belongs: where a link wants it, else in the vault's root, or the folder it names.

    Among several missing notes of the name the most wanted one is meant. *taken* are the paths of all notes.
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
        raise HortusError(f"{same[0]}: there is a note of that name already; nothing was written")
    parents = (wants[0].mocs or wants[0].sources[:SOURCES]) if wants else ()
    return Place(path, tuple(dict.fromkeys(parent for parent in parents if parent.endswith(".md"))), bool(wants))


def make_note(place: Place, date: str, texts: Iterable[str], template: str = "") -> str:
    """Write the first version of a note, with its footer; links as the footers of *texts* write them."""
    footers = [line for text in texts for line in FOOTER.findall(text)]
    wikilinks = sum("[[" in line for line in footers) > sum("](" in line for line in footers)
    links = ", ".join(_wikilink(path) if wikilinks else _link(path) for path in place.parents)
    text = Template(template or read_scaffold("note.md")).safe_substitute(
        title=stem(place.path), date=date, links=links
    )
    return "\n".join(line.rstrip() for line in text.split("\n"))


def write_note(vault: Path, place: Place, text: str) -> Path:
    """Write the note, and the folders above it, inside the vault; return its file."""
    file = vault / place.path
    if not file.parent.resolve().is_relative_to(vault.resolve()):
        raise HortusError(f"{file.parent}: a link of the file system that leaves the vault; nothing was written", 4)
    write_new(file, text)
    return file


def write_new(file: Path, text: str) -> None:
    """Write a file that is not there yet; else raise HortusError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
    except FileExistsError:
        raise HortusError(f"{file}: is there already; nothing was written") from None
    except OSError as error:
        raise HortusError(f"{file}: {error.strerror}", 1) from None


def read_scaffold(name: str) -> str:
    """Read a text that comes with Hortus to start from."""
    return (files("hortus") / "scaffold" / name).read_text("utf-8")


def _checked(path: str) -> str:
    """Return a vault path that can be written, or raise HortusError."""
    reason = ""
    found = FORBIDDEN.search(path)
    parts = path.split("/")
    if found:
        reason = f"{found[0]!r} is not allowed in a note's name"
    elif inside(path) != path or path == ".md":
        reason = "it is no path inside the vault"
    elif any(part.startswith(".") or part != part.strip() or part.endswith(". .md") for part in parts):
        reason = "a name cannot begin with a dot or end with a space"
    elif any(len(part.encode()) > LONGEST for part in parts):
        reason = f"a name has {LONGEST} bytes at most"
    if reason:
        raise HortusError(f"{path.removesuffix('.md')!r} cannot be a note: {reason}")
    return path


def _link(path: str) -> str:
    return f"[{stem(path)}]({quote(path, safe='/()!,;@&=+$~')})"


def _wikilink(path: str) -> str:
    return f"[[{path.removesuffix('.md')}|{stem(path)}]]" if "/" in path else f"[[{stem(path)}]]"
