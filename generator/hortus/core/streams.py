"""Standard output and error, safe for a terminal: characters that command it are shown as escapes."""

import re
from typing import Any

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Characters that command a terminal or turn its text around, but for tabs and line breaks."""


class PlainStream:
    """A text stream on which nothing that is printed commands the terminal; *stream* is what it writes to."""

    def __init__(self, stream: Any):
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(UNPRINTABLE.sub(lambda letter: letter[0].encode("unicode_escape").decode(), text))
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def escape_json(text: str) -> str:
    """Write such characters in a JSON text as JSON does.

    >>> escape_json('{"a": "\\x9b"}')
    '{"a": "\\\\u009b"}'
    """
    return UNPRINTABLE.sub(lambda letter: f"\\u{ord(letter[0]):04x}", text)
