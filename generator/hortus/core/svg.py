"""Sanitise SVG files that others made: only shapes, text and styles stay.

1. ``parse_svg`` reads it within limits of size and depth.
2. ``clean_svg`` removes scripts and event handlers, elements that are not graphics (frames, forms, media), and every
   URL that points out of the file. ``data:`` images and ``data:`` fonts stay, and so do animations that set no URL.
   In ``foreignObject`` the elements of plain labels stay, because their text is often nowhere else.
3. ``svg_text`` serialises it without comments, processing instructions and document type.
"""

import re
from collections import Counter
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

SVG, XHTML, MATHML = (f"{{http://www.w3.org/{name}}}" for name in ("2000/svg", "1999/xhtml", "1998/Math/MathML"))
XLINK, XML = "{http://www.w3.org/1999/xlink}", "{http://www.w3.org/XML/1998/namespace}"
SHAPES = """
    a animate animateMotion animateTransform circle clipPath defs desc ellipse feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feImage feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter foreignObject g image line linearGradient
    marker mask mpath path pattern polygon polyline radialGradient rect set stop style svg switch symbol text textPath
    title tspan use view
"""
LABELS = """
    abbr b big blockquote br caption center cite code col colgroup dd del dfn div dl dt em figcaption figure font h1 h2
    h3 h4 h5 h6 hr i ins kbd label li mark ol p pre q rp rt ruby s samp section small span strike strong sub sup table
    tbody td tfoot th thead time tr tt u ul var wbr
"""
TEXTS = frozenset(SVG + name for name in ("text", "textPath", "tspan"))
MATH = """
    annotation maction math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow
    ms mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics
"""
ALLOWED = frozenset(
    space + name for space, names in ((SVG, SHAPES), (XHTML, LABELS), (MATHML, MATH)) for name in names.split()
)
WITH_IMAGE = {SVG + "image", SVG + "feImage"}
ANIMATIONS = {SVG + name for name in ("animate", "animateMotion", "animateTransform", "set")}
EMBEDDED = re.compile(r"data:image/[a-z0-9.+-]+[;,]", re.IGNORECASE)
CSS_ADDRESS = re.compile(r"""url\(\s*+["']?+(?!\s*(?:\#|data:(?:image|font|application/(?:x-)?font)))[^)]*\)?""", re.I)
CSS_IMPORT = re.compile(r"@import\b[^;]*;?", re.IGNORECASE)
CSS_OTHER = re.compile(
    r"(?:image-set|\bsrc|cross-fade|expression)\s*\(|javascript:|-moz-binding|(?<![-\w])behaviou?r\s*:", re.IGNORECASE
)
CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
SCHEME = re.compile(r"^[\s\x00-\x1f]*(?:java|vb)script:", re.IGNORECASE)
LARGEST = 32_000_000
"""Bytes of a file."""
DEEPEST = 200
"""Levels of nested elements."""
QUIET = {SVG + "metadata"}
"""Elements removed without a message, because they are never rendered."""


def parse_svg(source: str | bytes) -> Element:
    """Return the root of an SVG file; raise ValueError with the reason if it is not one."""
    if len(source) > LARGEST:
        raise ValueError(f"it has {len(source):,} bytes; at most {LARGEST:,} are read")
    try:
        root = ElementTree.fromstring(source)
    except (ElementTree.ParseError, ValueError, LookupError) as error:  # also: an unknown encoding
        raise ValueError(f"it is not well-formed XML: {error}") from error
    if root.tag != SVG + "svg":
        raise ValueError("its root element is not <svg> in the SVG namespace")
    if _depth(root) > DEEPEST:
        raise ValueError(f"its elements are nested more than {DEEPEST} deep")
    return root


def clean_svg(root: Element) -> tuple[str, ...]:
    """Remove unsafe content from the tree in place; return descriptions of it, each with its count.

    A link becomes a group, or a ``tspan`` in text, so its text stays. Metadata and the elements of drawing programs
    are removed without a description.
    """
    removed: Counter[str] = Counter()
    waiting = [root]
    while waiting:
        element = waiting.pop()
        _clean_attributes(element, removed)
        if element.tag == SVG + "style":
            element.text = _clean_css(element.text or "", removed)
        kept = [child for child in element if _is_allowed(child, element, removed)]
        _keep_tails(element, kept)
        waiting += kept
    return tuple(f"{name} ({count})" if count > 1 else name for name, count in sorted(removed.items()))


def svg_text(root: Element) -> str:
    """Serialise the tree as XML; equal trees give equal text."""
    for prefix, space in (("", SVG), ("xhtml", XHTML), ("m", MATHML), ("xlink", XLINK)):
        ElementTree.register_namespace(prefix, space.strip("{}"))
    return ElementTree.tostring(root, encoding="unicode")


def _depth(root: Element) -> int:
    deepest, level = 0, [root]
    while level and deepest <= DEEPEST:
        deepest, level = deepest + 1, [child for element in level for child in element]
    return deepest


def _unlink(element: Element, parent: Element, removed: Counter[str]) -> None:
    """Replace a link by an element with the same content: in text a ``tspan``, where a group is not rendered."""
    addresses = [name for name in element.attrib if name.rpartition("}")[2] == "href"]
    for name in addresses:
        del element.attrib[name]
    if addresses:
        removed["links"] += 1
    if element.tag == XHTML + "a":
        element.tag = XHTML + "span"
    else:
        element.tag = SVG + ("tspan" if parent.tag in TEXTS else "g")


def _is_allowed(element: Element, parent: Element, removed: Counter[str]) -> bool:
    """Return whether *element* may stay; a link is replaced first."""
    if element.tag in (SVG + "a", XHTML + "a"):
        _unlink(element, parent, removed)
    if element.tag in ANIMATIONS and _sets_address(element):
        removed["animations of addresses or handlers"] += 1
        return False
    if element.tag in ALLOWED:
        return True
    space, _, name = element.tag.rpartition("}")
    if space + "}" in (SVG, XHTML, MATHML) and element.tag not in QUIET:
        removed[f"<{name}>"] += 1
    return False


def _sets_address(element: Element) -> bool:
    target = element.get("attributeName", "").strip().lower().rpartition(":")[2]
    return target == "href" or target.startswith("on")


def _keep_tails(element: Element, kept: list[Element]) -> None:
    """Leave only *kept* in *element*; text after removed elements stays."""
    if len(kept) == len(element):
        return
    kept_ids = set(map(id, kept))
    last: Element | None = None
    for child in element:
        if id(child) in kept_ids:
            last = child
        elif last is None:
            element.text = (element.text or "") + (child.tail or "")
        else:
            last.tail = (last.tail or "") + (child.tail or "")
    element[:] = kept


def _clean_attributes(element: Element, removed: Counter[str]) -> None:
    for name, value in list(element.attrib.items()):
        space, _, local = name.rpartition("}")
        local = local.lower()
        if local.startswith("on") and not space:
            removed["event handlers"] += 1
        elif local == "href" and _is_local_reference(element, value):
            continue
        elif local in ("href", "src", "srcset", "data", "action", "formaction", "poster", "background"):
            removed["external references"] += 1
        elif local == "base" or (space and space + "}" not in (XLINK, XML)) or SCHEME.match(value):
            pass
        else:
            element.attrib[name] = _clean_css(value, removed) if "(" in value or "\\" in value else value
            continue
        del element.attrib[name]


def _is_local_reference(element: Element, value: str) -> bool:
    value = value.strip()
    return value.startswith("#") or (element.tag in WITH_IMAGE and EMBEDDED.match(value) is not None)


def _clean_css(css: str, removed: Counter[str]) -> str:
    """Remove external URLs from a style sheet or value; remove all of it if it is hard to parse.

    Comments and escapes can hide a URL from a text search, and strings can hide comments, so three versions of the
    text are searched: as written, without escapes, and without comments.
    """
    plain = CSS_ESCAPE.sub(_unescaped, css)
    bare = CSS_COMMENT.sub("", plain)
    if not any(map(_has_external_url, (css, plain, bare))):
        return css
    removed["external references"] += 1
    safe = CSS_IMPORT.sub("", CSS_ADDRESS.sub("none", bare))
    return "" if _has_external_url(safe) or "\\" in safe or "/*" in safe else safe


def _has_external_url(css: str) -> bool:
    return any(pattern.search(css) for pattern in (CSS_ADDRESS, CSS_IMPORT, CSS_OTHER))


def _unescaped(escape: re.Match[str]) -> str:
    code = int(escape[1], 16) if escape[1] else 0
    return escape[2] or (chr(code) if 0 < code < 0x110000 else "")
