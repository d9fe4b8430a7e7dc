"""Mermaid diagrams: drawn as mermaid.js draws them, sanitised, or shown as source."""

import re
from xml.etree import ElementTree

import pytest
from diagram_cases import Case, arrows_of, read_cases, words_of
from markdown_it import MarkdownIt

from hortus.core.slots import cut
from hortus.parse.syntax import diagram
from hortus.parse.syntax.code import code_plugin
from hortus.parse.syntax.diagram_source import count_arrows, kind_of, missing_words, prepare

CASES = read_cases()
HOSTILE = """\
graph TD
A["<img src=x onerror=alert(1)>"] --> B
click A "javascript:alert(1)"
click B href "https://example.org"
style B fill:url(https://example.org/x)
"""


def render(source: str) -> tuple[str, dict]:
    env: dict = {}
    md = MarkdownIt("commonmark").use(code_plugin).use(diagram.diagram_plugin)
    return md.render(source, env), env


def root_of(source: str) -> ElementTree.Element:
    return ElementTree.fromstring(diagram.draw(source).svg)


def issue_of(source: str) -> str:
    """Return the message of the one issue that a diagram makes."""
    html, env = render(f"```mermaid\n{source}\n```\n")
    ((kind, line, message, hint),) = env["issues"]

    assert kind == "bad_diagram" and 1 <= line <= source.count("\n") + 2 and hint
    assert '<code class="language-mermaid">' in html and "diagrams" not in env
    return message


def test_the_corpus_is_whole():
    """There are at least 120 cases, of all kinds, each with the words and arrows of mermaid.js."""
    assert len(CASES) >= 120
    assert len({case.kind for case in CASES}) >= 25
    assert [] == [case.id for case in CASES if not case.words]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_as_mermaid_draws_it(case: Case):
    """A drawing has the words and the number of arrows of mermaid.js 11.17."""
    root = root_of(case.source)

    assert case.words == words_of(root)
    assert case.arrows == arrows_of(root)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_nothing_white_or_foreign_is_left(case: Case):
    """No drawing has a background, a link, or an external URL; arrows of the source are counted correctly."""
    svg = diagram.draw(case.source).svg

    assert not re.search(r"<a\b|<script|<image|\bon\w+=|https?://(?!www\.w3\.org/)", svg)
    assert 'class="background"' not in svg and "wardley-background" not in svg
    assert count_arrows(case.source, kind_of(case.source)) <= case.arrows


def test_drawn():
    """A diagram is a file named by the hash of its source; the source is shown below it."""
    html, env = render("```mermaid\ngraph LR\nA --> B\n```\n")
    ((name, svg),) = env["diagrams"]

    assert [("file", 0, name)] * 2 == [part for part in cut(html) if not isinstance(part, str)]
    assert "graph LR\nA --&gt; B" in html
    assert html.count("#dark") == html.count("#light") == 1 and 'id="dark"' in svg and 'id="light"' in svg


def test_same_source_same_file():
    """Equal diagrams are one file, with the same bytes in every run."""
    _, env = render("```mermaid\ngraph LR\nA --> B\n```\n\n```mermaid\ngraph LR\nA --> B\n```\n")
    diagram.draw.cache_clear()
    _, again = render("```mermaid\ngraph LR\nA --> B\n```\n")

    assert {again["diagrams"][0]} == set(env["diagrams"])


def test_nothing_gets_in():
    """The file, which a browser may open on its own, has no links, event handlers or external URLs."""
    for element in root_of(HOSTILE).iter():
        assert element.tag.rpartition("}")[2] not in ("a", "script", "image", "use", "iframe")
        for attribute, value in element.attrib.items():
            assert not attribute.rpartition("}")[2].startswith(("on", "href", "src"))
            assert "example.org" not in value and "javascript" not in value


def test_a_node_with_a_click_keeps_its_label_in_its_box():
    """Click statements are removed; the label stays in place."""
    plain, clicked = (
        root_of(f"flowchart LR\nA[Index] --> B[Page]\n{click}") for click in ("", 'click A "https://a.b"\n')
    )

    assert ElementTree.tostring(plain) == ElementTree.tostring(clicked)


def test_a_gantt_chart_does_not_depend_on_the_day():
    """The line of today is not drawn, so the same source gives the same bytes every day."""
    svg = diagram.draw("gantt\ndateFormat YYYY-MM-DD\nLong :2020-01-01, 20000d\n").svg

    assert 'class="today"' not in svg


def test_a_milestone_is_turned():
    """The rotation of milestones has a unit, which browsers require."""
    svg = diagram.draw("gantt\ndateFormat YYYY-MM-DD\nA :2020-01-01, 3d\nM :milestone, 2020-01-03, 0d\n").svg

    assert "rotate(45deg)" in svg and "rotate(45)" not in svg


@pytest.mark.parametrize(
    ("body", "boxes"),
    [
        pytest.param("Wake: 3: Me\nSleep: 5: Me\n", 0, id="no section"),
        pytest.param("Wake: 3: Me\nsection Night\nSleep: 5: Me\n", 1, id="a task before the first"),
        pytest.param("section Day\nWake: 3: Me\nsection Night\nSleep: 5: Me\n", 2, id="sections"),
    ],
)
def test_a_journey_keeps_the_tasks_outside_sections(body, boxes):
    """Tasks before the first section are drawn, without a box for the added section."""
    root = root_of(f"journey\ntitle A day\n{body}")
    sections = [e for e in root.iter() if e.tag.endswith("}rect") and "journey-section" in e.get("class", "")]

    assert {"Wake", "Sleep"} <= set(words_of(root))
    assert boxes == len(sections)


@pytest.mark.parametrize(
    "source",
    [
        'graph LR\nA["$$x^2$$"] --> B\n',
        "graph LR\nA -->|$$x^2$$| B\n",
        "sequenceDiagram\nA->>B: $$x^2$$\n",
        "sequenceDiagram\nA->>B: the square $$x^2$$ of it\n",
    ],
)
def test_formulas_in_labels_are_drawn(source):
    """A label `$$…$$` becomes MathML; no placeholder word is left."""
    svg = diagram.draw(source).svg

    assert re.search(r"<m:msup><m:mi>x</m:mi><m:mn>2</m:mn></m:msup>", svg)
    assert "Formula" not in svg


def test_a_formula_twice_is_drawn_twice():
    """Equal formulas in two labels are both drawn."""
    assert 2 == diagram.draw('graph LR\nA["$$x$$"] --> B["$$x$$"]\n').svg.count("<m:mi>x</m:mi>")


def test_a_drawing_without_a_size_is_an_issue():
    """The kind `info` shows only the version of Mermaid, and mmdr 0.4.0 gives it no size."""
    assert "info has no size" in issue_of("info")


def test_a_bad_formula_is_an_issue():
    """An invalid formula in a label is reported."""
    assert r"\frac{1}{" in issue_of('graph LR\nA["$$\\frac{1}{$$"] --> B')


def test_what_cannot_be_drawn_is_code():
    """An error in the source is reported with its line; the source is shown."""
    html, env = render("text\n\n```mermaid\ngraph TD\nA --\n```\n")
    ((kind, line, message, _),) = env["issues"]

    assert (kind, line) == ("bad_diagram", 5)
    assert "Unterminated" in message
    assert "graph TD\nA --\n" in html and "diagrams" not in env


@pytest.mark.parametrize(
    ("source", "line", "hint"),
    [
        ("flowchart LR\n  a --> b\n  a --> b]\n  c --> d", 4, "in double quotes"),
        ("flowchart LR\n  a --> b\n  a -> b\n  c --> d", 4, "A --> B"),
        ("flowchart LR\n  a --> end\n  c --> d", 3, "write End"),
        ("---\ntitle: x\n---\nflowchart LR\n  a --> b(f(x))", 6, "in double quotes"),
        ("sequenceDiagram\n  A->>B: hi\n  A->>-B: bye\n  B->>A: oh", 4, "needs a +"),
        ("classDiagram\n  A --> B\n  class C {\n    +x", 4, "close what is open"),
        ("nosuchdiagram\n  a", 2, "begin with the kind"),
        ("---\nconfig: [\n---\nflowchart LR\n  A --> B", 4, "YAML"),
        ('flowchart LR\n  A --> B\n  B --> C["$$\\nope$$"]', 4, "\\newcommand"),
        ('pie\n  "a" : 3\n  "b" : -3', 4, "write a number"),
        ("info", 1, "https://mermaid.js.org"),
    ],
)
def test_a_mistake_has_its_line_and_a_hint(source, line, hint):
    """The line in the note of the mistake itself; that of the fence for what is about the whole."""
    _, env = render(f"```mermaid\n{source}\n```\n")
    ((_, at, _, said),) = env["issues"]

    assert line == at
    assert hint in said


@pytest.mark.parametrize("head", ["LR %% c", "LR ;", ";", "lr", "XX", "TB TD", "LR A --> B", "direction LR", "TDA"])
def test_a_flowchart_has_a_direction_or_none(head):
    """mermaid.js refuses what mmdr 0.4.0 takes for a direction of its own."""
    assert "no direction" in issue_of(f"graph {head}\nA --> B")


@pytest.mark.parametrize("head", ["LR", "LR ", "  TD", "BT;", ">", "<", "^", "v", "", "\n", "LR; C --> D;"])
def test_directions(head):
    assert 1 <= arrows_of(root_of(f"flowchart {head}\nA --> B"))


def test_a_task_after_none_is_an_issue():
    """mermaid.js begins it today; the same source must give the same drawing on any day."""
    assert "after `gone`" in issue_of("gantt\n  One :a, 2024-01-01, 3d\n  Two :after gone, 3d")
    assert "until `gone`" in issue_of("gantt\n  One :a, 2024-01-01, until gone")
    for fine in ("after a", "after a gone", "b, after a", "crit, b, after c"):
        diagram.draw(f"gantt\n  One :a, 2024-01-01, 3d\n  Three :c, 2024-01-02, 1d\n  Two :{fine}, 3d")


def test_a_flow_without_a_number_is_an_issue():
    """A sankey diagram would show `-0`."""
    assert "`x` is no number" in issue_of("sankey-beta\nA,B,10\nA,C,x")
    diagram.draw('sankey-beta\n\nA,B,10\n"A, a",C,.5\nB,"D",1e3\n')


def test_too_large_is_an_issue():
    """Diagrams over the limits of mermaid.js are refused immediately."""
    crossing = "&".join(f"A{i}" for i in range(60)) + "-->" + "&".join(f"B{i}" for i in range(60))

    assert "3600 arrows" in issue_of(f"graph TD\n{crossing}")
    assert "too long" in issue_of("graph TD\n" + "A --> B\n" * 10_000)


def test_a_drawing_without_its_words_is_an_issue(monkeypatch):
    """A drawing without words or arrows of its source is not shown."""
    svg = diagram._rendered("graph LR\nA[one] --> B[two]")
    monkeypatch.setattr(diagram, "_rendered", lambda source: svg)
    diagram.draw.cache_clear()

    assert "three" in issue_of("graph LR\nA[one] --> B[three]")
    assert "1 arrows; the source has 2" in issue_of("graph LR\nA[one] --> B[two] --> A")
    diagram.draw.cache_clear()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("graph TD\nA -->|yes| B\nA -- no --> C\nA == x ==> D\nA -. y .-> E", 4),
        ("graph TD; A-->B; B---C", 2),
        ("graph TD\nA & B --> C & D --> E", 6),
        ('graph TD\nA["a --> b"] --> B{"c -- d"} ~~~ C', 2),
        ("graph TD\n%% A --> B\nclick A --> B\nA --o B", 1),
        ("sequenceDiagram\nA->>B: x\nNote over A: a->>b: c\nloop x->y: z\nB--)A: y\nend", 2),
        ("stateDiagram-v2\n[*] --> A : a --> b\nA --> B", 2),
        ('pie\n"a -->" : 3', 0),
    ],
)
def test_arrows_of_a_source(source, expected):
    """Arrows are counted without comments, labels and invisible links."""
    assert expected == count_arrows(source, kind_of(source))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('graph LR\nA["x #lt; y <br> **z**"] --> B(w)', ["x", "y", "z", "w"]),
        ('graph LR\nA@{ shape: cyl, label: "Store" }', ["Store"]),
        ("graph LR\nA[fa:fa-ban stop]:::red\nclassDef red fill:#f00", ["stop"]),
        ('graph LR\nA["$$x$$ left"]', ["left"]),
        ("sequenceDiagram\nA->>B: time: 12", ["time", "12"]),
        ("journey\ntitle Day\nEat: 3: Me", ["Day", "Eat"]),
        ("gantt\ntitle anything", []),
    ],
)
def test_words_of_a_source(source, expected):
    """The words of labels, without markup, entities, icons and formulas."""
    assert expected == missing_words(source, kind_of(source), "")


def test_the_front_matter_wins():
    """Defaults are added only for what the source does not set."""
    source = prepare("---\nconfig:\n  theme: forest\n---\ngraph LR\nA --> B").source

    assert '"theme"' not in source and '"look": "classic"' in source
    assert source.startswith("---\nconfig:")


def test_charts_have_colours_that_are_seen():
    """The default bar colour has enough contrast in both themes; a theme in the source overrides it."""
    chart = "xychart-beta\nbar [1, 2]"

    assert "plotColorPalette" in prepare(chart).source
    assert "plotColorPalette" not in prepare(f"---\nconfig:\n  theme: forest\n---\n{chart}").source


@pytest.mark.parametrize(
    ("source", "inverted"),
    [
        ("graph LR\nA --> B", "dark"),
        ('%%{init: {"theme": "dark"}}%%\ngraph LR\nA --> B', "light"),
        ("---\nconfig:\n  theme: dark\n---\ngraph LR\nA --> B", "light"),
        ("graph LR\nA[theme: dark] --> B", "dark"),
    ],
)
def test_dark_themes_are_turned_over_in_the_light(source, inverted):
    """A drawing follows the page's theme, whichever theme its source sets."""
    assert [inverted] == re.findall(r"#(\w+):target\){filter:invert", diagram.draw(source).svg)


def test_without_the_extra(monkeypatch):
    """Without mmdr the source is shown as code, and the environment names the missing extra."""
    monkeypatch.setattr(diagram, "find_spec", lambda name: None)
    html, env = render("```mermaid\ngraph TD\n```\n")

    assert env == {"missing_extra": "diagrams"}
    assert '<code class="language-mermaid">graph TD\n' in html
