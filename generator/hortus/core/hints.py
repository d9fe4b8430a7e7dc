"""Hints for misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches


def near_hint(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint with the most similar of the *known* names; *otherwise* if none is similar.

    >>> near_hint("sed", ["seed"]), near_hint("x", ["seed"], "its only parameter is seed")
    ('did you mean "seed"?', 'its only parameter is seed')
    """
    near = get_close_matches(name, sorted(known), 1)
    return f'did you mean "{near[0]}"?' if near else otherwise
