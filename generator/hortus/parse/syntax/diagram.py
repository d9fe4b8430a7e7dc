"""Mermaid fences, drawn at build time as SVG files that adapt to light and dark themes.

1. mmdr's `merman`, a port of mermaid.js, draws the prepared source; an error becomes an issue.
2. The drawing is sanitised (``hortus.core.svg``); its white background and parts that depend on the date are removed,
   and its colours are inverted in dark themes.
3. It is compared with its source: if words or arrows are missing, there is an issue instead of a drawing.

Without mmdr the source is shown as code, and ``env["missing_extra"]`` says which extra is missing.
"""

import re
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib.util import find_spec
from typing import NamedTuple
from xml.etree.ElementTree import Element

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from hortus.core.adaptive import THEMES, adaptive_css, adaptive_picture
from hortus.core.slots import mark
from hortus.core.svg import SVG, clean_svg, parse_svg, svg_text
from hortus.parse.syntax.code import parse_info
from hortus.parse.syntax.diagram_fault import check_source, hint_of, line_of
from hortus.parse.syntax.diagram_formula import place_formulas
from hortus.parse.syntax.diagram_source import UNNAMED, Prepared, count_arrows, kind_of, missing_words, prepare
from hortus.parse.syntax.interface import said
from hortus.parse.syntax.position import lines_of

AS_DRAWN, INVERTED = "filter:none", "filter:invert(0.92) hue-rotate(180deg)"
WHITE = {"white", "#fff", "#ffffff"}
KINDS = {
    "classDiagram": "Class diagram",
    "erDiagram": "Entity relationship diagram",
    "flowchart": "Flowchart",
    "gantt": "Gantt chart",
    "gitGraph": "Git graph",
    "journey": "User journey",
    "mindmap": "Mind map",
    "pie": "Pie chart",
    "quadrantChart": "Quadrant chart",
    "sequenceDiagram": "Sequence diagram",
    "stateDiagram": "State diagram",
    "timeline": "Timeline",
    "xychart": "XY chart",
}
"""Names of the most frequent kinds of diagrams."""
LINE = re.compile(r"\b(?:flowchart-link|relation|transition|messageLine[01]|relationshipLine|edge)\b")
"""Classes of lines between two elements."""
FONTS = re.compile(r"""("|'|&quot;|)trebuchet ms\1\s*,\s*verdana\s*,\s*arial\s*,\s*sans-serif""", re.IGNORECASE)
NARROW_FONTS = "'trebuchet ms',arial,'liberation sans',sans-serif"
"""Labels are measured in Trebuchet; Verdana, or DejaVu in its place on Linux, is wider than their boxes."""
OFFSET = re.compile(r" at \d+$")
"""In messages of mmdr: an offset in the prepared source, of no use to the author."""
LONGEST, MOST_ARROWS = 50_000, 500
"""Characters of source, and arrows of a flowchart; the limits of mermaid.js (`maxTextSize`, `maxEdges`)."""


class Drawing(NamedTuple):
    name: str
    svg: str
    width: int
    height: int


def diagram_plugin(md: MarkdownIt) -> None:
    """Add diagrams to *md*: a ``mermaid`` fence that can be drawn becomes a ``diagram`` token.

    The drawings are in ``env["diagrams"]``, by file name; problems are added to ``env["issues"]``.
    """
    md.core.ruler.after("block", "diagram", _draw_diagrams)
    md.add_render_rule("diagram", _render)


def _draw_diagrams(state: StateCore) -> None:
    for token in state.tokens:
        if token.type != "fence" or parse_info(token.info).language.lower() != "mermaid":
            continue
        if find_spec("mmdr") is None:
            state.env["missing_extra"] = "diagrams"
            continue
        try:
            drawing = draw(token.content)
        except ValueError as error:
            message = str(error)
            line = lines_of(token)[0] + 1 + line_of(token.content, message, _fault)
            state.env.setdefault("issues", []).append(("bad_diagram", line, message, hint_of(message)))
            continue
        state.env.setdefault("diagrams", []).append((drawing.name, drawing.svg))
        token.type, token.meta = "diagram", {"drawing": drawing}


@lru_cache(maxsize=32)
def draw(source: str) -> Drawing:
    """Draw a Mermaid diagram; raise ValueError with the reason if that fails."""
    if len(source) > LONGEST:
        raise ValueError(f"a diagram of {len(source)} characters is too long")
    prepared = prepare(source)
    check_source(source, prepared.kind)
    if (arrows := count_arrows(source, prepared.kind)) > MOST_ARROWS and prepared.kind == "flowchart":
        raise ValueError(f"a flowchart of {arrows} arrows is over the limit of {MOST_ARROWS}")
    root = parse_svg(_rendered(prepared.source))
    if "viewBox" not in root.attrib:
        raise ValueError(f"a drawing of the kind {prepared.kind} has no size")
    clean_svg(root)
    place_formulas(root, prepared.formulas)
    _compare(root, source, prepared)
    width, height = _set_size(root)
    _set_colours(root, prepared)
    name = f"diagram-{sha256(source.encode()).hexdigest()[:12]}.svg"
    return Drawing(name, FONTS.sub(NARROW_FONTS, svg_text(root)), width, height)


def _fault(source: str) -> str:
    """Return what is wrong with *source*, empty if it can be drawn."""
    try:
        draw(source)
    except ValueError as error:
        return str(error)
    return ""


def _rendered(source: str) -> str:
    import mmdr

    try:
        return mmdr.render(source, backend="merman").svg()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a Rust panic is not an Exception
        raise ValueError(OFFSET.sub("", " ".join(str(error).split()))) from error


def _compare(root: Element, source: str, prepared: Prepared) -> None:
    """Raise ValueError if the drawing lacks words or arrows of its source."""
    shown = " ".join(
        text for part in root.iter() if part.tag != f"{SVG}style" for text in (part.text, part.tail) if text
    )
    if missing := missing_words(source, prepared.kind, shown):
        raise ValueError(f"the drawing would lack the words {' '.join(missing[:8])}")
    wanted, drawn = count_arrows(source, prepared.kind), sum(map(_is_arrow, root.iter()))
    if drawn < wanted:
        raise ValueError(f"the drawing would have {drawn} arrows; the source has {wanted}")


def _is_arrow(element: Element) -> bool:
    """Return whether an element is a line between two elements, with or without an arrowhead."""
    if element.tag not in (f"{SVG}path", f"{SVG}line"):
        return False
    heads = "marker-end" in element.attrib or "marker-start" in element.attrib or "data-edge" in element.attrib
    return heads or LINE.search(element.get("class", "")) is not None


def _set_size(root: Element) -> tuple[int, int]:
    """Set the drawing's width and height, and return them in pixels."""
    width, height = (float(number) for number in root.attrib["viewBox"].replace(",", " ").split()[2:])
    root.attrib |= {"width": f"{width:.0f}", "height": f"{height:.0f}"}
    root.attrib.pop("style", None)
    return max(round(width), 1), max(round(height), 1)


def _set_colours(root: Element, prepared: Prepared) -> None:
    """Remove the background, and invert colours in dark themes (for a dark Mermaid theme: in light ones)."""
    for parent in root.iter():
        gone = [child for child in parent if _is_background(child, root) or "today" in child.get("class", "").split()]
        for child in gone:
            parent.remove(child)
        if prepared.unnamed_section and any("".join(child.itertext()) == UNNAMED for child in parent):
            parent[:] = [child for child in parent if "section-type-0" not in child.get("class", "")]
    for style in root.iter(f"{SVG}style"):
        style.text = (style.text or "").replace("rotate(45)", "rotate(45deg)")  # a milestone; CSS requires a unit
    root.set("font-family", NARROW_FONTS)
    style = Element(f"{SVG}style")
    style.text = adaptive_css("svg", *((INVERTED, AS_DRAWN) if prepared.dark else (AS_DRAWN, INVERTED)))
    root.insert(0, style)
    root.extend(Element(f"{SVG}g", {"id": theme}) for theme in THEMES)


def _is_background(element: Element, root: Element) -> bool:
    """Return whether an element is a white rectangle of the drawing's size."""
    if element.tag != f"{SVG}rect" or element.get("fill", "").lower() not in WHITE:
        return False
    sides = root.attrib["viewBox"].replace(",", " ").split()[2:]
    return all(
        element.get(name) == "100%" or float(element.get(name, "0")) >= float(side)
        for name, side in zip(("width", "height"), sides, strict=True)
    )


def _render(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    drawing, source = token.meta["drawing"], token.content
    start = "\n" if idx and tokens[idx - 1].hidden else ""
    kind = kind_of(source)
    name = said(env, KINDS[kind]) if kind in KINDS else f"{said(env, 'Diagram')} ({kind})"
    alt = said(env, "{kind}; its source follows", kind=name)
    size = f'width="{drawing.width}" height="{drawing.height}" loading="lazy"'
    shown = adaptive_picture(mark("file", 0, drawing.name), f'alt="{escape(alt)}" {size}')
    summary = f"<summary>{said(env, 'Source')}</summary>"
    return (
        f'{start}<figure class="diagram"{self.renderAttrs(token)}>{shown}'
        f'<details>{summary}<pre tabindex="0"><code class="language-mermaid">{escape(source)}'
        "</code></pre></details></figure>\n"
    )
