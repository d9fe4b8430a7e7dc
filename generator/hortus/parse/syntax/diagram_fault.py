"""What is wrong with a Mermaid diagram: faults that mmdr 0.4.0 draws over, their line, and what to write instead."""

import re
from collections.abc import Callable

from hortus.parse.syntax.diagram_source import body_of
from hortus.parse.syntax.mathfault import hint_of as hint_of_formula

FLOWCHART = re.compile(
    r"\s*(?:graph|flowchart(?:-elk)?)(?:[ \t]*(?:\n|\Z)|[ \t]+(?:TB|TD|BT|RL|LR|[<>^v])(?:;|[ \t]*(?:\n|\Z)))"
)
FIRST_LINE = re.compile(r"\s*(?P<line>[^\n]*)")
TASK = re.compile(r"^[ \t]*(?!%%)[^:\n]+:(?P<data>[^\n]*)$", re.MULTILINE)
TASK_TAGS = {"active", "done", "crit", "milestone", "vert"}
AFTER = re.compile(r"(?P<how>after|until)\s+(?P<ids>.+)")
FLOW = re.compile(r'^(?=[^\n]*,)[^\n]*,[ \t]*"?(?P<amount>[^",\n]*?)"?[ \t]*$', re.MULTILINE)
AMOUNT = re.compile(r"[-+]?(?:\d|\.\d|Infinity)")

HINTS = (
    ("formula .* cannot be read", ""),
    ("no direction", "write flowchart TB, TD, BT, RL or LR, and a new line"),
    ("type detected", "begin with the kind of diagram, such as flowchart LR or sequenceDiagram; capitals matter"),
    ("front-matter", "write front matter as YAML between two lines ---"),
    ("unexpected end;", 'end closes a block; as a name, write End or put it in quotes: A["end"]'),
    ("(?:sequence|er).*statement separator", "write a text after the colon; a semicolon in it is #59;"),
    (
        "node label|structural characters|Unexpected character",
        'put labels with brackets or quotes in double quotes: A["f(x)"]',
    ),
    ("edge (?:label|operator)|node identifier", "write arrows as A --> B, A -- text --> B or A -->|text| B"),
    (
        "end of input|EOF|[Uu]nterminated|unclosed|unbalanced",
        "close what is open: a block by end or }, a bracket, a quote",
    ),
    ("inactive participant", "each - after an arrow needs a + before it"),
    ("no task", "name the id of a task, or give a date"),
    ("number|invalid value|invalid point|integer", "write a number that this kind of diagram takes"),
    ("would lack|would have", "shorten the labels, or put them in double quotes"),
    ("too long|over the limit", "divide the diagram"),
)
"""What to write instead, by what the message says; the first that fits."""
WHOLE = re.compile("too long|over the limit|no size|would have|would lack")
"""What is about no line in particular."""
GENERAL = "compare with https://mermaid.js.org/intro/syntax-reference.html"


def check_source(source: str, kind: str) -> None:
    """Raise a ValueError for what mermaid.js 11.17 refuses, or draws by today's date, and mmdr draws otherwise."""
    body = body_of(source)
    if kind == "flowchart" and not FLOWCHART.match(body):
        first = FIRST_LINE.match(body)
        raise ValueError(f"no direction of a flowchart: {first['line'] if first else ''}")
    if kind == "gantt":
        _check_tasks(body)
    if kind == "sankey":
        for flow in FLOW.finditer(body):
            if not AMOUNT.match(flow["amount"]):
                raise ValueError(f"`{flow['amount']}` is no number")


def _check_tasks(body: str) -> None:
    """Raise a ValueError for a task that depends only on tasks that are not there."""
    tasks = [[part.strip() for part in task["data"].split(",")] for task in TASK.finditer(body)]
    bare = [[part for part in parts if part not in TASK_TAGS] for parts in tasks]
    known = {parts[0] for parts in bare if len(parts) == 3}
    for parts in bare:
        for found in filter(None, map(AFTER.fullmatch, parts)):
            if known.isdisjoint(found["ids"].split()):
                raise ValueError(f"a task is {found['how']} `{found['ids']}`, which is no task")


def hint_of(message: str) -> str:
    """Return what to do about the message of a diagram.

    >>> hint_of("No Mermaid diagram type detected")
    'begin with the kind of diagram, such as flowchart LR or sequenceDiagram; capitals matter'
    """
    hint = next((hint for pattern, hint in HINTS if re.search(pattern, message)), GENERAL)
    return hint or hint_of_formula(message)


def line_of(source: str, message: str, fault: Callable[[str], str]) -> int:
    """Return the line of *source*, 1-based, with which *message* begins to be its *fault*; 0 for all of it."""
    if WHOLE.search(message):
        return 0
    lines = source.splitlines(keepends=True)
    low, high = 1, max(len(lines), 1)
    while low < high:
        middle = (low + high) // 2
        if fault("".join(lines[:middle])) == message:
            high = middle
        else:
            low = middle + 1
    return low
