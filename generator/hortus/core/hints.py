"""Hints for misspelt names."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar, whatever its case; empty if none is.

    >>> nearest("contians", ["contains", "containsAll"])
    'contains'
    """
    by_fold = {one.lower(): one for one in sorted(known, reverse=True)}
    found = get_close_matches(name.lower(), by_fold, 1)
    return by_fold[found[0]] if found else ""


def near_hint(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return a hint with the most similar of the *known* names; *otherwise* if none is similar.

    >>> near_hint("sed", ["seed"]), near_hint("x", ["seed"], "its only parameter is seed")
    ('did you mean "seed"?', 'its only parameter is seed')
    """
    near = nearest(name, known)
    return f'did you mean "{near}"?' if near else otherwise


def code_hint(name: str, known: Iterable[str], otherwise: str = "", prefix: str = "") -> str:
    """Return such a hint with the name as code, after *prefix*.

    >>> code_hint("nam", ["name"], prefix="file."), code_hint("x", ["name"])
    ('did you mean `file.name`?', '')
    """
    near = nearest(name, known)
    return f"did you mean `{prefix}{near}`?" if near else otherwise
