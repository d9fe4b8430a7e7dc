"""Diagrams: drawn, kept in bounds, or shown as what they were."""

from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from hortus.slots import cut
from hortus.syntax import diagram
from hortus.syntax.code import code_plugin

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


def test_drawn():
    """A diagram is a file beside the page, named by its source, with the source under it."""
    html, env = render("```mermaid\ngraph LR\nA --> B\n```\n")
    ((name, svg),) = env["diagrams"]

    assert [("file", 0, name)] == [part for part in cut(html) if not isinstance(part, str)]
    assert "graph LR\nA --&gt; B" in html
    assert "prefers-color-scheme: dark" in svg


def test_same_source_same_file():
    """Two equal diagrams are one file; the bytes do not change from run to run."""
    _, env = render("```mermaid\ngraph LR\nA --> B\n```\n\n```mermaid\ngraph LR\nA --> B\n```\n")
    diagram.draw.cache_clear()
    _, again = render("```mermaid\ngraph LR\nA --> B\n```\n")

    assert {again["diagrams"][0]} == set(env["diagrams"])


def test_nothing_gets_in():
    """No link, handler or outside address gets into the file, which a browser may open on its own."""
    drawing = diagram.draw(HOSTILE)
    root = ElementTree.fromstring(drawing.svg)

    for element in root.iter():
        assert element.tag.rpartition("}")[2] not in ("a", "script", "image", "use", "iframe")
        for attribute, value in element.attrib.items():
            assert not attribute.rpartition("}")[2].startswith(("on", "href", "src"))
            assert "example.org" not in value and "javascript" not in value


def test_no_arrow_is_lost():
    """A chain is drawn whole, also after a label."""
    drawing = diagram.draw("graph TD\nB -->|no| D[ReLU] --> C\n")
    words = "".join(ElementTree.fromstring(drawing.svg).itertext())

    assert 2 == len(diagram.ARROW.findall(drawing.svg))
    assert "ReLU" in words and "D[" not in words


@pytest.mark.parametrize("backend", ["merman", "mermaid-rs-renderer"])
def test_either_backend_is_kept_in_bounds(backend):
    """The judge's drawing, taken where the other has none, is held to the same."""
    import mmdr

    svg, _, _ = diagram._kept_in_bounds(mmdr.render(HOSTILE, backend=backend).svg())

    assert "javascript" not in svg and "example.org" not in svg and "<script" not in svg


def test_what_cannot_be_drawn_is_code():
    """A mistake in the source is told with its line; the source stays."""
    html, env = render("text\n\n```mermaid\ngraph TD\nA --\n```\n")
    ((kind, line, message),) = env["issues"]

    assert (kind, line) == ("bad_diagram", 3)
    assert "Unterminated" in message
    assert "graph TD\nA --\n" in html and "diagrams" not in env


def test_too_large_is_told(monkeypatch):
    """What would take for ever is refused in no time."""
    crossing = "&".join(f"A{i}" for i in range(60)) + "-->" + "&".join(f"B{i}" for i in range(60))
    _, env = render(f"```mermaid\ngraph TD\n{crossing}\n```\n")

    assert "limit" in env["issues"][0][2]


def test_without_the_extra(monkeypatch):
    """Without mmdr the source is code, and the environment says which extra would draw it."""
    monkeypatch.setattr(diagram, "find_spec", lambda name: None)
    html, env = render("```mermaid\ngraph TD\n```\n")

    assert env == {"missing_extra": "diagrams"}
    assert '<code class="language-mermaid">graph TD\n' in html
