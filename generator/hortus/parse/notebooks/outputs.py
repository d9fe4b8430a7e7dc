"""Convert stored outputs of a notebook's code to HTML: text, errors, tables, images. Nothing runs; scripts are removed.

Of an output with several MIME types, the richest that a page can show is taken. Markdown and LaTeX stay source: they
are parsed together with the notebook's text.
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
from hortus.core.words import Words
from hortus.parse.notebooks.ansi import ansi_html, plain_text
from hortus.parse.notebooks.file import RawCell, Text, cleaned, joined
from hortus.parse.syntax.sanitize import clean_skeleton
from hortus.parse.syntax.url import SAFE_SCHEMES, scheme_of

LARGEST_TEXT, LARGEST_IMAGE = 100_000, 8_000_000
"""Limits of what a page shows: characters of a text or table, bytes of an image."""
MAGIC = {
    "image/png": (b"\x89PNG\r\n\x1a\n", "png"),
    "image/jpeg": (b"\xff\xd8\xff", "jpg"),
    "image/gif": (b"GIF8", "gif"),
    "image/webp": (b"RIFF", "webp"),
}
"""First bytes of a file of each type, and its suffix."""
ORDER = ("text/html", "text/markdown", "image/svg+xml", "text/latex", *MAGIC, "text/plain")
"""Priority of MIME types as in nbconvert (7.16, `HTMLExporter`), without those that run code."""
DATA_IMAGE = re.compile(
    r"""(<img\b[^>]*?\bsrc\s*=\s*)(["'])data:(image/(?:png|jpeg|gif|webp));base64,([^"']*)\2""", re.IGNORECASE
)
WORDS = re.compile(r"<img\b|(?:^|>)[^<]*[^<\s]")
"""Visible content in cleaned HTML."""
NO_HEADER = re.compile(r"<th\b([^>]*)>\s*</th>")
"""The empty corner of a pandas table: a header cell without content, which becomes a plain cell."""
Piece = str | Text
"""HTML, or text to be parsed as Markdown."""


@dataclass(slots=True)
class Outputs:
    """Converts the outputs of one notebook, and collects their images."""

    words: Words
    images: dict[str, bytes] = field(default_factory=dict)
    """By file name."""
    unshown: dict[str, int] = field(default_factory=dict)
    """Descriptions of outputs that are not shown, with the offset of the first such cell."""

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
        """Store an image; return its file's name, empty if the content is not of its type."""
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
            self.unshown.setdefault(f"an output of type {cleaned(kinds)}", cell.start)
            text = self.words("An output of type {kind} is not shown.", kind=cleaned(kinds))
            yield f'<p class="cell-output detail">{escape(text)}</p>\n'

    def _shown(self, mime: str, content: object, cell: RawCell, text: Text) -> Piece:
        """Return one representation of an output, empty if a page cannot show it."""
        if mime == "text/html":
            return self._html(cleaned(joined(content)), cell)
        if mime in ("text/markdown", "text/latex"):
            return text
        if mime == "image/svg+xml":
            return self._svg(joined(content))
        if mime in MAGIC:
            name = self.image(content, mime)
            return self._picture(name, *_png_size(self.images[name])) if name else ""
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
        return self._picture(name)

    def _picture(self, name: str, width: int = 0, height: int = 0) -> str:
        size = f' width="{width}" height="{height}"' if width and height else ""
        source, alt = mark("file", 0, name), self.words("Output of the code")
        return f'<p class="cell-output"><img src="{source}" alt="{alt}"{size} loading="lazy"></p>\n'

    def _bounded(self, text: str, cell: RawCell) -> str:
        if len(text) <= LARGEST_TEXT:
            return text
        self.unshown.setdefault(f"the end of an output of {len(text):,} characters", cell.start)
        left = self.words("{n} more characters are not shown", n=len(text) - LARGEST_TEXT)
        return f"{text[:LARGEST_TEXT]}\n… {left}"


def _harmless(tag: str, attribute: str, value: str) -> str | None:
    """Keep URLs of other sites and of files made with the note; remove all others, which would be broken."""
    if attribute == "border":
        return None  # of tables, as pandas writes it: the style sheet has its own borders
    if attribute not in ("href", "src", "poster", "cite"):
        return value
    allowed = scheme_of(value) in SAFE_SCHEMES if attribute == "href" else value.startswith(OPEN)
    return value if allowed else None


def _traceback(output: Mapping[str, Any]) -> str:
    lines = output.get("traceback")
    if isinstance(lines, list) and plain_text("".join(map(joined, lines))).strip():
        return "\n".join(map(joined, lines))
    return f"{joined(output.get('ename'))}: {joined(output.get('evalue'))}"


def _png_size(data: bytes) -> tuple[int, int]:
    """Read width and height of a PNG; zeros for anything else."""
    if data[12:16] != b"IHDR":
        return 0, 0
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def _surrogateless(text: str) -> str:
    """Remove characters that a note must not contain from a stream; control characters of terminals stay."""
    return "\r".join(map(cleaned, text.split("\r")))
