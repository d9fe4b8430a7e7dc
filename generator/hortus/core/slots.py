"""Slots: marks that a renderer writes into HTML, and `cut`, which turns them into records.

While a note is rendered, a slot is a short text between two noncharacters. They are valid in text and attribute
values, and no note contains them, because `read_vault` replaces them.
"""

import re

from hortus.core.model import Segments, Slot

OPEN, CLOSE = "\ufdd0", "\ufdd1"
NONCHARACTERS = dict.fromkeys(range(0xFDD0, 0xFDF0), "\ufffd")
MARKS = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def mark(kind: str, index: int = 0, name: str = "") -> str:
    """Write a slot into HTML: see `hortus.core.model.Slot` for the kinds.

    >>> cut("see " + mark("link", 3) + "SGD</a>")
    ('see ', Slot(kind='link', index=3, name=''), 'SGD</a>')
    """
    return f"{OPEN}{kind}:{index}:{name}{CLOSE}"


def cut(html: str) -> Segments:
    """Split HTML at its slots."""
    if OPEN not in html:
        return (html,) if html else ()
    segments: list[str | Slot] = []
    for place, part in enumerate(MARKS.split(html)):
        if place % 2:
            kind, index, name = part.split(":", 2)
            segments.append(Slot(kind, int(index), name))
        elif part:
            segments.append(part)
    return tuple(segments)


def without_marks(text: str) -> str:
    """Replace the noncharacters that mark slots in the text of a note.

    >>> without_marks("a\\ufdd0b")
    'a\\ufffdb'
    """
    return text.translate(NONCHARACTERS)
