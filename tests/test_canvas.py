"""Canvases, drawn and linked."""

import json

NODES = [
    {"id": "g", "type": "group", "x": -20, "y": -20, "width": 500, "height": 300, "label": "Ideas & <x>"},
    {
        "id": "t",
        "type": "text",
        "text": "# Hi\n\n[[SGD]] and [[Gone]]",
        "x": 0,
        "y": 0,
        "width": 200,
        "height": 100,
        "color": "4",
    },
    {"id": "f", "type": "file", "file": "SGD.md", "subpath": "#Part", "x": 260, "y": 0, "width": 200, "height": 100},
    {"id": "l", "type": "link", "url": "javascript:alert(1)", "x": 0, "y": 150, "width": 200, "height": 50},
]
EDGES = [{"id": "e", "fromNode": "t", "fromSide": "right", "toNode": "f", "toSide": "left", "label": "leads to"}]
SGD = "# SGD\n\ntop\n\n## Part\n\nbelow\n"


def canvas(nodes=NODES, edges=EDGES):
    return json.dumps({"nodes": nodes, "edges": edges}, indent=1)


def test_a_canvas_is_a_page(build_vault, walk_site):
    """Text is Markdown, a file node shows its note's part, an edge is a curve with its label."""
    built = build_vault({"Plan.canvas": canvas(), "SGD.md": SGD})
    page = built.page("plan-canvas.html")

    assert [] == walk_site(built.bytes())
    assert all(words in page for words in ("Ideas &amp; &lt;x&gt;", "below", "leads to", 'class="canvas-edge"'))
    assert "<p>top</p>" not in page
    assert 'href="javascript' not in page


def test_its_links_are_links_of_the_graph(build_vault):
    """They count as backlinks, and broken ones are reported at the line of their node."""
    text = canvas()
    built = build_vault({"Plan.canvas": text, "SGD.md": SGD})
    line = text[: text.index('"t"')].count("\n") + 1

    assert ["Plan.canvas", "Plan.canvas"] == [link.source for link in built.graph.backlinks["SGD.md"]]
    assert [("broken_link", "Gone", line)] == [(i.kind, i.target, i.line) for i in built.report.issues]


def test_what_is_wrong_in_a_card_is_at_its_node(build_vault):
    """An invalid formula is reported at the line of its node."""
    text = canvas([*NODES, {"id": "m", "type": "text", "text": "$\\nope$", "x": 0, "y": 0, "width": 9, "height": 9}])
    built = build_vault({"Plan.canvas": text, "SGD.md": SGD})
    line = text[: text.index('"m"')].count("\n") + 1

    assert [line] == [issue.line for issue in built.report.issues if issue.kind == "bad_math"]


def test_linked_and_embedded_by_its_full_name(build_vault):
    """`[[Plan.canvas]]` points to it; `[[Plan]]` points to a note not written yet."""
    built = build_vault(
        {"Plan.canvas": canvas(), "SGD.md": SGD, "a.md": "[[Plan.canvas]] [[Plan]]\n\n![[Plan.canvas]]\n"}
    )
    kinds = [type(where).__name__ for where in built.graph.resolutions["a.md"]]

    assert ["Found", "Missing", "Found"] == kinds
    assert 'class="canvas-edge"' in built.page("a.html")


def test_embedded_it_is_a_link_to_its_page(build_vault, walk_site):
    """Everything but the link is inert; embedded notes are named, not shown, so there is no cycle."""
    built = build_vault({"Plan.canvas": canvas(), "SGD.md": f"{SGD}\n![[Plan.canvas]]\n"})
    page = built.page("sgd.html")

    assert [] == walk_site(built.bytes())
    assert '<div class="canvas-small"><div class="canvas-view"><div inert><div class="canvas"' in page
    assert '<a class="canvas-link" href="plan-canvas.html">Plan</a></div>' in page
    assert 1 == page.count("<p>below</p>")
    assert [] == [issue.kind for issue in built.report.issues if issue.kind == "embed_cycle"]


def test_its_words_are_searched(build_vault):
    """Texts, group names and labels are in the search index."""
    built = build_vault({"Plan.canvas": canvas(), "SGD.md": SGD})
    found = [c for url, c in built.bytes().items() if url.startswith("assets/search/n")]

    assert any(b"Ideas" in words and b"leads to" in words for words in found)


def test_damage_is_reported(build_vault):
    """An invalid canvas is an empty page with one issue; invalid nodes are skipped."""
    strange = canvas(
        [{"id": 1}, {"type": "text"}, {"type": "text", "text": "ok", "x": 1e99, "y": 0, "width": 1, "height": 1}], [{}]
    )
    built = build_vault({"bad.canvas": "{", "list.canvas": "[1]", "strange.canvas": strange})

    assert ["bad.canvas", "list.canvas"] == [i.path for i in built.report.issues if i.kind == "not_shown"]
    assert "ok" in built.page("strange-canvas.html")
