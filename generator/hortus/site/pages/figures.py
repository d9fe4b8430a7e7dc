"""Pages of figures, each with its source, numbers and provenance, and the gallery."""

import csv
import re

from markupsafe import Markup

from hortus.core.model import Page
from hortus.figures.requests import code_path, figure_files
from hortus.site.graph.nodes import FIGURE
from hortus.site.media import thumbnail
from hortus.site.pages.meta import Head
from hortus.site.pages.templates import Press
from hortus.site.render import FigureTexts, render_figure, render_note, render_part

FRAME = re.compile(r"\.\d+\.svg$")
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
        Head(figure.script.title, figure.alt, shows=f"figures/{name}.png" if figure.frames else ""),
        picture=Markup(render_figure(name, url, press.shown, FigureTexts(caption=_fence_caption(press, name, url)))),
        figure=figure,
        provenance={name: value for name, value in figure.provenance.items() if name not in MEASURED},
        code=Markup(render_note(code, url, press.shown)) if code in press.graph.texts else "",
        source=figure.script.code,
        files=[name for name in sorted(figure_files(figure, "")) if not FRAME.search(name)],
        rows=list(csv.reader(figure.table.splitlines())),
        notes=[press.entry(path, url) for path in notes],
    )


def _fence_caption(press: Press, name: str, url: str) -> str:
    """Return the caption of the first listed fence that asks for a figure which no script declares; else nothing."""
    script = press.shown.figures[name].script
    if script.file.suffix == ".py" and name in (script.name, *script.variants):
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
        for name, figure in sorted(press.shown.figures.items())
        if press.listed(FIGURE + name)
    ]
    return press.page("gallery.html", url, Head(press.words("Figures")), figures=figures)
