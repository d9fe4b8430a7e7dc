"""Repair finished MathML of math-core that browsers would render differently from TeX.

* A prime after a letter gets the right size for that letter.
* A big bracket gets a strut of its own height; otherwise WebKit grows it from the baseline. With an exponent
  it stays big. A big vertical arrow is marked as stretchy; by default only infix arrows are (MathML
  Core, appendix B).
* A growing bracket gets a strut as high as a letter behind it; around lower content WebKit draws it too high.
* A relation next to text is marked as infix; browsers skip text when they determine an operator's form (MathML Core:
  text is space-like), and treat it as prefix or postfix. An empty variable prevents that a row of text and one relation
  counts as an embellished operator, with its space around the row.
* Accents are spacing characters where these exist, and marked as not stretchy.
* A line under the last row of an array is a border of that row, without an empty row below.
"""

import re

LETTER = r"<(?:m[ino]|mtext)\b[^<>]*>[^<]*</(?:m[ino]|mtext)>"
PRIME = re.compile(
    rf"<msup>({LETTER}|<mover accent=\"true\">{LETTER}<mo[^<>]*>[^<]*</mo></mover>)<mo>([′″‴⁗])</mo></msup>"
)
BIG = re.compile(r'<mo(?P<before>[^<>]*) minsize="(?P<size>[\d.]+)em"(?P<after>[^<>]*)>(?P<sign>[^<]*)</mo>')
FORMS = dict.fromkeys(")]}⟩⌉⌋⟧⟯⎱┘┐", ' form="postfix"')
ARROWS = frozenset("↑↓↕⇑⇓⇕")
OPENING = re.compile(
    r'<mrow><mo(?: (?:stretchy="true"|[lr]space="[^"]*"))*>[][({⟨\u2063⌊⌈⟮⟦⎰⌜|‖/\\↑↓↕⇑⇓⇕]</mo>(?!<mtable|<mfrac)'
)
STRUT = '<mspace height="0.7em" depth="0.2em"/>'
AXIS = 0.258
"""Height of the math axis of STIX Two Math, in ems."""
NO_INFIX = frozenset("()[]{}|‖⟨⟩⌈⌉⌊⌋,;!.:?¬∀∃∄∂∇∑∏∐∫∬∭∮⋀⋁⋂⋃⨁⨂⨀⨆⨄√′″‴⁗…⋯\u2061\u2062\u2063\u2064&")
BETWEEN = re.compile(r"(?P<before>^|<[^<>]*>)<mo>(?P<sign>[^<]*)</mo>(?=(?P<after><[^<>]*>))")
SPACING = (
    ("\u0302</mo>", "ˆ</mo>"),
    (">~</mo></m", ">˜</mo></m"),
    ("&ApplyFunction;", "\u2061"),
    ("<mo>\u20db<", "<mo>˙˙˙<"),
    ("<mo>\u20dc<", "<mo>˙˙˙˙<"),
)
STILL = re.compile("<mo>(?=[˙´`˘¨˚]+</mo></mover>)")
SMALL = re.compile(
    r'(<mrow class="math-small">(?:<mrow>|<mo[^<>]*>[^<]*</mo>)*<mtable displaystyle="false") scriptlevel="0"'
)
LAST_LINE = re.compile(r'<mtr><mtd class="(?:[\w-]+ )*math-line-top(?: [\w-]+)*"></mtd></mtr>(?=</mtable>)')
CELL = re.compile(r'<mtd(?: class="([^"]*)")?')


ELEMENTS = frozenset(
    "mrow mtd math semantics msub msup msubsup mover munder munderover mfrac msqrt mroot mstyle mpadded".split()
)
"""Elements in which an operator can come first."""


def reshaped(mathml: str) -> str:
    """Return *mathml* with all repairs.

    >>> reshaped("<msup><mi>y</mi><mo>′</mo></msup>")
    '<mrow><mi>y</mi><mo lspace="0" rspace="0">′</mo></mrow>'
    """
    if "</mo></msup>" in mathml and any(prime in mathml for prime in "′″‴⁗"):
        mathml = PRIME.sub(r'<mrow>\1<mo lspace="0" rspace="0">\2</mo></mrow>', mathml)
    if "</mtext><mo>" in mathml or "</mo><mtext>" in mathml:
        mathml = BETWEEN.sub(_infix, mathml)
    if "</mover>" in mathml or "</munder>" in mathml or "&Apply" in mathml:
        for written, better in SPACING:
            mathml = mathml.replace(written, better)
        mathml = STILL.sub('<mo stretchy="false">', mathml)
    if "<mrow><mo" in mathml:
        mathml = OPENING.sub(rf"\g<0>{STRUT}", mathml)
    if " minsize=" in mathml:
        mathml = BIG.sub(_propped, mathml)
    if "math-small" in mathml:
        mathml = SMALL.sub(r"\1", mathml)
    return _underlined(mathml) if "math-line-top" in mathml else mathml


def _infix(found: re.Match[str]) -> str:
    """Mark an operator next to text, with content on both sides, as infix."""
    before, after = found["before"], found["after"]
    first = not before or before[1:].partition(" ")[0].rstrip(">") in ELEMENTS
    last = after.startswith(("</", "<annotation"))
    next_to_text = before == "</mtext>" or after == "<mtext>"
    if first or last or not next_to_text or found["sign"][:1] in NO_INFIX:
        return found[0]
    return f'{before}<mi></mi><mo form="infix">{found["sign"]}</mo>'


def _propped(big: re.Match[str]) -> str:
    """Put a strut of the bracket's height next to it, in a row."""
    size = float(big["size"])
    given = big["before"] + big["after"]
    form = "" if "form=" in given else FORMS.get(big["sign"], ' form="prefix"')
    form += ' stretchy="true"' if big["sign"] in ARROWS and "stretchy=" not in given else ""
    bracket = f'<mo{big["before"]}{form} minsize="{big["size"]}em"{big["after"]}>{big["sign"]}</mo>'
    return f'<mrow>{bracket}<mspace height="{size / 2 + AXIS:.3g}em" depth="{size / 2 - AXIS:.3g}em"/></mrow>'


def _underlined(mathml: str) -> str:
    """Turn the line above an empty last row into a line below the row before it."""
    for line in reversed(list(LAST_LINE.finditer(mathml))):
        start = mathml.rfind("<mtr>", 0, line.start())
        row = mathml[start : line.start()]
        if start >= 0 and "<mtable" not in row and "</mtable>" not in row:
            row = CELL.sub(lambda cell: f'<mtd class="{cell[1] or ""} math-line-bottom"'.replace('" ', '"'), row)
            mathml = mathml[:start] + row + mathml[line.end() :]
    return mathml
