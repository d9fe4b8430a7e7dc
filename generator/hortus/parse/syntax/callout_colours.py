"""Map the colour that an author sets for a callout to the nearest theme colour, which has light and dark variants."""

import colorsys
import re

COLOUR = re.compile(
    r"""
      (?: rgba? \( )? \s* (?P<rgb> \d{1,3} \s* [,\s] \s* \d{1,3} \s* [,\s] \s* \d{1,3} ) (?: \s* [,/] [^)]* )? \)?
    | \# (?P<long> [0-9a-f]{6} ) (?: [0-9a-f]{2} )?
    | \# (?P<short> [0-9a-f]{3} ) [0-9a-f]?
    """,
    re.VERBOSE | re.IGNORECASE,
)
HUES = ((12, "red"), (38, "rust"), (80, "ochre"), (167, "leaf"), (200, "teal"), (252, "blue"), (325, "violet"))
"""Names of theme colours, each with the end of its range of hues in degrees; the rest is red."""
LOWEST_SATURATION = 0.12
"""Saturation below which a colour counts as grey."""
NAMES = {
    "red": "red",
    "orange": "rust",
    "yellow": "ochre",
    "green": "leaf",
    "cyan": "teal",
    "teal": "teal",
    "blue": "blue",
    "purple": "violet",
    "violet": "violet",
    "pink": "violet",
    "grey": "muted",
    "gray": "muted",
    "black": "muted",
    "white": "muted",
}


def hue_of(colour: str) -> str:
    """Return the theme colour nearest to *colour*; empty if it is not a colour.

    >>> hue_of("200, 50, 50"), hue_of("#08f"), hue_of("rgb(120, 120, 118)"), hue_of("Green"), hue_of("mine")
    ('red', 'blue', 'muted', 'leaf', '')
    """
    colour = colour.strip().strip("\"'").lower()
    match = COLOUR.fullmatch(colour)
    if match is None:
        return NAMES.get(colour, "")
    if match["rgb"]:
        values = [min(int(number), 255) / 255 for number in re.findall(r"\d+", match["rgb"])]
    else:
        digits = match["long"] or "".join(digit * 2 for digit in match["short"])
        values = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    hue, _, saturation = colorsys.rgb_to_hls(*values)
    if saturation < LOWEST_SATURATION or max(values) == min(values):
        return "muted"
    return next((name for end, name in HUES if hue * 360 < end), "red")
