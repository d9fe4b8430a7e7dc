"""The functions that queries call, a module for each kind of value; `registry` has them by name."""

from hortus.queries.functions import constructors, dates, files, lists, numbers, texts
from hortus.queries.functions.registry import GLOBALS, METHODS

__all__ = ["GLOBALS", "METHODS", "constructors", "dates", "files", "lists", "numbers", "texts"]
