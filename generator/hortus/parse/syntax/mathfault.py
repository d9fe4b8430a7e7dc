r"""What is wrong with a formula: where in its source, and what to write instead."""

import re

HINTS = (
    (r'"\\ce"', r"chemistry is not read: write \mathrm{H_2O}"),
    (r'"\\pu"', r"units are not read: write 3\,\mathrm{kg}"),
    (r'"\\href"', "its URL must begin with http, https, mailto or tel"),
    (r'"\\above"', r"write \genfrac{}{}{2pt}{}{a}{b}"),
    (
        "Unknown command|Undefined",
        r"correct its name, or define it: \newcommand in the note, preamble.sty, or the setting macros",
    ),
    ("Unknown environment", "correct its name, or use one of MathJax: aligned, cases, pmatrix …"),
    ("Not valid in text mode", r"set formulas in text between dollar signs: \text{if $\alpha > 0$}"),
    ("Not valid in math mode", r"set it in text: \text{…}"),
    (r"Unknown color", "write a name or value of CSS: teal, #0088aa"),
    (r"no length", r"write a length, \\[4pt], or \\{} before a bracket that is part of the formula"),
    (
        r"\\tag.*(?:equation environment|here are two)|Found \"\\label",
        r"give a displayed formula, $$…$$, or each row of align one \tag or \label",
    ),
    ("no equation is labelled", r"write \label{…} in a displayed formula of this note"),
    (r"\\label.* already", "choose another label"),
    ("column specification", r"write how columns are aligned: \begin{array}{lcr}"),
    ("parenthesis", r"write a delimiter: \left( … \right), or \left. for none"),
    (r"\\right|\\left", r"each \left needs a \right; \left. and \right. draw nothing"),
    (
        r'closing token "\\end|Unmatched closing token: "\\end|but found "\\end',
        r"each \begin{…} needs an \end{…} of the same name",
    ),
    (r'closing token "\}|Unmatched closing token', "each { needs a }, and within \\begin … \\end its own"),
    (r'closing token "\]', "each [ of an option needs a ]"),
    (r'Found "&"', r"write & in an environment such as aligned; the sign is \&"),
    (
        r"Expected argument|fewer here|needs a name and a body|string literal",
        r"write what the command needs in braces: \frac{a}{b}",
    ),
    ("superscript|prime", "group with braces: x^{2^3}, {x^2}^3"),
    ("length with units|Math unit", "write a number and a unit: 4pt, 1em, 2mm"),
    ("parameter", r"#1 to #9 are for the body of \newcommand; the sign is \#"),
    (r'Unexpected "\$"', r"write \$ for the sign"),
    ("without end", r"a command must not contain itself; \let keeps its old meaning under another name"),
    ("too long", "divide the formula"),
)
"""What to write instead, by what the message says; the first that fits."""
GENERAL = "check its braces, arguments and names of commands"
NAMED = re.compile(r'["`](?P<name>[^"`]+)["`]')


def hint_of(message: str) -> str:
    r"""Return what to do about a message of `convert_formulas`.

    >>> hint_of('Unknown color "nix".')
    'write a name or value of CSS: teal, #0088aa'
    """
    return next((hint for pattern, hint in HINTS if re.search(pattern, message)), GENERAL)


def fault_in(latex: str, message: str) -> re.Match[str] | None:
    r"""Return what *message* names, where it is first in *latex*.

    >>> fault_in(r"x + \nope y", r'Unknown command "\nope".').start()
    4
    """
    for named in NAMED.finditer(message):
        name = named["name"]
        before, after = r"(?<!\\)" if name[0] == "\\" else "", r"(?![A-Za-z])" if name[-1].isalpha() else ""
        if found := re.search(before + re.escape(name) + after, latex):
            return found
    return None
