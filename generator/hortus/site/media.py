"""The markup of embedded media: figures, and attachments by type."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import parse_qs

from hortus.core.adaptive import adaptive_picture
from hortus.core.filetypes import kind_of
from hortus.core.keys import stem
from hortus.core.model import Figure, Link
from hortus.core.urls import href
from hortus.core.words import Words

TAG = re.compile(r"<[^>]*>")
MARGINAL_WORDS = 40
"""Words of a caption that fits the margin; a longer one is below its figure."""

CANVAS_SIZE = re.compile(r'(?<= width=)"([\d.]+)" height="([\d.]+)"')
READABLE = 0.7
"""The scale at which the text of a canvas has 11 pixels."""
LONG = 3
"""How many times longer than wide a canvas is of which an overview would be too flat."""


@dataclass(frozen=True, slots=True)
class FigureTexts:
    """Alt text, caption (as HTML) and width of a figure in one place; empty for those of its script."""

    alt: str = ""
    caption: str = ""
    width: int = 0


def attachment(path: str, address: str, link: Link, size: tuple[int, int], code: str = "") -> str:
    """Render an attachment by type: picture, audio, video, document, text; anything else is a link.

    *address* is its escaped URL, *size* the natural size of a picture, *code* a text file's content as HTML.
    """
    kind = kind_of(path)
    name = escape(path.rsplit("/", 1)[-1])
    if kind == "image":
        return _image(path, address, link, size)
    if kind in ("audio", "video"):
        width = f' width="{link.width}"' if link.width else ""
        return f'<{kind} controls preload="metadata" src="{address}"{width}><a href="{address}">{name}</a></{kind}>'
    if kind == "pdf":
        height = parse_qs(link.anchor).get("height", ["600"])[0]
        height = height if height.isdecimal() else "600"
        return (
            f'<object class="document" type="application/pdf" data="{address}" height="{height}" aria-label="{name}">'
            f'<a class="internal attachment" href="{address}">{name}</a></object>'
        )
    if code:
        return f'<div class="embed file"><a class="embed-source" href="{address}">{name}</a>{code}</div>'
    return f'<a class="internal attachment" href="{address}">{escape(link.label) or name}</a>'


def embedded_canvas(drawn: str, address: str, title: str) -> str:
    """Return the box that shows a canvas in a note, and links to its page; *title* and *address* are HTML.

    The drawing gets the size at which it can be read. The style sheet shows it in that size, in a box that scrolls, on
    narrow screens and if it is long; otherwise scaled to its place.
    """
    found = CANVAS_SIZE.search(drawn)
    width, height = (float(found[1]), float(found[2])) if found else (1.0, 1.0)
    long = " canvas-long" if max(width, height) > LONG * min(width, height) else ""
    drawn = CANVAS_SIZE.sub(f'"{READABLE * width:.0f}" height="{READABLE * height:.0f}"', drawn, count=1)
    cover = f'<a class="canvas-cover" href="{address}" tabindex="-1" aria-hidden="true"></a>'
    view = f'<div class="canvas-view"><div inert>{drawn}</div>{cover}</div>'
    return f'<div class="canvas-small{long}">{view}<a class="canvas-link" href="{address}">{title}</a></div>\n'


def _image(path: str, address: str, link: Link, own: tuple[int, int]) -> str:
    width, height = _size(link, own)
    size = (f' width="{width}"' if width else "") + (f' height="{height}"' if height else "")
    part = f" {escape(link.anchor)}" if link.anchor.replace("-", "").isalnum() else ""
    alt = escape(link.label or stem(path).rpartition(".")[0])
    return f'<img class="picture{part}" src="{address}" alt="{alt}"{size} loading="lazy" decoding="async">'


def _size(link: Link, own: tuple[int, int]) -> tuple[int, int]:
    """Return the display size of an image: as in the embed, with the natural aspect ratio if only a width is set."""
    width, height = own
    if link.width and not link.height:
        return link.width, round(link.width * height / width) if width else 0
    return (link.width, link.height) if link.width else own


def thumbnail(figure: Figure, base: str) -> str:
    """Return a figure's still picture for the gallery on the page *base*; empty if there is none."""
    if not figure.frames:
        return ""
    source = escape(href(f"figures/{figure.name}.svg", base))
    size = f'width="{figure.width}" height="{figure.height}"'
    return adaptive_picture(source, f'alt="{escape(figure.alt)}" {size} loading="lazy" decoding="async"')


def figure_element(figure: Figure, base: str, texts: FigureTexts, words: Words, remark: str = "") -> str:
    """Return a figure with its caption; *remark* is HTML below the picture."""
    alt = _with_results(texts.alt, figure.results) or figure.alt
    page = escape(href(f"figures/{figure.name}.html", base))
    links = f'<a class="figure-page" href="{page}">{words("Source, numbers and provenance")}</a>'
    if figure.frames:
        picture = _still_picture(figure, base, alt, texts.width, words)
    else:
        why = words("not drawn") if figure.state == "skipped" else words("could not be drawn")
        picture = f'<p class="figure-missing">{escape(alt or figure.name)}: {why}</p>'
    stale = (
        f' <span class="stale">{words("an earlier picture; the script has changed since and fails")}</span>'
        if figure.state == "stale"
        else ""
    )
    kind = "figure long" if len(TAG.sub(" ", texts.caption).split()) > MARGINAL_WORDS else "figure"
    return f'<figure class="{kind}">{picture}{remark}<figcaption>{texts.caption}{stale} {links}</figcaption></figure>\n'


def _with_results(alt: str, results: Mapping[str, object]) -> str:
    """Fill ``{name}`` in a note's alt text from a figure's results; braces with another meaning stay."""
    try:
        return alt.format(**results)
    except (LookupError, ValueError, AttributeError, TypeError):
        return alt


def _still_picture(figure: Figure, base: str, alt: str, width: int, words: Words) -> str:
    """Return the still picture with a link to its file, and its dials if there are several pictures."""
    source = escape(href(f"figures/{figure.name}.svg", base))
    height = round(figure.height * width / figure.width) if width and figure.width else figure.height
    dials = ""
    if figure.dials:
        given = [[dial.name, dial.labels] for dial in figure.dials]
        text = escape(json.dumps(given, ensure_ascii=False, separators=(",", ":")))
        dials = f' data-dials="{text}" data-still="{figure.still}" data-rows="{len(given)}"'
    if figure.shown.net:
        dials += f' data-net="{json.loads(figure.shown.net)["box"]}"'
    name = "" if alt else f' aria-label="{escape(words("{title}, enlarged", title=figure.script.title))}"'
    size = f'width="{width or figure.width}" height="{height}"'
    shown = adaptive_picture(source, f'alt="{escape(alt)}" {size}{dials} loading="lazy" decoding="async"')
    return f'<a class="zoom" href="{source}"{name}>{shown}</a>'
