"""Replace math-core's inline styles by classes, and generate the style sheet for them."""

import re
from functools import lru_cache

CLASSES = {
    "text-align: left": "math-left",
    "text-align: right": "math-right",
    "width: 100%": "math-wide",
    "width: 50%": "math-half",
    "width: 7.5%": "math-margin",
    "border-left: 0.05em solid currentcolor": "math-line-left",
    "border-right: 0.05em solid currentcolor": "math-line-right",
    "border-top: 0.05em solid currentcolor": "math-line-top",
    "border-bottom: 0.05em solid currentcolor": "math-line-bottom",
    "border-left: 0.05em dashed currentcolor": "math-dashes-left",
    "border-right: 0.05em dashed currentcolor": "math-dashes-right",
    "border-top: 0.05em dashed currentcolor": "math-dashes-top",
    "border-bottom: 0.05em dashed currentcolor": "math-dashes-bottom",
    "font-variant-caps: small-caps": "math-small-caps",
}
"""Styles of math-core, by the class that replaces them."""

ALONG = {
    "text-align: left": "justify-items: start; ",
    "text-align: right": "justify-items: end; ",
    "width: 100%": "width: 100cqw; ",  # of the block around it: Firefox ignores percentages of a formula's width
}

LENGTHS = {
    "padding-left": "math-pad-left",
    "padding-right": "math-pad-right",
    "padding-top": "math-pad-top",
    "padding-bottom": "math-pad-bottom",
    "margin-left": "math-back",
}
"""Lengths are rounded to eighteenths of an em, TeX's mu; margins are all negative."""
LONGEST = {"padding-bottom": 47}
LONGEST_OTHER = 36

EMS = re.compile(r"-?([\d.]+)(?:em)?")
STYLE = re.compile(r' style="(?P<style>[^"]*)"')
CLASS = re.compile(r'(<[^<>]*?) class="([^"]*)"([^<>]*?) class="([^"]*)"')

ATTRIBUTES = {"color": "mathcolor", "font-size": "mathsize"}


def math_css() -> str:
    """Return the style sheet for the classes that replace math-core's styles; other classes are in ``math.css``."""
    rules = [f".{name} {{ {style}; {ALONG.get(style, '')}}}" for style, name in CLASSES.items()]
    for style, name in LENGTHS.items():
        sign = "-" if style == "margin-left" else ""
        steps = range(LONGEST.get(style, LONGEST_OTHER) + 1)
        rules += [f".{name}-{step} {{ {style}: {sign}{step / 18:.4f}em; }}" for step in steps]
    return "\n".join(rules) + "\n"


def without_styles(mathml: str) -> str:
    """Replace inline styles of *mathml*, which the Content Security Policy forbids, by classes and attributes."""
    if " style=" not in mathml:
        return mathml
    classed = STYLE.sub(_attributes, mathml)
    return CLASS.sub(r'\1 class="\2 \4"\3', classed) if ' class="' in mathml else classed


def _attributes(match: re.Match[str]) -> str:
    return _attributes_of(match["style"])


@lru_cache(maxsize=256)
def _attributes_of(style: str) -> str:
    classes, attributes = [], ""
    for declaration in filter(None, style.split(";")):
        name, value = (part.strip() for part in declaration.split(":", 1))
        if known := CLASSES.get(f"{name}: {value}"):
            classes.append(known)
        elif name in LENGTHS:
            if length := EMS.fullmatch(value):
                classes.append(f"{LENGTHS[name]}-{min(round(float(length[1]) * 18), LONGEST_OTHER)}")
        elif name in ATTRIBUTES:
            attributes += f' {ATTRIBUTES[name]}="{value}"'
    return attributes + (f' class="{" ".join(classes)}"' if classes else "")
