"""The faster parsers give the same tokens as markdown-it's parsers with the same rules."""

from pathlib import Path

import pytest

from hortus.core.model import ParseOptions
from hortus.parse.syntax import dialect
from hortus.parse.syntax.comment import blank_comments
from hortus.parse.syntax.sentence import END, _Brackets

CASES = sorted(Path(__file__).parent.glob("*.md"))
SIGNS = "!#$%&*+-:<=>@[\\]^_`{|}~(\t1\r"
BEGINNINGS = [
    text
    for sign in SIGNS
    for text in (f"{sign}a", f"{sign} a", sign, 3 * sign, f"{2 * sign}a{2 * sign}", f"https{sign}//a.b", f"{sign}(a)")
]
OPTIONS = ParseOptions(todo_marks=("!!", "待办", "#later"))


def shape(tokens):
    """Return all data of a token, without what plugins store in it."""
    return [
        (
            *(
                getattr(token, name)
                for name in ("type", "tag", "nesting", "attrs", "map", "level", "content", "markup")
            ),
            (token.info, token.block, token.hidden, shape(token.children or ())),
        )
        for token in tokens
    ]


@pytest.fixture(scope="module")
def parsers():
    """The faster parser, and markdown-it's parser with the same rules."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dialect, "use_lean_parsers", lambda md: None)
        plain = dialect.make_parser.__wrapped__(OPTIONS)
    return dialect.make_parser.__wrapped__(OPTIONS), plain


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_cases_of_the_syntax(parsers, file):
    """Whole documents of all syntax cases give the same tokens."""
    text = blank_comments(file.read_text(encoding="utf-8"))[0]
    lean, plain = (shape(parser.parse(text)) for parser in parsers)

    assert lean == plain


def test_every_sign_at_the_beginning_and_within(parsers):
    """Each syntax character works at the start of a line, in a list, in a quote and inside text."""
    for text in BEGINNINGS:
        for around in ("{}", "a {} b", "- {}", "> {}", "a\n{}\n", "| {} |\n|-|\n| {} |", "[{}](b)", "1. a\n   {}"):
            source = around.replace("{}", text)
            lean, plain = (shape(parser.parse(source)) for parser in parsers)

            assert lean == plain, source


def test_a_sentence_ends_at_its_stop():
    """Closing quotes and brackets belong to the sentence before."""
    text = "One. Two。Three! “Q.” (A) b."

    assert ["One. ", "Two。", "Three! ", "“Q.” "] == [
        text[begin:end] for begin, end in zip([0, 5, 9, 16], [found.end() for found in END.finditer(text)], strict=True)
    ]


def test_a_bracket_that_is_never_closed_is_no_pair():
    """Nested pairs count; a smiley does not."""
    brackets = _Brackets("a (b [c] d) :( e")

    assert [0, 1, 2, 1, 0, 0] == [brackets.around(place) for place in (0, 4, 7, 9, 11, 16)]
