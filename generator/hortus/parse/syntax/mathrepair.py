r"""Small repairs: commands that math-core 0.9.0 does not support, or parses differently from MathJax.

Each repair names the commands that it applies to, so that it is skipped for formulas without them.
"""

import re
from collections.abc import Callable

SIZES = "tiny Tiny scriptsize footnotesize small normalsize large Large LARGE huge Huge"
BIGS = " ".join(f"{big}{side}" for big in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m"))
BIG = r"\\(?P<big>[bB]igg?[lrm]?)\s*"
FENCE = r"\\(?P<fence>left|right|middle)\s*"
SLASH = r"\\mathrlap{\\,/}"
NEGATED = {"implies": r"\nRightarrow ", "iff": r"\nLeftrightarrow ", "impliedby": r"\nLeftarrow "}
ANGLES = {"<": r"\langle", ">": r"\rangle", r"\lt": r"\langle", r"\gt": r"\rangle"}
STAR = re.compile(r"(?<![A-Za-z\\])(?!\\(?:operatorname|tag|newcommand|renewcommand)\*)(\\[A-Za-z]+)\*")
ANGLED = re.compile(r"\\(?:left|right|middle)\s*(?:[<>]|\\[lg]t(?![A-Za-z]))")
WRITTEN = re.compile(r"\\(?:[A-Za-z]+|.|$)", re.DOTALL)

Replacement = str | Callable[[re.Match[str]], str]
REPAIRS: tuple[tuple[str, str, Replacement], ...] = (
    (SIZES, rf"\\(?:{SIZES.replace(' ', '|')})(?![A-Za-z])", ""),
    ("scriptstyle", r"\\scriptstyle(?=\s*\})", ""),
    ("require usepackage usetagform newtagform", r"\\(?:require|use(?:package|tagform)|newtagform)\s*\{[^{}]*\}", ""),
    ("vspace hspace", r"\\vspace\*?\s*\{[^{}]*\}", ""),
    ("hspace", r"\\hspace\*", r"\\hspace"),
    ("kern hskip", r"\\(?:kern|hskip)\s*(?P<length>[-+]?[\d.]+\s*mu)(?![a-z])", r"\\mkern\g<length> "),
    ("hspace", r"\\hspace\s*\{\s*(?P<length>[-+]?[\d.]+\s*mu)\s*\}", r"\\mkern\g<length> "),
    ("mbox textnormal textup textmd", r"\\(?:mbox|textnormal|textup|textmd)(?![A-Za-z])", r"\\text"),
    (
        "not centernot",
        r"\\(?:center)?not\s*\\(?P<arrow>implies|iff|impliedby)(?![A-Za-z])",
        lambda found: NEGATED[found["arrow"]],
    ),
    ("not", r"\\not\s*\\!\s*", SLASH),
    ("not centernot", r"\\(?:center)?not\s*(?=\}|\\(?:math(?:rel|bin|ord|op)|text)(?![A-Za-z])|\{\s*\\!|\d)", SLASH),
    ("hline", r"(?:\\hline\s*){2,}", r"\\hline "),
    (
        "cfrac smash overbracket underbracket",
        r"\\(?P<optional>cfrac|smash|(?:over|under)bracket)(?:\s*\[[^][]*\])+",
        r"\\\g<optional>",
    ),
    ("leftroot uproot", r"\\(?:left|up)root\s*(?:\{[^{}]*\}|-?\d)", ""),
    ("adjustlimits", r"\\adjustlimits(?![A-Za-z])", ""),
    (
        "buildrel",
        r"\\buildrel(?![A-Za-z])(?P<above>(?:[^{}]|\{[^{}]*\})*?)\\over(?![A-Za-z])",
        r"\\stackrel{\g<above>}",
    ),
    ("\u00a0", "\\\\\u00a0", r"\\ "),
    (
        "left right middle",
        rf"{FENCE}(?P<angle>[<>]|\\[lg]t(?![A-Za-z]))",
        lambda found: f"\\{found['fence']}{ANGLES[found['angle']]} ",
    ),
    (BIGS, rf"{BIG}\{{\s*(?P<sign>\\(?:[A-Za-z]+|.)|[^\\{{}}])\s*\}}", r"\\\g<big> \g<sign> "),
    (BIGS, rf"{BIG}(?P<pointed>[<>])", lambda found: f"\\{found['big']}{ANGLES[found['pointed']]} "),
    (BIGS, rf"{BIG}\.", ""),
    ("root", r"\\root(?![A-Za-z])\s*(?P<degree>[^\\{}]*?|\{[^{}]*\})\s*\\of(?![A-Za-z])", r"\\sqrt[\g<degree>]"),
    (
        "raise lower",
        r"\\(?P<way>raise|lower)\s*(?:(?P<sign>-)|\+)?(?P<length>[\d.]+\s*[a-z]{2})\s*(?=\{|\\)",
        lambda found: rf"\raisebox{{{'-' * ((found['way'] == 'lower') != bool(found['sign']))}{found['length']}}}",
    ),
    ("skip hskip", r"\\h?skip\s*\{(?P<skip>[^{}]*)\}", r"\\hskip \g<skip> "),
    ("cr", r"\\(?:cr(?![A-Za-z])|\\)", r"\\\\"),
    ("\\ \n \r $", r"(?P<newline>\\\\)\*?|\\(?:\r?\n|$)", lambda found: found["newline"] or r"\ "),
)


def _commands(triggers: str) -> frozenset[str]:
    return frozenset("\\" + name.replace("$", "") for name in triggers.split(" "))


REPAIRED = tuple((_commands(triggers), re.compile(pattern), replacement) for triggers, pattern, replacement in REPAIRS)
TRIGGERS = frozenset().union(*(triggers for triggers, _, _ in REPAIRED)) - {r"\left", r"\right", r"\middle"}
"""Commands with a repair; ``\\left`` and the like are so common that `ANGLED` finds those that need one."""


def repaired(latex: str) -> str:
    r"""Return *latex* with repairs that depend only on a command and the text next to it.

    >>> repaired(r"\begin{matrix}a \\* b\end{matrix}")
    '\\begin{matrix}a \\\\ b\\end{matrix}'
    """
    written = set(WRITTEN.findall(latex))
    for triggers, pattern, replacement in REPAIRED:
        if not triggers.isdisjoint(written):
            latex = pattern.sub(replacement, latex)
    return apart_from_stars(latex)


def apart_from_stars(latex: str) -> str:
    r"""Put a space between a command and a star after it that is an operator: ``\alpha*x``."""
    return STAR.sub(r"\1 *", latex) if "*" in latex else latex
