"""Compare the numbers in notes with the results of the figures that they come from.

A link to a figure with the name of a result, ``[[relu-regions.svg#pieces|253 pieces]]``, states that result: its text
is compared with it, as precisely as it is written. Without a label the page shows the result itself.
"""

import re
from collections.abc import Iterator, Sequence

from hortus.core.hints import near_hint
from hortus.core.model import Figure, Issue, Link, LinkGraph, Note
from hortus.links.link_issue import issue_at

IN_TEXT = frozenset({"wikilink", "markdown"})
"""Kinds of links that are shown as text; others show the picture itself."""
NUMBER = re.compile(r"(?<![\w.])[-−]?\d+(?:[,\u2009\u202f\u00a0 ]\d{3})*(?:\.\d+)?(?!\w)")
WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split()


def result_issues(figures: Sequence[Figure], graph: LinkGraph) -> Iterator[Issue]:
    """Yield links that name a result which a drawn figure does not have, or state another value."""
    for figure in figures:
        if figure.state != "drawn":
            continue
        for place in graph.figures.get(figure.name, ()):
            note = graph.texts[place.source]
            link = note.links[place.index]
            if link.anchor and link.kind in IN_TEXT and (issue := _result_issue(figure, link, note)):
                yield issue


def _result_issue(figure: Figure, link: Link, note: Note) -> Issue | None:
    target = f"{link.target}#{link.anchor}"
    if link.anchor not in figure.results:
        known = ", ".join(sorted(figure.results)) or "none"
        hint = near_hint(link.anchor, figure.results, f"its results are: {known}")
        return issue_at("unknown_result", note, link, f'{figure.name} has no result "{link.anchor}"', hint, target)
    value = figure.results[link.anchor]
    if not link.label or states(link.label, value):
        return None
    message = f'"{link.label}" is stale: {link.anchor} of {figure.name} is {value}'
    hint = "correct it, or leave out the label to show the result"
    return issue_at("stale_number", note, link, message, hint, target)


def states(text: str, value: int | float | str) -> bool:
    """Return whether *text* states *value*, rounded to its decimals; a number without a sign states its size.

    A text without a number, or with several, states nothing that could be wrong.

    >>> states("1,369 pieces", 1369), states("98.6 %", 98.63), states("98.6", 98.7), states("eight", 8), states("so", 8)
    (True, True, False, True, True)
    >>> states("4.5 points behind", -4.5), states("−4.5", 4.5)
    (True, False)
    """
    if isinstance(value, str):
        return value in text
    words = re.findall(r"\w+", text.lower())
    numbers = NUMBER.findall(text) or [str(WORDS.index(word)) for word in words if word in WORDS]
    if len(numbers) != 1:
        return True
    number = re.sub(r"[^\d.-]", "", numbers[0].replace("−", "-"))
    decimals = len(number.partition(".")[2])
    value = value if number.startswith("-") else abs(value)
    return f"{value:.{decimals}f}" == f"{float(number):.{decimals}f}"
