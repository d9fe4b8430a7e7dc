"""The controls over the graph, and what is below them."""

COVERED = """() => {
    const control = document.querySelector(".graph-zoom").getBoundingClientRect();
    const { left, top } = document.querySelector(".graph-stage canvas").getBoundingClientRect();
    return hortusGraph.drawn().nodes.filter((node) =>
        node.x + left < control.right && node.right + left > control.left && node.y + top < control.bottom && node.bottom + top > control.top
    ).map(({ node }) => hortusGraph.title[node]);
}"""


CORNER = ";hortusGraph.x[0] = Math.max(...hortusGraph.x); hortusGraph.y[0] = Math.max(...hortusGraph.y);"
"""Moves a node into the corner of the controls."""


def test_no_node_is_below_the_controls(read, reader):
    """A graph that fits its stage leaves the place of its buttons free, in windows of any width."""
    context = reader(width=320)

    def cornered(route):
        route.fulfill(response=(response := route.fetch()), body=response.text() + CORNER)

    context.route("**/graph-data.js", cornered)
    page = read("graph.html", context=context)
    page.wait_for_function("performance.getEntriesByName('graph-drawn').length")
    found = {}
    for width in (320, 390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        found[width] = page.evaluate(COVERED)

    assert {} == {width: titles for width, titles in found.items() if titles}
