"""Raw HTML: what passes, and what does not."""

import pytest

from hortus.slots import mark
from hortus.syntax.sanitize import clean_skeleton


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
    """What Obsidian's users write comes through as it is, marks of slots included."""
    assert html == clean_skeleton(html, keep)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<script>b</script><style>c</style>", "a"),
        ("<b onclick=a style='b' id=c>d</b>", "<b>d</b>"),
        ("<a href=javascript:a>b</a><a href=' java\nscript:a'>c</a>", "<a>b</a><a>c</a>"),
        ("<img src=data:image/svg+xml,a onerror=b>", "<img>"),
        ("<iframe>b</iframe><object>c</object><form><button>d</button></form>", "bcd"),
        ("<svg><script>a</script></svg><math><mi>b</mi></math>", ""),
        ("<!-- a -->b", "b"),
        ("</div><b>a", "<b>a</b>"),
        ("ssh <your-host> <b>a</name></b>", "ssh &lt;your-host&gt; <b>a&lt;/name&gt;</b>"),
        ('<noscript><p title="</noscript><img src=a onerror=b>">', '&lt;p title="<img src="a">"&gt;'),
        ("<base href=a><meta http-equiv=refresh content=b><link href=c><embed>e", "e"),
        ("<iframe src='javascript:a'></iframe>", '<a class="external image">javascript:a</a>'),
    ],
)
def test_does_not_pass(html, expected):
    """What runs, reaches out or hides goes; the words stay, and everything is closed."""
    assert expected == clean_skeleton(html, keep)


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
    """A frame, and what another host would be asked for, is a link."""
    address, label = expected

    assert f'<a class="external image" href="{address}">{label}</a>' == clean_skeleton(html, keep)


def test_rewrite_is_asked():
    """Each attribute that passes goes through the caller's hands, and none of a dropped element."""
    asked = []

    def drop_sources(tag, attribute, value):
        asked.append((tag, attribute, value))
        return None if attribute == "src" else value.upper()

    html = clean_skeleton("<img src=a alt=b><object data=c></object>", drop_sources)

    assert (html, sorted(asked)) == ('<img alt="B">', [("img", "alt", "b"), ("img", "src", "a")])
