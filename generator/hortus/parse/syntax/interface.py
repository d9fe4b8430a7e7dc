"""Interface texts within a note, in the language of the site: ``env["language"]``."""

from collections.abc import Mapping
from typing import Any

from hortus.core.words import SOURCE, words_of


def said(env: Mapping[str, Any], text: str, **values: object) -> str:
    """Return an interface text (`Words`); it is not escaped.

    >>> said({"language": "de"}, "Footnotes"), said({}, "Footnote {number}", number=2)
    ('Fußnoten', 'Footnote 2')
    """
    return words_of(env.get("language", SOURCE))(text, **values)
