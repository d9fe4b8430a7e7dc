"""The pages and files of a State, by URL, made on request.

A page is that of the site, with the preview's style and script in its head, and a ``meta`` element with data for the
author: counts of issues, drafts, running figures, errors, the address that opens the note in an editor.
"""

import json
import re
import traceback
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, partial
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from hortus.core.hashing import digest
from hortus.core.model import Figure, Page, Shown
from hortus.core.urls import href
from hortus.engine.survey import UNREADABLE
from hortus.preview.search import LiveIndex
from hortus.preview.session import State
from hortus.report.kinds import BROKEN, SEVERITY
from hortus.site.files import theme_file
from hortus.site.graph.layout_cache import arrange_once
from hortus.site.manifest import attachment_copy, make_content, make_manifest, static_copy
from hortus.site.math_font import whole_font
from hortus.site.pages import Material, Press, Recipe, note_page
from hortus.site.search import FOLDER as SEARCH

OWN = ".hortus"
"""Folder of the preview's own URLs; no file of a vault has a URL that begins with a dot."""
STATIC = ("preview.js", "preview.css")
FAULTS = frozenset(kind for kind in SEVERITY if SEVERITY[kind] == "error" or kind.startswith("bad_")) - BROKEN
"""Kinds that the badge counts as errors: formulas, diagrams, front matter, figures, notes that were not read."""
SEEN = re.compile(r'<meta name="hortus-preview" data-seen="(\w+)"')
ADDRESSES = re.compile(r'\shref="([^"#?]*)')


class Showing:
    """The pages and files of one State; *editor*: pages may link to the author's editor."""

    def __init__(self, state: State, editor: bool = True, index: LiveIndex | None = None):
        self.state, self.config, self.editor = state, state.config, editor
        found = state.found
        self.shown: Shown = with_remarks(found.shown, state.running)
        arrange = partial(arrange_once, store=self.config.cache)
        settings = replace(self.config.settings, report="public")  # the author always sees the report
        material = Material(self.shown, found.report, found.markdown, settings, self.config.project, self.config.cache)
        self.press = Press(material, self.edit, arrange)
        self.index = index or LiveIndex()
        self.made: dict[str, str] = {}

    # --- addresses ---

    @cached_property
    def manifest(self) -> Mapping[str, Recipe]:
        return make_manifest(self.press, self.state.found.opening)

    @cached_property
    def notes(self) -> dict[str, str]:
        """Paths of notes by URL."""
        return {self.shown.urls[path]: path for path in self.shown.graph.notes}

    @cached_property
    def drafts(self) -> dict[str, str]:
        """Paths of notes that are not published, by URL."""
        return {url: path for url, path in self.notes.items() if not self.shown.graph.notes[path].public}

    def find(self, address: str) -> str | None:
        """Return the URL of a page or file for a requested path, decoded and without its first slash; None if unknown.

        The path is only looked up in the site's list of files, never used as a path on disk.
        """
        for url in (address, f"{address}index.html" if address.endswith("/") or not address else f"{address}.html"):
            if url in self.notes or url in MATH or url.startswith(f"{SEARCH}/") or url in self.manifest:
                return url
        return None

    # --- answers ---

    def is_page(self, url: str) -> bool:
        """Return whether a URL that `find` returned is that of a page made by Hortus."""
        recipe = None if url in self.notes else self.manifest.get(url)
        return url in self.notes or (
            recipe is not None and url.endswith(".html") and recipe.function not in (attachment_copy, static_copy)
        )

    def file(self, url: str) -> bytes | Path | None:
        """Return a file; None if its recipe makes none."""
        if url.startswith(f"{SEARCH}/"):
            return self.index.file(url, self.shown, self.config)
        if url in MATH:  # the style does not need the font
            font = whole_font(self.config.cache) if url.endswith("woff2") else b""
            return theme_file(url.rpartition("/")[2], self.config.project, font, self.config.settings.language)
        return make_content(self.manifest[url], self.press)

    def page(self, url: str) -> str:
        """Return a page with the preview's additions, or a page with the error if it cannot be rendered."""
        if url not in self.made:
            try:
                made = note_page(self.press, self.notes[url]) if url in self.notes else self._made(url)
                self.made[url] = self._with_preview(url, made.text)
            except Exception as error:  # an error in Hortus, or in a template of the project
                self.made[url] = self.fault(f"{type(error).__name__}: {error}", traceback.format_exc())
        return self.made[url]

    def _made(self, url: str) -> Page:
        return self.manifest[url].make(self.press)

    def current(self, address: str) -> str:
        """Return the page at a URL now, also if it does not exist any more."""
        return self.page(address) if address in self.notes or address in self.manifest else self.nothing(address)

    def nothing(self, address: str) -> str:
        """Return an error page for a URL without a page; it is replaced when there is a page."""
        return self.fault(
            "Page not found", f"/{address}\nNo page of the site has this address. The first page: /index.html"
        )

    def fault(self, message: str, detail: str = "") -> str:
        """Return an error page, which is replaced when the error is fixed."""
        head = "<!doctype html><html><head><meta charset=utf-8><title>Preview</title></head>"
        body = f"<body><main><h1>{escape(message)}</h1><pre>{escape(detail)}</pre></main></body></html>"
        page = head + body
        return self._with_preview("", page)

    def edit(self, path: str, line: int) -> str:
        """Return the URL that opens a file at a line in the author's editor; empty if there is none."""
        graph, pattern = self.shown.graph, self.config.settings.editor
        if not self.editor or not pattern:
            return ""
        if path in graph.notes or path in graph.assets:
            file = self.config.vault / path
        else:
            name = path.removeprefix("figures/")
            file = self.config.figures / name if name != path else self.config.vault / path
        return pattern.replace("{path}", quote(str(file), safe="")).replace("{line}", str(line))

    def _with_preview(self, url: str, text: str) -> str:
        data = json.dumps(self._data(url, text), ensure_ascii=False)
        head = (
            f'<link rel="stylesheet" href="/{OWN}/preview.css"><script type="module" src="/{OWN}/preview.js"></script>'
            f'<meta name="hortus-preview" data-seen="{digest(text + data)[:16]}" content="{escape(data)}">'
        )
        return text.replace("<head>", f"<head>{head}", 1) if "<head>" in text else head + text

    def _data(self, url: str, text: str) -> dict[str, Any]:
        """Return the data for the script of the page."""
        path, summary = self.notes.get(url, ""), self.state.found.report.summary
        linked = set(ADDRESSES.findall(text)) if self.drafts else set()
        return {
            "broken": sum(count for kind, count in summary.items() if kind in BROKEN),
            "faults": sum(count for kind, count in summary.items() if kind in FAULTS),
            "todo": sum(summary.get(kind, 0) for kind in ("todo", "todo_link")),
            "report": "/report.html",
            "edit": self.edit(path, 1) if path else "",
            "draft": url in self.drafts,
            "drafts": sorted(address for draft in self.drafts if escape(address := href(draft, url)) in linked),
            "running": sorted(self.state.running),
            "errors": [{"text": text, "edit": edit} for text, edit in self._errors(path)],
        }

    def _errors(self, path: str) -> list[tuple[str, str]]:
        """Return the errors that keep a note, or the whole vault, from being shown; each with a link to the editor."""
        found = [(self.state.trouble, "")] if self.state.trouble else []
        if path:
            note = self.shown.graph.notes[path]
            for issue in note.issues:
                if issue.kind in UNREADABLE:
                    words = f"line {issue.line}: {issue.message}" + (f"; {issue.hint}" if issue.hint else "")
                    found.append((words, self.edit(path, issue.line)))
        return found


MATH = ("assets/math.css", "assets/math.woff2")
"""Files for formulas; the font is complete, so that it has every character of an edited formula."""


def with_remarks(shown: Shown, running: frozenset[str]) -> Shown:
    """Add a remark under each figure that is running or failed."""
    remarks = {name: words for name, figure in shown.figures.items() if (words := _remark(figure, name in running))}
    return replace(shown, remarks=remarks) if remarks else shown


def _remark(figure: Figure, running: bool) -> str:
    if running:
        return f'<p class="preview-running" role="status">{escape(figure.name)}: running</p>'
    failed = _failure(figure.name, figure.error, figure.traceback) if figure.error else ""
    cells = [frame for frame in figure.frames if frame.error]
    return failed + "".join(_failure(f"{figure.name}, {one.label}", one.error, one.traceback) for one in cells)


def _failure(name: str, error: str, traceback: str) -> str:
    trace = f"<pre>{escape(traceback)}</pre>" if traceback.strip() else ""
    return f'<div class="preview-failed"><p>{escape(name)}: {escape(error)}</p>{trace}</div>'


def own_file(name: str) -> bytes | None:
    """Return one of the preview's own files."""
    if name not in STATIC:
        return None
    return (files("hortus.preview") / "static" / name).read_bytes()


def seen_mark(page: str) -> str:
    """Return the mark of the version of a page from `Showing.page`."""
    found = SEEN.search(page)
    return found[1] if found else ""
