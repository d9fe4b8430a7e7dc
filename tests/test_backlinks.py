"""Backlinks: places and sentences."""

import re


def spoken(built, url):
    return [re.sub(r"<[^>]*>", "", one) for one in re.findall(r'<p class="sentence">(.*?)</p>', built.page(url))]


def test_what_many_say_of_a_wanted_note(build_vault):
    """A stub shows all sentences, with sixty notes per part; trails are on the first."""
    notes = {f"n{number:03}.md": f"Number {number} asks for [[new]]." for number in range(150)}
    built = build_vault({**notes, "Plan MOC.md": "- [[n000]]\n- [[new]]\n"})
    parts = ["new.html", "new.2.html", "new.3.html"]
    said = [spoken(built, url) for url in parts]

    assert {f"Number {number} asks for new." for number in range(150)} == {one for part in said for one in part}
    assert 150 == sum(map(len, said))
    assert all("noindex" in built.page(url) and "<h1>new</h1>" in built.page(url) for url in parts)
    assert 'rel="next" data-key="n" href="new.3.html"' in built.page("new.2.html")
    assert ["in <a" in built.page(url) for url in parts] == [True, False, False]


def test_many_backlinks_do_not_fill_a_note(build_vault):
    """The first have sentences, the others only titles."""
    notes = {f"n{number:03}.md": f"Number {number} says [[a]]." for number in range(100)}
    built = build_vault({**notes, "a.md": "a\n"})

    assert 60 == len(spoken(built, "a.html"))
    assert '<a class="internal" href="n099.html">n099</a>' in built.page("a.html")


def test_a_heading_is_not_said_twice(build_vault):
    """A link in a heading is listed under it, without the heading again as a sentence."""
    built = build_vault({"a.md": "a\n", "b.md": "## Of [[a]]\nMore of [[a]] here.\n"})

    assert ["More of a here."] == spoken(built, "a.html")
    assert '<a href="b.html#of-a">Of a</a>' in built.page("a.html")


def test_a_note_that_gets_written_stays_where_it_was(build_vault):
    """The written note has the stub's URL, and is now in the search."""
    links = "[[Folder/New Note]], [[folder/new note#Part]], [x](Folder/New%20Note.md), [[Über|u]], [[ÜBER]]\n"
    before = build_vault({"a.md": links})
    after = build_vault({"a.md": links, "Folder/New Note.md": "# Now\n\n## Part\n", "Über.md": "written\n"})
    hrefs = [
        re.findall(r'<a class="(?:missing|internal)" href="([^"#]+)', built.page("a.html")) for built in (before, after)
    ]

    assert hrefs[0][:5] == hrefs[1][:5]
    assert {"folder/new-note.html", "%C3%BCber.html"} == set(hrefs[1][:5])
    for url in ("folder/new-note.html", "über.html"):
        assert ("noindex" in before.page(url), "noindex" in after.page(url)) == (True, False)


def test_a_wanted_note_whose_name_another_goes_by(build_vault):
    """Links do not follow an alias; the stub names the note that has it."""
    built = build_vault({"a.md": "[[SGD]], [[new]]\n", "b.md": "---\naliases: [SGD]\n---\n# Descent\n"})

    assert 'Also known by this name: <a class="internal" href="b.html">Descent</a>' in built.page("sgd.html")
    assert "Also known" not in built.page("new.html")


def test_what_is_said_twice_is_shown_once(build_vault):
    """Equal sentences of one section are shown once."""
    built = build_vault({"a.md": "a\n", "b.md": "From [[a]].\n\nMore.\n\nFrom [[a]].\n"})

    assert ["From a."] == spoken(built, "a.html")


WORDS = " ".join(f"word{number}" for number in range(200))


def test_a_long_sentence_is_cut_around_its_link(build_vault):
    """Some whole words on both sides are shown, with ellipses; a sentence of usual length is shown whole."""
    usual = " ".join(f"word{number}" for number in range(80))
    built = build_vault({"a.md": "a\n", "b.md": f"{WORDS} [[a]] {WORDS}\n", "c.md": f"{usual} [[a]] here\n"})
    cut, whole = spoken(built, "a.html")

    assert re.fullmatch(r"… (word\d+ )+a (word\d+ )+…", cut)
    assert "word199 a word0 word1 " in cut and 400 < len(cut) < 520
    assert f"{usual} a here" == whole


def test_an_excerpt_closes_what_it_opens(build_vault):
    """Elements that cross either end are opened and closed, and long code is left out, not cut."""
    built = build_vault({"a.md": "a\n", "b.md": f"**{WORDS} *x [[a]] y* `{WORDS}` {WORDS}**\n"})
    page = built.page("a.html")
    sentence = re.search(r'<p class="sentence">(.*?)</p>', page)[1]

    assert sentence.startswith("… <strong>word") and sentence.endswith("</strong> …")
    assert '<em>x <a class="internal" href="a.html">a</a> y</em>' in sentence
    assert "<code>" not in sentence


def test_excerpts_of_text_without_spaces(build_vault):
    """Chinese is cut between characters; combining marks stay with their letters."""
    built = build_vault({"a.md": "a\n", "b.md": "一二三" * 300 + "[[a]]" + "e\u0301" * 500})
    (cut,) = spoken(built, "a.html")

    assert re.fullmatch(r"… [一二三]{240}a(e\u0301){120} …", cut)


def test_links_far_apart_have_excerpts_of_their_own(build_vault):
    """The excerpt for a target contains its link; links close to each other share one."""
    built = build_vault({"b.md": f"{WORDS} [[one]] and [[two]] {WORDS} {WORDS} [[three]]\n"})

    assert [["one and two"], ["one and two"], ["three"]] == [
        [re.sub(r"(… |^)(word\d+ )+|( word\d+)+ …", "", said) for said in spoken(built, f"{name}.html")]
        for name in ("one", "two", "three")
    ]


def test_many_links_of_one_note(build_vault):
    """The first hundred are shown, the others counted."""
    built = build_vault({"a.md": "a\n", "b.md": "".join(f"Line {n} of [[a]].\n\n" for n in range(103))})

    assert 100 == len(spoken(built, "a.html"))
    assert "and 3 more links" in built.page("a.html")


def stub_bytes(build_vault, links: int) -> int:
    """Return the size of all stubs that one paragraph links to."""
    built = build_vault({"b.md": " ".join(f"[[Wanted {number:04}]]" for number in range(links))})
    pages = [content for url, content in built.bytes().items() if url.startswith("wanted-")]

    assert links == len(pages)
    return sum(map(len, pages))


def test_pages_grow_in_line_with_the_links_of_a_paragraph(build_vault):
    """The size is linear, not quadratic: each page shows an excerpt, not the whole paragraph."""
    assert stub_bytes(build_vault, 400) < 2.2 * stub_bytes(build_vault, 200)


def test_references_in_sentences_lead_to_their_equation(build_vault, walk_site):
    """A sentence with `\\eqref`, quoted on the page of another note, links to the equation where it is."""
    built = build_vault(
        {
            "a.md": "# A\n\n$$x = 1 \\label{one}$$\n\nBy $\\eqref{one}$ we have [[b]] and more.\n",
            "b.md": "# B\n\nSee [[a]] and ![[a]].\n",
            "c.md": "# C\n\nShows ![[b]].\n",
        }
    )

    assert 'href="a.html#eq-one"' in built.page("b.html")
    assert [] == walk_site(built.bytes())
