"""Sanitise raw HTML in notes: common elements are allowed; scripts, and requests to other hosts, are removed."""

import re
from collections.abc import Callable, Iterable

import nh3

NAMES = """
    a abbr address article aside audio b bdi bdo big blockquote br caption center cite code col colgroup data dd del
    details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li mark
    meter ol p picture pre progress q rp rt ruby s samp section small source span strike strong sub summary sup table
    tbody td tfoot th thead time tr track tt u ul var video wbr
"""
TAGS = set(NAMES.split())
"""No frame, form, script, style, object, embed, base, link, meta, svg or math."""

FOREIGN = set(
    """
    svg animate circle clippath defs desc ellipse filter foreignobject g line lineargradient marker mask path
    pattern polygon polyline radialgradient rect stop symbol text textpath tspan use view
    math mi mn mo ms mtext mspace mrow mfrac msqrt mroot mstyle mpadded mphantom msup msub msubsup munder mover
    munderover mtable mtr mtd semantics annotation
    template
    """.split()
)
"""Elements of SVG and MathML, and templates: nh3 drops them including their text."""

GONE = FOREIGN | set(
    """
    applet area base basefont bgsound blink body button canvas datalist dialog dir embed fieldset form frame frameset
    head html iframe image input isindex keygen label legend link listing main map marquee menu menuitem meta multicol
    nav nextid nobr noembed noframes noscript object optgroup option output param plaintext rb rtc script search select
    slot spacer style textarea title xmp
    """.split()
)
"""Known elements that are removed; other names in angle brackets, as in ``ssh <host>``, stay as text."""

ATTRIBUTES = {
    "*": {"align", "class", "dir", "hidden", "lang", "role", "title", "translate"},
    "a": {"href", "hreflang"},
    "audio": {"controls", "loop", "muted", "preload", "src"},
    "blockquote": {"cite"},
    "br": {"clear"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "data": {"value"},
    "del": {"cite", "datetime"},
    "details": {"name", "open"},
    "font": {"color", "face", "size"},
    "hr": {"noshade", "size", "width"},
    "img": {"alt", "height", "loading", "src", "width"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "meter": {"high", "low", "max", "min", "optimum", "value"},
    "ol": {"reversed", "start", "type"},
    "progress": {"max", "value"},
    "q": {"cite"},
    "source": {"height", "media", "src", "type", "width"},
    "table": {"border", "cellpadding", "cellspacing", "summary", "width"},
    "td": {"bgcolor", "colspan", "headers", "height", "nowrap", "rowspan", "valign", "width"},
    "th": {"abbr", "bgcolor", "colspan", "headers", "height", "nowrap", "rowspan", "scope", "valign", "width"},
    "time": {"datetime"},
    "tr": {"bgcolor", "valign"},
    "track": {"default", "kind", "label", "src", "srclang"},
    "ul": {"type"},
    "video": {"controls", "height", "loop", "muted", "playsinline", "poster", "preload", "src", "width"},
}
"""No ``style`` and ``on…``, which the pages' CSP forbids, and no ``id``, which might be one of the page's own."""

WITH_CONTENT = {"script", "style"}
"""Elements that are removed with their content."""
ROOTS = {"svg", "math"}
TAG = re.compile(
    r"""
    < (?P<end>/?) (?P<name> [A-Za-z][A-Za-z0-9:-]* )
    (?: [^<>"'] | "[^"]*" | '[^']*' ){0,500} >
    """,
    re.VERBOSE,
)

PREFIXES = {"aria-", "data-"}
SCHEMES = {"http", "https", "mailto", "tel"}
OPENING = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9]*)")
NEVER_NEST = {"br", "col", "dd", "dt", "hr", "img", "li", "p", "rp", "rt", "source", "td", "th", "tr", "track", "wbr"}
ELEMENT = re.compile(r"<(?=/?([A-Za-z][A-Za-z0-9:-]*))")
DEEPEST = 200
"""Levels of nested elements; deeper ones stay text, because nh3's time grows with the square of the depth."""


FROM_ELSEWHERE = re.compile(
    r"""
    < (?: (?P<frame> iframe | embed ) | img | video | audio ) \b
    (?P<attributes> (?: [^>"'] | "[^"]*" | '[^']*' ){0,500} ) >
    """,
    re.VERBOSE | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""(?<![^\s"'])(src|alt|title)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
REMOTE_IMAGE = "external image"
"""Class of a link in place of media from another host."""
ELSEWHERE = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def clean_skeleton(html: str, rewrite: Callable[[str, str, str], str | None], schemes: Iterable[str] = ()) -> str:
    """Return *html* with only allowed elements and attributes, all of them closed.

    *rewrite* is called for each allowed attribute with tag, attribute and value; None drops it. *schemes* are
    allowed in addition to http, https, mailto and tel.
    Slot marks in text and values are not changed.
    """
    return nh3.clean(
        _shallow(FROM_ELSEWHERE.sub(_link_instead, ELEMENT.sub(_known, _without_foreign(html)))),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: rewrite(tag, name, value) if tag in TAGS else None,
        generic_attribute_prefixes=PREFIXES,
        url_schemes=SCHEMES.union(schemes),
        clean_content_tags=WITH_CONTENT,
        link_rel=None,
        strip_comments=True,
    )


def _without_foreign(html: str) -> str:
    """Remove the tags of SVG, MathML and templates, so that their text stays in its place.

    nh3 0.3.8 drops SVG and MathML elements, and templates, including their text. Inside ``<svg>`` and
    ``<math>`` only HTML tags stay. Everything is sanitised afterwards.
    """
    tags = list(TAG.finditer(html))
    last = {tag["name"].lower(): tag.start() for tag in tags if tag["end"]}
    kept, done, region = [], 0, ""
    for tag in tags:
        name = tag["name"].lower()
        if name in FOREIGN or (region and name not in TAGS and name not in WITH_CONTENT):
            kept.append(html[done : tag.start()])
            done = tag.end()
        if region and name == region and tag["end"]:
            region = ""
        elif not region and name in ROOTS and not tag["end"] and tag.start() < last.get(name, -1):
            region = name
    return "".join(kept) + html[done:]


def _known(opening: re.Match[str]) -> str:
    name = opening[1].lower()
    return "<" if name in TAGS or name in GONE or ":" in name else "&lt;"


def _link_instead(element: re.Match[str]) -> str:
    """Turn frames, and media from other hosts, into links, because pages make no requests to other hosts."""
    found = {name.lower(): double or single or bare for name, double, single, bare in ATTRIBUTE.findall(element[0])}
    address = found.get("src", "")
    if not address or not (element["frame"] or ELSEWHERE.match(address)):
        return element[0]
    address = f"https:{address}" if address.startswith("//") else address
    label = (found.get("alt") or found.get("title") or address).replace("<", "&lt;")
    return f'<a class="{REMOTE_IMAGE}" href="{address.replace(chr(34), "&quot;")}">{label}</a>'


def _shallow(html: str) -> str:
    """Turn elements that are nested too deeply into text."""
    depth = 0

    def keep(opening: re.Match[str]) -> str:
        nonlocal depth
        if opening["name"].lower() in NEVER_NEST:
            return opening[0]
        depth = max(depth + (-1 if opening["end"] else 1), 0)
        return opening[0] if depth <= DEEPEST else f"&lt;{opening[0][1:]}"

    return OPENING.sub(keep, html) if html.count("<") > DEEPEST else html
