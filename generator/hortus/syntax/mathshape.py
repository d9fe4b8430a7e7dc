"""Repairs of finished MathML: what math-core writes and browsers draw otherwise than TeX would.

A prime after a letter is as large as the letter's size asks for; a big bracket with an exponent stays
big; a line under the last row of an array runs along the row, with no empty row below.
"""

import re

PRIME = re.compile(r"<msup>(<(m[ino]|mtext)\b[^<>]*>[^<]*</\2>)<mo>([′″‴⁗])</mo></msup>")
BIG = re.compile(r"(<m(?:sup|sub|subsup)>)(<mo minsize=[^<>]*>[^<]*</mo>)")
LAST_LINE = re.compile(r'<mtr><mtd class="(?:[\w-]+ )*math-line-top(?: [\w-]+)*"></mtd></mtr>(?=</mtable>)')
CELL = re.compile(r'<mtd(?: class="([^"]*)")?')


def reshaped(mathml: str) -> str:
    """Return *mathml* as it should be drawn.

    >>> reshaped("<msup><mi>y</mi><mo>′</mo></msup>")
    '<mrow><mi>y</mi><mo lspace="0" rspace="0">′</mo></mrow>'
    """
    if "</mo></msup>" in mathml:
        mathml = PRIME.sub(r'<mrow>\1<mo lspace="0" rspace="0">\3</mo></mrow>', mathml)
    if " minsize=" in mathml:
        mathml = BIG.sub(r"\1<mrow>\2</mrow>", mathml)
    return _underlined(mathml) if "math-line-top" in mathml else mathml


def _underlined(mathml: str) -> str:
    """Give the line above an empty last row to the row before it."""
    for line in reversed(list(LAST_LINE.finditer(mathml))):
        start = mathml.rfind("<mtr>", 0, line.start())
        row = mathml[start : line.start()]
        if start >= 0 and "<mtable" not in row and "</mtable>" not in row:
            row = CELL.sub(lambda cell: f'<mtd class="{cell[1] or ""} math-line-bottom"'.replace('" ', '"'), row)
            mathml = mathml[:start] + row + mathml[line.end() :]
    return mathml
