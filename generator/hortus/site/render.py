"""Fill the slots of a note's HTML: links get URLs, embeds their content, ids a prefix.

Nothing is reported here: `report` has already found what is broken, and it is rendered as such.
"""

from dataclasses import replace
from html import escape

from hortus.core.filetypes import kind_of
from hortus.core.model import (
    Ambiguous,
    AnchorMissing,
    Empty,
    Figure,
    FigureFound,
    Found,
    Link,
    Missing,
    Private,
    Segments,
    Shown,
    Slot,
)
from hortus.core.urls import href, tag_url
from hortus.figures.requests import caption_path
from hortus.links.bases import answer_key, shown_view
from hortus.links.graph import embedded_range, target_path
from hortus.site.media import FigureTexts, attachment, embedded_canvas, figure_element
from hortus.site.render_links import Place, link_address, opening_tag, target_name

DEEPEST_EMBED = 5
MOST_EMBEDS = 200
"""Notes embedded in one page, after which they are linked."""
WIDE_DRAWING = 900
"""Pixels; a wider drawing scrolls on its own page instead of being scaled down."""


def render_note(path: str, base: str, shown: Shown, light: bool = False) -> str:
    """Return the HTML of a note's body on the page *base*; *light*: with drawings as pictures."""
    body = shown.graph.texts[path].body
    return _fill(body, Place(base, path, stack=((path, 0, len(body)),), light=light), shown)


def render_part(path: str, segments: Segments, base: str, shown: Shown) -> str:
    """Return the HTML of a piece of a note, such as the sentence around a link, on the page *base*.

    On another page, references to an equation or footnote of the note point to its own page.
    """
    elsewhere = shown.urls.get(path, base) != base
    return _fill(segments, Place(base, path, ids=frozenset() if elsewhere else None), shown)


def render_hover(path: str, segments: Segments, base: str, shown: Shown) -> str:
    """Return the HTML of a piece of a note in a separate file *base*: all URLs point to other files."""
    return _fill(segments, Place(base, path, ids=frozenset(), counter=[MOST_EMBEDS], light=True), shown)


def _fill(segments: Segments, place: Place, shown: Shown) -> str:
    return "".join(part if isinstance(part, str) else _slot(part, place, shown) for part in segments)


def _slot(slot: Slot, place: Place, shown: Shown) -> str:
    match slot.kind:
        case "link":
            return opening_tag(slot, place, shown)
        case "embed":
            return _embed(slot, place, shown)
        case "caption":
            return _caption(slot.index, place, shown)
        case "figure":
            return _requested_figure(slot.index, place, shown)
        case "url":
            return escape(link_address(slot.index, place, shown))
        case "id":
            return place.prefix + slot.name
        case "ref":
            if place.ids is not None and slot.name not in place.ids:
                return escape(f"{href(shown.urls[place.path], place.base)}#{slot.name}")
            return f"#{place.prefix}{slot.name}"
        case "file":
            return escape(href(f"assets/diagrams/{slot.name}", place.base))
        case "result":
            return _result(slot, place, shown)
        case "tag":
            return escape(href(tag_url(slot.name), place.base))
        case "drawing":
            note = shown.graph.notes[place.path]
            wide = " drawing-wide" if note.drawing and note.drawing.box[2] > WIDE_DRAWING else ""
            name = escape(shown.words("Drawing: {title}", title=note.title))
            region = f'tabindex="0" role="region" aria-label="{name}"'
            return f'<div class="drawing-page{wide}" {region}>{_drawing(place, shown)}</div>\n'
        case "query":
            return _query(place.path, place.path, slot.index, place, shown)
        case "picture":
            return _drawn_picture(slot, place, shown)
    raise AssertionError(slot)


def _embed(slot: Slot, place: Place, shown: Shown) -> str:
    graph = shown.graph
    link, resolution = graph.texts[place.path].links[slot.index], graph.resolutions[place.path][slot.index]
    if slot.name != "inline" and (view := shown_view(graph, place.path, slot.index)):
        return _embedded_view(slot, *view, place, shown)
    match resolution:
        case FigureFound(name) if name in shown.figures:
            here = FigureTexts(link.label, _fill(link.caption, place, shown), link.width)
            return render_figure(name, place.base, shown, here)
        case Found(path) if path in graph.assets:
            return _attachment(path, slot.index, link, place, shown)
        case Ambiguous() if resolution.path in graph.assets:
            return _attachment(resolution.path, slot.index, link, place, shown)
        case Missing() | Empty():
            words = escape(link.label or link.target or shown.words("empty"))
            named = isinstance(resolution, Missing) and resolution.path
            why = shown.words("not written yet") if named else shown.words("no such file")
            return f'<span class="missing embed">{words}: {why}</span>'
        case AnchorMissing():
            return _missing_part(slot.index, link, place, shown)
        case Private():
            return f'<span class="private embed">{shown.words("not published")}</span>'
        case _:
            return _embedded_note(slot, link, place, shown)


def _query(host: str, path: str, number: int, place: Place, shown: Shown) -> str:
    """Show the result of query *number* of the note *path*, as the note *host* asks it."""
    result = shown.answers.get(answer_key(host, path, number))
    if result is None:
        return ""
    from hortus.site.query_results import render_result  # few notes have queries
    from hortus.site.query_values import Values

    def fill(source: str, segments: Segments) -> str:
        return _fill(segments, Place(place.base, source, ids=frozenset(), counter=[MOST_EMBEDS], light=True), shown)

    return render_result(result, Values(place.base, shown, fill))


def _embedded_view(slot: Slot, path: str, number: int, place: Place, shown: Shown) -> str:
    """Show a view of a base in place, with a link to the base."""
    address = escape(link_address(slot.index, place, shown))
    title = escape(target_name(slot.index, place, shown))
    inner = _query(place.path, path, number, place, shown)
    return f'<div class="embed base"><a class="embed-source" href="{address}">{title}</a>{inner}</div>\n'


def _attachment(path: str, index: int, link: Link, place: Place, shown: Shown) -> str:
    code = _fill(shown.files.get(path, ()), place, shown)
    return attachment(path, escape(link_address(index, place, shown)), link, shown.sizes.get(path, (0, 0)), code)


def _missing_part(index: int, link: Link, place: Place, shown: Shown) -> str:
    """Render a message that the section or block to embed is missing, with a link to the note."""
    title = escape(shown.graph.notes[target_path(shown.graph.resolutions[place.path][index])].title)
    is_block = link.anchor.rsplit("#", 1)[-1].strip().startswith("^")
    words = shown.words
    why = words("no block “{name}”", name=link.anchor) if is_block else words("no heading “{name}”", name=link.anchor)
    note = f'<a class="internal" href="{escape(link_address(index, place, shown))}">{title}</a>'
    return f'<span class="missing embed">{note}: {escape(why)}</span>'


def _embedded_note(slot: Slot, link: Link, place: Place, shown: Shown) -> str:
    """Render an embedded note, section or block in a frame, with a link to its source."""
    graph = shown.graph
    target = embedded_range(graph.resolutions[place.path][slot.index], graph.notes)
    path, start, end = target
    address = escape(link_address(slot.index, place, shown))
    title = escape(target_name(slot.index, place, shown))
    place.counter[0] += 1
    shallow = len(place.stack) <= DEEPEST_EMBED and place.counter[0] <= MOST_EMBEDS
    if not path and (picture := _embedded_picture(slot, address, place, shown)):
        return picture
    if not path or slot.name == "inline" or target in place.stack or not shallow:
        return f'<a class="internal" href="{address}">{title}</a>'
    part = graph.notes[path].body[start:end]
    ids = (
        None
        if end - start == len(graph.notes[path].body)
        else frozenset(s.name for s in part if isinstance(s, Slot) and s.kind == "id")
    )
    inner = Place(place.base, path, f"e{place.counter[0]}-", ids, (*place.stack, target), place.counter)
    return (
        f'<div class="embed note"><a class="embed-source" href="{address}">{title}</a>'
        f"{_fill(part, inner, shown)}</div>\n"
    )


def _embedded_picture(slot: Slot, address: str, place: Place, shown: Shown) -> str:
    """Render an embedded drawing, or a part of it, or a canvas in small size, with a link to its page."""
    link = shown.graph.texts[place.path].links[slot.index]
    note = shown.graph.notes.get(target_path(shown.graph.resolutions[place.path][slot.index]))
    inline = slot.name == "inline"
    many, in_sentence = place.counter[0] > MOST_EMBEDS, not place.stack and not place.light
    if note is None or in_sentence or (many and not place.light):
        return ""  # the sentence of a backlink gets a link instead
    within = any(path.lower().endswith(".canvas") for path, _, _ in place.stack)
    if not note.drawing and (inline or many or within or not note.path.lower().endswith(".canvas")):
        return ""
    title = escape(link.label or note.title)
    if note.drawing:
        inner = Place(place.base, note.path, counter=place.counter, light=place.light or inline)
        drawn = _drawing(inner, shown, link)
        if inline:
            return f'<a class="internal drawing-link" href="{address}">{drawn}</a>'
        caption = f'<figcaption><a class="internal" href="{address}">{title}</a></figcaption>'
        return f'<figure class="drawing-embed">{drawn}{caption}</figure>\n'
    inner = Place(place.base, note.path, f"e{place.counter[0]}-", counter=[MOST_EMBEDS], light=True)
    return embedded_canvas(_fill(note.body, inner, shown), address, title)


def _drawing(place: Place, shown: Shown, link: Link | None = None) -> str:
    note = shown.graph.notes[place.path]
    if note.drawing is None:
        return ""
    from hortus.parse.excalidraw.show import View, drawing_markup  # few notes are drawings

    part, width = (link.anchor, link.width) if link else ("", 0)
    label = link.label if link and link.label else note.title
    view = View(label, width, part, place.light)
    return drawing_markup(note.drawing, view, lambda segments: _fill(segments, place, shown))


def _drawn_picture(slot: Slot, place: Place, shown: Shown) -> str:
    """Render a file of the vault within a drawing; anything but a picture is a box with its name."""
    resolution = shown.graph.resolutions[place.path][slot.index]
    path, (width, height) = target_path(resolution), slot.name.split()
    address = escape(link_address(slot.index, place, shown))
    if path in shown.graph.assets and kind_of(path) == "image":
        return f'<image href="{address}" width="{width}" height="{height}" preserveAspectRatio="none"/>'
    from hortus.parse.excalidraw.references import placeholder

    words = "" if isinstance(resolution, Private) else shown.graph.texts[place.path].links[slot.index].target
    box = placeholder(words, float(width), float(height))
    return f'<a class="internal" href="{address}">{box}</a>' if address and not isinstance(resolution, Missing) else box


def render_figure(name: str, base: str, shown: Shown, here: FigureTexts = FigureTexts()) -> str:
    """Render a script's figure; *here* overrides its texts."""
    figure = shown.figures[name]
    texts = replace(here, caption=here.caption or _own_caption(figure, base, shown))
    return figure_element(figure, base, texts, shown.words, shown.remarks.get(name, ""))


def _own_caption(figure: Figure, base: str, shown: Shown) -> str:
    """Return title and caption of the figure's script."""
    script = figure.script
    path = caption_path(script, figure.name)
    words = render_note(path, base, shown) if path in shown.graph.texts else escape(script.caption)
    return words if script.title == script.name else f"<strong>{escape(script.title)}.</strong> {words}"


def _requested_figure(index: int, place: Place, shown: Shown) -> str:
    """Render the figure that a fence requests, or its name if it could not be drawn."""
    request = shown.graph.texts[place.path].figures[index]
    name = shown.requests.get((place.path, index), "")
    if name not in shown.figures:
        requested = escape(request.name or request.src)
        why = shown.words("could not be drawn")
        return f'<figure class="figure"><p class="figure-missing">{requested}: {why}</p></figure>\n'
    return render_figure(name, place.base, shown, FigureTexts(request.alt, _fill(request.shown, place, shown)))


def _result(slot: Slot, place: Place, shown: Shown) -> str:
    """Return the value of the result that a link to a figure names; the link's text if there is none."""
    link, resolution = shown.graph.texts[place.path].links[slot.index], shown.graph.resolutions[place.path][slot.index]
    figure = shown.figures.get(resolution.name) if isinstance(resolution, FigureFound) else None
    return escape(str(figure.results[link.anchor])) if figure and link.anchor in figure.results else slot.name


def _caption(index: int, place: Place, shown: Shown) -> str:
    """Return the paragraph under an embed, unless a figure shows it as its caption."""
    resolution = shown.graph.resolutions[place.path][index]
    if isinstance(resolution, FigureFound) and resolution.name in shown.figures:
        return ""
    return f"<p>{_fill(shown.graph.texts[place.path].links[index].caption, place, shown)}</p>\n"
