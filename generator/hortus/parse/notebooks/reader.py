"""Parse an ``.ipynb`` file into a Note: Markdown cells as Markdown, then code with its stored outputs.

1. The cells' texts are combined into one text, with a line for each line of Markdown and one for each piece of code.
2. It is parsed as one note, cell by cell, so that headings, sections, footnotes and links belong to one note.
3. Every position is translated to the file: a line of JSON and the column in it.

No kernel runs. A notebook is private if it cannot be read, or if its metadata or first raw cell say so.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from hortus.core.keys import stem
from hortus.core.model import Issue, Note, ParseOptions, Source
from hortus.core.words import Words, words_of
from hortus.parse.note import parse_note
from hortus.parse.notebooks.file import Chunk, NotebookFile, RawCell, Text, chunk_ends, cleaned, joined
from hortus.parse.notebooks.outputs import MAGIC, Outputs, Piece
from hortus.parse.privacy_marks import value_marks
from hortus.parse.syntax.cells import Cell
from hortus.parse.syntax.code import Info, render_code

MOST_CELLS = 5000
MAGICS = {
    "bash": "bash", "sh": "bash", "html": "html", "javascript": "js", "js": "js", "latex": "latex", "perl": "perl",
    "R": "r", "ruby": "ruby", "sql": "sql", "svg": "xml", "writefile": "", "cython": "cython",
}  # fmt: skip
"""Languages of code that begins with ``%%`` and one of these (IPython 9, "cell magics")."""
MAGIC_LINE = re.compile(r"%%(\w+)")
ENVIRONMENT = re.compile(
    r"^\\begin\{((?:equation|align|alignat|gather|multline|eqnarray|flalign)\*?)\}.{0,5000}?\\end\{\1\}[ \t]*$",
    re.DOTALL | re.MULTILINE,
)
"""Formulas that Jupyter draws in Markdown without dollar signs (MathJax: `processEnvironments`)."""
FENCE = re.compile(r"^[ ]{0,3}(?:`{3,}|~{3,})", re.MULTILINE)
LANGUAGES = {"ipython3": "python", "ipython": "python", "ipython2": "python"}
HIDDEN_TAGS = {
    "remove-cell": "cell", "remove_cell": "cell", "remove-input": "input", "remove_input": "input",
    "remove-output": "output", "remove_output": "output",
}  # fmt: skip
"""The parts of a cell that its tags hide (Jupyter Book 1.0, "Hide or remove content")."""


@dataclass(slots=True)
class _Layout:
    """The combined text, line by line, and the origin of each line."""

    lines: list[str] = field(default_factory=list)
    origins: list[tuple[Text, Sequence[int], int, int]] = field(default_factory=list)
    """For each line: its text with `chunk_ends`, the index at which it begins in the text, the offset of its cell."""
    cells: list[Cell] = field(default_factory=list)

    def add_text(self, text: Text, start: int, attachments: Mapping[str, str]) -> None:
        first, index, ends = len(self.lines), 0, chunk_ends(text)
        for line in "".join(chunk.text for chunk in text).split("\n"):
            self.lines.append(line)
            self.origins.append((text, ends, index, start))
            index += len(line) + 1
        self.cells.append(Cell(first, len(self.lines), "", attachments))

    def add_html(self, html: str, start: int) -> None:
        self.lines.append("")
        self.origins.append(((), (), 0, start))
        self.cells.append(Cell(len(self.lines) - 1, len(self.lines), html))


def parse_notebook(source: Source, options: ParseOptions = ParseOptions()) -> Note:
    """Parse a notebook; if it cannot be read, return a private note with an issue."""
    try:
        file = NotebookFile(source.text)
        cells = list(file.cells())
    except (ValueError, RecursionError, StopIteration) as error:
        return _unreadable(source, options, error)
    layout, outputs, issues = _Layout(), Outputs(words_of(options.language)), []
    if len(cells) > MOST_CELLS:
        problem = f"the notebook has {len(cells)} cells; the first {MOST_CELLS} are shown"
        issues.append(Issue("not_shown", source.path, *file.place(cells[MOST_CELLS].start), problem))
    for number, cell in enumerate(cells[:MOST_CELLS]):
        _lay_out(cell, number, layout, outputs, file.language)
    text = Source(source.path, "\n".join(layout.lines), source.flaws)
    note = parse_note(text, replace(options, strict_line_breaks=True), layout.cells)
    for problem, start in outputs.unshown.items():
        issues.append(Issue("not_shown", source.path, *file.place(start), f"{problem} is not shown"))
    moved = _moved(note, file, layout)
    return replace(
        moved,
        title=_title(note, file),
        images=tuple(outputs.images.items()),
        public=note.public and not any(value_marks("", file.metadata, 1)),
        issues=(*moved.issues, *issues),
        cells=tuple(file.place(cell.start) for cell in cells),
    )


def _unreadable(source: Source, options: ParseOptions, error: Exception) -> Note:
    note = parse_note(Source(source.path, ""), options)
    hint = "the notebook is private until this is fixed"
    line = getattr(error, "lineno", 1)
    problem = "its JSON is nested too deeply" if isinstance(error, RecursionError) else error
    issue = Issue("bad_notebook", source.path, line, getattr(error, "colno", 1), f"not read: {problem}", hint)
    return replace(note, title=_stem(source.path), issues=(issue,), public=False)


# --- layout -----------------------------------------------------------------------------------


def _lay_out(cell: RawCell, number: int, layout: _Layout, outputs: Outputs, language: str) -> None:
    hidden = _hidden(cell)
    if "cell" in hidden:
        return
    text = "".join(chunk.text for chunk in cell.source)
    front = number == 0 and re.match(r"---[ \t]*\n", text)
    if cell.kind == "markdown" or (cell.kind == "raw" and front):
        layout.add_text(_with_formulas(cell.source), cell.start, _attachments(cell, outputs))
    elif cell.kind == "code":
        shown = "" if "input" in hidden or not text.strip() else _code(cell, text, language, outputs.words)
        pieces = () if "output" in hidden else outputs.pieces(cell)
        _lay_out_code(shown, pieces, cell, layout)
    elif text.strip():
        layout.add_html(render_code(text, Info("")), cell.start)


def _lay_out_code(code: str, pieces: Iterable[Piece], cell: RawCell, layout: _Layout) -> None:
    """Add code with its outputs; outputs in Markdown are added as text."""
    html = code
    for piece in pieces:
        if isinstance(piece, str):
            html += piece
            continue
        if html:
            layout.add_html(html, cell.start)
        layout.add_text(_as_formula(piece), cell.start, {})
        html = ""
    if html:
        layout.add_html(html, cell.start)


def _code(cell: RawCell, text: str, language: str, words: Words) -> str:
    magic = MAGIC_LINE.match(text)
    language_name = MAGICS.get(magic[1], language) if magic else str(cell.record.get("language") or language)
    count = cell.record.get("execution_count")
    label = f"In [{count}]" if isinstance(count, int) else words("Code")
    code = render_code(text, Info(LANGUAGES.get(language_name.lower(), language_name.lower())))
    return f'<p class="cell-label">{escape(label)}</p>\n{code}'


def _hidden(cell: RawCell) -> set[str]:
    metadata = cell.record.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else ()
    return {HIDDEN_TAGS[tag] for tag in tags if tag in HIDDEN_TAGS} if isinstance(tags, list) else set()


def _attachments(cell: RawCell, outputs: Outputs) -> dict[str, str]:
    """Store the images that are attached to a cell; return their files by name."""
    attached = cell.record.get("attachments")
    named = {}
    for name, forms in attached.items() if isinstance(attached, dict) else ():
        for mime, content in forms.items() if isinstance(forms, dict) else ():
            if mime in MAGIC and (file := outputs.image(content, mime)):
                named[name] = file
    return named


def _with_formulas(text: Text) -> Text:
    """Put dollar signs around LaTeX environments in a cell's Markdown, outside fences and other formulas."""
    whole = "".join(chunk.text for chunk in text)
    if "\\begin{" not in whole:
        return text
    spots, fences, dollars, last = [], 0, 0, 0
    for found in ENVIRONMENT.finditer(whole):
        between = whole[last : found.start()]
        fences, dollars, last = fences + len(FENCE.findall(between)), dollars + between.count("$$"), found.start()
        if fences % 2 == 0 and dollars % 2 == 0:
            spots += [(found.start(), "$$\n"), (found.end(), "\n$$")]
    return _inserted(text, spots)


def _as_formula(text: Text) -> Text:
    """Put dollar signs around LaTeX that has none."""
    whole = "".join(chunk.text for chunk in text).strip()
    if "$" in whole or not whole.startswith("\\"):
        return text
    return (Chunk("$$\n", -1), *text, Chunk("\n$$", -1))


def _inserted(text: Text, spots: Sequence[tuple[int, str]]) -> Text:
    """Insert strings into a text at the given indices; all other characters keep their positions in the file."""
    chunks: list[Chunk] = []
    index, waiting = 0, list(spots)
    for chunk in text:
        parts, end = [], index + len(chunk.text)
        while waiting and index <= waiting[0][0] < end + (chunk is text[-1]):
            parts.append(waiting.pop(0))
        last = 0
        for spot, words in parts:
            chunks += [chunk.cut(last, spot - index), Chunk(words, -1)]
            last = spot - index
        chunks.append(chunk.cut(last, len(chunk.text)))
        index = end
    return tuple(chunk for chunk in chunks if chunk.text)


# --- places -----------------------------------------------------------------------------------


def _moved(note: Note, file: NotebookFile, layout: _Layout) -> Note:
    """Return the note with positions translated to the file."""

    def place(line: int, column: int) -> tuple[int, int]:
        nowhere = (), (), 0, 0
        text, ends, index, start = layout.origins[min(line, len(layout.origins)) - 1] if layout.origins else nowhere
        offset = file.offset(text, ends, index + column - 1)
        return file.place(offset if offset >= 0 else start)

    def moved(one: Any) -> Any:
        line, column = place(one.line, one.column)
        changes = {"line": line, "column": column}
        if hasattr(one, "length"):
            last, end = place(one.line, one.column + one.length)
            changes["length"] = max(end - column, 1) if last == line else one.length
        return replace(one, **changes)

    def lined(one: Any) -> Any:
        return replace(one, line=place(one.line, 1)[0])

    return replace(
        note,
        properties=tuple(map(lined, note.properties)),
        tags=tuple(map(moved, note.tags)),
        headings=tuple(map(moved, note.headings)),
        blocks=tuple(map(lined, note.blocks)),
        links=tuple(map(moved, note.links)),
        externals=tuple(map(moved, note.externals)),
        figures=tuple(map(moved, note.figures)),
        todos=tuple(map(moved, note.todos)),
        issues=tuple(map(moved, note.issues)),
    )


def _title(note: Note, file: NotebookFile) -> str:
    """Return the note's own title, otherwise what the metadata say, otherwise the file's name."""
    named = cleaned(joined(file.metadata.get("title"))).strip()
    return note.title if note.title != stem(note.path) else named or _stem(note.path)


def _stem(path: str) -> str:
    return re.sub(r"\.ipynb$", "", stem(path), flags=re.IGNORECASE)
