"""Formulas as signs, for first words of notes in lists and feeds, where no markup is possible: ``f_θ``, ``x² + y²``."""

import re
from collections.abc import Callable, Mapping
from html import unescape

TAG = re.compile(r"<(/?)([a-z]+)[^>]*?(/?)>")
"""Groups: a slash of an end tag, the name, and a slash of an empty element."""
APPLIED = re.compile("\u2061(?! ?[(\\[])")
"""A function before an argument without brackets."""
INVISIBLE = dict.fromkeys((*range(0x2061, 0x2065), 0xFE00, 0xFE01))
LONGEST = 60
"""Characters; a longer formula is an ellipsis."""
UNREADABLE = "…"
SUPERSCRIPTS = str.maketrans("0123456789+−-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
SUBSCRIPTS = str.maketrans("0123456789+−-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
SPACED = frozenset("=<>≤≥≠≈≡≔∼≃≅∝→←↔↦⇒⇐⇔⟶⟹⟺∈∉⊂⊆⊃⊇∪∩∧∨×÷±⊕⊗∘≪≫⊥∣")
"""Operators with a space on both sides; ``+`` and ``−`` have them only between two terms."""
PAIRS = frozenset({"mfrac", "mover", "mroot"})
"""Elements of two parts."""
ACCENTS = frozenset("^ˆ~˜‾¯_→⏞⏟.˙¨")
STRUCTURED = frozenset({"mtable", "menclose", "merror", "math-core-error"})
"""Elements that signs in a line cannot show."""


def signs_of(mathml: str) -> str:
    r"""Return the signs of a formula; an ellipsis if it is empty, too long, or has rows.

    >>> signs_of("<math><msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mfrac><mi>a</mi><mi>b</mi></mfrac></math>")
    'x² = a/b'
    """
    stack: list[tuple[str, list[str]]] = [("", [])]
    place = 0
    for tag in TAG.finditer(mathml):
        begin, after = tag.span()
        if place < begin:
            stack[-1][1].append(unescape(mathml[place:begin]))
        place = after
        end, name, empty = tag.groups()
        if name in STRUCTURED:
            return UNREADABLE
        if not end:
            stack.append((name, []))
        if (end or empty) and len(stack) > 1:
            opened, parts = stack.pop()
            show = SHOWN.get(opened, "".join) if len(parts) > 1 or opened not in PAIRS else "".join
            stack[-1][1].append(show(parts))
    text = APPLIED.sub(" ", "".join(part for _, parts in stack for part in parts)).translate(INVISIBLE)
    text = " ".join(text.split())
    return text if 0 < len(text) <= LONGEST else UNREADABLE


def _operator(parts: list[str]) -> str:
    sign = "".join(parts).strip()
    return f" {sign} " if sign in SPACED else sign


def _row(parts: list[str]) -> str:
    """Join the parts of a row; a plus or minus between two of them has spaces."""
    parts = [part for part in parts if part]
    return "".join(
        f" {part} "
        if part in "+−-" and 0 < number < len(parts) - 1 and parts[number - 1].strip() not in SPACED
        else part
        for number, part in enumerate(parts)
    )


def _grouped(text: str) -> str:
    """Put a term of several signs in parentheses."""
    text = text.strip()
    return text if len(text) <= 1 or text.isalnum() else f"({text})"


def _script(text: str, signs: dict[int, int], mark: str) -> str:
    text = "".join(text.split())
    small = text.translate(signs)
    if text and all(map(signs.__contains__, map(ord, text))):
        return small
    if text in ("′", "″", "*", "∗", "†"):
        return text
    return f"{mark}{text if len(text) == 1 else f'({text})'}" if text else ""


def _below(parts: list[str]) -> str:
    base, *scripts = [part for part in parts if part.strip() not in ACCENTS] or [""]
    return base.rstrip() + "".join(_script(text, SUBSCRIPTS, "_") for text in scripts) + _gap(base)


def _above(parts: list[str]) -> str:
    base, *scripts = parts or [""]
    return base.rstrip() + "".join(_script(text, SUPERSCRIPTS, "^") for text in scripts)


def _both(parts: list[str]) -> str:
    base, *scripts = parts or [""]
    above = "".join(_script(text, SUPERSCRIPTS, "^") for text in scripts[1:])
    return base.rstrip() + "".join(_script(text, SUBSCRIPTS, "_") for text in scripts[:1]) + above + _gap(base)


def _gap(base: str) -> str:
    """Return a space after the limits of a sum, product or integral."""
    return " " if base.strip() in "∑∏∫∬∮⋃⋂" else ""


def _root(parts: list[str]) -> str:
    term, degree = parts[:2]
    return f"{_script(degree, SUPERSCRIPTS, '^')}√{_grouped(term)}"


def _accented(parts: list[str]) -> str:
    """Return what is under an accent; a word or sign above an arrow or sum is kept like an exponent."""
    accent = parts[-1].strip()
    return parts[0] if accent in ACCENTS else _above(parts)


def _fraction(parts: list[str]) -> str:
    above, below = parts[:2]
    return f"{_grouped(above)}/{_grouped(below)}"


SHOWN: Mapping[str, Callable[[list[str]], str]] = {
    "annotation": lambda parts: "",
    "mfrac": _fraction,
    "mo": _operator,
    "mover": _accented,
    "mroot": _root,
    "mrow": _row,
    "mspace": lambda parts: " ",
    "msqrt": lambda parts: f"√{_grouped(_row(parts))}",
    "msub": _below,
    "msubsup": _both,
    "msup": _above,
    "munder": _below,
    "munderover": _both,
    "math": _row,
}
"""How elements are written; all others as their content."""
