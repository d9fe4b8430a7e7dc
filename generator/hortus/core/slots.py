"""Slots: marks that a renderer leaves in HTML, and the cut that turns them into records.

While a note is being rendered a slot is a short text between two noncharacters, which survive in
text and in attribute values and which no author's text contains (`read_vault` takes them out).
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
    """Cut HTML at its slots."""
    segments: list[str | Slot] = []
    for place, part in enumerate(MARKS.split(html)):
        if place % 2:
            kind, index, name = part.split(":", 2)
            segments.append(Slot(kind, int(index), name))
        elif part:
            segments.append(part)
    return tuple(segments)


def without_marks(text: str) -> str:
    """Take the noncharacters that Hortus uses for itself out of an author's text.

    >>> without_marks("a\\ufdd0b")
    'a\\ufffdb'
    """
    return text.translate(NONCHARACTERS)
