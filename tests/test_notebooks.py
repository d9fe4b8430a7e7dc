"""Notebooks: cells and stored outputs on a page, links with positions in the file, nothing run, nothing leaked."""

import base64
import json
import zlib

import pytest

from hortus.core.model import ParseOptions, Source
from hortus.parse.notebooks.ansi import ansi_html
from hortus.parse.notebooks.file import NotebookFile, chunk_ends
from hortus.parse.notebooks.reader import parse_notebook


def png(width: int = 3, height: int = 2) -> bytes:
    """Make a picture."""

    def part(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 0, 0, 0, 0])
    rows = zlib.compress(bytes((width + 1) * height))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", rows) + part(b"IEND", b"")


PNG = base64.b64encode(png()).decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>bad()</script><circle r="1"/></svg>'


def markdown(text: str, **more) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": text.splitlines(True), **more}


def code(text: str, *outputs: dict, count: int = 1, **metadata) -> dict:
    return {"cell_type": "code", "execution_count": count, "metadata": metadata, "outputs": outputs, "source": text}


def result(**data) -> dict:
    named = {name.replace("__", "/").replace("_xml", "+xml"): value for name, value in data.items()}
    return {"output_type": "execute_result", "data": named, "metadata": {}, "execution_count": 1}


def stream(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def notebook(*cells: dict, indent: int | None = 1, **metadata) -> str:
    known = {"cells": cells, "metadata": {"language_info": {"name": "python"}} | metadata, "nbformat": 4}
    return json.dumps(known, indent=indent)


def reached(*cells: dict, **metadata) -> dict[str, str]:
    """Return a vault of a notebook and a note that points to it."""
    return {"a.md": "[[n.ipynb]]", "n.ipynb": notebook(*cells, **metadata)}


def read(*cells: dict, **metadata):
    return parse_notebook(Source("n.ipynb", notebook(*cells, **metadata)))


def html(*cells: dict, **metadata) -> str:
    return "".join(part for part in read(*cells, **metadata).body if isinstance(part, str))


# --- what a page shows ------------------------------------------------------------------------


def test_a_page_of_cells_and_outputs(build_vault):
    """Markdown, coloured code and outputs, in order; the first heading is the title."""
    page = build_vault(
        reached(markdown("# Title\n\n*words*"), code("def f(): pass", stream("out\n"), result(text__plain="7"))),
    ).page("n-ipynb.html")
    order = ["<h1 id", "<em>words</em>", "In [1]", '<span class="k">def</span>', ">out</pre>", ">7</pre>"]
    places = [page.find(piece) for piece in order]

    assert -1 not in places and places == sorted(places)


@pytest.mark.parametrize(
    ("output", "expected", "absent"),
    [
        pytest.param(stream("a\x1b[31mb\x1b[0m<i>"), 'a<span class="ansi-red">b</span>&lt;i&gt;', "<i>", id="colours"),
        pytest.param(stream("x", "stderr"), 'class="cell-output stderr"', "", id="errors' stream"),
        pytest.param(
            result(text__html="<table><tr><td>1</td></tr></table><script>bad()</script>", text__plain="no"),
            "<td>1</td>",
            "bad()",
            id="HTML by the allow-list",
        ),
        pytest.param(result(text__html="<b onclick='x()'>w</b>"), "<b>w</b>", "onclick", id="no handlers"),
        pytest.param(result(text__html="<p style='color:red'>w</p>"), "<p>w</p>", "style", id="no styles"),
        pytest.param(result(text__html="<a href='../x.md'>w</a>"), "<a>w</a>", "x.md", id="no address of elsewhere"),
        pytest.param(
            result(text__html="<script>draw()</script>", text__plain="a figure"),
            "a figure",
            "draw()",
            id="the plain text where HTML is only a script",
        ),
        pytest.param(result(text__plain="a < b"), ">a &lt; b</pre>", "", id="plain text"),
        pytest.param(result(text__latex="$\\frac12$", text__plain="no"), "<mfrac>", ">no<", id="LaTeX"),
        pytest.param(result(text__latex="\\frac12"), "<mfrac>", "", id="LaTeX without dollars"),
        pytest.param(result(text__markdown="**b**"), "<strong>b</strong>", "", id="Markdown"),
        pytest.param(
            {"output_type": "error", "ename": "E", "evalue": "why", "traceback": ["\x1b[31mE\x1b[0m", "line 1"]},
            '<span class="ansi-red">E</span>\nline 1</pre>',
            "why",
            id="an error's traceback",
        ),
        pytest.param(
            {"output_type": "error", "ename": "E", "evalue": "why", "traceback": []}, "E: why</pre>", "", id="no trace"
        ),
    ],
)
def test_outputs(output, expected, absent):
    """Each kind of output as HTML, the richest form that a page can show."""
    shown = html(code("x", output))

    assert expected in shown
    assert not absent or absent not in shown


def test_images_are_files(build_vault):
    """PNG and SVG become files of the site, the SVG cleaned; the page knows the size of a PNG."""
    built = build_vault(reached(code("x", result(image__png=PNG), result(image__svg_xml=SVG))))
    files = {url: content for url, content in built.site.files.items() if "/output-" in url}
    page = built.page("n-ipynb.html")

    assert png() in files.values() and len(files) == 2
    assert all(f'src="{url}"' in page for url in files) and 'width="3" height="2"' in page
    assert not any(b"script" in content or b"onload" in content for content in files.values())


def test_images_of_markdown_cells(build_vault):
    """An attachment is the cell's own, also where two cells use one name; one that is not there is no image."""
    other = base64.b64encode(png(5, 5)).decode()
    cells = [
        markdown("![one](attachment:i.png)", attachments={"i.png": {"image/png": PNG}}),
        markdown("![two](attachment:i.png) ![three](attachment:no.png)", attachments={"i.png": {"image/png": other}}),
    ]
    built = build_vault(reached(*cells))
    page = built.page("n-ipynb.html")

    assert (
        2
        == page.count('<img src="assets/diagrams/output-')
        == len([url for url in built.site.files if "/output-" in url])
    )
    assert [("unsafe_url", "attachment:no.png")] == [
        (one.kind, one.target) for one in built.report.issues if one.kind == "unsafe_url"
    ]


@pytest.mark.parametrize("data", ["AAAA", "not base64!", 7, base64.b64encode(b"\x89PNG").decode()])
def test_an_image_that_is_none(data):
    """Invalid PNG is not written; the output's text is shown instead."""
    note = read(code("x", result(image__png=data, text__plain="words")))

    assert () == note.images and "words" in "".join(map(str, note.body))


def test_what_no_page_can_show_is_reported():
    """An unsupported output has a placeholder and one issue at the cell."""
    note = read(markdown("a"), code("x", result(**{"application__vnd.x+json": {}})))
    (issue,) = note.issues

    assert ("not_shown", 10) == (issue.kind, issue.line) and "application/vnd.x+json" in issue.message
    assert "is not shown.</p>" in "".join(map(str, note.body))


def test_a_long_output_is_cut():
    """The rest is counted, on the page and in an issue."""
    note = read(code("x", stream("a" * 150_000)))

    assert "50,000 more characters are not shown" in "".join(map(str, note.body))
    assert ["not_shown"] == [issue.kind for issue in note.issues]


def test_cells_are_read_by_themselves():
    """An unclosed fence, comment or HTML tag ends with its cell; front matter is only in the first."""
    shown = html(
        markdown("```py\nx"), markdown("%% hidden"), markdown("<div>"), markdown("---\na: b\n---"), markdown("*w*")
    )

    assert "<em>w</em>" in shown and "hidden" not in shown and "a: b" in shown


def test_a_comment_never_closed_is_reported_in_its_cell():
    """With the line of the file."""
    (issue,) = read(markdown("a"), markdown("%% b")).issues

    assert ("unclosed_comment", 14) == (issue.kind, issue.line)


@pytest.mark.parametrize(
    ("metadata", "text", "expected"),
    [
        pytest.param({}, "let x = 1", "language-python", id="the notebook's"),
        pytest.param({"language_info": {"name": "julia"}}, "x", "language-julia", id="another"),
        pytest.param(
            {"language_info": {"name": "p", "pygments_lexer": "ipython3"}}, "x", "language-python", id="IPython"
        ),
        pytest.param({"language_info": {}, "kernelspec": {"language": "R"}}, "x", "language-r", id="the kernel's"),
        pytest.param({}, "%%bash\nls", "language-bash", id="a cell's magic"),
        pytest.param({"language_info": 7, "kernelspec": []}, "x", "<code>x", id="nonsense"),
    ],
)
def test_language(metadata, text, expected):
    """From the metadata, or a cell's first line."""
    assert expected in html(code(text), **metadata)


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("remove-cell", (False, False)), ("remove-input", (False, True)), ("remove_output", (True, False))],
)
def test_tags_hide(tag, expected):
    """Jupyter Book's tags hide a cell, its code or its outputs."""
    shown = html(code("secret = 1", stream("output"), tags=[tag]))

    assert expected == ("secret" in shown, "output</pre>" in shown)


def test_formulas_without_dollars():
    """MathJax's environments in Markdown cells are formulas; in a fence they are code."""
    shown = html(
        markdown("\\begin{align}\na &= b\n\\end{align}\n\n[[x]]"), markdown("```\n\\begin{align}\n\\end{align}\n```")
    )

    assert 1 == shown.count("<math") and "language" not in shown


def test_format_3():
    """Worksheets, headings, prompts and outputs of the old format."""
    old = {
        "metadata": {"name": "old"}, "nbformat": 3,
        "worksheets": [{"cells": [
            {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Part [[x]]"]},
            {"cell_type": "code", "language": "python", "prompt_number": 4, "input": ["f(1)"], "outputs": [
                {"output_type": "stream", "stream": "stderr", "text": ["s"]},
                {"output_type": "pyout", "text": ["t"], "prompt_number": 4},
                {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": ["trace"]},
                {"output_type": "display_data", "png": PNG},
                {"output_type": "display_data", "latex": ["$x$ [[y]]"]},
            ]},
        ]}],
    }  # fmt: skip
    text = json.dumps(old, indent=1)
    note = parse_notebook(Source("n.ipynb", text))
    shown = "".join(map(str, note.body))
    at = [text.split("\n")[link.line - 1][link.column - 1 :][: link.length] for link in note.links]

    assert [(2, "Part x")] == [(heading.level, heading.text) for heading in note.headings]
    assert all(piece in shown for piece in ("In [4]", "stderr", ">t</pre>", "trace</pre>", "<math"))
    assert ["[[x]]", "[[y]]"] == at and 1 == len(note.images)


# --- links ------------------------------------------------------------------------------------


@pytest.mark.parametrize("indent", [1, None, 4])
def test_places_in_the_file(indent):
    """Links, tags and tasks have positions in the JSON, with escapes."""
    cells = [
        markdown('é "q"\t[[one]] 😀 [[two|w]]\n#tag and [three](x.md)\n'),
        code("x", result(text__markdown="[[four]]")),
    ]
    text = notebook(*cells, indent=indent)
    note = parse_notebook(Source("n.ipynb", text))
    lines = text.split("\n")
    found = [lines[link.line - 1][link.column - 1 : link.column - 1 + link.length] for link in note.links]

    assert ["[[one]]", "[[two|w]]", "[three](x.md)", "[[four]]"] == found
    assert ["#tag"] == [lines[tag.line - 1][tag.column - 1 :][:4] for tag in note.tags]


def test_a_source_that_is_one_string():
    """Lines within one string of JSON have places as well."""
    text = json.dumps({"cells": [{"cell_type": "markdown", "source": "a\n\n[[b]] \\ [[c]]"}], "metadata": {}})
    note = parse_notebook(Source("n.ipynb", text))

    assert ["[[b]]", "[[c]]"] == [text[link.column - 1 :][:5] for link in note.links]


def test_links_count(build_vault):
    """Links of cells work, are backlinks, are reported if broken, with the cell; headings are link targets."""
    built = build_vault(
        {
            "a.md": "[[n.ipynb#Part]] [[n.ipynb#Nothing]]",
            "n.ipynb": notebook(markdown("[[a]]"), markdown("## Part\n\nSee [[gone]], TODO: more")),
        }
    )
    issues = [(one.kind, one.path, one.message) for one in built.report.issues if one.kind != "orphan"]

    assert 'href="n-ipynb.html#part"' in built.page("a.html")
    assert 'href="n-ipynb.html"' in built.page("a.html").split('id="backlinks-title"')[1]
    assert issues == [
        ("missing_heading", "a.md", '"n.ipynb" has no heading "Nothing"'),
        ("todo_link", "n.ipynb", 'cell 2: no note named "gone"'),
    ]


def test_embedded_section(build_vault):
    """A heading's section includes code and outputs under it, and nothing of the next."""
    cells = [markdown("# T"), markdown("## One"), code("first", stream("out1")), markdown("## Two"), code("second")]
    built = build_vault({"a.md": "![[n.ipynb#One]]", "n.ipynb": notebook(*cells)})
    page = built.page("a.html").split("</article>")[0]

    assert "first" in page and "out1" in page and "second" not in page


# --- privacy ----------------------------------------------------------------------------------


def test_a_notebook_that_nothing_reaches_is_not_published(build_vault):
    """Neither if only a draft links to it; but if a published notebook does."""
    files = {
        "a.md": "[[n.ipynb]]",
        "draft.md": "---\ndraft: true\n---\n[[d.ipynb]]",
        "n.ipynb": notebook(markdown("[[m.ipynb]]")),
        "m.ipynb": notebook(markdown("mmm")),
        "d.ipynb": notebook(markdown("kanarid")),
        "u.ipynb": notebook(markdown("kanariu")),
    }
    built = build_vault(files)
    written = b"".join(built.bytes().values())

    assert {"n-ipynb.html", "m-ipynb.html"} <= built.site.files.keys()
    assert b"kanarid" not in written and b"kanariu" not in written
    assert not [url for url in built.site.files if url.endswith(".ipynb") or url.startswith(("d", "u"))]


@pytest.mark.parametrize(
    ("cells", "metadata"),
    [
        pytest.param([markdown("kanari")], {"hortus": {"private": True}}, id="metadata"),
        pytest.param([markdown("kanari")], {"hortus": {"publish": False}}, id="not to be published"),
        pytest.param([markdown("kanari")], {"draft": "yes"}, id="any spelling"),
        pytest.param(
            [{"cell_type": "raw", "metadata": {}, "source": "---\nprivate: true\n---\n"}, markdown("kanari")],
            {},
            id="front matter in a raw cell",
        ),
        pytest.param([markdown("---\ndraft: true\n---\nkanari")], {}, id="front matter in a Markdown cell"),
    ],
)
def test_a_private_notebook(build_vault, cells, metadata):
    """It is not published, and links to it are links to a private note."""
    built = build_vault(reached(*cells, **metadata))

    assert b"kanari" not in b"".join(built.bytes().values())
    assert 1 == built.report.summary["private_link"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "7",
        '{"cells": 7, "metadata": {}}',
        '{"cells": [], "metadata": {}, "metadata": {}}',
        "[" * 100_000,
    ],
)
def test_what_is_no_notebook(build_vault, text):
    """Malformed JSON is one issue, not a traceback; nothing is published."""
    built = build_vault({"a.md": "[[n.ipynb]]", "n.ipynb": text})

    assert ["bad_notebook"] == [one.kind for one in built.report.issues if one.path == "n.ipynb"]
    assert not [url for url in built.site.files if url.startswith("n")]


@pytest.mark.parametrize(
    "cells",
    [[None], [7, "x"], [{}], [{"cell_type": 3, "source": {}}], [{"cell_type": "code", "outputs": [None, {}, 7]}],
     [{"cell_type": "markdown", "source": [1, None, "x"], "attachments": [], "metadata": 3}],
     [{"cell_type": "code", "source": "x", "outputs": {"a": 1}, "metadata": []}],
     [{"cell_type": "code", "source": "x", "outputs": [{"output_type": "display_data", "data": {"text/html": 7}}]}],
     [{"cell_type": "markdown", "source": "\ud800 \ufdd0link:0:\ufdd1 \u0000 a\r\nb"}]],
)  # fmt: skip
def test_odd_cells(cells, build_vault):
    """Unusual but valid cells are read."""
    built = build_vault({"a.md": "[[n.ipynb]]", "n.ipynb": json.dumps({"cells": cells, "metadata": {}})})

    assert "n-ipynb.html" in built.site.files
    assert "unread" not in built.report.summary


def test_names_of_private_notes_go(build_vault):
    """A link to a private note is redacted in a cell as in a note."""
    files = {
        "a.md": "[[n.ipynb]]",
        "n.ipynb": notebook(markdown('"é" [[Kanari]] and [[Kanari|its label]]')),
        "Kanari.md": "---\nprivate: true\n---\n",
    }
    built = build_vault(files)

    assert b"Kanari" not in b"".join(built.bytes().values())
    assert "private note and its label" in built.page("n-ipynb.html")


def test_settings_reach_cells():
    """The vault's TODO marks count in cells; a single line break is a space, as in Jupyter."""
    text = notebook(markdown("🔴 a\nb"))
    note = parse_notebook(Source("n.ipynb", text), ParseOptions(todo_marks=("🔴",)))

    assert ["a b"] == [todo.text for todo in note.todos]
    assert "<br" not in "".join(map(str, note.body))


# --- parts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("10%\r100%", "100%", id="a bar as it ended"),
        pytest.param("long line\rab\x1b[K", "ab", id="erased to the end"),
        pytest.param("long\r\x1b[2Kab", "ab", id="the whole line erased"),
        pytest.param("ab\bc", "ac", id="backspace"),
        pytest.param("a\r\nb", "a\nb", id="lines of Windows"),
        pytest.param("\x1b[38;5;196mx", '<span class="ansi-bright-red">x</span>', id="one of 256"),
        pytest.param("\x1b[38;5;240mx", '<span class="ansi-bright-black">x</span>', id="a grey"),
        pytest.param("\x1b[38;2;250;10;10;1mx", '<span class="ansi-bold ansi-bright-red">x</span>', id="24 bits, and bold"),
        pytest.param("\x1b[48:5:4mx", '<span class="ansi-on-blue">x</span>', id="colons"),
        pytest.param("\x1b[1;7mx\x1b[22my\x1b[27mz", '<span class="ansi-bold ansi-inverse">x</span>'
                     '<span class="ansi-inverse">y</span>z', id="off again"),
        pytest.param("\x1b]8;;http://x.org\x07w\x1b]8;;\x07", "w", id="a link's words"),
        pytest.param("\x1b[?25l\x1b[2Aw\x07\x00", "w", id="what moves the cursor is left out"),
        pytest.param("\x1b[38;2mx\x1b[;mx\x1b[", "xx", id="what is cut short"),
    ],
)  # fmt: skip
def test_terminals(text, expected):
    """The final state of terminal output."""
    assert expected == ansi_html(text)


@pytest.mark.parametrize("source", ["[[a]] " * 20_000, ["[[a]] "] * 20_000], ids=["one string", "many"])
def test_places_in_a_cell_of_many_links(source):
    """The last link has its position, whether the cell is one string or many."""
    text = notebook({"cell_type": "markdown", "source": source}, indent=None)
    file = NotebookFile(text)
    (cell,) = file.cells()
    place = file.offset(cell.source, chunk_ends(cell.source), 6 * 19_999)

    assert "[[a]]" == text[place : place + 5]
    assert text.rfind("[[a]]") == place


def test_a_second_build_with_another_notebook(build_vault):
    """It is equal to a first build."""
    build_vault(reached(markdown("one"), code("x", result(image__png=PNG))))
    again = build_vault(reached(markdown("two"), code("x"))).bytes()

    assert b"two" in again["n-ipynb.html"] and not [url for url in again if "/output-" in url]
