"""A vault with bases, Dataview queries and Tasks blocks in the proportions of real use, its rows checked by hand.

The cases are in `vault/`: each query with its rows, and the reason why each note is in or out.
"""

import re
import shutil
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import build_folder
from query_rows import plain, results, shown

from hortus.queries.functions import dates, files
from hortus.queries.functions.registry import GLOBALS, METHODS
from hortus.queries.summaries import SUMMARIES

HERE = Path(__file__).parent / "vault"
LANGUAGES = {"bases": "base", "dataview": "dataview", "tasks": "tasks"}


class Case(NamedTuple):
    """A query and its rows: lines that begin with their sign."""

    id: str
    head: str
    text: str
    rows: list[str]
    out: list[str]


def cases(name: str) -> list[Case]:
    text = (HERE / f"{name}.txt").read_text("utf-8")
    found = []
    for number, case in enumerate(re.split(r"^@ ", text, flags=re.MULTILINE)[1:], start=1):
        head, _, rest = case.partition("\n")
        query, _, expected = rest.partition("\n--\n")
        lines = expected.strip().split("\n")
        assert all(re.match(r"[-+=&] .* # \S", line) for line in lines), (name, number, "each line has a reason")
        lines = [" ".join(line.partition(" # ")[0].split()) for line in lines]
        rows = [line for line in lines if line[0] != "-"]
        out = [line[2:] for line in lines if line[0] == "-"]
        found.append(Case(f"{name} {number:02}", head.strip(), query, rows, out))
    return found


CASES = {name: cases(name) for name in LANGUAGES}
ALL = [case for found in CASES.values() for case in found]
NOTED = [
    case
    for case in ALL
    if re.match(r"(?:TABLE|LIST)\b(?! WITHOUT)(?!.*GROUP BY)", case.text)
    or (case.id.startswith("bases") and all("file.name" in order for order in re.findall("order: .*", case.text)))
]
"""Those whose rows begin with the name of a note."""


def written(case: Case, language: str) -> dict[str, str]:
    """Return the files that show a query: a block, or a base that a note embeds (which note, and which view)."""
    head = re.fullmatch(r"(?P<kind>file|block)(?: in (?P<host>[^#]+?))?(?: \# (?P<view>.+))?", case.head or "block")
    assert head, case.head
    if head["kind"] == "block":
        return {f"Q/{case.id}.md": f"```{language}\n{case.text}\n```\n"}
    embed = f"![[{case.id}.base{'#' + head['view'] if head['view'] else ''}]]\n"
    return {f"Q/{case.id}.base": case.text + "\n", f"{head['host'] or f'Q/{case.id}'}.md": embed}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build the vault with all queries, on a fixed day."""
    root = tmp_path_factory.mktemp("queries") / "vault"
    shutil.copytree(HERE / "notes", root)
    for name, language in LANGUAGES.items():
        for case in CASES[name]:
            for path, text in written(case, language).items():
                file = root / path
                file.parent.mkdir(exist_ok=True)
                before = file.read_text("utf-8") + "\n" if file.exists() else ""
                file.write_text(before + text, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1767571200")
        return build_folder(root)


@pytest.mark.parametrize("case", ALL, ids=[case.id for case in ALL])
def test_rows(case, site):
    """The rows are those that were found by hand, in their order; every other note has a reason to be out."""
    host = re.search(" in ([^#]+)", case.head)
    page = site.page(site.urls[f"{host[1].strip()}.md" if host else f"Q/{case.id}.md"])
    found = [shown(html) for html in results(page)]

    assert case.rows in found if host else [case.rows] == found[:1], found


@pytest.mark.parametrize("case", NOTED, ids=[case.id for case in NOTED])
def test_every_note_has_a_reason(case, site):
    """Each file of the vault is in a row or named as out, and none is both."""
    names = {re.split(r" \||: |, ", row[2:])[0] for row in case.rows if row[0] == "+"}
    paths = [str(file.relative_to(HERE / "notes")).removesuffix(".md") for file in (HERE / "notes").rglob("*.*")]
    paths.remove("Projects/Secret")
    paths = [path for path in paths if "." not in path or case.id.startswith("bases")]
    named = {path for path in paths if any(fnmatch(path, out) for out in case.out)}
    listed = {path for path in paths if path.rsplit("/", 1)[-1] in names}

    assert not named & listed
    assert set(paths) == named | listed


def test_inline_queries(site):
    """`= this.x` in text is the value of the note."""
    people = [plain(site.page(site.urls[f"People/{name}.md"])) for name in ("Frank Herbert", "Jane Austen")]

    assert "Born 1920-10-08, with a feather." in people[0]
    assert "Born 1775-12-16, with a quill." in people[1]


def test_nothing_private_is_shown(site):
    """The private note is in no row, sum or backlink of any query."""
    assert [] == [url for url, content in site.bytes().items() if b"9999" in content or b"Secret" in content]


KEYS = {
    "base": [
        r"filters: \S", "and:", "or:", "not:", "formulas:", r": \|\n", r"formula\.\w+ [-+*/=<>]", "displayName:",
        "display:", r"summaries:\n  \w+: \D", r"    summaries:", "type: table", "type: cards", "type: list",
        "type: map", "order:", "sort:", "property:", "column:", "direction: DESC", "groupBy:", "limit:", "columnSize:",
        "rowHeight:", "image:", "imageFit:", "imageAspectRatio:", r" \+ ", " - ", r" \* ", " / ", " % ", " == ", " != ",
        " > ", " < ", " >= ", " <= ", "!", "&&", r"\|\|", r"\[0\]", r'note\["my key"\]', r'\{"\w"', r"/[^ /]+/g?[.,)]",
        "this", r"contains\(this", r"==? this|contains\(this", r'list\(\w+\)\.contains\(link\(', r'tags\.contains\("#?',
        r'[<>] "20', r'[-+] "\d+[dMw]"',
        *[rf": {name}\b" for name in SUMMARIES],
        *[rf"\b{name}\(" for name in [*GLOBALS, *METHODS]],
        *[rf"file\.{name}\b(?!\()" for name in files.FIELDS],
        *[rf"\.{name}\b(?!\()" for name in [*dates.FIELDS, "length"]],
    ],
    "dataview": [
        "TABLE", "TABLE WITHOUT ID", "LIST", "LIST WITHOUT ID", "TASK", "CALENDAR", 'FROM "', "FROM [(#]", r"FROM \[\[",
        r"FROM outgoing\(", r"\[\[\]\]", r"\bAND\b", r"\bOR\b", '-"', "-#", r"FROM.*\(", "WHERE", "SORT", "GROUP BY",
        "FLATTEN", "LIMIT", "DESC", r"\bAS\b", r"\bthis\.", "=>", r"rows\.", "!completed", r"\bdue\b", "status", "text",
        *[rf"file\.{name}\b" for name in "name folder link day tasks etags tags outlinks".split()],
        *[
            rf"\b{name}\("
            for name in "contains date string length meta link dateformat choice startswith dur split round regexreplace "
            "embed".split()
        ],
    ],
    "tasks": [
        r"(?m)^not done", r"(?m)^done", "due before", "due after", "due on", "path includes", "heading includes",
        "tags include", "sort by", "group by", "limit", "hide",
    ],
}  # fmt: skip
"""By language: what each construct is found by."""
SHARES = {
    "base": (98, {r"\bcontains\(": 77, r"\blist\(": 23, r"\blink\(": 20, r"\band:": 90, "columnSize": 60, "sort:": 70}),
    "dataview": (
        708,
        {
            "TABLE": 424, "LIST": 199, "TASK": 66, "FROM": 628, r'[ (-]"\w+"': 499, r"FROM.*#": 164, '-["#]': 109,
            "WHERE": 492, "SORT": 292, "FLATTEN": 184, "WITHOUT ID": 158, "GROUP BY": 83, "LIMIT": 82,
            r"contains\(": 244, r"\bdate\(": 79, r"string\(": 76,
        },
    ),
}  # fmt: skip
"""By language: how many queries of real vaults were counted, and how many of them have a construct."""


def test_each_construct_is_there_twice():
    """In two queries at least; there are 40 bases, 60 blocks of Dataview, and some of Tasks."""
    texts = {LANGUAGES[name]: [case.text for case in found] for name, found in CASES.items()}
    rare = {
        (language, pattern)
        for language, patterns in KEYS.items()
        for pattern in patterns
        if sum(bool(re.search(pattern, text)) for text in texts[language]) < 2
    }

    assert (40, 60, 11) == tuple(map(len, texts.values()))
    assert set() == rare


@pytest.mark.parametrize(("language", "pattern"), [(one, pattern) for one in SHARES for pattern in SHARES[one][1]])
def test_proportions_are_those_of_real_use(language, pattern):
    """Within a factor of two."""
    name = next(name for name, other in LANGUAGES.items() if other == language)
    total, counts = SHARES[language]
    share = sum(bool(re.search(pattern, case.text)) for case in CASES[name]) / len(CASES[name])

    assert 0.5 <= share / (counts[pattern] / total) <= 2
