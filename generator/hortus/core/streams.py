"""Standard output and error, safe for a terminal: control characters are printed as escapes."""

import re
from typing import Any

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that control a terminal or the direction of text, except tabs and line breaks."""


class PlainStream:
    """A text stream that escapes control characters and writes to *stream*."""

    def __init__(self, stream: Any):
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(UNPRINTABLE.sub(lambda letter: letter[0].encode("unicode_escape").decode(), text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def escape_json(text: str) -> str:
    """Escape these characters in JSON text as JSON does.

    >>> escape_json('{"a": "\\x9b"}')
    '{"a": "\\\\u009b"}'
    """
    return UNPRINTABLE.sub(lambda letter: f"\\u{ord(letter[0]):04x}", text)
