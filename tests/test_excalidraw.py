"""Excalidraw drawings: parsed from the plugin's files, drawn, linked, and never shown as data."""

import base64
import json
import re
from xml.etree import ElementTree

import pytest

from hortus.core.model import Source
from hortus.parse.excalidraw.drawing import parse_drawing
from hortus.parse.excalidraw.lz import decompress

WARNING = (
    "==⚠  Switch to EXCALIDRAW VIEW in the MORE OPTIONS menu of this document. ⚠== You can decompress Drawing data "
    "with the command palette: 'Decompress current Excalidraw file'. For more info check in plugin settings\n"
)
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def compress(text: str) -> str:
    """Compress as LZ-String's ``compressToBase64`` does, in lines of 256 with an empty one between, as the plugin."""
    units = text.encode("utf-16-le", "surrogatepass")
    units = [chr(units[i] | units[i + 1] << 8) for i in range(0, len(units), 2)]
    codes: dict[str, int] = {}
    fresh: set[str] = set()
    bits: list[str] = []
    room, width, word = 2, 2, ""

    def put(value: int, count: int) -> None:
        bits.append(f"{value:0{count}b}"[::-1])

    def flush(word: str) -> None:
        nonlocal room, width
        if word in fresh:
            wide = ord(word) > 255
            put(int(wide), width)
            put(ord(word), 16 if wide else 8)
            fresh.discard(word)
            room -= 1
            if not room:
                room, width = 1 << width, width + 1
        else:
            put(codes[word], width)
        room -= 1
        if not room:
            room, width = 1 << width, width + 1

    for unit in units:
        if unit not in codes:
            codes[unit] = len(codes) + 3
            fresh.add(unit)
        if word + unit in codes:
            word += unit
            continue
        flush(word)
        codes[word + unit] = len(codes) + 3
        word = unit
    if word:
        flush(word)
    put(2, width)
    stream = "".join(bits)
    stream += "0" * (6 - len(stream) % 6)
    digits = "".join(DIGITS[int(stream[i : i + 6], 2)] for i in range(0, len(stream), 6))
    digits += "=" * (-len(digits) % 4)
    return "\n\n".join(digits[i : i + 256] for i in range(0, len(digits), 256))


def element(kind: str, x=0, y=0, width=100, height=60, **more) -> dict:
    """An element as Excalidraw stores it."""
    common = {
        "id": f"{kind}-{x}-{y}", "type": kind, "x": x, "y": y, "width": width, "height": height, "angle": 0,
        "strokeColor": "#1e1e1e", "backgroundColor": "transparent", "fillStyle": "solid", "strokeWidth": 2,
        "strokeStyle": "solid", "roughness": 1, "opacity": 100, "groupIds": [], "frameId": None, "roundness": None,
        "seed": 7, "isDeleted": False, "boundElements": [], "link": None, "locked": False,
    }  # fmt: skip
    return common | more


def text(words: str, x=0, y=0, raw="", size=20, **more) -> dict:
    """A text element; *raw* is what was typed, when links make it another."""
    lines = words.split("\n")
    width, height = max(map(len, lines)) * size * 0.55, len(lines) * size * 1.25
    given = {
        "text": words, "rawText": raw or words, "originalText": words, "fontSize": size, "fontFamily": 5,
        "textAlign": "left", "verticalAlign": "top", "containerId": None, "lineHeight": 1.25, "autoResize": True,
    }  # fmt: skip
    return element("text", x, y, **{"width": width, "height": height, **given, **more})


def scene(*elements: dict, **more) -> str:
    """A scene's JSON."""
    state = {"theme": "light", "viewBackgroundColor": "#ffffff"}
    whole = {"type": "excalidraw", "version": 2, "elements": elements, "appState": state, "files": {}}
    return json.dumps(whole | more, indent="\t", ensure_ascii=False)


def note(scene: str, texts="", links="", files="", prose="", mode="parsed", packed=True, front="") -> str:
    """A file as version 2 of the plugin writes it."""
    form, payload = ("compressed-json", compress(scene)) if packed else ("json", scene)
    sections = f"## Text Elements\n{texts}\n"
    sections += f"## Element Links\n{links}\n\n" if links else ""
    sections += f"## Embedded Files\n{files}\n\n" if files else ""
    return (
        f"---\n\nexcalidraw-plugin: {mode}\ntags: [excalidraw]\n{front}\n---\n{WARNING}\n{prose}\n"
        f"# Excalidraw Data\n\n{sections}%%\n## Drawing\n```{form}\n{payload}\n```\n%%"
    )


def data_of(built) -> str:
    """Everything that a build publishes as text, including the search index."""
    files = built.bytes()
    packed = [c for url, c in files.items() if url.startswith("assets/search/")]
    plain = [c for url, c in files.items() if url.endswith((".html", ".md", ".txt", ".xml", ".json", ".svg", ".css"))]
    return b"\n".join(plain + packed).decode(errors="replace")


def issues(built, *kinds: str) -> list[tuple[str, str, int]]:
    return [(i.kind, i.path, i.line) for i in built.report.issues if not kinds or i.kind in kinds]


# --- reading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["a", "aaaa" * 99, "漢字 and 😀 " * 40, json.dumps(list(range(3000)))])
def test_compressed_data(words):
    """Data compressed by LZ-String is restored, also beyond the basic plane, with and without line breaks."""
    assert words == decompress(compress(words))
    assert words == decompress(compress(words).replace("\n", ""))


@pytest.mark.parametrize("payload", ["", "A", "AAAA", "N4KAkARALgng", "a b$", "////", "é"])
def test_damaged_data(payload):
    """Damage is an error with a message, never another text or exception."""
    with pytest.raises(ValueError, match=r"compressed drawing"):
        decompress(payload)


def test_data_has_a_bound():
    """A payload that would grow without limit is refused."""
    with pytest.raises(ValueError, match="exceeds"):
        decompress(compress("a" * 9000), largest=8999)


SCENE = scene(element("rectangle", backgroundColor="#a5d8ff"), text("Hello world", 10, 20, id="abcdefgh"))
OLD = f"---\nexcalidraw-plugin: parsed\n---\n{WARNING}\n# Text Elements\nHello world ^abcdefgh\n\n%%\n# Drawing\n"
FORMS = {
    "compressed": ("a.excalidraw.md", note(SCENE, "Hello world ^abcdefgh\n\n")),
    "plain": ("a.excalidraw.md", note(SCENE, "Hello world ^abcdefgh\n\n", packed=False, mode="raw")),
    "any name": ("a.md", note(SCENE, "Hello world ^abcdefgh\n\n")),
    "version 1": ("a.excalidraw.md", f"{OLD}```json\n{SCENE}\n```\n%%"),
    "without a fence": ("a.excalidraw.md", f"{OLD}{SCENE}\n%%"),
    "no properties": ("a.excalidraw.md", note(SCENE).partition("---\n")[2].partition("---\n")[2]),
    "all in a comment": ("a.excalidraw.md", note(SCENE).replace("# Excalidraw Data", "%%\n# Excalidraw Data")),
    "bare": ("a.excalidraw", SCENE),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_drawing_is_shown_in_every_form(form, build_vault, walk_site):
    """Text is text, and neither the plugin's warning nor the data is on the site."""
    path, content = FORMS[form]
    built = build_vault({path: content, "Home.md": f"# Home\n\n![[{path.removesuffix('.md')}]]\n\n[[{path}]]\n"})
    page, data = built.page(built.urls[path]), data_of(built)

    assert [] == walk_site(built.bytes())
    assert [] == issues(built)
    assert '<svg class="drawing-inks"' in page
    assert ">Hello world</text>" in page
    assert ">Hello world</text>" in built.page("index.html")
    assert not [
        words
        for words in ("EXCALIDRAW VIEW", "⚠", "compressed-json", "versionNonce", "strokeColor", "N4KAkARAL")
        if words in data
    ]
    assert data.count("Hello world") >= 3


def test_prose_is_shown_before_the_drawing(build_vault):
    """The text part is a note with headings, links and properties; the embed shows only the drawing."""
    prose = "## Why\n\nBecause of [[Home]]. %%secret%%\n"
    built = build_vault(
        {
            "d.excalidraw.md": note(SCENE, prose=prose),
            "Home.md": "# Home\n\n![[d.excalidraw]]\n\n![[d.excalidraw#Why]]\n",
        }
    )
    page, home = built.page("d-excalidraw.html"), built.page("index.html")

    assert page.index("Because of") < page.index('class="drawing-page"')
    assert (1, 1) == (home.count("<p>Because of"), home.count('class="drawing-embed"'))
    assert "secret" not in data_of(built)
    assert ["Home.md"] == [link.source for link in built.graph.backlinks["d.excalidraw.md"]][:1]


def test_its_own_markdown_has_prose_and_words(build_vault):
    """The published `.md` has the text and no data."""
    built = build_vault({"d.excalidraw.md": note(SCENE, "Hello world ^abcdefgh\n\n", prose="Why not.\n")})
    text = built.page("d-excalidraw.md")

    assert text.endswith("---\n\n\nWhy not.\n\nHello world\n")


def test_a_note_that_only_looks_like_one(build_vault):
    """A heading named Drawing, or the name alone, makes no drawing."""
    built = build_vault({"a.excalidraw.md": "# Text Elements\n\nwords\n", "b.md": "# Drawing\n\n```json\n{}\n```\n"})

    assert "words" in built.page("a-excalidraw.html")
    assert [] == issues(built, "not_shown")


# --- links ------------------------------------------------------------------------------------


def test_links_have_their_lines(build_vault):
    """Links in sections have positions there, and are clickable in the drawing."""
    drawn = scene(
        text("See Plan and Gone", raw="See [[Plan|Plan]] and [[Gone]]", id="linktxt1"),
        element("rectangle", id="boxlink1", y=90, link="[[Plan]]"),
        element("ellipse", id="extlink1", y=190, link="https://example.org/?a=1&b=2"),
    )
    content = note(
        drawn,
        "See [[Plan|Plan]] and [[Gone]] ^linktxt1\n\n",
        "boxlink1: [[Plan]]\n\nextlink1: https://example.org/?a=1&b=2",
    )
    built = build_vault({"d.excalidraw.md": content, "Plan.md": "# Plan\n"})
    page = built.page("d-excalidraw.html")
    line = content[: content.index("See [[")].count("\n") + 1

    assert [("broken_link", "d.excalidraw.md", line)] == issues(built, "broken_link")
    assert 2 == len(built.graph.backlinks["Plan.md"])
    assert '>See <a class="internal" href="plan.html">Plan</a> and <a class="missing"' in page
    assert '<a class="internal" href="plan.html" aria-label="Plan"><rect' in page
    assert 'href="https://example.org/?a=1&amp;b=2"' in page
    assert "See" in built.page("plan.html")


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        pytest.param(element("ellipse", id="a", link="[[Plan#Steps]]"), ["Plan > Steps"], id="as links read"),
        pytest.param(element("ellipse", id="boxlink1", link="[[Plan]]"), ["see <b>"], id="its label"),
        pytest.param(element("arrow", id="a", link="[[Gone]]", points=[[0, 0], [9, 9]]), ["Gone"], id="a wanted note"),
        pytest.param(element("ellipse", id="a", link="https://x.org/?a=1&b"), ["https://x.org/?a=1&b"], id="address"),
        pytest.param(element("ellipse", id="a", link="[[Canary]]"), [], id="a private note"),
        pytest.param(text("words", id="a", link="[[Plan]]"), [], id="a text, which has words"),
    ],
)
def test_links_of_shapes_have_names(build_vault, drawn, expected):
    """Links of shapes have an accessible name; no link is inside another."""
    files = {"Plan.md": "# The plan\n## Steps\n", "Canary.md": "---\nprivate: true\n---\n"}
    section = "boxlink1: [[Plan|see <b>]]" if drawn["id"] == "boxlink1" else ""
    built = build_vault({"d.excalidraw.md": note(scene(drawn), links=section, packed=False), **files})
    drawing = ElementTree.fromstring(
        re.search('<span class="drawing">.*?</svg>', built.page("d-excalidraw.html"))[0] + "</span>"
    )
    names = [link.get("aria-label") for link in drawing.iter("a") if link.get("aria-label")]

    assert expected == names
    assert not drawing.findall(".//a//a")
    assert "Canary" not in data_of(built)


def test_links_of_the_scene_alone(build_vault):
    """A scene without sections has links, too: at the element's line, or where compressed data begins."""
    drawn = scene(text("to Gone", raw="to [[Gone]]", id="one"), element("diamond", id="two", link="[[Lost]]"))
    packed = note(drawn)
    built = build_vault({"a.excalidraw": drawn, "b.excalidraw.md": packed})
    first, second = (drawn[: drawn.index(f'"id": "{name}"')].count("\n") + 1 for name in ("one", "two"))
    fence = packed[: packed.index("```compressed")].count("\n") + 2

    assert {("broken_link", "a.excalidraw", first), ("broken_link", "a.excalidraw", second)} == {
        issue for issue in issues(built, "broken_link") if issue[1] == "a.excalidraw"
    }
    assert [fence] * 2 == [line for _, path, line in issues(built, "broken_link") if path == "b.excalidraw.md"]


def test_unsafe_links_are_reported(build_vault):
    """A URL that runs code is an issue, and its text is text."""
    words = "<b>&\"' ]]> <script>x</script>"
    built = build_vault({"a.excalidraw": scene(text(words, link="javascript:alert(1)", strokeColor='"><script>'))})

    assert ["unsafe_url"] == [kind for kind, *_ in issues(built) if kind != "orphan"]
    assert "javascript:" not in built.page("a-excalidraw.html")
    assert "<script>x" not in built.page("a-excalidraw.html")


def test_private_names_stay_private(build_vault):
    """The name of a private note is removed everywhere in the file; if that is impossible, the drawing is withheld."""
    words = scene(
        text("to Canary", raw="to [[Canary]]", id="linktxt1"), element("ellipse", id="boxlink1", link="[[Canary]]")
    )
    built = build_vault(
        {
            "a.excalidraw.md": note(words, "to [[Canary]] ^linktxt1\n\n", "boxlink1: [[Canary]]"),
            "b.excalidraw.md": note(words),
            "c.excalidraw": words,
            "e.excalidraw.md": note(words, "to [[Canary]] ^linktxt1\n\n", "boxlink1: [[Canary]]", packed=False),
            "d.excalidraw.md": note(scene(text("Canary")), front="publish: false"),
            "Canary.md": "---\nprivate: true\n---\n",
            "Home.md": "# Home\n\n![[a.excalidraw]] ![[b.excalidraw]]\n",
        }
    )

    assert "Canary" not in data_of(built)
    assert ">to private note</text>" in built.page("a-excalidraw.html")
    assert {"Home.md", "a.excalidraw.md"} <= built.graph.notes.keys()
    assert "b.excalidraw.md" not in built.graph.notes


@pytest.mark.parametrize(
    ("align", "left", "right"),
    [
        pytest.param("left", 300, 430, id="grows to the right"),
        pytest.param("right", 220, 350, id="grows to the left"),
        pytest.param("center", 260, 390, id="grows to both sides"),
    ],
)
def test_words_that_became_longer_have_room(align, left, right, build_vault):
    """A placeholder for a private name may be wider than the measured text; the drawing grows."""
    words = scene(text("to A", 300, raw="to [[A]]", id="linktxt1", textAlign=align, width=50))
    built = build_vault({"a.excalidraw.md": note(words, "to [[A]] ^linktxt1\n\n"), "A.md": "---\nprivate: true\n---\n"})
    drawing = built.graph.notes["a.excalidraw.md"].drawing

    assert ">to private note</text>" in built.page("a-excalidraw.html")
    assert drawing.box[0] <= left
    assert drawing.box[0] + drawing.box[2] >= right


def test_wrapped_words_stay_in_their_shape(build_vault):
    """Text wrapped to fit a shape is wrapped again around the same centre if it changes."""
    label = text(
        "see A\nand B", 20, 20, raw="see [[A]] and B", id="linktxt1", containerId="box", width=80, textAlign="center"
    )
    words = scene(element("rectangle", 0, 0, 120, 90, id="box"), label)
    built = build_vault(
        {"a.excalidraw.md": note(words, "see [[A]] and B ^linktxt1\n\n"), "A.md": "---\nprivate: true\n---\n"}
    )
    rows = re.findall(r"<text x=\"([^\"]+)\"[^>]*>(.*?)</text>", built.page("a-excalidraw.html"))

    assert ["see", "private", "note and", "B"] == [row for _, row in rows]
    assert {"60"} == {x for x, _ in rows}


def test_tags_and_todos_count(build_vault):
    """Tags and TODO marks in a drawing belong to its note."""
    built = build_vault({"a.excalidraw.md": note(scene(text("x")), "#idea TODO ask [[Plan]] ^abcdefgh\n\n")})

    assert ["todo_link"] == [kind for kind, *_ in issues(built, "todo_link", "broken_link")]
    assert {"excalidraw", "idea"} == {tag.name for tag in built.graph.notes["a.excalidraw.md"].tags}


# --- parts, sizes, files ------------------------------------------------------------------------

FRAMES = scene(
    element("rectangle", 0, 0, 400, 100, id="wideone", frameId="frame001", groupIds=["g"]),
    element("ellipse", 500, 0, 100, 100, id="farone", groupIds=["g"]),
    element("frame", 0, 0, 200, 150, id="frame001", name="Plan A"),
)


@pytest.mark.parametrize(
    ("anchor", "box"),
    [
        ("^frame=Plan A", "0 0 200 150"),
        ("^frame=frame001", "0 0 200 150"),
        ("^clippedframe=frame001", "0 0 200 150"),
        ("^area=farone", "490 -10 120 120"),
        ("^farone", "490 -10 120 120"),
        ("^group=farone", "-10 -10 620 120"),
        ("", "-10 -30 620 190"),
    ],
)
def test_a_part_of_a_drawing(anchor, box, build_vault):
    """An embed shows the requested part in the requested width."""
    embed = f"![[a.excalidraw{'#' * bool(anchor)}{anchor}|300]]"
    built = build_vault({"a.excalidraw": FRAMES, "Home.md": f"# Home\n\n{embed}\n"})
    height = round(300 * float(box.split()[3]) / float(box.split()[2]))

    assert [] == issues(built)
    assert f'viewBox="{box}" width="300" height="{height}"' in built.page("index.html")


def test_a_part_that_is_not_there(build_vault):
    """It is reported like any other block."""
    built = build_vault({"a.excalidraw": FRAMES, "Home.md": "# Home\n\n![[a.excalidraw#^frame=None]]\n"})

    assert [("missing_block", "Home.md", 3)] == issues(built)


def test_frames_clip(build_vault):
    """Elements are clipped to their frame, whose name is above it."""
    page = build_vault({"a.excalidraw": FRAMES}).page("a-excalidraw.html")

    assert '<svg x="0" y="0" width="200" height="150" viewBox="0 0 200 150">' in page
    assert ">Plan A</text>" in page


def test_a_large_drawing_is_a_file(build_vault, walk_site):
    """The page stays small, and text and links can still be found and clicked."""
    waves = [element("freedraw", 0, 40 * i, points=[[x, (x * i) % 37] for x in range(99)]) for i in range(60)]
    drawn = scene(*waves, text("Find me in Plan", raw="Find me in [[Plan]]", y=-50))
    built = build_vault({"a.excalidraw": drawn, "Plan.md": "# Plan\n\n![[a.excalidraw|200]]\n"})
    page = built.page("a-excalidraw.html")
    files = [c for url, c in built.bytes().items() if url.startswith("assets/diagrams/drawing-")]

    assert [] == walk_site(built.bytes())
    assert len(page) < 20_000 < 60_000 < len(files[0])
    assert b"Find me in Plan</text>" in files[0]
    assert '<svg class="drawing-cover"' in page
    assert 'fill-opacity="0"' in page
    assert '>Find me in <a class="internal" href="plan.html">Plan</a></text>' in page
    assert 'width="200"' in built.page("plan.html")


def test_the_same_bytes(read_note):
    """Randomness comes from the seeds."""
    drawn = scene(
        *(
            element(kind, seed=9, roughness=2, fillStyle="hachure", backgroundColor="#fff")
            for kind in ("rectangle", "ellipse", "diamond")
        )
    )
    one, two = (parse_drawing(Source("a.excalidraw", drawn)) for _ in range(2))
    other = parse_drawing(Source("a.excalidraw", drawn.replace('"seed": 9', '"seed": 10')))

    assert one == two
    assert one.drawing != other.drawing


def test_pictures(build_vault, walk_site):
    """Pictures of the vault and of the file are shown in order with their colours; SVG is sanitised."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><rect width="9" height="9"/></svg>'
    url = f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}"
    drawn = scene(
        element("image", id="one", fileId="aaaa", scale=[-1, 1]),
        element("freedraw", points=[[0, 0], [50, 50]]),
        element("image", id="two", fileId="bbbb"),
        element("image", id="tri", fileId="cccc"),
        element("image", id="for", fileId="dddd"),
        files={"bbbb": {"mimeType": "image/svg+xml", "dataURL": url}},
    )
    files = "aaaa: [[red.png]]\n\ncccc: [[Plan]]\n\ndddd: $$e=mc^2$$"
    built = build_vault({"a.excalidraw.md": note(drawn, files=files), "red.png": b"\x89PNG", "Plan.md": "# Plan\n"})
    page = built.page("a-excalidraw.html")

    assert [] == walk_site(built.bytes())
    assert ["drawing-pictures", "drawing-inks"] == re.findall(r'<svg class="(drawing-(?:inks|pictures))"', page)[:2]
    assert '<image href="red.png" width="100" height="60"' in page
    assert '<a class="internal" href="plan.html"><g class="drawing-placeholder">' in page
    assert ">e=mc^2</text>" in page
    assert "alert(1)" not in data_of(built)
    assert ["a.excalidraw.md", "a.excalidraw.md"] == [
        link.source for path in ("red.png", "Plan.md") for link in built.graph.backlinks[path]
    ]


def test_lost_pictures_are_one_issue(build_vault):
    """A missing picture is a box."""
    drawn = scene(element("image", id="one", fileId="aaaa"), element("image", id="two", fileId="bbbb"))
    built = build_vault({"a.excalidraw": drawn, "Home.md": "[[a.excalidraw]]"})

    assert [("not_shown", "a.excalidraw", 1)] == issues(built)
    assert 2 == built.page("a-excalidraw.html").count("drawing-placeholder")


def test_no_more_is_decompressed_than_asked_for():
    """A payload that grows without end is refused when it reaches the bound."""
    with pytest.raises(ValueError, match="exceeds 1,000 characters"):
        decompress(compress("a" * 9_000), 1_000)


# --- what cannot be shown -----------------------------------------------------------------------

BROKEN = {
    "no data": note("").partition("## Drawing")[0],
    "no Base64": note(SCENE).replace("```compressed-json\n", "```compressed-json\n$$"),
    "cut short": note(SCENE, "Words kept ^abcdefgh\n\n")[:-400],
    "no JSON": note("{", packed=False),
    "no elements": note('{"elements": 3}', packed=False),
    "a list": note("[1]"),
    "nested": note("[" * 100_000, packed=False),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_drawing_that_cannot_be_shown(fault, build_vault):
    """It has a placeholder on its page and in embeds, and one issue; its texts are kept."""
    built = build_vault({"a.excalidraw.md": BROKEN[fault], "Home.md": "# Home\n\n![[a.excalidraw]]\n"})
    told = '<p class="drawing-missing">a: the drawing cannot be shown</p>'

    assert ["not_shown"] == [kind for kind, *_ in issues(built)]
    assert told in built.page("a-excalidraw.html")
    assert told in built.page("index.html")
    assert ("Words kept" in built.page("index.html")) == (fault == "cut short")
    assert "EXCALIDRAW VIEW" not in data_of(built)


def test_an_empty_drawing(build_vault):
    """Nothing is drawn, without an issue."""
    built = build_vault({"a.excalidraw.md": note(scene()), "Home.md": "![[a.excalidraw]]"})

    assert [] == issues(built)
    assert "a: an empty drawing" in built.page("index.html")


def test_strange_elements_are_drawn_as_well_as_can_be():
    """Wrong types, invalid numbers, code as colours, invalid characters: a picture, and valid XML."""
    strange = [
        {"type": "rectangle"},
        {"type": "unknown", "x": 1},
        7,
        element(
            "rectangle", x=float("nan"), y="1", width=1e300, strokeColor="url(#x)", opacity=-4, seed=None, groupIds=3
        ),
        element("line", points=[[0], "x", [1, 2]], roundness=[]),
        element("arrow", points=[]) | {"endArrowhead": "arrow"},
        element("freedraw", points=[[0, 0], [0, 0]]),
        text("\x00\ufdd0link:0:\ufdd1\ud800", fontSize="big", fontFamily=99),
        element("image", width=0, height=0, crop={"width": 0}),
    ]
    drawn = parse_drawing(Source("a.excalidraw", json.dumps({"elements": strange})))
    (file,) = [content for name, content in drawn.files if name.startswith("drawing-")]

    assert ElementTree.fromstring(file) is not None
    assert "url(" not in file
    assert "nan" not in file


def test_a_hostile_scene_ends():
    """Elements, points and hatching beyond the limits are left out, and reported."""
    many = [
        element("ellipse", i % 99, i % 77, 900, 900, fillStyle="cross-hatch", backgroundColor="#f00")
        for i in range(1000)
    ]
    drawn = parse_drawing(Source("a.excalidraw", scene(*many)))

    assert ["not_shown"] == [issue.kind for issue in drawn.issues]
    assert sum(len(content) for _, content in drawn.files) < 6_000_000


def test_dark_and_light_in_the_browser(build_vault, tmp_path, chromium):
    """Shapes are inverted in dark themes, pictures are not; nothing is wider than its column."""
    drawn = scene(element("rectangle", width=3000), element("image", fileId="aaaa"))
    files = {
        "a.excalidraw.md": note(drawn, files="aaaa: [[red.png]]"),
        "red.png": b"\x89PNG",
        "Home.md": "# H\n\n![[a.excalidraw]]\n",
    }
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    page.goto((build_vault(files).write(tmp_path / "site") / "index.html").as_uri())
    filters = "[...document.querySelectorAll('.drawing > *')].map(one => getComputedStyle(one).filter != 'none')"
    found = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found[scheme] = page.evaluate(filters)
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    found["switched"] = page.evaluate(filters)
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.close()

    assert {"light": [False, False], "dark": [True, False], "switched": [False, False]} == found
    assert 390 == wide
