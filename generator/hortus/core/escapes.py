"""Escapes in quoted text, as in JavaScript."""

import re

ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


def unescaped(text: str) -> str:
    """Return the text between quotes with its escapes resolved; a lone surrogate becomes U+FFFD.

    >>> unescaped(r"a\\u0020\\x62\\"")
    'a b"'
    """
    return ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    sign = match[1]
    if len(sign) > 1:
        return chr(int(sign[1:], 16)) if not 0xD800 <= int(sign[1:], 16) < 0xE000 else "\ufffd"
    return ESCAPES.get(sign, sign)
