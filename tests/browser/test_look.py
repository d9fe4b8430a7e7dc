"""Layout and appearance of pages: widths, contrast, requests."""

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from hortus.parse.syntax.code import CLASSES

WIDTHS = (320, 390, 820, 1000, 1260, 1440)
LIGHT = """
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const light = (...colours) => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data]
      .map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const contrast = (ink, ground) => (Math.max(ink, ground) + .05) / (Math.min(ink, ground) + .05);"""
"""Functions for the luminance of colours, painted one over the other, and for the contrast of two luminances."""
CONTRAST = f"""names => {{{LIGHT}
  const pre = document.querySelector("pre");
  const ground = light(getComputedStyle(pre).backgroundColor);
  return names.map(name => {{
    const span = document.createElement("span");
    span.className = name;
    pre.firstElementChild.append(span);
    const ink = light(getComputedStyle(span).color);
    span.remove();
    return contrast(ink, ground);
  }});
}}"""
CONTRAST_ON_GROUND = f"""spans => {{{LIGHT}
  return spans.map(span => {{
    const grounds = [];
    for (let part = span; part; part = part.parentElement) grounds.unshift(getComputedStyle(part).backgroundColor);
    const ink = getComputedStyle(span).color;
    return [`${{span.className}} ${{span.textContent}}`, contrast(light(...grounds, ink), light(...grounds))];
  }});
}}"""
"""How each of some elements contrasts with all that is painted under it: pairs of its look and the ratio."""

FONTS = ("P052", "'TeX Gyre Pagella'", "'Noto Serif'", "'Liberation Serif'", "'DejaVu Serif'", "'DejaVu Sans'")
"""Fonts of the stack and of common systems; one that is not installed falls back to the system's default."""
CHARACTERS_A_LINE = """p => {
  const {width} = p.getBoundingClientRect(), range = document.createRange();
  p.style.whiteSpace = "nowrap";
  range.selectNodeContents(p);
  return p.textContent.length * width / range.getBoundingClientRect().width;
}"""
"""How many characters of a paragraph fit its width, on average."""
TO_THE_RIGHT = """p => {
  const range = document.createRange();
  range.selectNodeContents(p);
  return p.getBoundingClientRect().right - range.getBoundingClientRect().right;
}"""
IDLE = "document.fonts.ready.then(() => new Promise((done) => requestIdleCallback(() => done(null), {timeout: 2000})))"
"""Resolves when the fonts are loaded and drawn, and no script runs any more; a page that draws nothing is never idle."""
SHIFTS = """() => {
  const place = node => node?.id || node?.className || node?.nodeName;
  const moved = ({node, previousRect: a, currentRect: b}) => [place(node), a.x, a.y, b.x, b.y];
  const observer = new PerformanceObserver(() => {});
  observer.observe({type: "layout-shift", buffered: true});
  return observer.takeRecords().map(e => [e.value, ...e.sources.map(moved)]);
}"""
"""Layout shifts of the page so far."""

PARSE_IN_STEPS = """async () => {
  const tags = (await (await fetch(location)).text()).split(/(?<=>)/);
  const until = end => tags.splice(0, tags.findIndex(tag => tag.endsWith(end)) + 1);
  const place = e => [e.className || e.textContent, ...["x", "y"].map(name => e.getBoundingClientRect()[name])];
  document.open();
  document.write(until("<body>").join(""));
  while (![...document.querySelectorAll("link[rel=stylesheet]")].every(link => link.sheet)) await new Promise(done => setTimeout(done, 10));
  const first = new Map(), parts = () => document.querySelectorAll(".site-header :is(a, button)");
  for (const tag of until("</header>")) {
    document.write(tag);
    if (/<.(a|button)>$/.test(tag)) for (const e of parts()) if (!first.has(e)) first.set(e, place(e));
  }
  document.write(tags.join(""));
  document.close();
  return [[...first.values()], [...parts()].map(place)];
}"""
"""Parses a page again, tag by tag, and tells where each part of its header was at first and in the end."""


@dataclass(frozen=True)
class Seen:
    """What is found on a page that has been opened."""

    complaints: list[str]
    """Messages on the console, and errors of scripts."""
    asked: list[str]
    """Addresses of all requests."""
    shifts: list
    violations: list[tuple[str, list[str]]]
    scroll_widths: list[int]
    """Of the page in windows of WIDTHS; empty on the phone."""


@pytest.fixture(scope="module")
def see(chromium, places, violations) -> Iterator[Callable[[str, str], Seen]]:
    """Open pages, each once for all tests: from the disk on a phone in a dark system, from servers on a desktop."""
    sizes = {"phone": (390, "dark"), "desktop": (1440, "light")}
    contexts = {
        name: chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
        for name, (width, theme) in sizes.items()
    }
    pages = {name: context.new_page() for name, context in contexts.items()}

    @cache
    def open_page(url: str, place: str) -> Seen:
        page, complaints, asked = pages["phone" if place == "disk" else "desktop"], [], []
        listeners = {
            "console": lambda message: (
                complaints.append(message.text) if message.type in ("error", "warning") else None
            ),
            "pageerror": lambda error: complaints.append(str(error)),
            "request": lambda request: asked.append(request.url),
        }
        for event, listen in listeners.items():
            page.on(event, listen)
        page.goto(places[place] + url)
        page.evaluate(IDLE)
        shifts = page.evaluate(SHIFTS)
        for event, listen in listeners.items():
            page.remove_listener(event, listen)
        wrong = violations(page)
        scroll_widths = [scroll_width(page, width) for width in (WIDTHS if place == "root" else ())]
        return Seen(complaints, asked, shifts, wrong, scroll_widths)

    yield open_page
    for context in contexts.values():
        context.close()


def scroll_width(page, width: int) -> int:
    page.set_viewport_size({"width": width, "height": 900})
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("place", ["disk", "root"], ids=["390-dark", "1440-light"])
def test_axe_finds_nothing(see, url, place):
    """axe finds no problem on any kind of page, in both themes, on a phone and on a desktop."""
    assert [] == see(url, place).violations


def test_nothing_scrolls_sideways(see, url):
    """On narrow screens only wide elements scroll horizontally, not the page."""
    scroll_widths = dict(zip(WIDTHS, see(url, "root").scroll_widths, strict=True))

    assert {} == {width: found for width, found in scroll_widths.items() if found > width}


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_is_too_wide_scrolls(read, script):
    """Wide formulas, tables and code can be scrolled to their ends and focused by Tab."""
    page = read("wide-things.html", width=390, java_script_enabled=script)
    wide = ".math-display, .table, :not(.table) > table, .code pre"
    found = page.locator(wide)
    sizes = found.evaluate_all("all => all.map(e => [e.scrollWidth > e.clientWidth, e.clientWidth <= 390])")
    reached = set()
    for _ in range(25):
        page.keyboard.press("Tab")
        reached.add(found.evaluate_all("all => all.indexOf(document.activeElement)"))

    assert [[True, True]] * 3 == sizes
    assert {0, 1, 2} <= reached


@pytest.mark.parametrize("place", ["disk", "root"])
def test_the_policy_is_kept(see, url, place):
    """No page causes console messages: no CSP violation, no error. In a folder, `test_crawl` looks at all pages."""
    assert [] == see(url, place).complaints


def test_requests_stay_home(see, places, url):
    """Pages make requests only to their own host."""
    asked = see(url, "root").asked

    assert places["root"] + url in asked
    assert [] == [address for address in asked if not address.startswith(places["root"])]


def test_weight(site, reader, places):
    """A note needs at most five files, except the math font; style and script are small."""
    assets = site / "root" / "assets"
    weight = {name: len(gzip.compress((assets / name).read_bytes())) for name in ("style.css", "site.js")}
    context, asked = reader(), []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(places["root"] + "plain.html", wait_until="networkidle")

    assert weight["style.css"] < 8_200
    assert weight["site.js"] < 3_800
    assert len([address for address in asked if not address.endswith("math.woff2")]) <= 5, asked


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("shed/bench.html", []),
        ("anchors.html", ["math.css"]),
        ("cells.html", ["math.css", "notebook.css"]),
        ("drawings.html", ["drawings.css"]),
        ("board-canvas.html", ["drawings.css"]),
    ],
)
def test_rare_styles_are_asked_for_where_they_are_used(read, url, expected):
    """Style sheets of formulas, notebooks and drawings are loaded only where they are needed."""
    names = read(url).locator("link[rel=stylesheet]").evaluate_all("all => all.map(e => e.href.split('/').pop())")

    assert ["style.css", *expected] == names


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_can_be_read(read, theme):
    """Every colour of highlighted code has a contrast of at least 4.5 to 1."""
    names = sorted(set(CLASSES.values()))
    ratios = dict(zip(names, read("everything.html", theme=theme).evaluate(CONTRAST, names), strict=True))

    assert {} == {name: ratio for name, ratio in ratios.items() if ratio < 4.5}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_a_terminal_can_be_read(read, theme):
    """So has every colour of a notebook's output on every ground, also dim and inverse."""
    found = read("colours.html", theme=theme).locator(".cell-output span").evaluate_all(CONTRAST_ON_GROUND)
    looks = dict(map(tuple, found))

    assert len(looks) > 100
    assert {} == {look: ratio for look, ratio in looks.items() if ratio < 4.5}


@pytest.mark.parametrize("width", [820, 1440])
def test_measure(read, width):
    """A line of text has 62 to 76 characters on average, whatever font is installed."""
    page = read("everything.html", width=width)
    found = {}
    for font in FONTS:
        page.evaluate("font => document.documentElement.style.setProperty('--serif', `${font}, serif`)", font)
        found[font] = page.locator(".note > p").first.evaluate(CHARACTERS_A_LINE)

    assert {} == {font: characters for font, characters in found.items() if not 62 <= characters <= 76}


@pytest.mark.parametrize("place", ["disk", "root"], ids=["390-dark", "1440-light"])
def test_nothing_moves(see, url, place):
    """There are no layout shifts: what scripts add has its place in the style sheet."""
    assert [] == see(url, place).shifts


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
@pytest.mark.parametrize("address", ["index.html", "graph.html"])
def test_the_header_does_not_move_while_it_is_parsed(read, address, width):
    """Each part of the header is shown in its final place, even if the browser paints before it has the rest."""
    first, last = read(address, width=width).evaluate(PARSE_IN_STEPS)

    assert len(last) >= 7
    assert last == first


def test_a_layout_shift_is_seen(read):
    """Control: what moves by itself is among the shifts."""
    page = read("everything.html")
    page.evaluate("document.querySelector('h1').style.marginTop = '200px'")
    page.evaluate(IDLE)

    assert page.evaluate(SHIFTS)


def test_missing_is_shown_without_colour(read):
    """A link to a missing note has a dashed underline and a hollow node."""
    link = read("everything.html").locator("p > a.missing").first

    assert link.evaluate("a => getComputedStyle(a).textDecorationStyle") == "dashed"
    assert "○" in link.evaluate("a => getComputedStyle(a, '::after').content")


def test_a_slider_is_next_to_its_picture(read):
    """There is at most one line between a picture and its slider."""
    page = read("drawn.html")
    page.locator(".dials").wait_for()
    gap = page.locator(".zoom:has(+ .dials) img").evaluate(
        "img => document.querySelector('.dials').getBoundingClientRect().top - img.getBoundingClientRect().bottom"
    )

    assert 0 < gap < 20


def test_the_footer_is_at_the_foot(read):
    """On a short page the footer is at the end of the window."""
    page = read("404.html")

    assert 900 == page.locator("footer").evaluate("footer => footer.getBoundingClientRect().bottom")


def test_the_wheel_turns_over_the_margin(read):
    """With the pointer over a short table of contents, the wheel scrolls the page."""
    page = read("everything.html")
    page.mouse.move(250, 250)
    page.mouse.wheel(0, 400)

    page.wait_for_function("scrollY > 300")


def test_a_paragraph_goes_the_way_of_its_language(read):
    """A paragraph's direction follows its language, also in notes of another language."""
    page = read("plain.html")
    text = page.locator(".note p").first
    text.evaluate("p => { p.textContent = 'شبكة عصبية.' }")

    assert text.evaluate(TO_THE_RIGHT) < 2


def test_the_graph_is_seen_in_forced_colours(read):
    """Nodes are visible in forced colours."""
    canvas = read("graph.html", forced_colors="active").locator(".graph-canvas")
    found = canvas.evaluate(
        """canvas => new Promise(done => setTimeout(() => {
          const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          done(new Set(new Uint32Array(data.buffer)).size);
        }, 500))"""
    )

    assert found > 10
