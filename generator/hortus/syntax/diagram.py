"""Mermaid fences, drawn at build time into SVG files that follow the reader's light or dark.

1. mmdr's `merman` judges the source: its errors are clear, and it refuses what would take for ever.
2. mmdr's `mermaid-rs-renderer` draws it; where it cannot, or leaves out an arrow, the judge's own drawing is taken.
3. The drawing is kept in bounds: only shapes, text and styles, no links, scripts or outside addresses.

Without mmdr the source is shown as code, and ``env["missing_extra"]`` says which extra is missing.
"""

import re
from functools import lru_cache
from hashlib import sha256
from html import escape
from importlib.util import find_spec
from typing import NamedTuple
from xml.etree import ElementTree

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from hortus.slots import mark
from hortus.syntax.code import parse_info

SVG, XHTML = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xhtml}"
SHAPE_NAMES = """
    circle clipPath defs desc ellipse feDropShadow feGaussianBlur filter foreignObject g line linearGradient marker
    mask path pattern polygon polyline radialGradient rect stop style svg switch symbol text textPath title tspan
"""
LABEL_NAMES = "b br code div em i p small span strong sub sup u"
ALLOWED = {SVG + name for name in SHAPE_NAMES.split()} | {XHTML + name for name in LABEL_NAMES.split()}
REACHES_OUT = re.compile(r"@import|@font-face|javascript:|expression\(|url\(\s*[\"']?(?!#)", re.IGNORECASE)
ADAPTIVE = "@media (prefers-color-scheme: dark) { svg { filter: invert(0.92) hue-rotate(180deg); } }"
KIND = re.compile(r"^\s*(?:---\n.*?\n---\s*)?(?:%%[^\n]*\n\s*)*(?P<kind>[A-Za-z]+)", re.DOTALL)
KINDS = {"graph": "flowchart", "gitGraph": "git graph", "erDiagram": "entity relationship diagram"}
ARROW = re.compile(r'<path\b[^>]*(?:\bclass="edgePath"|\bdata-edge="true")')
"""An arrow of a flowchart, as one or the other draws it."""
LONGEST = 50_000
"""Characters of source."""


class Drawing(NamedTuple):
    name: str
    svg: str
    width: int
    height: int


def diagram_plugin(md: MarkdownIt) -> None:
    """Teach *md* diagrams: a ``mermaid`` fence that can be drawn comes out as ``diagram``.

    The drawings are in ``env["diagrams"]``, by file name; what is wrong with one joins ``env["issues"]``.
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
            state.env.setdefault("issues", []).append(("bad_diagram", token.map[0] + 1, str(error)))
            continue
        state.env.setdefault("diagrams", []).append((drawing.name, drawing.svg))
        token.type, token.meta = "diagram", {"drawing": drawing}


@lru_cache(maxsize=32)
def draw(source: str) -> Drawing:
    """Draw a Mermaid diagram; a ValueError says why it cannot be."""
    import mmdr

    if len(source) > LONGEST:
        raise ValueError(f"a diagram of {len(source)} characters is too long")
    judged = _rendered(mmdr, source, "merman")
    try:
        svg = _rendered(mmdr, source, "mermaid-rs-renderer")
    except ValueError:
        svg = judged
    if len(ARROW.findall(svg)) < len(ARROW.findall(judged)):  # it loses those after a label: A -->|yes| B --> C
        svg = judged
    name = f"diagram-{sha256(source.encode()).hexdigest()[:12]}.svg"
    return Drawing(name, *_kept_in_bounds(svg))


def _rendered(mmdr, source: str, backend: str) -> str:
    try:
        return mmdr.render(source, backend=backend).svg()
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        raise ValueError(" ".join(str(error).split())) from error


def _kept_in_bounds(svg: str) -> tuple[str, int, int]:
    """Return the drawing with nothing but shapes, adaptive, and its width and height in pixels."""
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"the drawing is no XML: {error}") from error
    _clean(root)
    width, height = (float(number) for number in root.attrib["viewBox"].replace(",", " ").split()[2:])
    root.attrib |= {"width": f"{width:.0f}", "height": f"{height:.0f}"}
    root.attrib.pop("style", None)
    if len(root) and root[0].tag == f"{SVG}rect" and root[0].get("fill", "").upper() == "#FFFFFF":
        root.remove(root[0])  # the paper: the page has its own
    style = ElementTree.Element(f"{SVG}style")
    style.text = ADAPTIVE
    root.insert(0, style)
    return _as_text(root), max(round(width), 1), max(round(height), 1)


def _clean(element: ElementTree.Element) -> None:
    """Take out of *element* whatever is no shape; links stay as groups."""
    for name, value in list(element.attrib.items()):
        local = name.rpartition("}")[2].lower()
        handler = local.startswith("on") or local in ("src", "base", "xmlns")
        if handler or REACHES_OUT.search(value) or (local == "href" and not value.startswith("#")):
            del element.attrib[name]
    if element.tag == f"{SVG}style" and REACHES_OUT.search(element.text or ""):
        element.text = ""
    for child in list(element):
        if child.tag == f"{SVG}a":
            child.tag = f"{SVG}g"
            child.attrib.clear()
        if child.tag in ALLOWED:
            _clean(child)
        else:
            element.remove(child)


def _as_text(root: ElementTree.Element) -> str:
    ElementTree.register_namespace("", SVG.strip("{}"))
    ElementTree.register_namespace("xhtml", XHTML.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def _render(self, tokens, idx, options, env) -> str:
    token = tokens[idx]
    drawing, source = token.meta["drawing"], token.content
    start = "\n" if idx and tokens[idx - 1].hidden else ""
    kind = KIND.match(source)["kind"] if KIND.match(source) else "diagram"
    label = KINDS.get(kind, re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).lower())
    return (
        f'{start}<figure class="diagram"{self.renderAttrs(token)}>'
        f'<img src="{mark("file", 0, drawing.name)}" alt="A {escape(label)}; its source follows"'
        f' width="{drawing.width}" height="{drawing.height}" loading="lazy">'
        f'<details><summary>Source</summary><pre tabindex="0"><code class="language-mermaid">{escape(source)}'
        "</code></pre></details></figure>\n"
    )
