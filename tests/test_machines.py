"""What a site tells machines."""

import json
import re
from xml.etree import ElementTree

import pytest

from hortus.feeds import absolute

SETTINGS = 'site_url = "https://e.org/garden"\nauthor = "A & B"\ndescription = "On <nets>"\n'
VAULT = {
    "Home.md": "---\ndate: 2024-05-01\n---\n# Garden\n\n[[sub/Über uns]] ![[pic.png]]\n",
    "sub/Über uns.md": "---\ndate: 2024-06-02\n---\n# We & 1 < 2\n\nto [[Home]] %%not this%%\n",
    "plain.md": "no date, [[Home]]\n",
    "pic.png": b"\x89PNG",
}
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def built(build_vault):
    return build_vault(VAULT, SETTINGS)


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
    """A reader far away can follow every link and see every picture."""
    rss = ElementTree.fromstring(built.bytes()["feed.xml"])
    texts = [item.findtext("description") for item in rss.iter("item")]

    assert 'href="https://e.org/garden/index.html"' in texts[0]
    assert 'src="https://e.org/garden/pic.png"' in texts[1]
    assert "not this" not in texts[0]


def test_sitemap(built):
    """Every note is in it, percent-encoded, with the date it changed."""
    text = built.bytes()["sitemap.xml"].decode()

    assert "<loc>https://e.org/garden/sub/%C3%BCber-uns.html</loc><lastmod>2024-06-02</lastmod>" in text
    assert "<loc>https://e.org/garden/plain.html</loc></url>" in text


def test_no_address_no_feeds(build_vault):
    """Without site_url nothing that needs an absolute address is made."""
    files = build_vault(VAULT).bytes()

    assert set() == {"feed.xml", "atom.xml", "sitemap.xml"} & set(files)
    assert b"canonical" not in files["index.html"]


def test_head_of_a_page(built):
    """Canonical address, picture and linked data agree."""
    page = built.page("sub/über-uns.html")
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])

    assert '<link rel="canonical" href="https://e.org/garden/sub/%C3%BCber-uns.html">' in page
    assert data["url"] == "https://e.org/garden/sub/%C3%BCber-uns.html"
    assert data["headline"] == "We & 1 < 2"
    assert data["image"] == "https://e.org/garden/assets/cards/sub/%C3%BCber-uns.png"


def test_cards_are_pictures_and_the_same_twice(built, build_vault):
    """A note without a picture of its own has a card of 1200 by 630 pixels."""
    card = built.bytes()["assets/cards/plain.png"]
    width, height = (int.from_bytes(card[place : place + 4]) for place in (16, 20))

    assert (1200, 630) == (width, height)
    assert card == build_vault(VAULT, SETTINGS).bytes()["assets/cards/plain.png"]


def test_llms_lists_maps_first(build_vault):
    """Maps, then notes, each with the address of its Markdown."""
    text = build_vault({"a.md": "alpha words\n", "My MOC.md": "[[a]]\n"}).bytes()["llms.txt"].decode()

    assert text.index("[My MOC](my-moc.md)") < text.index("## Notes") < text.index("[a](a.md): alpha words")


def test_absolute_leaves_other_sites_alone():
    """Addresses with a scheme stay; fragments are of the page."""
    html = '<a href="https://x.org/">x</a><a href="#b">b</a>'

    assert '<a href="https://x.org/">x</a><a href="https://e.org/a.html#b">b</a>' == absolute(
        html, "https://e.org/a.html"
    )
