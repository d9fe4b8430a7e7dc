"""Raw HTML: allowed and removed elements."""

import pytest

from hortus.core.slots import mark
from hortus.parse.syntax.sanitize import clean_skeleton


def keep(tag: str, attribute: str, value: str) -> str:
    return value


@pytest.mark.parametrize(
    "html",
    [
        '<details open=""><summary>a</summary>b</details>',
        '<div class="wide" align="center"><kbd>A</kbd> <sub>b</sub><sup>c</sup> <u>d</u> <mark>e</mark></div>',
        '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>',
        '<img src="a.png" alt="b" width="20">',
        '<video controls="" src="a.mp4"></video>',
        '<font color="red">a</font><br><hr>',
        '<a href="mailto:a@b.c" data-x="1" aria-label="d">e</a>',
        f'<a href="{mark("url", 3)}" title="{mark("own", 1)}">{mark("own", 2)}</a>',
    ],
)
def test_passes(html):
    """HTML that Obsidian users write is unchanged, including slot marks."""
    assert html == clean_skeleton(html, keep)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<script>b</script><style>c</style>", "a"),
        ("<b onclick=a style='b' id=c>d</b>", "<b>d</b>"),
        ("<a href=javascript:a>b</a><a href=' java\nscript:a'>c</a>", "<a>b</a><a>c</a>"),
        ("<img src=data:image/svg+xml,a onerror=b>", "<img>"),
        ("<iframe>b</iframe><object>c</object><form><button>d</button></form>", "bcd"),
        ("<svg><script>a</script></svg><math><mi>b</mi></math>", "b"),
        ("<scr<svg>ipt>a</script>b<scr<mi>ipt>c</script>d", "bd"),
        ("<svg><img src=x onerror=a></svg><<svg>img src=x onerror=a>", '<img src="x"><img src="x">'),
        ("<!-- a -->b", "b"),
        ("</div><b>a", "<b>a</b>"),
        ("ssh <your-host> <b>a</name></b>", "ssh &lt;your-host&gt; <b>a&lt;/name&gt;</b>"),
        ('<noscript><p title="</noscript><img src=a onerror=b>">', '&lt;p title="<img src="a">"&gt;'),
        ("<base href=a><meta http-equiv=refresh content=b><link href=c><embed>e", "e"),
        ("<iframe src='javascript:a'></iframe>", '<a class="external image">javascript:a</a>'),
    ],
)
def test_does_not_pass(html, expected):
    """Scripts, requests and hidden content are removed; text stays, and all elements are closed."""
    assert expected == clean_skeleton(html, keep)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a <math><mi>x</mi></math> b", "a x b"),
        ("<p>a <svg><text>T</text></svg> b</p>", "<p>a T b</p>"),
        ("a <math><mfrac><mi>x</mi><mn>2</mn></mfrac></math> b", "a x2 b"),
        ("a <svg><g><text x='1'>T<tspan>U</tspan></text></g></svg> b", "a TU b"),
        ("a <SVG viewBox='0 0 1 1'><Text>T</Text></SVG> b", "a T b"),
        ("a <svg><foreignObject><p>x</p></foreignObject></svg> b", "a <p>x</p> b"),
        ("a <svg><a href='u'><text>T</text></a></svg> b", 'a <a href="u">T</a> b'),
        ("a <svg><style>s</style><feBlend in='x'/>T</svg> b", "a T b"),
        ("a <svg><svg><text>T</text></svg><text>U</text></svg> b", "a TU b"),
        ("a <math><annotation-xml encoding='x>y'><mi>z</mi></annotation-xml></math> b", "a z b"),
        ("a <svg><text>T</text> b <host> c", "a T b &lt;host&gt; c"),
        ("a <mi>x</mi> <text>T</text> <g>U</g> b", "a x T U b"),
        ("a <template>x</template> b", "a x b"),
        ("a <image src='x.png'> b", 'a <img src="x.png"> b'),
        (
            "<table><tr><td><math><mi>x</mi></math></td></tr></table>",
            "<table><tbody><tr><td>x</td></tr></tbody></table>",
        ),
        (f"a <svg><text>{mark('own', 1)}</text></svg> b", f"a {mark('own', 1)} b"),
    ],
)
def test_words_of_foreign_elements(html, expected):
    """Text in SVG and MathML elements, which nh3 would drop, stays in place; the elements do not."""
    assert expected == clean_skeleton(html, keep)


@pytest.mark.parametrize("piece", ["<svg>", "<svg><text>", "</svg>", "<svg a='", "<math><mi>x", "<template>"])
def test_many_foreign_tags(piece):
    """Unclosed tags take linear time."""
    assert "<svg" not in clean_skeleton(piece * 5000, keep)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<iframe src="https://a.b/c?d&amp;e" title="A film"></iframe>', ("https://a.b/c?d&amp;e", "A film")),
        ("<embed src=c.html>", ("c.html", "c.html")),
        ("<img src='//a.b/c.png' onerror=d>", ("https://a.b/c.png", "https://a.b/c.png")),
        ('<video src="http://a.b/c.mp4" title="<b>"></video>', ("http://a.b/c.mp4", "&lt;b&gt;")),
    ],
)
def test_links_instead(html, expected):
    """Frames and media from other hosts become links."""
    address, label = expected

    assert f'<a class="external image" href="{address}">{label}</a>' == clean_skeleton(html, keep)


def test_rewrite_is_asked():
    """The callback gets each allowed attribute, and none of a dropped element."""
    asked = []

    def drop_sources(tag, attribute, value):
        asked.append((tag, attribute, value))
        return None if attribute == "src" else value.upper()

    html = clean_skeleton("<img src=a alt=b><object data=c></object>", drop_sources)

    assert (html, sorted(asked)) == ('<img alt="B">', [("img", "alt", "b"), ("img", "src", "a")])
