"""Pages of figures, each with its source, numbers and provenance, and the gallery."""

import csv
import re
from itertools import product
from typing import Any

from markupsafe import Markup

from hortus.core.model import Figure, Page
from hortus.figures.requests import code_path, figure_files, frame_name
from hortus.site.graph.nodes import FIGURE
from hortus.site.media import FigureTexts, thumbnail
from hortus.site.pages.meta import Head
from hortus.site.pages.templates import Press
from hortus.site.render import render_figure, render_note, render_part

CELLS = re.compile(r"\.(\d+\.svg|cells\.js|net\.js)$")
"""Files that no one downloads."""
MEASURED = frozenset({"seconds", "memory", "result"})
"""Values of the provenance that differ between runs or processors: for the terminal, not shown on pages."""


def figure_page(press: Press, name: str) -> Page:
    figure = press.shown.figures[name]
    url = f"figures/{name}.html"
    shows = [link.source for link in press.graph.figures.get(name, ())]
    asks = [path for (path, _), asked in press.shown.requests.items() if asked == name]
    notes = sorted({path for path in (*shows, *asks) if path in press.graph.notes and press.listed(path)})
    code = code_path(figure.script.name)
    return press.page(
        "figure.html",
        url,
        Head(figure.script.title, figure.alt, shows=f"figures/{name}.png" if figure.png else ""),
        picture=Markup(render_figure(name, url, press.shown, FigureTexts(caption=_fence_caption(press, name, url)))),
        figure=figure,
        provenance={name: value for name, value in figure.provenance.items() if name not in MEASURED},
        code=Markup(render_note(code, url, press.shown)) if code in press.graph.texts else "",
        source=figure.script.code,
        files=[name for name in sorted(figure_files(figure, "")) if not CELLS.search(name)],
        cells=_cells(figure),
        rows=list(csv.reader(figure.table.splitlines())),
        notes=[press.entry(path, url) for path in notes],
        places=_steps(press, name),
    )


def _cells(figure: Figure) -> list[dict[str, str]]:
    """Return the positions of the dials in words, each with its picture, or with the reason why there is none."""
    frames = enumerate(figure.frames) if figure.dials else ()
    words = [dial.name for dial in figure.dials]
    positions = product(*(dial.labels for dial in figure.dials))
    return [
        {
            "words": ", ".join(f"{name} {value}".strip() for name, value in zip(words, values, strict=True)),
            "file": frame_name(figure, number) if frame.svg else "",
            "fault": frame.fault if frame.stale or not frame.svg else "",
        }
        for (number, frame), values in zip(frames, positions, strict=False)
    ]


def _listed_figures(press: Press) -> list[str]:
    return [name for name in sorted(press.shown.figures) if press.listed(FIGURE + name)]


def _steps(press: Press, name: str) -> dict[str, Any] | None:
    """Return the links to the previous and the next figure of the gallery."""
    names = _listed_figures(press)
    if name not in names or len(names) == 1:
        return None
    place = names.index(name)
    near = {"previous": names[place - 1] if place else "", "next": names[place + 1] if place + 1 < len(names) else ""}
    links = {
        way: {"label": press.shown.figures[one].script.title or one, "href": f"{one}.html"} if one else None
        for way, one in near.items()
    }
    return {"number": place + 1, "count": len(names), **links}


def _fence_caption(press: Press, name: str, url: str) -> str:
    """Return the caption of the first listed fence that asks for a figure which no script declares; else nothing."""
    script = press.shown.figures[name].script
    if not script.inline and name in (script.name, *script.variants):
        return ""
    for path, number in sorted(key for key, asked in press.shown.requests.items() if asked == name):
        if path in press.graph.notes and press.listed(path):
            caption = press.shown.graph.texts[path].figures[number].shown
            if caption:
                return render_part(path, caption, url, press.shown)
    return ""


def gallery_page(press: Press) -> Page:
    url = "figures/index.html"
    figures = [
        {"title": figure.script.title, "name": name, "picture": Markup(thumbnail(figure, url))}
        for name in _listed_figures(press)
        for figure in [press.shown.figures[name]]
    ]
    return press.page("gallery.html", url, Head(press.words("Figures")), figures=figures)
