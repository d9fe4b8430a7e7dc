"""Settings: read ``hortus.toml`` and check its keys and types.

Every key is optional, and so is the file. An unknown key, or a value of the wrong type, is an error that names
the key, its line and a key with a similar name.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import msgspec

from hortus.core.model import HortusError, TaskMode
from hortus.core.urls import CODE_SCHEMES

SETTINGS = "hortus.toml"
Html = Literal["safe", "trusted"]
Publish = Literal["all", "marked"]
ReportMode = Literal["public", "private"]
CHOICES = {
    "html": get_args(Html),
    "attachments": get_args(Html),
    "publish": get_args(Publish),
    "report": get_args(ReportMode),
    "tasks": get_args(TaskMode),
}
"""Allowed values of settings with a fixed choice."""
LONGEST, LARGEST = 604_800, 1 << 24
"""Highest limits of a figure: seconds and MiB."""
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
ADDRESS = re.compile(r"""https?://[^\s/?#"'<>]+(?:/[^\s?#"'<>]*)?""")
FOLDER_IN_REPOSITORY = re.compile(
    r"""(?P<repository>https?://[^\s"'<>?#{}]+?)(?P<view>/-/tree/|/tree/|/src/branch/)(?P<folder>[^\s"'<>?#{}]+)"""
)
"""The address of a folder in a repository, as GitHub, GitLab, and Forgejo or Gitea have it."""
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
COMMAND = re.compile(r"\\?(?:[A-Za-z]+|[^A-Za-z\s\\])")
PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
WORDS = {
    "str": "text",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "array": "a list",
    "object": "a table",
    "date": "a date",
    "datetime": "a date",
    "time": "a time",
}
"""Names of types in messages."""


@dataclass(frozen=True, slots=True)
class FigureSettings:
    """The table ``[figures]``."""

    folder: str = "figures"
    """Relative to the settings; if it does not exist, the folder of that name in the vault."""
    timeout: float = 60
    """Time limit of a figure in seconds."""
    memory: int = 2048
    """Memory limit of a figure in MiB."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The keys of ``hortus.toml``; docs/Settings.md explains them."""

    title: str = ""
    """Name of the site; default: the title of the first page."""
    description: str = ""
    author: str = ""
    language: str = "en"
    site_url: str = ""
    """Address of the published site, ``https://…/``, for feeds, sitemap and canonical URLs only."""
    repository: str = ""
    """Address of the vault's folder in its repository, for links to edit a note and to its history."""
    vault: str = ""
    """Folder of notes, relative to the settings; default: ``vault`` if it exists, otherwise that of the settings."""
    out: str = ""
    """The output folder, relative to the settings; default ``site``, or a folder next to a vault without project."""
    home: str = ""
    """Path of the home note."""
    mocs: list[str] = field(default_factory=list)
    """Paths or names of further notes that are MOCs."""
    ignore: list[str] = field(default_factory=list)
    """Globs of vault paths that are not read: ``drafts/**``, ``*.tmp.md``."""
    publish: Publish = "all"
    """Notes that are published: all that are not private, or only those with ``publish: true``."""
    private: list[str] = field(default_factory=list)
    """Private folders, globs of vault paths, and tags: ``Journal/**``, ``#personal``."""
    publish_templates: bool = False
    """Notes in the template folders that Obsidian's settings name are part of the site."""
    strict_line_breaks: bool = False
    """A single line break is a space, as in CommonMark; otherwise a line break, as in Obsidian."""
    html: Html = "safe"
    """HTML in notes: only what is on an allow-list, or all of it."""
    attachments: Html = "safe"
    """SVG attachments are cleaned and HTML attachments served as text, or all are served as they are."""
    macros: dict[str, str] = field(default_factory=dict)
    """LaTeX commands: ``"\\\\R" = "\\\\mathbb{R}"``."""
    editor: str = "obsidian://open?path={path}"
    """Address that opens a note in the author's editor, with ``{path}`` and ``{line}``; preview only."""
    search: bool = True
    """The site has a search index."""
    report: ReportMode = "public"
    """The report and the list of wanted notes are part of the published site, or shown by the preview only."""
    tasks: TaskMode = "count"
    """How the report lists open tasks; a note's own `tasks` property overrides it."""
    todo_marks: list[str] = field(default_factory=list)
    """Words, symbols and tags that mark a place as still to do, in addition to TODO and FIXME."""
    url_schemes: list[str] = field(default_factory=list)
    """Schemes that links may have, in addition to http, https, mailto and tel: ``zotero``."""
    order: dict[str, list[str]] = field(default_factory=dict)
    """By folder: the names of notes and folders that come first in lists and trees; "" is the vault itself."""
    figures: FigureSettings = field(default_factory=FigureSettings)


def read_settings(file: Path) -> Settings:
    """Read settings, or raise HortusError naming key and line."""
    if not file.exists():
        return Settings()
    try:
        text = file.read_text(encoding="utf-8-sig")
        values = tomllib.loads(text)
    except OSError as error:
        raise HortusError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise HortusError(f"{file.name}: not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        found = PLACE.search(str(error))
        place = f"{found[1]}:{found[2]}" if found and found[1] else text.count("\n") + 1
        raise HortusError(f"{file.name}:{place}: not TOML: {PLACE.sub('', str(error)).lower()}") from None
    _refuse_unknown(file.name, text, values, Settings)
    _refuse_unknown(file.name, text, values.get("figures", {}), FigureSettings, "figures.")
    try:
        settings = msgspec.convert(values, Settings)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        key = place.strip("`").removeprefix("$").removeprefix(".").split("[")[0]
        raise HortusError(
            f"{file.name}:{line_of(text, key)}: {key}: {_in_words(message, CHOICES.get(key, ()))}"
        ) from None
    for key, fault in _faults(settings):
        raise HortusError(f"{file.name}:{line_of(text, key)}: {key}: {fault}")
    return settings


def _refuse_unknown(name: str, text: str, values: object, record: type, prefix: str = "") -> None:
    known = [each.name for each in fields(record)]
    for key in values if isinstance(values, dict) else ():
        if key not in known:
            near = get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"
            raise HortusError(f"{name}:{line_of(text, prefix + key)}: no setting `{prefix}{key}`; {hint}")


def _in_words(message: str, choices: Sequence[str] = ()) -> str:
    """Rewrite a message of msgspec about a type in the terms of a settings file.

    >>> _in_words("Expected `str`, got `int`"), _in_words("Invalid enum value 'all'", ["count", "list", "off"])
    ('must be text, not a whole number', "must be count, list or off, not 'all'")
    """
    types = [WORDS.get(name, name) for name in re.findall("`([^`]+)`", message)]
    if len(types) == 2:
        return f"must be {types[0]}, not {types[1]}"
    return message.replace("Invalid enum value", f"must be {_either(choices)}, not")


def _either(choices: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))


def _faults(settings: Settings) -> Iterator[tuple[str, str]]:
    """Yield keys whose values have the right type but are invalid, with the reason."""
    figures = settings.figures
    for key, text in (("vault", settings.vault), ("out", settings.out), ("figures.folder", figures.folder)):
        if "\0" in text:
            yield key, "contains a NUL character"
    if not LANGUAGE.fullmatch(settings.language):
        yield "language", f"{settings.language!r} is not a language tag, such as en or de-CH"
    if settings.site_url and not ADDRESS.fullmatch(settings.site_url):
        yield "site_url", f"{settings.site_url!r} is not an address, such as https://example.org/garden/"
    if settings.repository and not FOLDER_IN_REPOSITORY.fullmatch(settings.repository):
        example = "https://github.com/owner/name/tree/main/vault"
        yield "repository", f"{settings.repository!r} is not the address of a folder in a repository, such as {example}"
    if settings.editor and "{path}" not in settings.editor:
        yield "editor", "has no {path}, the placeholder for the file"
    for one in settings.private:
        if not one.strip("#/ ") or one.startswith("!"):
            yield "private", f"{one!r} is not a folder, glob or tag, such as Journal/** or #personal"
    for name in settings.macros:
        if not COMMAND.fullmatch(name):
            yield "macros", f"{name!r} is not a command, such as \\\\R: letters, or one sign"
    for words in settings.todo_marks:
        if not words.strip() or len(words.splitlines()) > 1:
            yield "todo_marks", f"{words!r} is not a mark: use a word, a sign or a #tag on one line"
    for scheme in settings.url_schemes:
        if not SCHEME.fullmatch(scheme):
            yield "url_schemes", f"{scheme!r} is not a scheme, such as zotero"
        elif scheme.lower() in CODE_SCHEMES:
            yield "url_schemes", f"{scheme!r} is not allowed: its addresses hold code or files, not places"
    if not 0 < figures.timeout <= LONGEST:
        yield "figures.timeout", f"must be more than 0 and at most {LONGEST} seconds"
    if not 0 < figures.memory <= LARGEST:
        yield "figures.memory", f"must be more than 0 and at most {LARGEST} MiB"


def line_of(text: str, key: str) -> int:
    """Return the line on which a key is set: in its table, with a dot, or in braces; 1 if it is not found."""
    table, _, name = key.rpartition(".")
    end = rf"""["']?{re.escape(name)}["']?\s*[=.\]]"""
    header, dotted, braces = (
        rf"\[\s*{table}\s*\](?:.*\n)+?[ \t]*{end}",
        rf"{table}\s*\.\s*{end}",
        rf"{table}\s*=.*?{end}",
    )
    pattern = f"{header}|{dotted}|{braces}" if table else rf"\[*\s*{end}"
    found = re.search(rf"^[ \t]*(?:{pattern})", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1
