"""The link graph: backlinks, orphans, parents, cycles."""

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hortus.core.model import Source
from hortus.links.graph import gather
from hortus.links.linker import link_notes
from hortus.parse.note import parse_note


def sources(graph, path):
    return [(link.source, graph.notes[link.source].links[link.index].target) for link in graph.backlinks.get(path, ())]


def test_backlinks_by_place(join_notes):
    """By source, then by position; a note's links to itself do not count."""
    graph = join_notes({"b.md": "[[a]] and [[A]]", "c.md": "![[a]]", "a.md": "[[a]] [[#x]]\n# x"})

    assert [("b.md", "a"), ("b.md", "A"), ("c.md", "a")] == sources(graph, "a.md")


def test_backlinks_of_what_is_no_note(join_notes):
    """Attachments and missing notes have backlinks; a target that cannot be a note has none."""
    graph = join_notes({"a.md": "![[p.png]] [[new]] [[q.png]] [[dir/]]", "x/p.png": ""})

    assert {"x/p.png", "new.md"} == set(graph.backlinks)
    assert ("new.md",) == graph.missing


def test_backlinks_from_properties(join_notes):
    """A link in a property is a link."""
    graph = join_notes({"a.md": '---\nup: "[[b]]"\n---\n', "b.md": ""})

    assert [("a.md", "b")] == sources(graph, "b.md")


def test_one_note_missing_under_two_spellings(join_notes):
    """Links that differ only in case want one note, and are counted together."""
    graph = join_notes({"a.md": "[[New]]", "b.md": "[[new]]", "c.md": "[[New.md]]"})

    assert 1 == len(graph.missing)
    assert ["a.md", "b.md", "c.md"] == [link.source for link in graph.backlinks[graph.missing[0]]]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"a.md": "", "b.md": "[[c]]", "c.md": ""}, ["a.md"], id="no link at all"),
        pytest.param({"a.md": "[[new]]"}, [], id="a missing note is a link away"),
        pytest.param({"a.md": "[[a]]"}, ["a.md"], id="itself is none"),
        pytest.param({"a.md": "![[p.png]]", "p.png": ""}, [], id="an attachment is one"),
        pytest.param({"a.md": "[x](https://x.org)"}, ["a.md"], id="out of the site is none"),
    ],
)
def test_orphans(join_notes, files, expected):
    """Notes without any link in or out."""
    assert expected == list(join_notes(files).orphans)


def test_unmapped(join_notes):
    """Notes that cannot be reached from any map; without maps none are reported."""
    files = {"A MOC.md": "[[a]]", "B MOC.md": "[[b]]", "a.md": "[[far]]", "b.md": "", "far.md": "", "out.md": "[[a]]"}

    assert ("out.md",) == join_notes(files).unmapped
    assert () == join_notes({"a.md": "", "b.md": ""}).unmapped


def test_hubs(join_notes):
    """Counted by notes, not links; ties are in alphabetical order."""
    graph = join_notes({"a.md": "[[h]] [[h]] [[g]]", "b.md": "[[h]]", "h.md": "[[f]]", "g.md": "", "f.md": ""})

    assert (("h.md", 2), ("f.md", 1), ("g.md", 1)) == graph.hubs


def test_components(join_notes):
    """Groups without links between them, the largest first."""
    graph = join_notes({"a.md": "[[b]]", "b.md": "", "c.md": "[[d]] [[e]]", "d.md": "", "e.md": "", "z.md": "[[new]]"})

    assert (("c.md", "d.md", "e.md"), ("a.md", "b.md"), ("z.md",)) == graph.components


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("x\n\n---\nLinks to: [U](up.md)\n", ("up.md",), id="the owner's block"),
        pytest.param("---\nup: '[[up]]'\n---\n", ("up.md",), id="up"),
        pytest.param("---\nparent: '[[up]]'\n---\n", ("up.md",), id="parent"),
        pytest.param("---\nparents: ['[[up]]']\n---\n", ("up.md",), id="parents"),
        pytest.param(
            "---\nLinks to: ['[[up]]', '[[new]]', '[[up]]']\n---\n", ("up.md", "new.md"), id="several, each once"
        ),
        pytest.param("---\nup: '[[n]]'\n---\n", ("The MOC.md",), id="not itself"),
        pytest.param("---\nrelated: '[[up]]'\n---\n", ("The MOC.md",), id="another property: the map that lists it"),
        pytest.param("[[up]]", ("The MOC.md",), id="prose: the map that lists it"),
    ],
)
def test_parents(join_notes, text, expected):
    """The parents that a note names, otherwise the maps that list it."""
    graph = join_notes({"n.md": text, "up.md": "", "The MOC.md": "[[n]]"})

    assert expected == graph.parents["n.md"]


def test_parents_of_missing_notes(join_notes):
    """The maps that list them."""
    graph = join_notes({"A MOC.md": "[[new]]", "B MOC.md": "[[new]]", "c.md": "[[new]] [[other]]"})

    assert (("A MOC.md", "B MOC.md"), None) == (graph.parents["new.md"], graph.parents.get("other.md"))


def steps(graph):
    return [
        [(link.source, graph.notes[link.source].links[link.index].target) for link in ring] for ring in graph.cycles
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"a.md": "![[b]]", "b.md": "![[a]]"}, [[("a.md", "b"), ("b.md", "a")]], id="two notes"),
        pytest.param({"a.md": "![[a]]"}, [[("a.md", "a")]], id="itself"),
        pytest.param(
            {"a.md": "![[b]]", "b.md": "![[c]]", "c.md": "![[b]]"}, [[("b.md", "c"), ("c.md", "b")]], id="with a way in"
        ),
        pytest.param({"a.md": "[[b]]", "b.md": "![[a]]"}, [], id="a link is no embed"),
        pytest.param({"a.md": "![[b#H]]", "b.md": "# G\n![[a]]\n# H\ntext"}, [], id="another section"),
        pytest.param({"a.md": "# G\n![[#H]]\n# H\ntext"}, [], id="a section of its own"),
        pytest.param({"a.md": "![[b]] ![[b]]", "b.md": "text"}, [], id="twice is no ring"),
    ],
)
def test_cycles_of_embeds(join_notes, files, expected):
    """Cycles of embeds, by the embedded parts, each link of a cycle once."""
    assert expected == steps(join_notes(files))


def test_withheld_notes_leave_no_trace(join_notes):
    """A link to a private note is no edge, and makes no backlink, missing note or suggestion."""
    graph = join_notes({"a.md": "[[secret]] [[secre]] [[x/secret]]"}, withheld=["x/secret.md"])

    assert "secret.md" not in repr((graph.backlinks, graph.missing, graph.parents, graph.components, graph.hubs))
    assert () == graph.near["secre"]


def test_order_of_notes_does_not_matter(join_notes):
    """In any order of notes the graph is the same."""
    files = {"a.md": "[[b]] [[new]]", "b.md": "[[c]]", "c MOC.md": "[[a]] [[b]]", "p.png": ""}

    assert join_notes(files) == join_notes(dict(reversed(files.items())))


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 9)), max_size=20))
def test_against_networkx(pairs):
    """Backlinks, components and reachability agree with a graph made by hand; 8 and 9 are not written."""
    texts = {number: " ".join(f"[[n{b}]]" for a, b in pairs if a == number) for number in range(8)}
    notes = [parse_note(Source(f"n{number}.md", text)) for number, text in texts.items()]
    graph = link_notes(gather(notes, (), mocs=["n0"]))
    plain = networkx.DiGraph()
    plain.add_nodes_from(range(8))
    plain.add_edges_from((a, b) for a, b in pairs if b < 8)
    names = {number: f"n{number}.md" for number in range(10)}

    assert {
        names[b]: {names[a] for a, c in pairs if c == b != a} for _, b in pairs if any(c == b != a for a, c in pairs)
    } == {path: {link.source for link in links} for path, links in graph.backlinks.items()}
    assert {frozenset(names[n] for n in group) for group in networkx.weakly_connected_components(plain)} == {
        frozenset(group) for group in graph.components
    }
    assert {names[n] for n in range(1, 8)} - {names[n] for n in networkx.descendants(plain, 0)} == set(graph.unmapped)
