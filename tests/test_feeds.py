"""Files for machines: feeds, sitemap, llms.txt, metadata."""

import json
import re
from xml.etree import ElementTree

import pytest
from conftest import write_files

from hortus.site.feeds import absolute
from hortus.site.social_cards import ROOM, _fitted, _font, _settable

PNG = b"\x89PNG"
SETTINGS = 'site_url = "https://e.org/garden"\nauthor = "A & B"\ndescription = "On <nets>"\n'
VAULT = {
    "Home.md": "---\ndate: 2024-05-01\n---\n# Garden\n\n[[sub/Über uns]] ![[pic.png]]\n",
    "sub/Über uns.md": "---\ndate: 2024-06-02\n---\n# We & 1 < 2\n\nto [[Home]] %%not this%%\n",
    "plain.md": "no date, [[Home]]\n",
    "pic.png": b"\x89PNG",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def built(tmp_path_factory, build_at):
    return build_at(write_files(tmp_path_factory.mktemp("feeds"), VAULT | {"hortus.toml": SETTINGS}))


def test_feeds_hold_the_dated_notes(built):
    """The last changed comes first; a note without a date is in no feed."""
    rss = ElementTree.fromstring(built.bytes()["feed.xml"])
    atom = ElementTree.fromstring(built.bytes()["atom.xml"])

    assert ["We & 1 < 2", "Garden"] == [item.findtext("title") for item in rss.iter("item")]
    assert ["We & 1 < 2", "Garden"] == [entry.findtext(f"{ATOM}title") for entry in atom.iter(f"{ATOM}entry")]
    assert ["Sun, 02 Jun 2024 00:00:00 +0000", "Wed, 01 May 2024 00:00:00 +0000"] == [
        item.findtext("pubDate") for item in rss.iter("item")
    ]


def test_feeds_hold_the_whole_text_with_absolute_addresses(built):
    """All links and pictures work in a feed reader."""
    rss = ElementTree.fromstring(built.bytes()["feed.xml"])
    texts = [item.findtext("description") for item in rss.iter("item")]

    assert 'href="https://e.org/garden/index.html"' in texts[0]
    assert 'src="https://e.org/garden/pic.png"' in texts[1]
    assert "not this" not in texts[0]


def test_sitemap(built):
    """Every note is in it, percent-encoded, with the date of its last change."""
    text = built.bytes()["sitemap.xml"].decode()

    assert "<loc>https://e.org/garden/sub/%C3%BCber-uns.html</loc><lastmod>2024-06-02</lastmod>" in text
    assert "<loc>https://e.org/garden/plain.html</loc></url>" in text


def test_no_address_no_feeds(build_vault):
    """Without site_url nothing that needs absolute URLs is made."""
    files = build_vault(VAULT).bytes()

    assert set() == {"feed.xml", "atom.xml", "sitemap.xml"} & set(files)
    assert b"canonical" not in files["index.html"]


def test_head_of_a_page(built):
    """Canonical URL, picture and JSON-LD agree."""
    page = built.page("sub/über-uns.html")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])

    assert '<link rel="canonical" href="https://e.org/garden/sub/%C3%BCber-uns.html">' in page
    assert data["url"] == "https://e.org/garden/sub/%C3%BCber-uns.html"
    assert data["headline"] == "We & 1 < 2"
    assert data["image"] == "https://e.org/garden/assets/cards/sub/%C3%BCber-uns.png"


def test_cards_are_pictures_and_the_same_twice(built, build_vault):
    """A note without a picture has a social card of 1200 by 630 pixels."""
    card = built.bytes()["assets/cards/plain.png"]
    width, height = (int.from_bytes(card[place : place + 4]) for place in (16, 20))

    assert (1200, 630) == (width, height)
    assert card == build_vault(VAULT, SETTINGS).bytes()["assets/cards/plain.png"]


def test_llms_lists_maps_first(build_vault):
    """Maps, then notes, each with the URL of its Markdown."""
    text = build_vault({"a.md": "alpha words\n", "My MOC.md": "[[a]]\n"}).bytes()["llms.txt"].decode()

    assert text.index("[My MOC](my-moc.md)") < text.index("## Notes") < text.index("[a](a.md): alpha words")


def test_absolute_leaves_other_sites_alone():
    """URLs with a scheme are unchanged; fragments belong to the page."""
    html = '<a href="https://x.org/">x</a><a href="#b">b</a>'

    assert '<a href="https://x.org/">x</a><a href="https://e.org/a.html#b">b</a>' == absolute(
        html, "https://e.org/a.html"
    )


def test_feeds_are_well_formed_whatever_a_note_holds(build_vault):
    """Control characters and invalid URLs break neither a feed nor the build."""
    note = "---\ndate: 2024-01-01\n---\n# a\x08b\n\nsee \x0b [bad](http://[x) and [good](b.md)\n"
    files = build_vault({"a.md": note, "b.md": "b\n"}, SETTINGS).bytes()
    rss = ElementTree.fromstring(files["feed.xml"])

    assert "ab" == rss.findtext("channel/item/title")
    assert 'href="https://e.org/garden/b.html"' in rss.findtext("channel/item/description")
    assert "ab" == ElementTree.fromstring(files["atom.xml"]).findtext(f"{ATOM}entry/{ATOM}title")


def test_feeds_do_not_say_a_title_twice(built):
    """Feed readers show the title of an entry above its text."""
    rss = ElementTree.fromstring(built.bytes()["feed.xml"])

    assert "<h1" not in "".join(item.findtext("description") for item in rss.iter("item"))


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        pytest.param("🌱 Seeds", ["Seeds"], id="signs that the font lacks are left out"),
        pytest.param("漢字", [""], id="so is a title of which it lacks letters"),
        pytest.param("", [""], id="none"),
    ],
)
def test_words_on_a_card(title, lines):
    assert lines == _fitted(_settable(title), ROOM)[1]


@pytest.mark.parametrize("title", ["long" * 99, "many words " * 40, "a " + "b" * 300])
def test_a_title_too_long_for_a_card_is_cut(title):
    """Words longer than a line are split; the last line ends with an ellipsis."""
    size, lines = _fitted(title, ROOM)

    assert 4 == len(lines)
    assert lines[-1].endswith("…")
    assert all(_font(size).getlength(line) <= ROOM for line in lines)


def test_a_cover_that_is_no_picture_is_none(build_vault):
    """The shared picture is always a picture file."""
    built = build_vault({"a.md": '---\ncover: "[[b]]"\n---\na\n', "b.md": "b\n"}, SETTINGS)

    assert '<meta property="og:image" content="https://e.org/garden/assets/cards/a.png">' in built.page("a.html")


@pytest.mark.parametrize(
    ("properties", "picture", "shown"),
    [
        pytest.param('cover: "[[x.png]]"', "x.png", False, id="cover"),
        pytest.param('image: "[[x.png]]"', "x.png", False, id="image"),
        pytest.param("image: pics/x.png", "x.png", False, id="a path"),
        pytest.param("image: x.png", "x.png", False, id="a name"),
        pytest.param('image: "![[x.png|300]]"', "x.png", False, id="an embed"),
        pytest.param('image: "![a](x.png)"', "x.png", False, id="a Markdown embed"),
        pytest.param("image: [[x.png]]", "x.png", False, id="without quotes"),
        pytest.param("image: ![[x.png]]", "x.png", False, id="an embed without quotes"),
        pytest.param("image: y.png\ncover: x.png", "x.png", False, id="cover before image"),
        pytest.param('cover: "[[b]]"\nimage: x.png', "x.png", True, id="a note is no picture"),
        pytest.param("image: https://example.org/x.png", "", True, id="another host's"),
        pytest.param("image: ubuntu-24.04", "", True, id="another thing"),
        pytest.param('banner: "![[x.png]]"', "", True, id="a banner is no cover"),
    ],
)
def test_pictures_that_stand_for_a_note(build_vault, properties, picture, shown):
    """A picture in ``cover`` or ``image`` replaces the card; otherwise the property is text."""
    pictures = {"pics/x.png": PNG, "pics/y.png": PNG}
    built = build_vault({"a.md": f"---\n{properties}\n---\na [[b]]\n", "b.md": "b\n", **pictures}, SETTINGS)
    page = built.page("a.html")

    address = f"pics/{picture}" if picture else "assets/cards/a.png"
    assert f'<meta property="og:image" content="https://e.org/garden/{address}">' in page
    assert shown == ('<dl class="properties">' in page)


def test_a_first_page_that_shows_a_map_says_where_that_is(build_vault):
    """Of one text at two URLs, one is canonical; both pages link to the feeds."""
    built = build_vault({"My MOC.md": "[[a]]\n", "a.md": "a\n"}, SETTINGS)

    assert '<link rel="canonical" href="https://e.org/garden/my-moc.html">' in built.page("index.html")
    assert 'type="application/atom+xml" href="atom.xml"' in built.page("index.html")
    assert 'type="text/markdown" href="my-moc.md"' in built.page("index.html")


def test_every_page_that_is_to_be_found_has_an_address(built):
    """Lists and graph have canonical URLs and cards, too; hidden pages have none."""
    for url in ("all-notes.html", "tags/index.html", "graph.html"):
        assert f'<link rel="canonical" href="https://e.org/garden/{url}">' in built.page(url)
        assert "https://e.org/garden/assets/cards/index.png" in built.page(url)

    assert "canonical" not in built.page("404.html")
    assert '<link rel="canonical" href="https://e.org/garden/">' in built.page("index.html")
    assert "assets/cards/index.png" in built.bytes()


def test_brackets_in_a_title_do_not_end_a_link(build_vault):
    """`llms.txt` is Markdown."""
    text = build_vault({"a.md": "# f[x] = y\n"}).bytes()["llms.txt"].decode()

    assert r"- [f\[x\] = y](a.md)" in text


DRAWN = '''"""A line."""
from matplotlib.figure import Figure

def compute():
    return {"heights": [1, 2]}

def draw(result, theme):
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot(result["heights"])
    return figure
'''


def test_a_figure_is_shared(write_vault, build_at):
    """On the card of the first note with it, in feeds as PNG, and as the picture of its own page."""
    fence = "---\ndate: 2024-01-01\n---\n# Fence\n\n```figure\nsrc: line\n```\n"
    files = {"hortus.toml": SETTINGS, "figures/line.py": DRAWN, "a.md": fence, "b.md": "# Fence\n", "c.md": "# Fence\n"}
    built = build_at(write_vault(files), figures="run")
    cards = {name: built.bytes()[f"assets/cards/{name}.png"] for name in "abc"}

    assert cards["b"] == cards["c"] != cards["a"]
    assert b"#dark" not in built.bytes()["feed.xml"] and b"#light" not in built.bytes()["feed.xml"]
    assert b"src=&quot;https://e.org/garden/figures/line.png" in built.bytes()["feed.xml"].replace(b'"', b"&quot;")
    assert '<meta property="og:image" content="https://e.org/garden/figures/line.png">' in built.page(
        "figures/line.html"
    )
