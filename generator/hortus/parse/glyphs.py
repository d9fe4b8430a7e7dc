"""Find the characters that a browser draws for a formula, for subsetting the math font."""

import re
from html import unescape

ANNOTATION = re.compile(r"<annotation\b.*?</annotation>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
VARIABLE = re.compile(r"<mi([^>]*)>(&[^;<]+;|[^<])</mi>")
"""Attributes and letter."""
DRAWN = {"<msqrt": "√", "<mroot": "√", ">-<": "−", ">'<": "′"}
"""Characters that a browser draws although they are not in the text."""


def _italics() -> dict[str, str]:
    """Return each letter that a single-character `<mi>` makes italic, with the italic character."""
    runs = (("A", "Z", 0x1D434), ("a", "z", 0x1D44E), ("Α", "Ρ", 0x1D6E2), ("Σ", "Ω", 0x1D6F4), ("α", "ω", 0x1D6FC))
    letters: dict[str, str] = {}
    for begin, end, first in runs:
        letters |= {chr(code): chr(first + code - ord(begin)) for code in range(ord(begin), ord(end) + 1)}
    return letters | {"h": "ℎ", **dict(zip("ϴ∇∂ϵϑϰϕϱϖıȷ", "𝛳𝛻𝜕𝜖𝜗𝜘𝜙𝜚𝜛𝚤𝚥", strict=True))}


ITALICS = _italics()


def glyphs_of(mathml: str) -> set[str]:
    """Return the characters that a browser needs to draw *mathml*, which may be that of many formulas.

    >>> sorted(glyphs_of("<math><msqrt><mi>x</mi></msqrt><mo>&lt;</mo><mi>sin</mi></math>"))
    ['<', 'i', 'n', 's', 'x', '√', '𝑥']
    """
    mathml = ANNOTATION.sub("", mathml)
    characters = set(unescape(TAG.sub("", mathml)))
    for attributes, letter in set(VARIABLE.findall(mathml)):
        if "mathvariant" not in attributes:
            characters.add(ITALICS.get(unescape(letter), ""))
    characters.update(sign for written, sign in DRAWN.items() if written in mathml)
    return {character for character in characters if character.strip()}
