"""Parse a drawing's file into a Note: its prose like any other note, then the drawing; links of both are the note's.

Where a section of the file and the scene differ, the section counts, as in the plugin: names of private notes
that were removed from it do not come back from the scene.
"""

from dataclasses import replace
from html import escape

from hortus.core.keys import stem, tag_key
from hortus.core.model import Issue, Note, ParseOptions, Slot, Source
from hortus.core.words import words_of
from hortus.parse.excalidraw.layers import Looks, make_drawing
from hortus.parse.excalidraw.lettering import fitted
from hortus.parse.excalidraw.references import References
from hortus.parse.excalidraw.scene import Scene, Words, read_scene
from hortus.parse.excalidraw.sections import Sections, split_sections
from hortus.parse.note import parse_note
from hortus.parse.reading import EXCERPT

HINT = "open and save it in Excalidraw"


def parse_drawing(source: Source, options: ParseOptions = ParseOptions()) -> Note:
    """Draw the scene of a file; if that fails, the page has a placeholder and the note an issue."""
    parts = split_sections(source)
    note = _titled(parse_note(replace(source, text=parts.prose), options))
    data = parse_note(Source(source.path, parts.data), options)
    try:
        scene = read_scene(parts.scene())
    except ValueError as error:
        return _not_shown(note, data, parts, str(error), words_of(options.language)("the drawing cannot be shown"))
    references = References(note, data, parts, scene)
    if not scene.elements:
        empty = _placeholder(note, words_of(options.language)("an empty drawing"))
        return _with_data(replace(note, body=(*note.body, empty)), data, references)
    scene = _fitted(scene, references)
    looks = Looks(references.lines, references.opening, references.picture)
    drawing, files, left_out = make_drawing(scene, looks)
    issues = list(note.issues)
    if left_out:
        message = f"the drawing is too large: {left_out} of its elements are not shown"
        issues.append(Issue("not_shown", source.path, parts.line, 1, message, "split the drawing"))
    if references.lost:
        names = ", ".join(filter(None, references.lost))
        message = f"pictures of the drawing are missing from its file{': ' * bool(names)}{names}"
        issues.append(Issue("not_shown", source.path, parts.line, 1, message, "insert them again"))
    note = replace(
        note,
        body=(*note.body, Slot("drawing", 0, "")),
        excerpt=note.excerpt or _excerpt(drawing.words),
        words=note.words + len(drawing.words.split()),
        files=(*note.files, *files.items()),
        images=tuple(references.files.items()),
        issues=tuple(issues),
        drawing=drawing,
    )
    return _with_data(note, data, references)


def _fitted(scene: Scene, references: References) -> Scene:
    """Fit the size of each text element to its text."""
    elements = (fitted(e, references.lines(e)) if isinstance(e.detail, Words) else e for e in scene.elements)
    return replace(scene, elements=tuple(elements))


def _with_data(note: Note, data: Note, references: References) -> Note:
    """Add links, tags and TODO marks of the drawing to the note of its prose."""
    first = len(note.links)
    todos = (replace(todo, section=-1, links=tuple(index + first for index in todo.links)) for todo in data.todos)
    tags = {tag_key(tag.name): tag for tag in (*data.tags, *note.tags)}
    return replace(
        note,
        links=tuple(references.links),
        contexts=tuple(references.contexts),
        externals=tuple(references.externals),
        todos=(*note.todos, *todos),
        public=note.public and data.public,
        listed=note.listed and data.listed,
        tags=tuple(sorted(tags.values(), key=lambda tag: (tag.line, tag.column))),
        issues=(*note.issues, *(issue for issue in data.issues if issue.kind == "unsafe_url"), *references.issues),
    )


def _titled(note: Note) -> Note:
    """Remove the suffix ``.excalidraw`` from a title that is the file's name."""
    own = stem(note.path)
    return replace(note, title=own.removesuffix(".excalidraw")) if note.title == own else note


def _not_shown(note: Note, data: Note, parts: Sections, why: str, shown: str) -> Note:
    """Add a placeholder for a drawing that cannot be shown, and the texts that its file has outside the scene."""
    texts = [text.raw.strip() for text in parts.texts.values() if text.raw.strip()]
    outside = "".join(f"<p>{escape(text)}</p>\n" for text in texts)
    issue = Issue("not_shown", note.path, parts.line, 1, f"the drawing cannot be shown: {why}", HINT)
    body = (*note.body, _placeholder(note, shown), outside)
    return replace(note, body=body, issues=(*note.issues, issue))


def _placeholder(note: Note, why: str) -> str:
    return f'<p class="drawing-missing">{escape(note.title)}: {why}</p>\n'


def _excerpt(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= EXCERPT else words[:EXCERPT].rsplit(" ", 1)[0] + "…"
