"""Every address of the site, and what answers it: a State in, pages and files out, each made when asked for.

A page is the site's own, with the preview's style and module in its head and a ``meta`` that tells them
what only the author sees: counts, drafts, what runs, what is wrong, the way into the editor.
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
from hortus.site.manifest import attachment_copy, make_content, make_manifest
from hortus.site.math_font import whole_font
from hortus.site.pages import Material, Press, Recipe, note_page
from hortus.site.search import FOLDER as SEARCH

OWN = ".hortus"
"""Folder of the preview's own addresses; no file of a vault has one that begins with a dot."""
STATIC = ("preview.js", "preview.css")
FAULTS = frozenset(kind for kind in SEVERITY if SEVERITY[kind] == "error" or kind.startswith("bad_")) - BROKEN
"""Kinds that the badge counts as errors: formulas, diagrams, front matter, figures, notes that were not read."""
SEEN = re.compile(r'<meta name="hortus-preview" data-seen="(\w+)"')
ADDRESSES = re.compile(r'\shref="([^"#?]*)')


class Showing:
    """All that can be asked for while one State lasts; *editor*: pages may lead into the author's editor."""

    def __init__(self, state: State, editor: bool = True, index: LiveIndex | None = None):
        self.state, self.config, self.editor = state, state.config, editor
        found = state.found
        self.shown: Shown = with_remarks(found.shown, state.running)
        arrange = partial(arrange_once, store=self.config.cache)
        settings = replace(self.config.settings, report="public")  # its author sees it in any case
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
        """Paths of notes by address."""
        return {self.shown.urls[path]: path for path in self.shown.graph.notes}

    @cached_property
    def drafts(self) -> dict[str, str]:
        """Paths of notes that are not published, by address."""
        return {url: path for url, path in self.notes.items() if not self.shown.graph.notes[path].public}

    def find(self, address: str) -> str | None:
        """Return the page or file that an address, decoded and without its first slash, means; None for none.

        It is looked up, never followed: an address that is not in the site's own list is broken.
        """
        for url in (address, f"{address}index.html" if address.endswith("/") or not address else f"{address}.html"):
            if url in self.notes or url in MATH or url.startswith(f"{SEARCH}/") or url in self.manifest:
                return url
        return None

    # --- answers ---

    def is_page(self, url: str) -> bool:
        """Return whether a page that Hortus makes is at an address that `find` returned."""
        recipe = None if url in self.notes else self.manifest.get(url)
        return url in self.notes or (
            recipe is not None and url.endswith(".html") and recipe.function is not attachment_copy
        )

    def file(self, url: str) -> bytes | Path | None:
        """Return a file; None where the site has none after all."""
        if url.startswith(f"{SEARCH}/"):
            return self.index.file(url, self.shown, self.config)
        if url in MATH:  # the style does not wait for the font
            font = whole_font(self.config.cache) if url.endswith("woff2") else b""
            return theme_file(url.rpartition("/")[2], self.config.project, font)
        return make_content(self.manifest[url], self.press)

    def page(self, url: str) -> str:
        """Return a page with what the preview adds to it; one that cannot be made says why."""
        if url not in self.made:
            try:
                made = note_page(self.press, self.notes[url]) if url in self.notes else self._made(url)
                self.made[url] = self._with_preview(url, made.text)
            except Exception as error:  # a fault of ours, or of a template next to the settings
                self.made[url] = self.fault(f"{type(error).__name__}: {error}", traceback.format_exc())
        return self.made[url]

    def _made(self, url: str) -> Page:
        return self.manifest[url].make(self.press)

    def look_at(self, address: str) -> str:
        """Return the page that is at an address, also when there is none any more."""
        return self.page(address) if address in self.notes or address in self.manifest else self.nothing(address)

    def nothing(self, address: str) -> str:
        """Return a page for an address that is broken now; it becomes the page when there is one."""
        return self.fault(
            "Page not found", f"/{address}\nNo page of the site has this address. The first page: /index.html"
        )

    def fault(self, message: str, detail: str = "") -> str:
        """Return a page that says what is wrong, and fixes itself when that is fixed."""
        head = "<!doctype html><html><head><meta charset=utf-8><title>Preview</title></head>"
        body = f"<body><main><h1>{escape(message)}</h1><pre>{escape(detail)}</pre></main></body></html>"
        page = head + body
        return self._with_preview("", page)

    def edit(self, path: str, line: int) -> str:
        """Return the address that opens a file at a line in the author's editor, empty if there is none."""
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
        told = json.dumps(self._told(url, text), ensure_ascii=False)
        head = (
            f'<link rel="stylesheet" href="/{OWN}/preview.css"><script type="module" src="/{OWN}/preview.js"></script>'
            f'<meta name="hortus-preview" data-seen="{digest(text + told)[:16]}" content="{escape(told)}">'
        )
        return text.replace("<head>", f"<head>{head}", 1) if "<head>" in text else head + text

    def _told(self, url: str, text: str) -> dict[str, Any]:
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
        """Return what is so wrong with a note that it cannot be shown as it is, and what keeps the whole back."""
        found = [(self.state.trouble, "")] if self.state.trouble else []
        if path:
            note = self.shown.graph.notes[path]
            for issue in note.issues:
                if issue.kind in UNREADABLE:
                    words = f"line {issue.line}: {issue.message}" + (f"; {issue.hint}" if issue.hint else "")
                    found.append((words, self.edit(path, issue.line)))
        return found


MATH = ("assets/math.css", "assets/math.woff2")
"""Made only when a page with a formula asks; the font is the whole one, so that no new sign is missing."""


def with_remarks(shown: Shown, running: frozenset[str]) -> Shown:
    """Say under each figure's picture that it runs, or what went wrong."""
    remarks = {name: words for name, figure in shown.figures.items() if (words := _remark(figure, name in running))}
    return replace(shown, remarks=remarks) if remarks else shown


def _remark(figure: Figure, running: bool) -> str:
    if running:
        return f'<p class="preview-running" role="status">{escape(figure.name)}: running</p>'
    if not figure.error:
        return ""
    trace = f"<pre>{escape(figure.traceback)}</pre>" if figure.traceback.strip() else ""
    return f'<div class="preview-failed"><p>{escape(figure.name)}: {escape(figure.error)}</p>{trace}</div>'


def own_file(name: str) -> bytes | None:
    """Return one of the preview's own files."""
    if name not in STATIC:
        return None
    return (files("hortus.preview") / "static" / name).read_bytes()


def seen_mark(page: str) -> str:
    """Return the mark that identifies a page of `Showing`."""
    found = SEEN.search(page)
    return found[1] if found else ""
