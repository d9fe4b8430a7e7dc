"""Text made to hang a parser: twice as much of it takes about twice the time.

The first cases are the kinds that cmark and markdown-it are known to be tried with, made again; the
others are openers of our own syntax, never closed, closed too often, or nested.
"""

import gc
import time

import pytest

from hortus.parse.syntax.comment import blank_comments
from hortus.parse.syntax.dialect import make_parser

GROWTH = 2.6
LONG_ENOUGH = 0.015
"""Seconds of CPU that a measurement must take to mean anything."""
TRIES = 5

COMMONMARK = {
    "nested strong emphasis": lambda n: "*a **a " * n + "b" + " a** a*" * n,
    "emphasis closers": lambda n: "a_ " * n,
    "emphasis openers": lambda n: "_a " * n,
    "link closers": lambda n: "a]" * n,
    "link openers": lambda n: "[a" * n,
    "mismatched openers and closers": lambda n: "*a_ " * n,
    "openers and closers of three": lambda n: "a**b" + "c* " * n,
    "link openers and emphasis closers": lambda n: "[ a_" * n,
    "[ (](": lambda n: "[ (](" * n,
    "![[]()": lambda n: "![[]()" * n,
    "hard link with emphasis": lambda n: "**x [a*b**c*](d)" * n,
    "nested brackets": lambda n: "[" * n + "a" + "]" * n,
    "nested quotes": lambda n: "> " * n + "a",
    "nested lists": lambda n: "- " * n + "a",
    "deeper and deeper lists": lambda n: "".join("  " * depth + "* a\n" for depth in range(int(n**0.5))),
    "null characters": lambda n: "abc\0de\0" * n,
    "backticks of every length": lambda n: "".join("e" + "`" * length for length in range(int(n**0.5) * 4)),
    "unclosed links": lambda n: "[a](" * n,
    "unclosed links in angles": lambda n: "[a](<b" * n,
    "unclosed comments": lambda n: "</" + "<!--" * n,
    "unclosed instructions": lambda n: "a <?" * n,
    "unclosed declarations": lambda n: "a <!A " * n,
    "unclosed CDATA": lambda n: "a <![CDATA[" * n,
    "unclosed tags": lambda n: "<a" * n,
    "empty lines in a list": lambda n: "- a\n" + "  \n" * n,
    "many references": lambda n: "".join(f"[{number}]: u\n" for number in range(n)) + "[0] " * n,
    "wide tables": lambda n: "a|" * n + "\n" + "-|" * n + "\n",
    "nested images": lambda n: "![" * n + "](a)" * n,
    "nested links": lambda n: "[" * n + "](a)" * n,
    "delimiters of all kinds": lambda n: "*_~~" * n,
    "quotes ending in code": lambda n: "> ```\nb\n" * n,
    "quotes ending in a heading": lambda n: "> # a\nb\n" * n,
    "quotes ending in a table": lambda n: "> a|b\n> -|-\nc\n" * n,
    "quotes ending in a long table": lambda n: "> a|b\n> -|-\n> c|d\ne\n" * n,
    "quotes ending in indented code": lambda n: ">     a\nb\n" * n,
    "quotes ending in HTML": lambda n: "> <div>\nb\n" * n,
    "quotes ending in a comment": lambda n: "> <!-- -->\nb\n" * n,
    "quotes ending in math": lambda n: "> $$\n> a\n> $$\nb\n" * n,
    "quotes ending in a definition": lambda n: "> [a]: b\nc\n" * n,
    "quotes ending in an empty item": lambda n: "> -\nb\n" * n,
    "quotes of quotes ending in code": lambda n: "> > ```\nb\n" * n,
    "quotes in a list ending in code": lambda n: "- > ```\nb\n" * n,
    "callouts with no content": lambda n: "> [!a]\nb\n" * n,
    "callouts ending in a table": lambda n: "> [!a]\n> a|b\n> -|-\nc\n" * n,
}

OURS = {
    "[[": lambda n: "[[" * n,
    "[[a": lambda n: "[[a " * n,
    "[[a|": lambda n: "[[a|" * n,
    "[[a#": lambda n: "[[a#" * n,
    "[[a]": lambda n: "[[a] " * n,
    "]]": lambda n: "]]" * n,
    "![[": lambda n: "![[" * n,
    "%%": lambda n: "%%" * n,
    "a %% in a line": lambda n: "a %% " * n,
    "a %% in a paragraph": lambda n: "a %% b\n\n" * n,
    "%% at the start of a line": lambda n: "%%a\n" * n,
    "%% in quoted fences": lambda n: "> ```\n%%\n" * n,
    "comments everywhere": lambda n: "a\n%%b%%\n" * n,
    "$": lambda n: "$" * n,
    "$a": lambda n: "$a " * n,
    "a$": lambda n: "a$ " * n,
    "$$a": lambda n: "$$a " * n,
    "$ and $$": lambda n: "$ $$ " * n,
    "$\\$": lambda n: "$\\$" * n,
    "$$ at the start of a line": lambda n: "a\n$$ b\n" * n,
    "$$ in quotes": lambda n: "> $$\n\n" * n,
    "==": lambda n: "==" * n,
    "==a": lambda n: "==a " * n,
    "a==b": lambda n: "a==b" * n,
    "== among other delimiters": lambda n: "*==_==~~" * n,
    "**a)": lambda n: "**a)b" * n,
    "a)** never opened": lambda n: "a)**b" * n,
    "openers of all lengths, then closers": lambda n: "*a **b ***c " * n + "d)*e d)**e d)***e" * n,
    "가**(": lambda n: "가**(" * n,
    "emphasis of all kinds next to letters": lambda n: "*a)_b)~~c)가**(" * n,
    "one long run": lambda n: "가" + "*" * n + "(b)" + "*" * n + "나",
    "#a/": lambda n: "#a/" * n,
    "#1": lambda n: "#1 " * n,
    "one long tag": lambda n: "#" + "a/" * n,
    "^[": lambda n: "^[" * n,
    "^[a": lambda n: "^[a " * n,
    "^[ closed once": lambda n: "^[a" * n + "]",
    "^[ nested": lambda n: "^[a" * n + "]" * n,
    "[^": lambda n: "[^a]: b\n\n" + "[^" * n,
    "[^a]: again and again": lambda n: "[^a]: b\n" * n,
    "> [!": lambda n: "> [!\n" * n,
    "tabs in quotes": lambda n: "> \t- a\n" * n,
    "tabs in a line of quotes": lambda n: ">\t" * n + "a\n> \tb",
    "tabs and comments in a quote": lambda n: "> \t%%a%%\n" * n,
    "admonitions never closed": lambda n: "```ad-a\n" * n,
    "admonitions never closed, with comments": lambda n: "```ad-a\n%%a\n" * n,
    "admonitions": lambda n: "```ad-a\n%%a%%\n```\n" * n,
    "admonitions in quotes": lambda n: "> ```ad-a\nb\n" * n,
    "longer and longer admonitions": lambda n: "".join("`" * (3 + i) + "ad-a\n" for i in range(int((2 * n) ** 0.5))),
    "options of an admonition": lambda n: "```ad-a\n" + "title: a\n" * n,
    "callouts in a line of quotes": lambda n: "> " * n + "[!a]",
    "callouts that forget their >": lambda n: ">> [!a]\n> b\n" * n,
    "|": lambda n: "|" * n,
    "|-": lambda n: "|-" * n,
    "^a": lambda n: " ^a" * n,
    "^a below quotes": lambda n: "> a\n^b\n\n" * n,
    "- [": lambda n: "- [ " * n,
    "tasks in tasks": lambda n: "- [ ] " * n,
    "TODO": lambda n: "TODO " * n,
    "_TODO": lambda n: "_TODO" * n,
    "```py {": lambda n: "```py {" + "1," * n + "}\na\n```",
}


@pytest.fixture(scope="module")
def parser():
    """The parser of notes, with the bounds whose effect is measured here."""
    return make_parser.__wrapped__()


def cost(parser, text: str) -> float:
    """Return the CPU seconds for parsing *text*, without garbage collection."""
    gc.disable()
    try:
        begin = time.process_time()
        parser.parse(blank_comments(text)[0])
        return time.process_time() - begin
    finally:
        gc.enable()


@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in (COMMONMARK | OURS).items()])
def test_growth(parser, make):
    """Doubled text takes less than 2.6 times as long; the best of several attempts counts.

    Every other attempt is with texts twice as long: a size from which on memory comes from the system in each run
    costs a jump, but only one.
    """
    size = 500
    while (once := cost(parser, make(size))) < LONG_ENOUGH and size < 100_000:
        size *= 2
    ratios = []
    for attempt in range(TRIES):
        ratios.append(cost(parser, make(2 * size)) / max(once, LONG_ENOUGH / 4))
        if ratios[-1] < GROWTH:
            break
        size *= 1 + attempt % 2
        once = cost(parser, make(size))

    assert min(ratios) < GROWTH, f"{size} took {once:.2f} s; twice as much took {ratios} times as long"


@pytest.mark.parametrize("opener", ["[[", "![[", "%%", "$", "$$", "==", "#a/", "^[", "[^", ">[!", "|", "-[", "TODO"])
def test_ten_thousand(parser, opener):
    """An opener that is never closed, 10,000 times: read, and what follows is not lost."""
    tokens = parser.parse(blank_comments(opener * 10_000 + " end")[0])
    text = "".join(child.content for token in tokens for child in token.children or ())

    assert text.endswith("end")


def test_nothing_is_lost_in_the_depths(parser):
    """A quote, list or link deeper than the limit keeps its text."""
    for source in ("> " * 1_000 + "word", "- " * 1_000 + "word", "[" * 1_000 + "word" + "](a)" * 1_000):
        tokens = parser.parse(source)

        assert "word" in "".join(child.content for token in tokens for child in token.children or ())
