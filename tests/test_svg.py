"""Sanitised SVG: scripts and external references are removed, graphics stay."""

import pytest

from hortus.core.svg import DEEPEST, clean_svg, parse_svg, svg_text

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
PIXEL = "data:image/png;base64,iVBORw0KGgo="


def cleaned(body: str, head: str = "") -> tuple[str, tuple[str, ...]]:
    root = parse_svg(f"{head}{OPEN}{body}</svg>".encode())
    removed = clean_svg(root)
    return svg_text(root), removed


@pytest.mark.parametrize(
    ("body", "gone", "named"),
    [
        ("<script>alert(1)</script>", "alert", "<script>"),
        ('<script href="https://e.org/x.js"/>', "e.org", "<script>"),
        ('<rect onclick="alert(1)"/>', "alert", "event handlers"),
        ('<rect onLoad="alert(1)"/>', "alert", "event handlers"),
        ('<a href="javascript:alert(1)"><text>T</text></a>', "javascript", "links"),
        ('<a xlink:href="https://e.org"><text>T</text></a>', "e.org", "links"),
        ('<use href="https://e.org/a.svg#x"/>', "e.org", "external references"),
        ('<use xlink:href="data:image/svg+xml,x#y"/>', "data:", "external references"),
        ('<image href="https://e.org/p.png"/>', "e.org", "external references"),
        ('<image href="//e.org/p.png"/>', "e.org", "external references"),
        ('<image href="other.png"/>', "other", "external references"),
        ('<image href="data:text/html,x"/>', "data:", "external references"),
        ('<feImage href="https://e.org/p.png"/>', "e.org", "external references"),
        ('<rect fill="url(https://e.org/a#b)"/>', "e.org", "external references"),
        ("<rect style=\"fill:url( '//e.org/a' )\"/>", "e.org", "external references"),
        ("<style>@import 'https://e.org/a.css';</style>", "e.org", "external references"),
        ("<style>@font-face{src:url(https://e.org/f.woff2)}</style>", "e.org", "external references"),
        (r"<style>a{fill:u\72l(https://e.org/a)}</style>", "e.org", "external references"),
        (r"<style>@\69mport 'https://e.org/a.css';</style>", "e.org", "external references"),
        ("<style>a{fill:u/**/rl(https://e.org/a)}</style>", "e.org", "external references"),
        ("""<style>a{b:"/*"}c{fill:url(https://e.org/a)}d{b:"*/"}</style>""", "e.org", "external references"),
        ("<style>a{background:image-set('https://e.org/a' 1x)}</style>", "e.org", "external references"),
        ("<style>a{fill:&#117;rl(https://e.org/a)}</style>", "e.org", "external references"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "javascript", "animations of addresses or handlers"),
        (
            '<animate attributeName="xlink:href" values="https://e.org"/>',
            "e.org",
            "animations of addresses or handlers",
        ),
        (
            '<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://e.org"/></foreignObject>',
            "e.org",
            "<iframe>",
        ),
        (
            '<foreignObject><b xmlns="http://www.w3.org/1999/xhtml" onclick="alert(1)">x</b></foreignObject>',
            "alert",
            "event handlers",
        ),
        ('<script xmlns="http://www.w3.org/1999/xhtml">alert(1)</script>', "alert", "<script>"),
        ('<g><handler type="application/ecmascript">alert(1)</handler></g>', "alert", "<handler>"),
        ('<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="https://e.org/p"/>', "e.org", "<img>"),
    ],
)
def test_what_runs_or_reaches_out_is_gone(body, gone, named):
    """It is not in the copy, and is listed once."""
    text, removed = cleaned(body)

    assert gone not in text.replace("http://www.w3.org", "")
    assert named in {name.partition(" (")[0] for name in removed}


@pytest.mark.parametrize(
    "head",
    [
        '<?xml-stylesheet type="text/xsl" href="https://e.org/x.xsl"?>',
        '<!DOCTYPE svg SYSTEM "https://e.org/x.dtd">',
        "<!-- https://e.org -->",
    ],
)
def test_nothing_before_the_drawing_stays(head):
    """Processing instructions, document types and comments are removed."""
    assert "e.org" not in cleaned("<rect/>", head)[0]


@pytest.mark.parametrize(
    "body",
    [
        f'<image href="{PIXEL}" width="1" height="1" />',
        f'<image xlink:href="{PIXEL}" />',
        '<rect fill="url(#a)" style="stroke:url(&quot;#b&quot;)" />',
        "<style>@font-face{font-family:F;src:url(data:font/woff2;base64,AA==)}text{font-family:F}</style>",
        "<style>html{scroll-behavior:smooth}/* a comment */</style>",
        '<circle r="3"><animate attributeName="r" values="3;5" dur="1s" /></circle>',
        '<use href="#a" />',
        '<text x="1">one <tspan>two</tspan> three</text>',
        "<title>T</title>",
    ],
)
def test_what_is_drawn_stays(body):
    """Embedded pictures and fonts, internal references, animations and text are unchanged."""
    text, removed = cleaned(body)

    assert () == removed
    assert body in text


def test_words_stay_when_what_is_around_them_goes():
    """Links become groups, labels in foreign objects stay, and so does text after removed elements."""
    html = "http://www.w3.org/1999/xhtml"
    text, _ = cleaned(
        f'<a href="https://e.org"><text>one</text></a><text>two <script/>three</text>'
        f'<foreignObject><div xmlns="{html}"><p>four <input/>five</p></div></foreignObject>'
    )

    assert all(word in text for word in ("one", "two", "three", "four", "five"))


@pytest.mark.parametrize(
    "label",
    [
        "<b>one</b><br /><font color='#f00'>two</font>",
        "<h3>one</h3><hr /><p><s>two</s></p>",
        "<a href='https://e.org'>one</a> <a>two</a>",
        "<table><tfoot><tr><td>one</td></tr></tfoot></table><ul><li><q>two</q></li></ul>",
    ],
)
def test_words_of_labels_stay(label):
    """The HTML of labels that drawing programs write (draw.io: fonts, headings, rules, links) keeps its words."""
    text, removed = cleaned(f'<foreignObject><div xmlns="http://www.w3.org/1999/xhtml">{label}</div></foreignObject>')

    assert "one" in text and "two" in text and "e.org" not in text
    assert set(removed) <= {"links"}


def test_links_within_a_text_stay_text():
    """A group inside text is not rendered, so such a link becomes a tspan."""
    text, removed = cleaned(
        '<text>one <a href="https://e.org" target="_top"><tspan>two</tspan></a></text><a href="#x"><g/></a>'
    )

    assert "<text>one <tspan target=" in text and "<a" not in text
    assert ("links (2)",) == removed


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (b"<svg", "well-formed"),
        (b"", "well-formed"),
        (b"\xff\xfe\x00", "well-formed"),
        (b'<?xml version="1.0" encoding="x-none"?><svg/>', "well-formed"),
        (b"<svg></svg>", "namespace"),
        (b"<html xmlns='http://www.w3.org/1999/xhtml'/>", "namespace"),
        (f"{OPEN}{'<g>' * (DEEPEST + 1)}{'</g>' * (DEEPEST + 1)}</svg>".encode(), "deep"),
        (f"{OPEN}{'<g>' * 100_000}{'</g>' * 100_000}</svg>".encode(), "deep"),
        (b'<!DOCTYPE s [<!ENTITY x SYSTEM "/etc/passwd">]>' + f"{OPEN}<text>&x;</text></svg>".encode(), "well-formed"),
    ],
)
def test_what_is_no_svg(source, why):
    """It is refused with the reason."""
    with pytest.raises(ValueError, match=why):
        parse_svg(source)


def test_entities_that_grow_without_end_are_refused():
    """A kilobyte of entities that would expand to gigabytes."""
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 30}">' for i in range(1, 12))
    source = f'<!DOCTYPE s [<!ENTITY a0 "{"x" * 100}">{entities}]>{OPEN}<text>&a11;</text></svg>'

    with pytest.raises(ValueError, match="amplification"):
        parse_svg(source.encode())


def test_entities_of_drawing_programs_are_read():
    """Illustrator declares its namespaces as entities."""
    head = '<!DOCTYPE svg [<!ENTITY ns_svg "http://www.w3.org/2000/svg">]>'
    root = parse_svg(f'{head}<svg xmlns="&ns_svg;"><rect/></svg>')

    assert "<rect" in svg_text(root)
