"""Queries and inline fields of a note, recorded while its tokens are read. What is wrong with a query is an issue."""

from dataclasses import replace

from hortus.core.model import Query
from hortus.parse.reading import Reading
from hortus.parse.syntax.comment import without_html_comments

KIND = "bad_query"


def add_query(reading: Reading, query: Query) -> int:
    """Record a query, and report its mistakes; return its number."""
    from hortus.queries.understand import check  # most notes have no queries

    for problem in check(query.language, query.text):
        place = (query.line + problem.line - 1, problem.column + query.column - 1, problem.length)
        reading.issue(KIND, place, problem.message, problem.hint)
    reading.queries.append(query)
    return len(reading.queries) - 1


def add_views(reading: Reading, query: Query) -> list[tuple[int, str]]:
    """Record the views of a base after its first as queries of their own; return their numbers and names."""
    from hortus.queries.understand import views_of

    found = []
    for view in views_of(query.text)[1:] if query.language == "base" else ():
        found.append((len(reading.queries), view))
        reading.queries.append(replace(query, view=view))
    return found


def read_fields(reading: Reading, text: str) -> None:
    """Record the inline fields of a text, without those in HTML comments."""
    from hortus.queries.fields import inline_fields  # most notes have none

    for line in without_html_comments(text).split("\n"):
        reading.fields += inline_fields(line)
