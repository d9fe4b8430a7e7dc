r"""Text in formulas: split ``\text{if $x$ is \textcolor{red}{large}}`` into text and math, as math-core requires."""

import re

from hortus.parse.syntax.mathcommands import TEXT_SIGNS
from hortus.parse.syntax.mathtex import argument, arguments, group, option

TEXT = re.compile(r"\\(?:text(?:rm|bf|it|sf|tt|normal|up|md)?|mbox|hbox|emph)\s*(?=\{)")
SPECIAL = re.compile(
    r"\\[(!\\]|\$|\\(?:textcolor|color|f?colorbox|fbox|boxed|ensuremath|eqref|ref|unicode|text\w*|emph|[mh]box|(?:La)?TeX"
    r"|rm|bf|it|tt|sf|qquad|negthinspace|[hm]space|kern|hskip)(?![A-Za-z])"
)
PART = re.compile(r"\\(?P<name>[A-Za-z]+)\s?|\\.|[${]", re.DOTALL)
SWITCH = re.compile(r"\\(?:!|(?:rm|bf|it|tt|sf|qquad|negthinspace|mspace)(?![A-Za-z]))")
"""What is common outside of text, and is read in it only where text is cut."""
SPACING = re.compile(
    r"\\(?:(?:qquad|negthinspace|(?:La)?TeX)(?![A-Za-z])\s*|!|[hm]space\*?\s*\{[^{}]*\}"
    r"|(?:kern|hskip)\s*[-+]?[\d.]+\s*[a-z]{2}\s?)"
)
"""What is not text and has no text in it."""
FONTS = {name: rf"\text{name}" for name in ("rm", "bf", "it", "tt", "sf")}
"""Switches of the old kind, which hold up to the end of their group."""
TAKES_ARGUMENT = re.compile(r"(?:[_^]|\\[A-Za-z]+)\s*$")
LONGEST_NAME = 40
DOLLAR = re.compile(r"(?<!\\)\$")
CLOSING = re.compile(r"\\\)")
SIGN = re.compile(rf"\\(?:{'|'.join(sorted(TEXT_SIGNS, key=len, reverse=True))})(?![A-Za-z])\s*(?:\{{\}})?")
WITH_COLOUR = {"textcolor": 1, "colorbox": 1, "fcolorbox": 2}


def named_signs(latex: str) -> str:
    r"""Replace named symbols, such as ``\textcopyright``, in text and outside."""
    return SIGN.sub(lambda name: _sign(TEXT_SIGNS[name[0].strip(" {}")[1:].strip()]), latex)


def _sign(sign: str) -> str:
    return sign if sign.startswith(r"\unicode") else rf"\text{{{sign}}}"


def split_text(latex: str) -> str:
    """Split each text that contains more than text.

    >>> print(split_text(r"\\text{if $x$ is}"))
    \\text{if } x \\text{ is}
    """
    pieces, last = [], 0
    for command in TEXT.finditer(latex):
        if command.start() < last or not (read := group(latex, command.end())) or not SPECIAL.search(read[0]):
            continue
        cut = text(read[0], command[0].strip())
        is_argument = TAKES_ARGUMENT.search(latex[max(command.start() - LONGEST_NAME, 0) : command.start()])
        pieces += [latex[last : command.start()], f"{{{cut}}}" if is_argument else cut]
        last = read[1]
    return "".join(pieces) + latex[last:]


def text(content: str, command: str = r"\text") -> str:
    """Write the text *content* so that everything in it that is not text is outside of the command."""
    if not SPECIAL.search(content):
        return f"{command}{{{content}}}"
    pieces, last, place = [], 0, 0
    while part := PART.search(content, place):
        made = _special(content, part, command)
        place = part.end()
        if made:
            pieces += [_plain(content[last : part.start()], command), made[0]]
            last = place = made[1]
    return "".join([*pieces, _plain(content[last:], command)])


def _plain(content: str, command: str) -> str:
    return f"{command}{{{content}}}" if content else ""


def _special(content: str, part: re.Match[str], command: str) -> tuple[str, int] | None:
    """Return the replacement for *part*, if something other than text begins there, and its end."""
    start, end = part.start(), part.end()
    if part[0] == "$":
        closing = DOLLAR.search(content, end)
        return (f" {content[end : closing.start()]} ", closing.end()) if closing else None
    if part[0] == r"\(":
        closing = CLOSING.search(content, end)
        return (f" {content[end : closing.start()]} ", closing.end()) if closing else None
    if part[0] == "{":
        read = group(content, start)
        return (f"{{{text(read[0], command)}}}", read[1]) if read and SPECIAL.search(read[0]) else None
    if part[0] == "\\\\":
        return r"\ ", end
    if spacing := SPACING.match(content, start):
        return f"{spacing[0]} ", spacing.end()
    name = part["name"]
    if name in FONTS:
        return text(content[end:], FONTS[name]), len(content)
    if name in ("ensuremath", "boxed"):
        read = argument(content, end)
        return (f"{{{read[0]}}}" if name == "ensuremath" else rf"\boxed{{{read[0]}}}", read[1]) if read else None
    if name in ("eqref", "ref", "fbox", "unicode"):
        read = group(content, end)
        return (rf"\{name}{{{read[0]}}}", read[1]) if read else None
    if name == "color":
        read = group(content, end)
        return (rf"{{\color{{{read[0]}}}{text(content[read[1] :], command)}}}", len(content)) if read else None
    if name in WITH_COLOUR:
        return _coloured(content, name, end, command)
    if name and (name.startswith("text") or name in ("emph", "mbox", "hbox")) and content[end : end + 1] == "{":
        read = group(content, end)
        return (text(read[0], rf"\{name}"), read[1]) if read and SPECIAL.search(read[0]) else None
    return None


def _coloured(content: str, name: str, place: int, command: str) -> tuple[str, int] | None:
    model = option(content, place)
    given = arguments(content, model[1] if model else place, WITH_COLOUR[name] + 1)
    if given is None:
        return None
    colours = "".join(f"{{{colour}}}" for colour in given[0][:-1])
    inside = text(given[0][-1], command) if name == "textcolor" else given[0][-1]
    return rf"\{name}{f'[{model[0]}]' if model else ''}{colours}{{{inside}}}", given[1]
