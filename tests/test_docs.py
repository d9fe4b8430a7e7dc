"""The documentation is complete, has no broken links, and agrees with the program."""

import argparse
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from importlib.util import find_spec
from pathlib import Path

import pytest
from query_rows import plain, results, shown
from rooms import ORDER

from hortus.cli.main import COMMANDS, _parser
from hortus.core.model import Ambiguous, AnchorMissing, Empty, Found, Missing, TaskMode
from hortus.core.settings import FigureSettings, ReportMode, Settings, read_settings
from hortus.parse.syntax.callout_icons import DRAWINGS
from hortus.queries.base_file import JOINS, KEYS, OPTIONS
from hortus.queries.dql_query import CLAUSES, KINDS
from hortus.queries.functions import dates, files
from hortus.queries.functions.registry import DATAVIEW, GLOBALS, METHODS
from hortus.queries.summaries import SUMMARIES
from hortus.queries.task_block import KNOWN
from hortus.report.kinds import SEVERITY

DOCS = Path(__file__).resolve().parent.parent / "docs"
PACKAGE = DOCS.parent / "generator" / "hortus"
FENCE = re.compile(r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=fence)$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def sections(text: str, level: int) -> dict[str, str]:
    """Split a note at its headings of one level; text under a higher heading belongs to no section."""
    outside = FENCE.sub(lambda match: re.sub("^#", "\0", match[0], flags=re.MULTILINE), text)
    parts = re.split(rf"^(#{{1,{level}}}) (.*)\n", outside, flags=re.MULTILINE)
    found = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return {name: part.replace("\0", "#") for signs, name, part in found if len(signs) == level}


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of every table row except header rows, with pipes unescaped."""
    for line in text.split("\n"):
        if line.startswith("|") and not set(line) <= set("|-: "):
            yield [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


# --- the vault ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(build_at):
    return build_at(DOCS)


def test_check_is_strict_and_silent(hortus):
    """A strict check of the documentation finds no problem."""
    done = hortus("check", DOCS, "--strict")

    assert (0, "\nNo problems found.\n", "") == (done.returncode, done.stdout, done.stderr)


def test_the_map_lists_every_page(built):
    """There is one map, and it lists every note except the samples."""
    (trail,) = built.graph.trails

    assert "Hortus MOC.md" == trail.moc
    samples = {"samples/Seedling.md", "samples/plan.canvas", "samples/growth.ipynb", "samples/garden.excalidraw.md"}
    assert {"Hortus MOC.md", *samples} == built.graph.notes.keys() - {stop.path for stop in trail.stops}


def test_the_built_site_has_no_dead_links(built, walk_site):
    """Every address in its pages is that of a file, every fragment an id."""
    assert [] == walk_site(built.bytes())


# --- settings -----------------------------------------------------------------------------------

TYPES = {
    "str": "text",
    "list[str]": "list of text",
    "dict[str, str]": "table of text",
    "dict[str, list[str]]": "table of lists",
    "bool": "true or false",
    "float": "number",
    "int": "whole number",
    'Literal["safe", "trusted"]': '`"safe"` or `"trusted"`',
    "ReportMode": '`"public"` or `"private"`',
    "TaskMode": '`"count"`, `"list"` or `"off"`',
    'Literal["all", "marked"]': '`"all"` or `"marked"`',
}


def settings() -> dict[str, Field]:
    own = {one.name: one for one in fields(Settings) if one.name != "figures"}
    return own | {f"figures.{one.name}": one for one in fields(FigureSettings)}


def kind(field: Field) -> str:
    """Return a field's type as written in the source."""
    aliases = {ReportMode: "ReportMode", TaskMode: "TaskMode"}
    if field.type in aliases:
        return aliases[field.type]
    written = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))
    written = str(field.type) if "[" in str(field.type) else written
    return written.replace("typing.", "").replace("'", '"')


def test_settings_are_documented():
    """The table lists every key once, with its type and its default."""
    documented = [
        (codes(cells[0])[0], cells[1], tomllib.loads(f"x = {codes(cells[2])[0]}")["x"])
        for cells in rows(sections(read("Settings"), 2)["Keys"])
        if codes(cells[0])
    ]
    expected = [
        (name, TYPES[kind(field)], field.default_factory() if field.default is MISSING else field.default)
        for name, field in settings().items()
    ]

    assert sorted(expected, key=str) == sorted(documented, key=str)


def test_the_settings_example_sets_everything(tmp_path):
    """The example is valid, and no value in it is the default."""
    (example,) = FENCE.finditer(sections(read("Settings"), 2)["Example"])
    file = tmp_path / "hortus.toml"
    file.write_text(example["text"])
    given, default = read_settings(file), Settings()
    unset = [one.name for one in fields(Settings) if getattr(given, one.name) == getattr(default, one.name)]
    unset += [
        one.name
        for one in fields(FigureSettings)
        if getattr(given.figures, one.name) == getattr(default.figures, one.name)
    ]

    assert [] == unset


# --- commands -----------------------------------------------------------------------------------


def arguments(command: str) -> set[str]:
    """Return all arguments of a command as documented: ``--out DIR``, ``--format json``, ``VAULT``."""
    (choices,) = [one.choices for one in _parser()._actions if isinstance(one, argparse._SubParsersAction)]
    spelled = set()
    for action in choices[command]._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        name = action.option_strings[-1] if action.option_strings else ""
        values = action.choices or ([action.metavar] if action.metavar and action.nargs != 0 else [""])
        spelled |= {f"{name} {value}".strip() for value in values}
    return spelled


def test_commands_are_documented():
    """There is a section for each command and no other."""
    assert {f"hortus {name}" for name in COMMANDS} == sections(read("Commands"), 2).keys() - {"Exit status"}


@pytest.mark.parametrize("command", COMMANDS)
def test_arguments_are_documented(command):
    """The command's table lists every argument, option and choice, and no other."""
    text = sections(read("Commands"), 2).get(f"hortus {command}", "")

    assert arguments(command) == {codes(cells[0])[0] for cells in rows(text) if codes(cells[0])}


# --- the report ---------------------------------------------------------------------------------

NO_EXAMPLE = {"external_broken", "bad_encoding", "unread", "figure_stale", "unknown_result", "stale_number"}
"""They need a network, bytes that are not text, a bug in Hortus, two builds, or figures that are drawn."""
NAMES = {"error": "Error", "warning": "Warning", "info": "Information"}


def files_of(text: str) -> dict[str, str]:
    """Return the files of a section's fences, by their titles."""
    titled = ((re.search('title="([^"]+)"', match["info"]), match["text"]) for match in FENCE.finditer(text))
    return {title[1]: content for title, content in titled if title}


def test_kinds_are_documented():
    """There is a section for each kind of issue and no other."""
    assert SEVERITY.keys() == sections(read("Report"), 3).keys()


@pytest.mark.parametrize("kind", SEVERITY)
def test_severities_are_documented(kind):
    """The section's first word is its severity."""
    assert NAMES[SEVERITY[kind]] == re.match(r"\w+", sections(read("Report"), 3)[kind])[0]


@pytest.mark.parametrize("kind", [kind for kind in SEVERITY if kind not in NO_EXAMPLE])
def test_examples_of_the_report(kind, build_vault, write_vault):
    """The example has an issue of its kind; the text after *Fix:* no longer does."""
    if kind == "bad_diagram":
        pytest.importorskip("mmdr")
    example, fixed = sections(read("Report"), 3)[kind].split("\nFix:", 1)
    files = files_of(example)
    cured = {} if kind == "not_shown" else files | files_of(fixed)

    assert kind in build_vault(files).report.summary
    assert cured or kind == "not_shown"
    if cured:
        assert kind not in build_vault({**dict.fromkeys(files, ""), **cured}).report.summary


# --- links --------------------------------------------------------------------------------------

CASES = [cells for cells in rows(read("Links")) if len(cells) == 4 and codes(cells[0])]


def vault_of(cell: str) -> dict[str, str]:
    """Read a cell such as ```a.md`, `N.md`: `## H```; several headings in one cell are put on separate lines."""
    found = re.findall(r"`([^`]+)`(?:: `([^`]+)`)?", cell)
    return {path: re.sub(r" (?=#{1,6} )", "\n", text) + "\n" if text else "" for path, text in found}


@pytest.mark.parametrize("cells", CASES, ids=lambda cells: f"{cells[2]} in {cells[0]}")
def test_cases_of_links(cells, join_notes):
    """Each link is resolved as the table says."""
    vault, source, text = vault_of(cells[0]), codes(cells[1])[0], codes(cells[2])[0]
    graph = join_notes({**vault, source: vault.get(source, "") + text + "\n"})
    resolution = graph.resolutions[source][-1]
    path = getattr(resolution, "path", "")
    shown = {
        Missing: "nothing",
        Empty: "no destination",
        Found: f"a place in `{path}`" if getattr(resolution, "anchor", "") else f"`{path}`",
        Ambiguous: f"the tie `{path}`",
        AnchorMissing: f"the top of `{path}`",
    }

    assert cells[3] == shown[type(resolution)]


def test_cases_were_found():
    """The tables are found."""
    assert len(CASES) >= 30


# --- themes and rooms -------------------------------------------------------------------------


def test_custom_properties_are_documented():
    """The table lists all properties that the style sheet declares for the whole page, and no other."""
    style = (PACKAGE / "theme" / "static" / "style.css").read_text("utf-8")
    declared = re.findall(r"^\s+(--[a-z-]+):", style, re.MULTILINE)
    table = sections(read("Themes"), 3)["Custom properties"]

    assert set(declared) == {name for cells in rows(table) for name in codes(cells[0])}


def test_templates_are_documented():
    """The table lists all templates and no other."""
    table = sections(read("Themes"), 2)["templates/"]
    there = {file.name for file in (PACKAGE / "theme" / "templates").iterdir()}

    assert there == {name for cells in rows(table) for name in codes(cells[0])}


def test_every_room_is_explained():
    """A new folder of modules gets its line in the table of rooms, in the order of their imports."""
    table = sections(read("Inside"), 2)["Rooms"]

    assert ORDER[:-1] == [name for cells in rows(table) for name in codes(cells[0])]
    assert set(ORDER[:-1]) == {file.parent.name for file in PACKAGE.glob("*/__init__.py")}


# --- constructs ---------------------------------------------------------------------------------

HERE = {
    "Wikilink": r'^<a class="internal" href="links\.html">Links</a>$',
    "Label": r'^<a class="internal" href="links\.html">the rules</a>$',
    "Heading": r'^<a class="internal" href="links\.html#headings">Links &gt; Headings</a>$',
    "Subheading": r'<a class="internal" href="samples/seedling\.html#light">',
    "Block": r'<a class="internal" href="samples/seedling\.html#block-leaves">',
    "Own heading": r'<a class="internal" href="#footnotes">',
    "Markdown link": r'^<a class="internal" href="start-in-five-minutes\.html">start</a>$',
    "Reference link": r'^<a class="internal" href="(index|hortus-moc)\.html">the map</a>$',
    "Attachment": r'^<a class="internal attachment" href="samples/leaf\.svg">leaf\.svg</a>$',
    "External link": r'^<a class="external" href="https://commonmark\.org" rel="noopener">CommonMark</a>$',
    "Bare URL": r'^<a class="external" href="https://commonmark\.org/help/" rel="noopener">https://commonmark',
    "Alias": r"^this page has one$",
    "Tag": r'^<a class="tag" href="tags/sample\.html">#sample</a>$',
    "Nested tag": r'^<a class="tag" href="tags/sample/of-a-tag\.html">#sample/of-a-tag</a>$',
    "Number": r"^#1984$",
    "Bold": r"^<strong>strong</strong>$",
    "Italic": r"^<em>emphasis</em>$",
    "Next to letters": r"^<strong>Name\(abbr\)</strong>은$",
    "Strikethrough": r"^<s>gone</s>$",
    "Highlight": r"^<mark>marked</mark>$",
    "Inline code": r"^<code>code</code>$",
    "Escape": r"^\*stars\*$",
    "Comment": r"^ab$",
    "HTML": r"^H<sub>2</sub>O$",
    "Markdown in HTML": r"^<kbd><strong>x</strong></kbd>$",
    "Inline math": r'^<math[^>]*>.*<annotation encoding="application/x-tex">e\^\{i\\pi\} = -1</annotation>'
    r"</semantics></math>$",
    "Money": r"^\$5 and \$6$",
    "Inline footnote": r'^word<sup class="footnote-ref"><a href="#fn1" id="fnref1" role="doc-noteref"',
    "Block id": r'^see <a class="internal" href="#block-id">',
    "Properties": r"^this note has",
    "Properties at the foot": r"^the foot of this note$",
    "Private notes": r"^nothing",
    "Canvas": r'^<a class="internal" href="samples/plan-canvas\.html">',
    "Excalidraw drawing": r'^<a class="internal" href="samples/garden-excalidraw\.html">',
}
"""By name of a construct in a table: the HTML of its last cell."""

EMBED = r'<div class="embed note"><a class="embed-source" href="samples/seedling\.html'
BELOW = {
    "Emphasis next to letters": r"<p><strong>Important:</strong>text and 中文<strong>“重点”</strong>中文</p>",
    "Embedded note": rf'{EMBED}">Seedling</a><h1 id="e\d+-seedling">',
    "Embedded section": rf'{EMBED}#what-it-needs">[^<]*</a>'
    rf'<h2 id="e\d+-what-it-needs">(?s:.)*water(?s:.)*id="e\d+-light"',
    "Embedded block": rf'{EMBED}#block-leaves">[^<]*</a><p id="e\d+-block-leaves">The first leaves',
    "Embedded image": r'<img class="picture" src="samples/leaf\.svg" alt="A leaf" width="96" height="96"',
    "Markdown image": r'<img class="picture" src="samples/leaf\.svg" alt="A leaf, half as large" width="48"',
    "Embedded audio": r'<audio controls preload="metadata" src="samples/tone\.wav">',
    "Embedded video": r'<video controls preload="metadata" src="samples/grow\.webm" width="320">',
    "Embedded PDF": r'<object class="document" type="application/pdf" data="samples/sheet\.pdf" height="260"',
    "Embedded text file": r'<div class="embed file">'
    r'<a class="embed-source" href="samples/words\.csv">words\.csv</a>(?s:.)*word,count',
    "Embedded notebook": r"(?s)3\.1 cm a week.*<img src=\"assets/diagrams/output-\w+\.svg\"",
    "Embedded canvas": r'<div class="canvas-small"><div class="canvas-view"><div inert>(?s:.)*<svg class="canvas-drawing" viewBox='
    r'(?s:.)*<g class="canvas-group">(?s:.)*<a class="internal" href="samples/seedling\.html">(?s:.)*'
    r'<path class="canvas-edge"(?s:.)*<a class="canvas-link" href="samples/plan-canvas\.html">plan</a>',
    "Excalidraw drawing": r'<figure class="drawing-embed"><span class="drawing"><svg class="drawing-inks"(?s:.)*'
    r'<a class="internal" href="samples/seedling\.html" aria-label="[^"]+">(?s:.)*>Moss</text>',
    "Figure": r'<figure class="figure">(?s:.)*<em>The colours of data\.</em>(?s:.)*href="figures/palette\.html"',
    "Headings": r'<h6 id="the-sixth-level" aria-level="4">The sixth level</h6>',
    "Lists": r"<ol>\s*<li>one\s*<ul>\s*<li>a point of it</li>",
    "Tasks": r'<li class="task" data-task="x"><input type="checkbox" disabled checked aria-label="Done"> sown</li>\s*'
    r'<li class="task" data-task="-"><input type="checkbox" disabled checked aria-label="Marked -"> given up',
    "Quote": r"<blockquote>\s*<p>Words of somebody else\.</p>\s*</blockquote>",
    "Callout": r'<div class="callout callout-tip" data-callout="tip">\s*<div class="callout-title"><svg class="icon"'
    r'(?s:.)*?<span>A title with <strong>Markdown</strong></span>(?s:.)*?<a class="internal" href="links\.html">',
    "Folded callout": r'<details class="callout callout-question" data-callout="faq">\s*'
    r'<summary class="callout-title">',
    "Nested callout": r'<div class="callout callout-question"(?s:.)*'
    r'<div class="callout callout-example"(?s:.)*Deep enough',
    "Admonition block": r'<div class="callout callout-warning hue-violet" data-callout="warning" data-callout-color="120, 80,'
    r' 200">(?s:.)*?<span>Mind the <strong>gap</strong></span>(?s:.)*?<a class="internal" href="links\.html">',
    "Custom callout": r'<div class="callout callout-note" data-callout="recipe" data-callout-metadata="spicy">',
    "All callout types": r"(?s:.)*".join(f'class="callout callout-{name}"' for name in DRAWINGS),
    "Table": r'<th class="left">Left</th>\s*<th class="right">Right</th>(?s:.)*<td class="left">'
    r'<a class="internal" href="links\.html">labelled</a>',
    "Code": r'<div class="code-title">descend\.py</div><pre tabindex="0"><code class="language-python">'
    r'<span class="line" data-line="1">'
    r'(?s:.)*<span class="line marked" data-line="2">',
    "Displayed math": r'<div class="math-display"><math(?s:.)*ℝ(?s:.)*</math></div>(?s:.)*By <a href=',
    "Macros": r"<math(?s:.)*arg(?s:.)*min(?s:.)*‖",
    "Accents, boxes and arrows": r'<mover accent="true"><mi>F</mi>(?s:.)*class="math-box"(?s:.)*class="math-cancel"(?s:.)*→',
    "Rows, gaps and tags": r'math-pad-bottom-14(?s:.)*class="math-small"',
    "Commutative diagrams": r"<mtable(?s:.)*→(?s:.)*↓(?s:.)*{</mo>",
    "Limits, delimiters and colours": r'<munder>(?s:.)*⟨(?s:.)*mathcolor="rebeccapurple"',
    "Diagram": r'<figure class="diagram"><picture><source [^>]*#dark">'
    r'<img src="assets/diagrams/diagram-[0-9a-f]{12}\.svg#light" alt="Flowchart; its source follows"',
    "Labels of diagrams": r'<img src="assets/diagrams/diagram-[0-9a-f]{12}\.svg#light" alt="Flowchart; its source follows"',
    "Sequence diagram": r'<img src="assets/diagrams/diagram-[0-9a-f]{12}\.svg#light" alt="Sequence diagram; its source follows"',
    "Chart": r'<img src="assets/diagrams/diagram-[0-9a-f]{12}\.svg#light" alt="XY chart; its source follows"',
    "Footnotes": r'A claim<sup class="footnote-ref">(?s:.)*?>2</a></sup> and, once more, the same'
    r'<sup class="footnote-ref">',
    "Comment block": r"<p>Before\.</p>\s*<p>After\.</p>",
    "Block id": r'<p id="block-named">A paragraph that can be linked\.</p>\s*<p>See '
    r'<a class="internal" href="#block-named">',
    "HTML block": r"<details><summary>More</summary>Enough\.</details>",
    "Horizontal rule": r"<p>above</p>\s*<hr",
}
"""By name of a construct with its own heading: the HTML under the heading, after the source."""


@pytest.fixture(scope="module")
def page(built) -> str:
    return built.page(built.urls["Constructs.md"])


@pytest.fixture(scope="module")
def live_cells(page) -> dict[str, str]:
    """Return the last cell of each row of four, by the name at the start of the first cell."""
    found = [
        re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    ]
    return {re.split(", ", re.sub("<[^>]+>", "", cells[0]))[0]: cells[3] for cells in found if len(cells) == 4}


@pytest.fixture(scope="module")
def live_sections(page) -> Mapping[str, str]:
    """Return the HTML under each level-3 heading, by the heading's text, without the first code block.

    Headings of embedded notes belong to the example.
    """
    parts = re.split(r'<h([123]) id="(?!e\d+-)[^"]*">(.*?)</h\1>', page.partition('<section class="footnotes"')[0])
    found = zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    return {
        name: re.sub(r'<div class="code">.*?</div>', "", text, count=1, flags=re.DOTALL)
        for level, name, text in found
        if level == "3"
    }


def test_every_construct_is_tested(live_cells, live_sections):
    """Every construct on the page has a test, and every test has its construct."""
    assert (HERE.keys(), BELOW.keys()) == (live_cells.keys(), live_sections.keys())


@pytest.mark.parametrize("name", HERE)
def test_constructs_in_tables(name, live_cells):
    """The cell *Here* has the expected HTML."""
    assert re.search(HERE[name], live_cells[name].strip(), re.DOTALL), live_cells[name]


@pytest.mark.parametrize("name", BELOW)
def test_constructs_below_headings(name, live_sections):
    """The section has the expected HTML."""
    if "iagram" in BELOW[name] and find_spec("mmdr") is None:
        pytest.skip("the extra `diagrams` is not installed")

    assert re.search(BELOW[name], live_sections[name]), live_sections[name]


def test_each_example_is_also_built():
    """Each fence is followed by its own text as Markdown, so the page builds what it shows as source."""
    text = read("Constructs")
    shown = [match for match in FENCE.finditer(text) if match["fence"] == "````"]
    wrong = [match["text"] for match in shown if not text[match.end() :].startswith(f"\n\n{match['text']}")]

    assert len(BELOW) == len(shown)
    assert [] == wrong


def test_constructs_of_the_whole_note(built, page):
    """Alias, classes and properties at the foot are on the page; the comment is not."""
    assert 'href="constructs.html"' in built.page("all-constructs.html")
    assert 'class="note wide"' in page
    assert '<dt>Date</dt><dd><time datetime="2026-11-23">23 November 2026</time></dd>' in page
    assert "Nobody reads this" not in re.sub(r'<div class="code">.*?</div>', "", page, flags=re.DOTALL)
    assert '<li id="fn1" class="footnote"><p>An aside' in page


# --- queries ------------------------------------------------------------------------------------

QUERIES = read("Queries")
EXAMPLE = re.compile(
    r"^````md\n(?P<source>```(?P<language>base|dataview|tasks)\n(?P<text>.*?)^```\n)````\n\n", re.M | re.S
)
QUERY_EXAMPLES = [(match["language"], match["text"]) for match in EXAMPLE.finditer(QUERIES)]
COMMENT = re.compile(r"^  (?P<name>[\w ]+): (?P<code>.*?)  # (?P<value>.*)$", re.MULTILINE)
ROWS = re.compile(r"^(?:#|//) (?P<row>[-+=&].*)$", re.MULTILINE)
INLINE = re.compile(
    r"^\| (?P<name>[^|]+) \| `(?P<code>[^`]+)` \| (?P<value>[^|]+) \| `= (?P<here>[^`]+)` \|$", re.MULTILINE
)


@pytest.fixture(scope="module")
def queries_page(built) -> str:
    return built.page(built.urls["Queries.md"])


@pytest.fixture(scope="module")
def live_queries(queries_page) -> list[str]:
    """Return the result of each example, in their order."""
    after = queries_page[queries_page.index('id="global"') :]
    return results("<article" + after)


def test_each_example_of_queries_is_also_evaluated():
    """What is shown as source follows as a query."""
    assert all(QUERIES[match.end() :].startswith(match["source"]) for match in EXAMPLE.finditer(QUERIES))
    assert 15 <= len(QUERY_EXAMPLES)


@pytest.mark.parametrize("number", range(len(QUERY_EXAMPLES)))
def test_examples_of_queries(number, live_queries):
    """Values of formulas are the comments after them; rows are the comments that begin with their sign."""
    _, text = QUERY_EXAMPLES[number]
    rows = [" ".join(row.split()) for row in ROWS.findall(text)]
    values = [match["value"] for match in COMMENT.finditer(text)]
    found = shown(live_queries[number])

    assert rows or values, text
    assert not rows or rows == found
    assert not values or values == found[0].removeprefix("+ ").split(" | ")[1:]


def test_inline_examples_of_queries(queries_page):
    """The last cell of each row has the value of the third."""
    written = {match["code"]: match["value"] for match in INLINE.finditer(QUERIES)}
    rows = [
        re.findall("<td[^>]*>(.*?)</td>", row, re.DOTALL)
        for row in re.findall("<tr>(.*?)</tr>", queries_page, re.DOTALL)
    ]
    found = {plain(cells[1]): (plain(cells[2]), plain(cells[3])) for cells in rows if len(cells) == 4}

    assert all(match["code"] == match["here"] for match in INLINE.finditer(QUERIES))
    assert {code: (value, value) for code, value in written.items()} == {code: found.get(code) for code in written}


def test_no_function_or_clause_is_left_out():
    """Every function, field, clause and key has an example."""
    bases = " ".join(text for language, text in QUERY_EXAMPLES if language == "base")
    queries = " ".join(text for language, text in QUERY_EXAMPLES if language == "dataview")
    blocks = " ".join(text for language, text in QUERY_EXAMPLES if language == "tasks")
    written = {match["name"] for match in INLINE.finditer(QUERIES)}
    fields = {f"file.{name}" for name in files.FIELDS} | {f".{name}" for name in dates.FIELDS} | {".length"}
    keys = {f"{key}:" for key in [*KEYS, *JOINS, "order", "sort", "groupBy", "limit", "columnSize", "image"]}
    missing = [
        *[name for name in [*GLOBALS, *METHODS] if not re.search(rf"\b{name}\(", bases)],
        *[name for name in sorted(fields | keys | {"table", "cards", "list"}) if name not in bases],
        *[name for name in DATAVIEW if name not in written],
        *[name for name in (*KINDS, *CLAUSES, "WITHOUT ID", "outgoing", "AND", "OR", "[[", "#") if name not in queries],
        *[name for name in SUMMARIES if f"`{name}`" not in QUERIES and f": {name}" not in bases],
        *[name for name in OPTIONS if name not in QUERIES],
        *[name for name in KNOWN if name not in blocks and name.split()[0] not in QUERIES],
    ]

    assert ["display:", "date of"] == missing
