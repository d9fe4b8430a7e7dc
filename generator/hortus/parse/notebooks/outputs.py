"""Stored outputs of a notebook's code, as HTML: text, errors, tables, images. Nothing is run, and no script passes.

Of the forms that one output has, the richest that a page can show is taken. Markdown and LaTeX are not HTML yet
when they leave here: they are read with the notebook's own text.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Any

from hortus.core.slots import OPEN, mark
from hortus.core.svg import clean_svg, parse_svg, svg_text
from hortus.parse.notebooks.ansi import ansi_html, plain_text
from hortus.parse.notebooks.file import RawCell, Text, joined, tamed
from hortus.parse.syntax.sanitize import clean_skeleton
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of

LARGEST_TEXT, LARGEST_IMAGE = 100_000, 8_000_000
"""Characters of a text or table, and bytes of an image, that a page shows."""
MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/gif": (b"GIF8", "gif"),
    "image/webp": (b"RIFF", "webp"),
}
"""How a file of a type begins, and its suffix."""
ORDER = ("text/html", "text/markdown", "image/svg+xml", "text/latex", *MAGIC, "text/plain")
"""As nbconvert ranks them (7.16, `HTMLExporter`), without what runs."""
DATA_IMAGE = re.compile(
    r"""(<img\b[^>]*?\bsrc\s*=\s*)(["'])data:(image/(?:png|jpeg|gif|webp));base64,([^"']*)\2""", re.IGNORECASE
)
WORDS = re.compile(r"<img\b|(?:^|>)[^<]*[^<\s]")
"""What shows that cleaned HTML still has something to see."""
NO_HEADER = re.compile(r"<th\b([^>]*)>\s*</th>")
"""The empty corner of a table by pandas: a cell, but the header of nothing."""
Piece = str | Text
"""HTML, or text to be read as Markdown."""


@dataclass(slots=True)
class Outputs:
    """What the outputs of one notebook leave behind."""

    images: dict[str, bytes] = field(default_factory=dict)
    """By file name."""
    unshown: dict[str, int] = field(default_factory=dict)
    """What is not shown, in words, and the offset of the first cell with it."""

    def pieces(self, cell: RawCell) -> Iterator[Piece]:
        """Yield the outputs of a cell in order."""
        for number, output in enumerate(cell.record["outputs"]):
            match output.get("output_type"):
                case "stream":
                    name = "stderr" if output.get("name") == "stderr" else "stdout"
                    yield self._text(joined(output.get("text")), cell, f"cell-output {name}")
                case "error":
                    yield self._text(_traceback(output), cell, "cell-output cell-error")
                case "display_data" | "execute_result":
                    yield from self._richest(output, number, cell)

    def image(self, content: object, mime: str) -> str:
        """Keep an image; return its file's name, empty if it is none of its type."""
        start, suffix = MAGIC[mime]
        try:
            data = base64.b64decode("".join(joined(content).split()), validate=True)
        except (binascii.Error, ValueError):
            return ""
        if not data.startswith(start) or len(data) > LARGEST_IMAGE:
            return ""
        name = f"output-{sha256(data).hexdigest()[:16]}.{suffix}"
        self.images[name] = data
        return name

    def _richest(self, output: Mapping[str, Any], number: int, cell: RawCell) -> Iterator[Piece]:
        data = output.get("data")
        data = data if isinstance(data, dict) else {}
        for mime in ORDER:
            if mime in data and (piece := self._shown(mime, data[mime], cell, cell.texts.get((number, mime), ()))):
                yield piece
                return
        if data:
            kinds = ", ".join(sorted(map(str, data)))
            self.unshown.setdefault(f"an output of type {tamed(kinds)}", cell.start)
            yield f'<p class="cell-output detail">An output of type {escape(tamed(kinds))} is not shown.</p>\n'

    def _shown(self, mime: str, content: object, cell: RawCell, text: Text) -> Piece:
        """Return one form of an output, empty if a page cannot show it."""
        if mime == "text/html":
            return self._html(tamed(joined(content)), cell)
        if mime in ("text/markdown", "text/latex"):
            return text
        if mime == "image/svg+xml":
            return self._svg(joined(content))
        if mime in MAGIC:
            name = self.image(content, mime)
            return _picture(name, *_png_size(self.images[name])) if name else ""
        return self._text(joined(content), cell, "cell-output")

    def _text(self, text: str, cell: RawCell, classes: str) -> str:
        if not text:
            return ""
        html = ansi_html(_surrogateless(self._bounded(text, cell)).rstrip("\n"))
        return f'<pre class="{classes}" tabindex="0">{html}</pre>\n'

    def _html(self, html: str, cell: RawCell) -> str:
        def keep(image: re.Match[str]) -> str:
            name = self.image(image[4], image[3].lower())
            return f"{image[1]}{image[2]}{mark('file', 0, name)}{image[2]}" if name else image[0]

        html = DATA_IMAGE.sub(keep, html)
        cleaned = NO_HEADER.sub(r"<td\1></td>", clean_skeleton(self._bounded(html, cell), _harmless))
        if not WORDS.search(cleaned):
            return ""
        return f'<div class="cell-output cell-html" tabindex="0">{cleaned}</div>\n'

    def _svg(self, source: str) -> str:
        try:
            root = parse_svg(source)
        except ValueError:
            return ""
        clean_svg(root)
        text = svg_text(root).encode("utf-8", "replace")
        name = f"output-{sha256(text).hexdigest()[:16]}.svg"
        self.images[name] = text
        return _picture(name)

    def _bounded(self, text: str, cell: RawCell) -> str:
        if len(text) <= LARGEST_TEXT:
            return text
        self.unshown.setdefault(f"the end of an output of {len(text):,} characters", cell.start)
        return f"{text[:LARGEST_TEXT]}\n… {len(text) - LARGEST_TEXT:,} more characters are not shown"


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    """Let addresses of other sites and of files made with the note be; the rest of a stored page is not there."""
    if attribute == "border":
        return None  # of tables, as pandas writes it: the page draws its own
    if attribute not in ("href", "src", "poster", "cite"):
        return value
    allowed = scheme_of(value) in SAFE_SCHEMES if attribute == "href" else value.startswith(OPEN)
    return value if allowed else None


def _traceback(output: Mapping[str, Any]) -> str:
    lines = output.get("traceback")
    if isinstance(lines, list) and plain_text("".join(map(joined, lines))).strip():
        return "\n".join(map(joined, lines))
    return f"{joined(output.get('ename'))}: {joined(output.get('evalue'))}"


def _picture(name: str, width: int = 0, height: int = 0) -> str:
    size = f' width="{width}" height="{height}"' if width and height else ""
    source = mark("file", 0, name)
    return f'<p class="cell-output"><img src="{source}" alt="Output of the code"{size} loading="lazy"></p>\n'


def _png_size(data: bytes) -> tuple[int, int]:
    """Read width and height of a PNG; zeros for anything else."""
    if data[12:16] != b"IHDR":
        return 0, 0
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _surrogateless(text: str) -> str:
    """Return a stream with only the characters that a note may have; carriage returns stay, they act."""
    return "\r".join(map(tamed, text.split("\r")))
