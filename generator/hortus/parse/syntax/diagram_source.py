"""Prepare the source of a Mermaid diagram, and extract the words and arrows that its drawing must have.

1. ``prepare`` sets the defaults of mermaid.js 11.17, adds the optional first section of a journey, and writes
   placeholder words of the right width for formulas, which mmdr would render empty.
2. ``missing_words`` and ``count_arrows`` return what a drawing of this source must have. They know the labels
   and lines of the most common kinds, and return nothing where they are not sure.
"""

import json
import re
from dataclasses import dataclass
from html import unescape
from itertools import pairwise

DEFAULTS = {
    "theme": "default",
    "look": "classic",
    "flowchart": {"minNodeWidth": 0, "wrappingWidth": 200},
    "state": {"minNodeWidth": 0, "wrappingWidth": 200, "layout": "dagre"},
}
"""Defaults of mermaid.js 11.17; mmdr 0.4.0 (merman) has the defaults of Mermaid 12."""
LAYERED = {"flowchart", "classDiagram", "erDiagram", "stateDiagram", "requirementDiagram"}
"""The kinds that mermaid.js 11.17 lays out with dagre; other kinds have layouts of their own."""
PALETTE = {"themeVariables": {"xyChart": {"plotColorPalette": "#7a9fcf, #8a3b08, #3f8f6b, #7d4080, #a03b4b, #5b626b"}}}
"""Colours of bars and lines of an xychart; Mermaid's first colour, #ECECFF, has little contrast in both themes."""
HEAD = re.compile(r"\s*(?:---[ \t]*\n(?P<matter>.*?)\n[ \t]*---[ \t]*(?:\n|\Z))?", re.DOTALL)
NO_CONTENT = re.compile(r"%%\{.*?\}%%|^[ \t]*%%[^\n]*", re.DOTALL | re.MULTILINE)
KIND = re.compile(r"\s*(?P<kind>[A-Za-z][\w-]*)")
KINDS = {"graph": "flowchart", "flowchart-elk": "flowchart", "stateDiagram-v2": "stateDiagram"}
FORMULA = re.compile(r"\$\$(?P<latex>.+?)\$\$", re.DOTALL)
WITH_FORMULAS = {"flowchart", "sequenceDiagram"}
"""The kinds in which mermaid.js renders formulas."""
TALL = re.compile(r"\\(?:d?frac|begin|sum|prod|int|substack|overset|underset)(?![a-zA-Z])")
JOURNEY_TASK = re.compile(r"^(?!\s*(?:title|section|acc\w+|journey)\b)[^:#\n]+:\s*[\d.]+", re.MULTILINE)
JOURNEY_SECTION = re.compile(r"^\s*section\b", re.MULTILINE)
DARK = re.compile(r"""^(?:[ \t]+|%%\{.*)["']?theme["']?[ \t]*:[ \t]*["']?dark\b""", re.MULTILINE)
CLICK = re.compile(r"^[ \t]*click[ \t][^\n]*", re.MULTILINE)
CLASS_BODY = re.compile(
    r"""
      ^ (?P<head> [ \t]* class [ \t] [^\n{}"]* (?: "[^"\n]*" [^\n{}"]* )? \{ )  # class X { …
        [ \t]* (?P<member> [^\s{}] [^{}\n]*? )? [ \t]* (?P<end> \} )? [ \t]* $
    | ^ (?P<last> [ \t]* [^\s{}%] [^{}\n]*? ) [ \t]* (?P<closed> \} ) [ \t]* $  # … }
    """,
    re.VERBOSE | re.MULTILINE,
)
"""A class member on the same line as a brace, which mmdr 0.4.0 does not parse."""
WITH_CLICKS = {"flowchart", "classDiagram", "stateDiagram"}
UNNAMED = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Prepared:
    source: str
    kind: str
    formulas: dict[str, str]
    """LaTeX by placeholder word."""
    unnamed_section: bool
    """A section was added, whose box must be hidden."""
    dark: bool
    """It sets Mermaid's dark theme."""


def prepare(source: str) -> Prepared:
    """Return the source to draw. Line numbers stay the same, except for journeys without sections.

    ``click`` statements are removed: the drawing has no links, and mmdr would misplace the label of such a node.
    """
    head = _head(source)
    matter, body = head["matter"] or "", source[head.end() :]
    kind = kind_of(source)
    body = CLICK.sub("", body) if kind in WITH_CLICKS else body
    body, formulas = _without_formulas(body) if kind in WITH_FORMULAS else (body, {})
    body = CLASS_BODY.sub(_on_lines, body) if kind == "classDiagram" else body
    task, section = JOURNEY_TASK.search(body), JOURNEY_SECTION.search(body)
    unnamed = False
    if kind == "journey" and task is not None and (section is None or task.start() < section.start()):
        unnamed = True
        body = f"{body[: task.start()]}section {UNNAMED}\n{body[task.start() :].lstrip(chr(10))}"
    return Prepared(
        f"{source[: head.end()]}{_defaults(matter, kind)}{body}",
        kind,
        formulas,
        unnamed,
        DARK.search(source) is not None,
    )


def _on_lines(body: re.Match[str]) -> str:
    """Put class members and closing braces on lines of their own."""
    if body["closed"]:
        return f"{body['last']}\n}}"
    return "\n".join(part for part in (body["head"], body["member"], body["end"]) if part)


def kind_of(source: str) -> str:
    """Return the kind of diagram by its name in Mermaid's documentation, or nothing.

    >>> kind_of("---\\ntitle: x\\n---\\n%% a comment\\ngraph LR")
    'flowchart'
    """
    match = KIND.match(NO_CONTENT.sub("", source[_head(source).end() :]))
    kind = match["kind"] if match else ""
    return KINDS.get(kind, kind.removesuffix("-beta"))


def _head(source: str) -> re.Match[str]:
    head = HEAD.match(source)
    assert head is not None  # every part of it is optional
    return head


def _defaults(matter: str, kind: str) -> str:
    """Return a directive with the defaults that the front matter does not set, because a directive overrides it."""

    layout = {"layout": "dagre"} if kind in LAYERED else {}
    colours = PALETTE if kind == "xychart" and not _is_set("theme", matter) else {}

    def unset(settings: dict) -> dict:
        rest = {name: unset(value) if isinstance(value, dict) else value for name, value in settings.items()}
        return {name: value for name, value in rest.items() if value != {} and not _is_set(name, matter)}

    return f"%%{{init: {json.dumps(unset(DEFAULTS | layout | colours))}}}%%"


def _is_set(name: str, matter: str) -> bool:
    return name not in ("flowchart", "state") and re.search(rf"\b{name}\b[\"']?\s*:", matter) is not None


def _without_formulas(body: str) -> tuple[str, dict[str, str]]:
    formulas: dict[str, str] = {}

    def placed(formula: re.Match[str]) -> str:
        latex = " ".join(unescape(formula["latex"]).split())
        letters = len(re.sub(r"\\[a-zA-Z]+|[{}^_\s\\]", "x", latex))
        word = f"Formula{len(formulas)}{'x' * max(letters - 7, 0)}q"
        formulas[word] = latex
        return f"{word}<br>{word}" if TALL.search(latex) else word

    return FORMULA.sub(placed, body), formulas


# --- what a drawing must show ---

NOT_SHOWN = re.compile(
    r"^\s*(?:click|style|classDef|class|linkStyle|direction|link|links|callback|accTitle|accDescr|href)\b[^\n]*",
    re.MULTILINE,
)
QUOTED = re.compile(r'"([^"]*)"')
LABEL = re.compile(r"\[([^\[\]\n]*)\]|\(([^()\n]*)\)|\{([^{}\n]*)\}|\|([^|\n]*)\|")
SHAPED = re.compile(r"@\{[^}]*\}")
SHAPED_LABEL = re.compile(r"label\s*:\s*\"([^\"]*)\"")
SEQUENCE_TEXT = re.compile(r"^[^:%\n]*-[^:\n]*:([^\n]*)", re.MULTILINE)
JOURNEY_TEXT = re.compile(r"^\s*(?:(?:title|section)\s+([^\n]*)|([^:\n]+):\s*[\d.]+[^\n]*)", re.MULTILINE)
NO_WORDS = re.compile(r"<[^>]*>|\\n|\bfa[bklrsd]?:[\w-]+|#\w+;|&#?\w+;|:::?\w+")
WORD = re.compile(r"[^\W_]+")

FLOW_LINK = re.compile(
    r"""
    [<ox]? (?: --+ | ==+ | -\.+ ) [ \t]+ [^\s>=-] [^\n;]*? [ \t]+ (?: --+[>xo-] | ==+[>xo=] | \.+-[>xo]? )  # -- a -->
  | [<]? (?: --+[>xo-] | ==+[>xo=] | -\.+-[>xo]? )  # -->
  | ~~~+
    """,
    re.VERBOSE,
)
MESSAGE = re.compile(r"^\s*[^\s:%][^:\n]*?(?:-|=)[-\\/|>x)<=]+[^:\n]*:", re.MULTILINE)
FRAGMENT = re.compile(
    r"^\s*(?:note|loop|alt|else|opt|par|and|critical|option|break|box|rect|participant|actor|create|destroy|end"
    r"|activate|deactivate|autonumber|title|links?|properties|details)\b[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)
TRANSITION = re.compile(r"^\s*[^\s%][^\n]*?-->", re.MULTILINE)


def missing_words(source: str, kind: str, shown: str) -> list[str]:
    """Return the words of labels in *source* that are missing in the text *shown*, once each, in order."""
    drawn = "".join(WORD.findall(shown)).casefold()
    words = [word for label in _labels(source, kind) for word in WORD.findall(NO_WORDS.sub(" ", label))]
    return [word for word in dict.fromkeys(words) if word.casefold() not in drawn]


def _labels(source: str, kind: str) -> list[str]:
    body = FORMULA.sub(" ", NOT_SHOWN.sub("", body_of(source)))
    match kind:
        case "flowchart":
            quoted = QUOTED.findall(SHAPED.sub("", body)) + SHAPED_LABEL.findall(body)
            return quoted + ["".join(found) for found in LABEL.findall(SHAPED.sub("", QUOTED.sub(" ", body)))]
        case "sequenceDiagram":
            return SEQUENCE_TEXT.findall(FRAGMENT.sub("", body))
        case "journey":
            return [title or task for title, task in JOURNEY_TEXT.findall(body)]
    return []


def count_arrows(source: str, kind: str) -> int:
    """Return the minimum number of arrows in a drawing of *source*; 0 for kinds that are not counted.

    >>> count_arrows("graph TD\\nA & B --> C & D -- and --> E", "flowchart")
    6
    """
    body = NOT_SHOWN.sub("", body_of(source))
    match kind:
        case "flowchart":
            bare = LABEL.sub(" ", LABEL.sub(" ", SHAPED.sub("", QUOTED.sub(" q ", FORMULA.sub(" ", body)))))
            return sum(map(_chain, re.split(r"[\n;]", bare)))
        case "sequenceDiagram":
            return len(MESSAGE.findall(FRAGMENT.sub("", body)))
        case "stateDiagram":
            return len(TRANSITION.findall(body))
    return 0


def _chain(statement: str) -> int:
    """Count the arrows of ``A & B --> C --> D``: each node of a group to each of the next."""
    groups = [group.count("&") + 1 for group in FLOW_LINK.split(statement)]
    return sum(one * other for one, other in pairwise(groups))


def body_of(source: str) -> str:
    """Return *source* without front matter, directives and comments."""
    return NO_CONTENT.sub("", source[_head(source).end() :])
