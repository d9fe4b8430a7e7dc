"""Layout of the graph, communities, and the local graph."""

import json
import random
import re
from itertools import combinations
from math import dist, sqrt
from statistics import mean, median

import pytest

from hortus.site.graph.communities import find_communities
from hortus.site.graph.layout import GAP, place_nodes, radius
from hortus.site.graph.layout_cache import FILE, Arrangement, arrange, arrange_once

GROUPS, SIZE = 6, 60


def grouped(groups: int = GROUPS, size: int = SIZE) -> tuple[list[str], list[list[int]]]:
    """Return a graph of groups with many links within and few between."""
    draw = random.Random(1)
    joined = [set() for _ in range(groups * size)]
    for node in range(groups * size):
        first = node // size * size
        for other in [draw.randrange(first, first + size) for _ in range(5)] + [draw.randrange(len(joined))]:
            if other != node:
                joined[node].add(other)
                joined[other].add(node)
    return [f"note {node}.md" for node in range(len(joined))], [sorted(near) for near in joined]


def with_note(names, neighbours, links):
    """Return the graph with one more note."""
    grown = [*map(list, neighbours), list(links)]
    for other in links:
        grown[other] = sorted([*grown[other], len(names)])
    return [*names, "a new note.md"], grown


def shuffled(names, neighbours, seed):
    """Return the same graph with its nodes in another order, and that order."""
    order = list(range(len(names)))
    random.Random(seed).shuffle(order)
    number = {node: place for place, node in enumerate(order)}
    return [names[node] for node in order], [[number[other] for other in neighbours[node]] for node in order], order


SMALL = [
    pytest.param(0, [], id="nothing"),
    pytest.param(1, [], id="one"),
    pytest.param(2, [], id="two apart"),
    pytest.param(2, [(0, 1)], id="two linked"),
    pytest.param(3, [(0, 1)], id="a pair and one alone"),
    pytest.param(5, list(combinations(range(5), 2)), id="all linked"),
    pytest.param(40, [(0, node) for node in range(1, 40)], id="a star"),
    pytest.param(30, [], id="nothing linked"),
]


@pytest.mark.parametrize(("count", "links"), SMALL)
def test_no_two_in_one_place(count, links):
    """In any graph, nodes are separate and near the middle."""
    neighbours = [sorted({a + b - node for a, b in links if node in (a, b)}) for node in range(count)]
    places = place_nodes([f"{node}.md" for node in range(count)], neighbours)

    assert count == len(set(places))
    assert all(dist(place, (0, 0)) < 200 for place in places)


def test_nodes_do_not_overlap():
    """Also in a larger graph, up to rounding and the last step."""
    names, neighbours = grouped()
    places = place_nodes(names, neighbours)
    sizes = [radius(len(near)) for near in neighbours]
    pairs = combinations(range(len(names)), 2)
    close = [(a, b) for a, b in pairs if dist(places[a], places[b]) < sizes[a] + sizes[b] + GAP / 4]

    assert len(close) < len(names) / 50


def test_groups_are_together():
    """Notes of a group are much nearer to each other than to all notes."""
    names, neighbours = grouped()
    places = place_nodes(names, neighbours)
    draw = random.Random(2)
    within = [dist(places[node], places[node // SIZE * SIZE + draw.randrange(SIZE)]) for node in range(len(names))]
    anywhere = [dist(places[node], places[draw.randrange(len(names))]) for node in range(len(names))]

    assert mean(within) < mean(anywhere) / 2


def test_a_new_note_hardly_moves_the_others():
    """Half of them move less than a twenty-fifth of the radius."""
    names, neighbours = grouped()
    before = place_nodes(names, neighbours)
    reach = sqrt(mean(x * x + y * y for x, y in before))
    after = place_nodes(*with_note(names, neighbours, [7, 11, 30]))
    moved = [dist(old, new) / reach for old, new in zip(before, after, strict=False)]

    assert median(moved) < 0.04
    assert sorted(moved)[int(len(moved) * 0.95)] < 0.2


def test_a_small_graph_stays_recognisable():
    """In a graph of forty notes, one more usually moves the others by a tenth of the radius."""
    names, neighbours = grouped(3, 14)
    before = place_nodes(names, neighbours)
    reach = sqrt(mean(x * x + y * y for x, y in before))
    moved = []
    for seed in range(6):
        after = place_nodes(*with_note(names, neighbours, random.Random(seed).sample(range(len(names)), 3)))
        moved.append(median(dist(old, new) for old, new in zip(before, after, strict=False)) / reach)

    assert mean(moved) < 0.12


def test_a_graph_has_one_picture():
    """The same graph always has the same positions."""
    names, neighbours = grouped()

    assert place_nodes(names, neighbours) == place_nodes(list(names), [tuple(near) for near in neighbours])


def test_the_order_of_the_list_hardly_matters():
    """Another order of sums moves nodes by at most a unit or two."""
    names, neighbours = grouped(3, 30)
    places = place_nodes(names, neighbours)
    other_names, other_neighbours, order = shuffled(names, neighbours, 4)
    others = place_nodes(other_names, other_neighbours)

    assert median(dist(places[node], others[place]) for place, node in enumerate(order)) < 2


def test_communities_are_the_groups():
    """Planted groups are found."""
    names, neighbours = grouped()
    found = find_communities(neighbours)
    groups = [found[first : first + SIZE] for first in range(0, len(names), SIZE)]
    agreeing = sum(max(map(group.count, group)) for group in groups)

    assert agreeing > len(names) * 0.95
    assert sorted(found, key=lambda one: -found.count(one))[0] == 0


def test_communities_stay():
    """One more note changes the community of few others."""
    names, neighbours = grouped()
    before = find_communities(neighbours)
    after = find_communities(with_note(names, neighbours, [7, 11])[1])
    pairs = list(zip(before, after, strict=False))

    assert sum(max(pairs.count((one, other)) for other in set(after)) for one in set(before)) > len(names) * 0.95


def test_arranged_once(tmp_path):
    """The cached layout equals a computed one; another graph, or a damaged cache, is computed."""
    names, neighbours = grouped(2, 20)
    fresh = arrange(names, neighbours)
    first = arrange_once(names, neighbours, tmp_path)
    kept = (tmp_path / FILE).read_text()
    again = arrange_once(names, neighbours, tmp_path)

    assert lists(fresh) == lists(first) == lists(again)
    assert kept == (tmp_path / FILE).read_text()

    grown = with_note(names, neighbours, [3])
    assert lists(arrange(*grown)) == lists(arrange_once(*grown, tmp_path))

    for damage in ("", kept[:-9], kept.replace("1", "2"), "x\n[]", "\x00"):
        (tmp_path / FILE).write_text(damage)
        assert lists(fresh) == lists(arrange_once(names, neighbours, tmp_path))


def lists(arrangement: Arrangement):
    return [list(place) for place in arrangement.places], list(arrangement.communities)


# --- the site ---------------------------------------------------------------------------------

VAULT = {
    "Home MOC.md": "# Home MOC\n[[Sun]] [[Moon]] [[Not yet]] [[Alone|]]",
    "Sun.md": "See [[Moon]] and ![[sky.png]] and [[Not yet]]. #light/bright\n",
    "Moon.md": "See [[Sun]].\n",
    "Alone.md": "Nothing.\n",
    "sky.png": b"",
    "Hidden.md": "---\ndraft: true\n---\n[[Sun]] [[Secret canary]]\n",
    **{f"many/Leaf {number}.md": "[[Crowd]]\n" for number in range(30)},
    "Crowd.md": "[[Sun]] " + " ".join(f"[[Leaf {number}]]" for number in range(15)),
}


def test_neighbours_are_links(build_vault, read_page):
    """Each neighbour is a link with a name; kinds have shapes; attachments and drafts are left out."""
    page = read_page(build_vault(VAULT).page("sun.html"))
    drawing = re.search(r'<svg class="local-graph".*?</svg>', page.text)[0]

    assert re.findall(
        r'<a(?: class="missing")? href="([^"]*)">(?:<title>[^<]*</title>)?<text[^>]*>([^<]*)', drawing
    ) == [
        ("home-moc.html", "Home MOC"),
        ("crowd.html", "Crowd"),
        ("moon.html", "Moon"),
        ("not-yet.html", "Not yet"),
    ]
    assert re.findall(r'<path class="(map|note|figure|missing)"', drawing) == ["map", "note", "missing"]
    assert "<title>Not yet, not written yet</title>" in drawing
    assert '<a class="missing" href="not-yet.html">' in drawing
    assert "style=" not in drawing


def test_the_rest_is_counted(build_vault):
    """Of many neighbours some are shown, and the rest counted."""
    page = build_vault(VAULT).page("crowd.html")
    drawing = re.search(r'<svg class="local-graph".*?</svg>', page)[0]

    assert drawing.count("<a ") == 20
    assert len(drawing) < 3200
    assert re.search(r'<a href="graph\.html#[^"]+">And 11 more in the graph</a>', page)


def test_a_note_alone_has_no_drawing(build_vault):
    """A note without neighbours has no local graph."""
    page = build_vault({"a.md": "Words.\n"}).page("a.html")

    assert "local-graph" not in page


def test_a_stub_is_hollow(build_vault):
    """A missing note's page shows who wants it."""
    page = build_vault(VAULT).page("not-yet.html")

    assert '<path class="missing here"' in page


def test_the_whole_graph_is_written(build_vault):
    """In columns, for machines and for the page, without private notes."""
    built = build_vault(VAULT)
    graph = json.loads(built.page("graph.json"))
    script = built.page("assets/graph-data.js")
    numbers = {name: number for number, name in enumerate(graph["id"])}

    assert sorted([*built.graph.notes, "Not yet.md"]) == graph["id"]
    columns = ["title", "url", "kind", "tag", "folder", "community", "x", "y", "links"]
    assert {len(graph["id"])} == {len(graph[column]) for column in columns}
    assert [numbers["Moon.md"], numbers["Not yet.md"]] == graph["links"][numbers["Sun.md"]]
    assert "missing" == graph["kinds"][graph["kind"][numbers["Not yet.md"]]]
    assert ["light/bright"] == [graph["tags"][tag] for tag in graph["tag"][numbers["Sun.md"]]]
    assert "many" == graph["folders"][graph["folder"][numbers["many/Leaf 3.md"]]]
    assert json.loads(script.removeprefix("globalThis.hortusGraph = ").removesuffix(";\n")).items() <= graph.items()
    assert "canary" not in script and "Hidden" not in script


def test_the_list_says_the_same(build_vault, read_page):
    """Without JavaScript the page is a list of links, complete for a small vault."""
    built = build_vault(VAULT)
    page = read_page(built.page("graph.html"))

    assert set(built.urls.values()) - {"sky.png"} <= set(page.addresses)


@pytest.mark.parametrize(
    ("notes", "count"),
    [
        pytest.param({"a.md": "Words."}, 0, id="none"),
        pytest.param({"a.md": "#x [[new]]"}, 2, id="tags and missing notes"),
        pytest.param({"b/a.md": "Words."}, 1, id="folders"),
        pytest.param(
            {"b/a.md": "#x [[new]] ![[f.svg]]", "figures/f.py": "def compute():\n    return {}\n"}, 4, id="all"
        ),
    ],
)
def test_filters_of_the_graph_are_counted(build_vault, notes, count):
    """The page says how many filters its script will add, so that their place can be kept."""
    assert f'<div class="graph-tools" data-filters="{count}"' in build_vault(notes).page("graph.html")


def test_files_give_way_to_the_graph(build_vault, walk_site):
    """An attachment of the same name gets another URL."""
    built = build_vault({"a.md": "[[graph.json]] [[llms.txt]]\n", "graph.json": "{}", "llms.txt": "x"})

    assert [] == walk_site(built.bytes())
    assert '"version":1' in built.page("graph.json")
