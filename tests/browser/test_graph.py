"""The graph in a browser: the drawing on a note's page, and the page of the whole graph."""

import re

import pytest

EVERYWHERE = pytest.mark.parametrize("place", ["disk", "root", "folder"])
INK = """() => {
    const canvas = document.querySelector("canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const ground = [data[0], data[1], data[2]];
    let other = 0;
    for (let at = 0; at < data.length; at += 4) other += data[at] !== ground[0] || data[at + 1] !== ground[1];
    return { ground, other };
}"""
DRAWN = "performance.getEntriesByName('graph-drawn').length"
STILL = """() => new Promise((done) => {
    if (!globalThis.counted?.next) {
        const next = globalThis.requestAnimationFrame;
        globalThis.counted = { next, drawn: 0 };
        globalThis.requestAnimationFrame = (draw) => next((now) => {
            globalThis.counted.drawn++;
            draw(now);
        });
    }
    const { counted } = globalThis;
    let last = -1, same = 0;
    const look = () => {
        same = counted.drawn === last ? same + 1 : 0;
        last = counted.drawn;
        if (same < 5) counted.next.call(globalThis, look);
        else done();
    };
    look();
})"""
"""Resolves when the page has asked for no frame during five frames; while it has something to draw, it asks for each."""


def wait_until(page, what):
    """Poll an expression, because the pages' CSP forbids the evaluation that `wait_for_function` needs."""
    for _ in range(300):
        if page.evaluate(what):
            return
        page.wait_for_timeout(50)
    raise AssertionError(what)


@pytest.fixture
def graph(read):
    """Open the graph and wait for its first frame."""

    def open_graph(place="root", **options):
        page = read("graph.html", place, **options)
        wait_until(page, DRAWN)
        page.evaluate(STILL)
        return page

    return open_graph


@EVERYWHERE
def test_the_graph_is_drawn(graph, place):
    """From a server and from file://, without console errors and without requests to other hosts."""
    page = graph(place)

    assert page.evaluate(INK)["other"] > 1000
    assert [] == page.complaints


@EVERYWHERE
def test_the_drawing_leads_on(read, place):
    """Names around a note are links that work from everywhere, with mouse and keyboard."""
    page = read("everything.html", place)
    page.locator(".local-graph a", has_text="Plain").click()
    page.wait_for_url("**/plain.html")
    page.locator(".local-graph a", has_text="Everything").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/everything.html")


def test_without_script(read):
    """Without JavaScript the drawing is there, and the graph is a list of links."""
    options = {"java_script_enabled": False}
    assert read("everything.html", **options).locator(".local-graph a").count() >= 4
    page = read("graph.html", **options)

    assert not page.locator(".graph").is_visible()
    page.locator(".graph-list").get_by_role("link", name="Plain").click()
    page.wait_for_url("**/plain.html")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ground_follows_the_theme(graph, theme):
    """The background follows the system's theme and the reader's choice immediately."""
    page = graph(theme=theme)
    ground = page.evaluate(INK)["ground"]
    assert (sum(ground) < 384) == (theme == "dark")

    page.keyboard.press("t")
    page.evaluate(STILL)
    assert (sum(page.evaluate(INK)["ground"]) < 384) == (theme == "light")


@pytest.mark.parametrize("width", [320, 390])
def test_a_long_tag_does_not_widen_the_page(graph, width):
    """On a phone two filters are in a row, however long the names in them are."""
    page = graph(width=width)
    page.locator(".graph-tools option").last.evaluate("option => { option.textContent = 'long/'.repeat(40) }")

    assert page.evaluate("document.scrollingElement.scrollWidth") == width


def test_names_have_a_halo(graph):
    """Names have a border in the colour of the background, which keeps lines off their letters."""
    page = graph()
    page.evaluate("""() => {
      const pen = CanvasRenderingContext2D.prototype, {strokeText} = pen;
      globalThis.halos = [];
      pen.strokeText = function(...given) {
        globalThis.halos.push([this.lineWidth, this.strokeStyle]);
        strokeText.apply(this, given);
      };
    }""")
    page.keyboard.press("t")
    wait_until(page, "globalThis.halos.length > 0")
    page.evaluate(STILL)
    widths, colours = zip(*page.evaluate("globalThis.halos"), strict=True)

    assert min(widths) >= 5
    assert page.evaluate(INK)["ground"][:3] == list(bytes.fromhex(colours[-1].removeprefix("#")))


def test_finding(graph):
    """Typing lists notes; Enter selects one and shows its links, Enter again opens it."""
    page = graph()
    field = page.get_by_role("combobox", name="Find a note")
    field.fill("plai")
    assert ["Plain"] == page.locator("#graph-found").get_by_role("option").all_text_contents()

    field.press("Enter")
    card = page.get_by_role("group", name="Selected note")
    assert "Plain" == card.get_by_role("heading").text_content()
    assert card.get_by_role("listitem").filter(has_text="Everything").count() == 1
    field.press("Enter")
    page.wait_for_url("**/plain.html")


def test_keys(graph):
    """Arrow keys go from note to note and announce it; Enter opens, Escape deselects."""
    page = graph()
    canvas = page.locator("canvas")
    canvas.focus()
    page.keyboard.press("ArrowRight")
    said = page.locator(".graph-said")
    first = said.text_content()
    assert "link" in first
    for key in ("ArrowRight", "ArrowLeft", "ArrowUp", "ArrowDown"):
        page.keyboard.press(key)
    page.evaluate(STILL)
    assert said.text_content()

    page.keyboard.press("Escape")
    assert "" == said.text_content()
    page.keyboard.press("ArrowRight")
    name = page.get_by_role("group", name="Selected note").get_by_role("heading").text_content()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.locator(".graph").wait_for(state="detached")
    assert name in page.title()


def test_filters(graph):
    """By tag and by folder, including nested ones; the number of remaining notes is announced."""
    page = graph()
    page.get_by_role("combobox", name="Any tag").select_option("kitchen")

    some, everything = re.fullmatch(r"(\d+) of (\d+) shown", page.locator(".graph-said").text_content()).groups()
    assert 0 < int(some) < int(everything)
    page.get_by_role("combobox", name="Find a note").fill("plain")
    assert page.locator("#graph-found").get_by_role("option").count() == 0


def spot(page):
    """Return a position on the canvas with a node."""
    box = page.locator("canvas").bounding_box()
    for across in range(40, int(box["width"]) - 40, 8):
        x, y = box["x"] + across, box["y"] + box["height"] / 2
        for up in range(-120, 121, 12):
            page.mouse.move(x, y + up)
            if page.locator("canvas.on-node").count():
                return x, y + up
    raise AssertionError("no node anywhere")


def test_the_mouse(graph):
    """Hovering a node shows its name; dragging and the wheel move the view; a click opens the note."""
    page = graph()
    before = page.evaluate(INK)["other"]
    x, y = spot(page)
    title = page.locator("canvas").get_attribute("title")
    assert "link" in title

    page.mouse.click(x, y)
    page.locator(".graph").wait_for(state="detached")
    assert title.split(",")[0] in page.title()

    page.go_back()
    wait_until(page, DRAWN)
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 3, box["y"] + 20, steps=4)
    page.mouse.up()
    page.evaluate(STILL)
    assert page.evaluate(INK)["other"] < before
    page.get_by_role("button", name="Show all").click()
    page.evaluate(STILL)
    assert page.evaluate(INK)["other"] > 1000


def test_touch(graph):
    """A tap selects a node and shows its links."""
    page = graph(width=390, has_touch=True)
    page.touchscreen.tap(*spot(page))
    card = page.get_by_role("group", name="Selected note")
    assert card.is_visible()
    link = card.get_by_role("heading").get_by_role("link")
    link.tap()
    page.locator(".graph").wait_for(state="detached")


VIEW = "(dispatchEvent(new Event('pagehide')), history.state.graph.view)"


def test_two_fingers(graph):
    """Pinching scales the graph with the fingers' distance around the point between them."""
    page = graph(width=390, has_touch=True)
    touch = page.context.new_cdp_session(page)
    box = page.locator("canvas").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def fingers(kind, *offs):
        points = [{"x": x + off, "y": y, "id": number} for number, off in enumerate(offs)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = page.evaluate(VIEW)
    fingers("touchStart", -30, 30)
    for off in range(35, 61, 5):
        fingers("touchMove", -off, off)
    fingers("touchEnd")
    after = page.evaluate(VIEW)

    assert after["scale"] / before["scale"] == pytest.approx(2, abs=0.01)
    assert (after["x"], after["y"]) == pytest.approx((before["x"], before["y"]), abs=1)


def test_all_of_it_stays_in_a_smaller_window(graph):
    """A view of everything still shows everything after a resize; a chosen view keeps its position."""
    page = graph()
    before = page.evaluate(VIEW)
    page.set_viewport_size({"width": 500, "height": 700})
    page.evaluate(STILL)
    small = page.evaluate(VIEW)
    page.get_by_role("button", name="Zoom in").click()
    page.evaluate(STILL)
    chosen = page.evaluate(VIEW)
    page.set_viewport_size({"width": 700, "height": 500})
    page.evaluate(STILL)

    assert small["scale"] < before["scale"]
    assert chosen == page.evaluate(VIEW)


def test_it_knows_where_one_comes_from(read):
    """The note from which the graph was opened is selected."""
    page = read("plain.html")
    page.keyboard.press("g")
    page.wait_for_url("**/graph.html")
    wait_until(page, DRAWN)

    card = page.get_by_role("group", name="Selected note")
    assert "Plain" == card.get_by_role("heading").text_content()


def test_no_motion_where_none_is_wanted(graph):
    """With reduced motion the view changes without animation."""
    page = graph(reduced_motion="reduce")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("combobox", name="Find a note").fill("plain")
    page.keyboard.press("Enter")
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    assert page.locator("canvas").get_attribute("title").startswith("Plain")


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), (1440, "light")])
def test_axe_finds_nothing(graph, violations, width, theme):
    """With the list, with search results, and with a selected note."""
    page = graph(width=width, theme=theme)
    assert [] == violations(page)

    page.get_by_role("combobox", name="Find a note").fill("e")
    assert [] == violations(page)
    page.keyboard.press("Enter")
    page.evaluate(STILL)
    assert [] == violations(page)


def test_it_fits(graph):
    """No horizontal scrolling, whatever the window's width."""
    page, widths = graph(), (390, 820, 1440)
    scrolled = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(STILL)
        scrolled.append(page.evaluate("document.documentElement.scrollWidth"))

    assert [*widths] == scrolled


OVERLAPS = """() => {
    const { names, nodes, width, height } = hortusGraph.drawn(), APART = 0.5;
    const meet = (a, b) => a.x < b.right - APART && b.x < a.right - APART && a.y < b.bottom - APART && b.y < a.bottom - APART;
    const text = ({ node }) => hortusGraph.title[node];
    return {
        names: names.flatMap((one, at) => names.slice(at + 1).filter((other) => meet(one, other)).map((other) => [text(one), text(other)])),
        nodes: names.flatMap((one) => nodes.filter((node) => node.node !== one.node && meet(one, node)).map((node) => [text(one), text(node)])),
        outside: names.filter((one) => one.x < 0 || one.y < 0 || one.right > width || one.bottom > height).map(text),
        count: names.length,
        used: [["x", "right", width], ["y", "bottom", height]].map(([from, to, whole]) =>
            (Math.max(...nodes.map((one) => one[to])) - Math.min(...nodes.map((one) => one[from]))) / whole),
    };
}"""


@pytest.mark.parametrize("width", [390, 1440])
def test_names_cover_nothing(graph, width):
    """No name covers another name or a node, at any zoom, and the nodes take the whole canvas."""
    page = graph(width=width)
    seen = page.evaluate(OVERLAPS)
    assert min(seen["used"]) > 0.75
    counts = []
    for _ in range(4):
        assert ([], [], []) == (seen["names"], seen["nodes"], seen["outside"])
        counts.append(seen["count"])
        page.get_by_role("button", name="Zoom in").click()
        page.evaluate(STILL)
        seen = page.evaluate(OVERLAPS)

    assert counts[0] >= 5


def test_kinds_can_be_hidden(graph):
    """Figures, and notes that are not written yet, each have a box."""
    page = graph()
    for name in ("Figures", "Not written yet"):
        before = page.evaluate("hortusGraph.drawn().nodes.length")
        page.get_by_role("checkbox", name=name).uncheck()

        assert page.evaluate("hortusGraph.drawn().nodes.length") < before


@EVERYWHERE
def test_the_local_graph_opens_the_whole_one_here(read, place):
    """Its link selects the note and shows it with its neighbours, also from a disk."""
    page = read("shed/tools/rake.html", place)
    page.get_by_role("link", name="The whole graph").click()
    page.wait_for_url("**/graph.html#**")
    wait_until(page, DRAWN)

    assert "Rake" == page.get_by_role("group", name="Selected note").get_by_role("heading").text_content()
    assert page.complaints == []


def test_links_are_drawn_with_the_first_frame(read):
    """The first frame is drawn while scripts start, with its links: no frame shows an empty stage."""
    page = read("graph.html")
    wait_until(page, DRAWN)
    pairs = "new Set(hortusGraph.links.flatMap((all, from) => all.map((to) => [from, to].sort().join()))).size"

    assert page.evaluate("performance.getEntriesByName('graph-drawn')[0].detail.links") == page.evaluate(pairs)
