"""Settings, from ``hortus.toml`` and the command line.

Every key is optional, and so is the file. An unknown key, or a value of the wrong type, is an error that names
the key, its line and a key with a similar name.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, get_args

import msgspec
from platformdirs import user_cache_path

from hortus.core.hashing import digest
from hortus.core.model import HortusError, ParseOptions, TaskMode
from hortus.core.urls import CODE_SCHEMES

SETTINGS = "hortus.toml"
MANIFEST = ".hortus.json"
"""List of all files that Hortus wrote to a folder; a folder with it is a site."""
VAULT = "vault"
"""Default folder of the notes in a project."""
DESCRIPTIONS = frozenset(
    f"{name}.md" for name in ("readme", "license", "changelog", "contributing", "code_of_conduct", "security")
)
"""Files that describe a repository; a folder with only these is not a vault."""

PREAMBLE = "preamble.sty"
"""LaTeX preamble of a vault, as named by Obsidian's plugins."""
LONGEST_PREAMBLE = 1 << 18

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
    """Words, signs and tags that mark a place as still to do, in addition to TODO and FIXME."""
    url_schemes: list[str] = field(default_factory=list)
    """Schemes that links may have, in addition to http, https, mailto and tel: ``zotero``."""
    figures: FigureSettings = field(default_factory=FigureSettings)


@dataclass(frozen=True, slots=True)
class Config:
    """Settings with resolved folders."""

    project: Path
    """The folder of the settings, or of the vault if there are none."""
    vault: Path
    out: Path
    cache: Path
    settings: Settings

    @property
    def skip(self) -> tuple[Path, ...]:
        """Folders that are not part of the vault even if they are inside it."""
        return self.out, self.cache

    @property
    def parse_options(self) -> ParseOptions:
        settings = self.settings
        return ParseOptions(
            settings.strict_line_breaks,
            settings.html,
            _preamble(self.vault / PREAMBLE) + tuple(sorted(settings.macros.items())),
            tuple(sorted({mark.strip() for mark in settings.todo_marks})),
            settings.tasks,
            tuple(sorted(map(str.lower, settings.url_schemes))),
            tuple(sorted({self.vault.name, self.project.name, settings.title} - {""})),
        )

    @property
    def figures(self) -> Path:
        """The folder of figure scripts; it need not exist."""
        beside = self.project / self.settings.figures.folder
        return beside if beside.is_dir() else self.vault / self.settings.figures.folder


def read_config(folder: Path | None = None, out: Path | None = None) -> Config:
    """Find settings and folders for *folder*: a vault, or a folder with settings or a vault."""
    given = Path(os.path.realpath(folder or Path.cwd()))
    if not os.path.isdir(given):
        raise HortusError(f"{folder}: no such folder; pass the folder of your notes")
    try:
        project = _project(given)
    except OSError as error:
        raise HortusError(f"{error.filename}: {error.strerror}") from None
    settings = read_settings(project / SETTINGS) if project else Settings()
    base = project or given
    vault = _vault(base, settings)
    output = Path(os.path.abspath(out or (base / settings.out if settings.out else _out(base, vault, project is None))))
    try:
        output.resolve()
    except (OSError, RuntimeError):  # the second up to Python 3.12
        raise HortusError(f"{output}: symlinks form a loop") from None
    if vault == base and not settings.vault and _is_gone(base, output if out or settings.out else base / "site"):
        raise _gone(base / VAULT)
    return Config(base, vault, output, _cache(vault), settings)


def _vault(base: Path, settings: Settings) -> Path:
    """Return the vault of a project; raise HortusError if one that is named, or was read before, does not exist."""
    if settings.vault:
        vault = Path(os.path.realpath(base / settings.vault))
        if not os.path.isdir(vault):
            line = _line((base / SETTINGS).read_text("utf-8-sig"), "vault")
            raise HortusError(f"{SETTINGS}:{line}: vault: no folder {settings.vault!r}; it is relative to the settings")
        return vault
    vault = base / VAULT
    if vault.is_dir():
        return vault
    if (
        os.path.lexists(vault) or _cache(vault).is_dir()
    ):  # it was read before, so notes next to it belong to another vault
        raise _gone(vault)
    return base


def _is_gone(base: Path, out: Path) -> bool:
    """Return whether *base* probably had a vault that is gone: it has a site, or only files that describe a project.

    *out* is the output folder. The `site` of the current folder is ignored: it may belong to another vault.
    """
    sites = {out, base / "site"}
    if any(nested_vault(site) for site in sites):
        return True
    parts = (SETTINGS, "figures", "site")
    return any((base / part).exists() for part in parts) and _only_describes(base)


def nested_vault(site: Path) -> bool:
    """Return whether the manifest of *site* says that its notes were in a folder `vault` of a project."""
    try:
        return json.loads((site / MANIFEST).read_text("utf-8")).get("vault") == VAULT
    except (OSError, ValueError, AttributeError):
        return False


def _only_describes(base: Path) -> bool:
    """Return whether *base* has notes, and all of them are files such as README.md that describe a repository."""
    found = False
    for _, folders, names in os.walk(base):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
        for name in (name for name in names if name.lower().endswith((".md", ".canvas", ".excalidraw"))):
            if name.lower() not in DESCRIPTIONS:
                return False
            found = True
    return found


def _gone(vault: Path) -> HortusError:
    return HortusError(f'{vault}: the vault is gone; restore it, or write `vault = "."` into {SETTINGS}')


def _out(base: Path, vault: Path, alone: bool) -> Path:
    """Return the default output folder, which is never inside the vault. *alone*: there are no settings."""
    if vault != base:
        return base / "site"
    here = Path(os.path.realpath(Path.cwd()))
    outer = _obsidian_vault(vault)
    if alone and here != outer and outer not in here.parents:
        return here / "site"
    return outer.parent / f"{vault.name}-site"


def _obsidian_vault(folder: Path) -> Path:
    """Return the Obsidian vault that *folder* is or is in; without one, the folder itself."""
    return next((one for one in (folder, *folder.parents) if (one / ".obsidian").is_dir()), folder)


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
            f"{file.name}:{_line(text, key)}: {key}: {_in_words(message, CHOICES.get(key, ()))}"
        ) from None
    for key, fault in _faults(settings):
        raise HortusError(f"{file.name}:{_line(text, key)}: {key}: {fault}")
    return settings


def _refuse_unknown(name: str, text: str, values: object, record: type, prefix: str = "") -> None:
    known = [each.name for each in fields(record)]
    for key in values if isinstance(values, dict) else ():
        if key not in known:
            near = get_close_matches(key, known, 1, 0.5)
            hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"
            raise HortusError(f"{name}:{_line(text, prefix + key)}: no setting `{prefix}{key}`; {hint}")


def _preamble(file: Path) -> tuple[tuple[str, str], ...]:
    """Return the text of the vault's LaTeX preamble as a command without a name; empty if there is none."""
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > LONGEST_PREAMBLE:
            return ()
        return (("", file.read_text(encoding="utf-8", errors="replace")),)
    except OSError:
        return ()


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


def _line(text: str, key: str) -> int:
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


def _project(given: Path) -> Path | None:
    """Return the folder with the settings for *given*: itself, or its parent if that names it as its vault."""
    if (given / SETTINGS).exists():
        return given
    parent = given.parent
    if (parent / SETTINGS).exists():
        settings = read_settings(parent / SETTINGS)
        if (parent / (settings.vault or "vault")).resolve() == given:
            return parent
    return None


def _cache(vault: Path) -> Path:
    """Return the cache folder of *vault*, which is never inside it."""
    chosen = os.environ.get("HORTUS_CACHE")
    try:
        root = Path(chosen) if chosen else user_cache_path("hortus")
    except RuntimeError:  # the user is unknown to the system
        raise HortusError("there is no home folder for the cache; set HORTUS_CACHE to a folder") from None
    cache = root.absolute() / digest(str(vault))[:16]
    if vault in Path(os.path.realpath(cache)).parents:
        words = "is inside the vault, where nothing is written; set HORTUS_CACHE to a folder elsewhere"
        raise HortusError(f"{root}: the cache {words}", 4)
    return cache
