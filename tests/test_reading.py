"""How a reader finds the way: what leads to a note and from where, trees of folders and tags, what is wanted."""

import re


def backlinks(page: str) -> str:
    return page.split('class="backlinks"', 1)[1]


def test_backlinks_say_where_they_stand(build_vault):
    """Each sentence has its heading before it, with a link to it; the note's own title is none."""
    text = "# A\nFirst [[b]].\n\n## Of $x$ and\nThen [[b]] again.\n\nAnd [[b]].\n\n## Else\n- [[b]]\n"
    told = backlinks(build_vault({"x/a.md": text, "b.md": ""}).page("b.html"))
    places = re.findall(r'<p class="place"><a href="([^"]+)">(.*?)</a></p>', told)
    order = re.findall(r"First|Of <math|Then|And|Else", told)

    assert ["x/a.html#of-x-and", "x/a.html#else"] == [address for address, _ in places]
    assert "<math" in places[0][1]
    assert ["First", "Of <math", "Then", "And", "Else"] == order


def test_backlinks_tell_kinds_apart(build_vault):
    """A map, an embed and a property say so; plain prose says nothing."""
    files = {
        "All MOC.md": "## Part\n- [[b]]\n",
        "embeds.md": "## Shown\n![[b]]\n",
        "has.md": "---\nparent: '[[b]]'\n---\n",
        "says.md": "Words on [[b]].\n",
        "b.md": "",
    }
    told = backlinks(build_vault(files).page("b.html"))
    group = r'<article class="backlink kind-\w+">\s*<h3><a[^>]*>([^<]+)</a>(.*?)</article>'
    groups = dict(re.findall(group, told, re.DOTALL))

    assert '<span class="detail">map</span>' in groups["All MOC"] and ">Part</a></p>" in groups["All MOC"]
    assert '>Shown</a> <span class="way">embed</span>' in groups["embeds"]
    assert 'parent <span class="way">property</span>' in groups["has"]
    assert 'class="place"' not in groups["says"] and "Words on" in groups["says"]


def test_embed_and_prose_of_one_section_stay_apart(build_vault):
    """Links of one section come together, whatever stands between them."""
    told = backlinks(build_vault({"a.md": "## H\nOne [[b]].\n\n![[b]]\n\nTwo [[b]].\n", "b.md": ""}).page("b.html"))

    assert ["One", "Two"] == re.findall("One|Two", told)
    assert 2 == told.count('class="place"')
