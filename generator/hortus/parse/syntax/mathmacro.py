r"""Commands that authors define: ``\newcommand``, ``\def``, ``\let``, ``\DeclareMathOperator`` and similar commands.

The rules are MathJax's: any name may be defined, also an existing one, and more than once; a definition
applies to the rest of the note, also outside of its group. Commands are expanded before anything else
reads the formula, as in MathJax, which expands macros in the source, too.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters

from hortus.parse.syntax.mathtex import FormulaError, argument, arguments, group, option

MOST_EXPANSIONS = 1000
LONGEST = 100_000
"""Characters to which a formula may grow."""

DEFINING = (
    "newcommand renewcommand providecommand def gdef let DeclareMathOperator DeclarePairedDelimiter newenvironment "
    "renewenvironment"
).split()
DEFINITION = re.compile(rf"\\(?P<how>{'|'.join(DEFINING)})(?![A-Za-z])")
COMMENT = re.compile(r"(?<!\\)%.*")
Given = tuple[tuple[str, str], ...]
NAME = re.compile(r"\s*(?:\{\s*\\?(?P<braced>[A-Za-z]+|[^A-Za-z\s\\{}])\s*\}|\\?(?P<bare>[A-Za-z]+|[^A-Za-z\s\\{}]))")
PARAMETERS = re.compile(r"(?:\s*#\d)*\s*(?=\{)")
PARAMETER = re.compile(r"#([1-9])")
KEPT = r"\HortusKept"
"""Replaces the backslash of a command that keeps its earlier meaning after a redefinition."""
ENDS_IN_COMMAND = re.compile(r"(?<!\\)(?:\\\\)*\\[A-Za-z]+$")
STAR, EQUALS = re.compile(r"\s*\*"), re.compile(r"\s*=?")


class MacroError(FormulaError):
    """An invalid definition or use; the message has the reason."""


@dataclass(frozen=True, slots=True)
class Macro:
    """A definition."""

    body: str
    count: int = 0
    default: str | None = None
    """Default of the first argument, which is then optional."""
    ending: str | None = None
    """Of an environment, the replacement of its end. Of paired delimiters, the second one (the body is the first)."""


class Macros:
    """The commands defined so far in a note."""

    def __init__(self, given: Given = ()) -> None:
        """Start with *given*: pairs of name and body; a body without a name is a preamble."""
        commands, environments = _beginning(given)
        self.commands, self.environments = dict(commands), dict(environments)
        self._find()

    def _find(self) -> None:
        environments = ("begin", "end") if self.environments else ()
        self._any, self._wanted = _patterns((*self.commands, *environments))

    def expand(self, latex: str) -> str:
        """Return *latex* without definitions, with defined commands expanded."""
        if not self._any.search(latex):
            return latex
        place, budget = 0, MOST_EXPANSIONS
        while found := self._wanted.search(latex, place):
            name = found["name"]
            if name is None:
                place = found.end()
                continue
            budget -= 1
            if budget < 0 or len(latex) > LONGEST:
                raise MacroError(rf"\{name} goes on without end")
            if name in self.commands:
                body, end = self._call(self.commands[name], name, latex, found.end())
            elif name in ("begin", "end"):
                if (made := self._environment(name, latex, found.end())) is None:
                    place = found.end()
                    continue
                body, end = made
            else:
                body, end = "", self._define(name, latex, found.end())
            place = found.start()
            head, rest = latex[:place], _joined(body, latex[end:])
            latex = _joined(head, rest)
            place += len(latex) - len(head) - len(rest)
        return latex.replace(KEPT, "\\")

    def read(self, preamble: str) -> None:
        """Read the definitions of a LaTeX preamble; everything else, and invalid definitions, are skipped."""
        for command in DEFINITION.finditer(preamble):
            with suppress(MacroError):
                self._define(command["how"], preamble, command.end())

    def _call(self, macro: Macro, name: str, latex: str, place: int) -> tuple[str, int]:
        """Return the body with the arguments at *place* inserted, and the end of the arguments."""
        if macro.count < 0:
            return _paired(macro, name, latex, place)
        given: list[str] = []
        if macro.default is not None:
            read = option(latex, place)
            given, place = ([read[0]], read[1]) if read else ([macro.default], place)
        wanted = arguments(latex, place, macro.count - len(given))
        if wanted is None:
            raise MacroError(rf"\{name} is defined with {macro.count} arguments, and has fewer here")
        given += wanted[0]
        body = ""
        for piece in re.split(r"(#[1-9])", macro.body):
            number = int(piece[1]) if PARAMETER.fullmatch(piece) else 0
            body = _joined(body, given[number - 1] if 0 < number <= len(given) else piece)
        return body, wanted[1]

    def _environment(self, side: str, latex: str, place: int) -> tuple[str, int] | None:
        read = group(latex, place)
        macro = self.environments.get(read[0].strip()) if read else None
        if read is None or macro is None:
            return None
        return (macro.ending or "", read[1]) if side == "end" else self._call(macro, read[0], latex, read[1])

    def _define(self, how: str, latex: str, place: int) -> int:
        star = STAR.match(latex, place)
        place = star.end() if star else place
        name = NAME.match(latex, place)
        if name is None:
            raise MacroError(rf"\{how} needs the name of a command")
        self_name, place = name["braced"] or name["bare"], name.end()
        if how == "let":
            end = self._let(self_name, latex, place)
        elif how in ("def", "gdef"):
            end = self._def(self_name, latex, place)
        elif how == "DeclareMathOperator":
            body, end = _needed(argument(latex, place), how)
            self.commands[self_name] = Macro(rf"\operatorname{'*' if star else ''}{{{body}}}")
        elif how == "DeclarePairedDelimiter":
            (left, right), end = _needed(arguments(latex, place, 2), how)
            self.commands[self_name] = Macro(left, -1, ending=right)
        else:
            end = self._newcommand(how, self_name, latex, place)
        self._find()
        return end

    def _newcommand(self, how: str, name: str, latex: str, place: int) -> int:
        count, default = 0, None
        if read := option(latex, place):
            if not read[0].strip().isdecimal() or int(read[0]) > 9:
                raise MacroError(rf"the number of arguments of \{name} is a digit")
            count, place = int(read[0]), read[1]
            if read := option(latex, place):
                default, place = read
        body, place = _needed(argument(latex, place), how)
        if how.endswith("environment"):
            ending, place = _needed(argument(latex, place), how)
            self.environments[name] = Macro(body, count, default, ending)
        elif how != "providecommand" or name not in self.commands:
            self.commands[name] = Macro(body, count, default)
        return place

    def _def(self, name: str, latex: str, place: int) -> int:
        parameters = PARAMETERS.match(latex, place)
        if parameters is None:
            raise MacroError(rf"\def\{name} needs a body in braces; only #1#2… may come before it")
        body, end = _needed(argument(latex, parameters.end()), "def")
        self.commands[name] = Macro(body, parameters[0].count("#"))
        return end

    def _let(self, name: str, latex: str, place: int) -> int:
        equals = EQUALS.match(latex, place)
        meaning, end = _needed(argument(latex, equals.end() if equals else place), "let")
        target = self.commands.get(meaning.removeprefix("\\")) if meaning.startswith("\\") else None
        self.commands[name] = target or Macro(
            meaning.replace("\\", KEPT, 1) if ENDS_IN_COMMAND.match(meaning) else meaning
        )
        return end


@lru_cache(maxsize=8)
def _beginning(given: Given) -> tuple[dict[str, Macro], dict[str, Macro]]:
    """Return the commands and environments that *given* defines; settings override the preamble."""
    if not given:
        return {}, {}
    macros = Macros()
    for body in (body for name, body in given if not name):
        macros.read(COMMENT.sub("", body))
    for name, body in given:
        if name:  # the number of arguments is the highest that it mentions
            count = max((int(number) for number in PARAMETER.findall(body)), default=0)
            macros.commands[name.removeprefix("\\")] = Macro(body, count)
    return macros.commands, macros.environments


@lru_cache(maxsize=64)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return a pattern that finds any of *names* or a definition, and one that finds them one by one.

    The second also matches other characters after a backslash, so that these are not taken for a command.
    """
    words = "|".join(sorted({*DEFINING, *filter(str.isalpha, names)}, key=lambda name: (-len(name), name)))
    signs = "".join("|" + re.escape(name) for name in sorted(names) if not name.isalpha())
    found = rf"(?:(?:{words})(?![A-Za-z]){signs})"
    return re.compile(rf"\\{found}"), re.compile(rf"\\(?:(?P<name>{found})|[^A-Za-z])", re.DOTALL)


def _needed(read, how: str):
    if read is None:
        raise MacroError(rf"\{how} needs a name and a body in braces")
    return read


def _joined(before: str, after: str) -> str:
    """Join two pieces of source, with a space if a command at the end of the first would change its name."""
    stem = before.rstrip(ascii_letters) if after[:1].isalpha() else before
    backslashes = len(stem) - len(stem.rstrip("\\")) if stem != before else 0
    apart = backslashes % 2
    return f"{before} {after}" if apart else before + after


def _paired(macro: Macro, name: str, latex: str, place: int) -> tuple[str, int]:
    r"""Write delimiters around the argument: growing after a star, of a fixed size with ``[\big]``."""
    star = STAR.match(latex, place)
    size = option(latex, star.end() if star else place)
    content, end = _needed(argument(latex, size[1] if size else star.end() if star else place), name)
    left, right = (r"\left", r"\right") if star else (f"{size[0]}l", f"{size[0]}r") if size else ("", "")
    return f"{left}{macro.body} {content}{right}{macro.ending}", end
