"""Make matplotlib's SVG adapt to the theme, smaller and safe: bytes in, bytes out.

1. Sentinel colours become CSS custom properties, with values for light and dark themes.
2. Coordinates are rounded, ids shortened; unused ids, comments and metadata are removed.
3. Scripts, event handlers, and references out of the picture are removed.
4. Its text is returned separately, for search.
5. An SVG with very many shapes may be replaced by pixels, still in one file for light and dark.
"""

import base64
import hashlib
import re
import xml.etree.ElementTree as ET
from dataclasses import asdict, dataclass, replace

from hortus.core.adaptive import THEMES, adaptive_css
from hortus.figures.theme import LIGHT, PREFIX, STYLE_SHEET, Theme

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
DECIMALS, STYLE_DECIMALS = 2, 3
"""Of coordinates, in 1/96 or 1/72 inch, and of numbers in styles, such as opacities."""
OFFSET = 0.017
"""Added before rounding, in units of the last decimal. Layouts are solved in an order that depends on memory addresses,
so the last bit of a coordinate varies; a round number like 63.705 would fall to either side."""
GEOMETRY = {"d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height"}

_NUMBER = re.compile(r"-?\d*\.\d+(?![\d.]*e)")
_HEX = re.compile(r"#[0-9a-fA-F]{6}\b")
_REFERENCE = re.compile(r"#([\w.-]+)")


@dataclass(frozen=True, slots=True)
class Picture:
    svg: bytes
    width: int
    height: int
    """CSS pixels."""
    words: str


def recolour(svg: bytes, name: str = "") -> Picture:
    """Apply steps 1 to 4 to the picture of the figure *name*."""
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    root = ET.fromstring(svg)
    _sanitise(root)
    used = _references(root)
    for element in root.iter():
        _clean(element, used)
    _rename(root, "f" + hashlib.sha256(name.encode()).hexdigest()[:5])
    width, height = (_pixels(root.get(side, "0")) for side in ("width", "height"))
    root.set("width", str(width))
    root.set("height", str(height))
    root.set("class", PREFIX)
    root.insert(0, _style())
    _add_targets(root)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    text = re.sub(r">\s*\n\s*<", ">\n<", text)
    return Picture((text.strip() + "\n").encode(), width, height, _words(root))


def pixels(picture: Picture, light: bytes, dark: bytes) -> Picture:
    """Replace *picture*'s shapes by *light* and *dark*, both WebP, unless the shapes are smaller."""
    size = {"width": str(picture.width), "height": str(picture.height)}
    root = ET.Element(f"{{{SVG}}}svg", size | {"viewBox": f"0 0 {picture.width} {picture.height}", "class": PREFIX})
    style = ET.SubElement(root, f"{{{SVG}}}style")
    style.text = adaptive_css(f".{PREFIX}", "--light:inline;--dark:none", "--light:none;--dark:inline")
    style.text += f".{PREFIX}-light{{display:var(--light)}}.{PREFIX}-dark{{display:var(--dark)}}"
    for name, content in (("light", light), ("dark", dark)):
        address = "data:image/webp;base64," + base64.b64encode(content).decode()
        ET.SubElement(root, f"{{{SVG}}}image", size | {"class": f"{PREFIX}-{name}", "href": address})
    _add_targets(root)
    svg = ET.tostring(root) + b"\n"
    return replace(picture, svg=svg) if len(svg) < len(picture.svg) else picture


def sentinels() -> dict[str, str]:
    """Map the sentinel colours in the SVG to names of properties; black and white count as ink and paper."""
    theme = asdict(Theme())
    named = {theme[name]: f"var(--{PREFIX}-{name})" for name in LIGHT}
    return named | {"#000000": f"var(--{PREFIX}-ink)", "#ffffff": f"var(--{PREFIX}-paper)"}


def _sanitise(root: ET.Element) -> None:
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) in {"script", "metadata", "foreignObject", "iframe", "set", "animate"}:
                parent.remove(child)


def _references(root: ET.Element) -> set[str]:
    return {
        name
        for element in root.iter()
        for key, value in element.attrib.items()
        if "href" in key or "url(" in value
        for name in _REFERENCE.findall(value)
    }


def _rename(root: ET.Element, prefix: str) -> None:
    """Replace ids that are referenced by short ones; equal clip paths are merged.

    Matplotlib names them by all digits of their coordinates, whose last bits vary (see OFFSET).
    """
    names: dict[str, str] = {}
    clips: dict[bytes, str] = {}
    for parent in list(root.iter()):
        for element in [child for child in parent if "id" in child.attrib]:
            old, new = element.attrib["id"], f"{prefix}-{len(set(names.values()))}"
            if _local(element.tag) == "clipPath":
                new = clips.setdefault(b"".join(map(ET.tostring, element)), new)
            if new in names.values():
                parent.remove(element)
            names[old] = element.attrib["id"] = new
    for element in root.iter():
        for key, value in element.attrib.items():
            if "href" in key or "url(" in value:
                element.set(key, _REFERENCE.sub(lambda match: "#" + names.get(match[1], match[1]), value))


def _clean(element: ET.Element, used: set[str]) -> None:
    for name, value in list(element.attrib.items()):
        local = _local(name)
        if local.lower().startswith("on") or (local == "id" and value not in used):
            del element.attrib[name]
        elif local == "href":
            if not value.startswith(("#", "data:image/png;base64,")):
                del element.attrib[name]
        elif local in GEOMETRY or local == "style":
            element.set(name, _recolour_style(_rounded(value, STYLE_DECIMALS)) if local == "style" else _rounded(value))
        elif local in {"fill", "stroke", "stop-color"}:
            element.set(name, _recolour_style(value))
        elif local == "transform" and not re.search("scale|matrix", value):
            element.set(name, _rounded(value))
        if local == "d":
            element.set(name, " ".join(element.get(name, "").split()))


def _recolour_style(value: str) -> str:
    known = sentinels()
    return _HEX.sub(lambda match: known.get(match[0].lower(), match[0]), value)


def _rounded(text: str, decimals: int = DECIMALS) -> str:
    """
    >>> _rounded("M 1.23456 -0.00001 7.50 63.704999 63.705")
    'M 1.23 0 7.5 63.71 63.71'
    """
    return _NUMBER.sub(lambda match: _short(float(match[0]), decimals), text)


def _short(number: float, decimals: int) -> str:
    """
    >>> _short(-0.00001, 3), _short(7.50, 2)
    ('0', '7.5')
    """
    short = f"{number + OFFSET * 10**-decimals:.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _style() -> ET.Element:
    """Return the style sheet; the root has a fill, because the backend omits black fills."""
    element = ET.Element(f"{{{SVG}}}style")
    element.text = f"{STYLE_SHEET}.{PREFIX}{{fill:var(--{PREFIX}-ink)}}"
    return element


def _add_targets(root: ET.Element) -> None:
    for theme in THEMES:
        ET.SubElement(root, f"{{{SVG}}}g", {"id": theme})


def _pixels(length: str) -> int:
    """
    >>> _pixels("403.2pt")
    538
    """
    number = float(length.removesuffix("pt").removesuffix("px"))
    return round(number * 96 / 72) if length.endswith("pt") else round(number)


def _words(root: ET.Element) -> str:
    texts = ("".join(element.itertext()) for element in root.iter(f"{{{SVG}}}text"))
    return " ".join(" ".join(texts).split())


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1] if isinstance(name, str) else ""
