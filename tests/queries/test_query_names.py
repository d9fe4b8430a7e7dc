"""Names of private notes in the text of queries are in no file of the site, wherever and however the query is written."""

import pytest

CANARY = "Zebrafink"
DATAVIEW = (
    'FROM "{n}"', 'FROM "sub/{n}.md"', "FROM [[{n}]]", "FROM outgoing([[sub/{n}|x]])", 'WHERE file.name = "{n}"',
    "WHERE contains(file.outlinks, [[{n}#Head]])", 'WHERE author = link("{n}", "L")', "WHERE author = [[{n}\\|x]]",
    'WHERE regexmatch("^{n}$", file.name)', 'WHERE regexmatch("{n}.*", file.name)', 'WHERE x = "  {n} "',
    'WHERE contains(string(file.link), "[[{n}]]")', "WHERE [[{n}]].price > 3", "// see {n}.md", 'FLATTEN "{n}" AS y',
)  # fmt: skip
BASES = (
    'file.name == "{n}"', 'file.path == "sub/{n}.md"', 'file.hasLink("{n}")', 'author == link("sub/{n}.md#h")',
    'file.basename.contains("{n}")', 'note["{n}"]', "/{n}/.matches(file.name)", 'list(up).containsAny("{n}", "b")',
)  # fmt: skip
TASKS = (
    "path includes {n}", "path does not include sub/{n}", "(filename includes {n}) OR (done)", "path regex matches /{n}/",
    'filter by function task.file.path === "sub/{n}.md"', "description includes [[{n}]]", "folder includes sub/{n}",
)  # fmt: skip
SEVERAL = ("heading includes {n}", "# {n}", "name of a view: {n}", "query.file {n}")
"""Where only a name of several words is one."""
LANGUAGES = {
    "dataview": [f"LIST {text}" for text in DATAVIEW],
    "base": [f"filters:\n  and:\n    - {text}\nviews:\n  - type: table" for text in BASES],
    "tasks": TASKS,
    "dataviewjs": ('dv.pages("{n}")', "const p = `{n}`"),
    "query": ("path:{n}", 'file:"{n}"', "[[{n}]]"),
}
WRAPS = {
    "plain": ("", "", "```"),
    "list": ("- ", "  ", "```"),
    "quote": ("> ", "> ", "~~~"),
    "callout": ("> [!note] T\n> ", "> ", "```"),
    "nested": ("- > 1. ", "  >    ", "````"),
    "tab": ("-\t", "\t", "```"),
}
INLINE = ("`= [[{n}]].x`", '`= this.a + "{n}"`', '`= choice(this.file.name = "{n}", 1, 2)`', '`$= dv.page("{n}").x`')


def fenced(language: str, text: str, wrap: str) -> str:
    first, rest, fence = WRAPS[wrap]
    lines = [f"{fence}{language}", *text.split("\n"), fence]
    return "\n".join([first + lines[0], *(rest + line for line in lines[1:])]) + "\n"


def notes(name: str, more: tuple[str, ...]) -> dict[str, str]:
    """Return notes that name a private one in every form, and in every place where a query can be."""
    forms = [(language, text) for language, texts in LANGUAGES.items() for text in texts]
    forms += [("tasks", text) for text in more]
    files = {
        f"{wrap}.md": "\n\n".join(fenced(language, text, wrap) for language, text in forms) for wrap in WRAPS
    } | {
        "unclosed.md": fenced("dataview", 'LIST FROM "{n}"', "quote").removesuffix("> ~~~\n") + "\nafter\n",
        "end.md": '````dataview\nLIST FROM "{n}"\n',
        "case.md": '``` Dataview {x}\nLIST FROM "{n}"\n```\n',
        "inline.md": "\n\n".join(INLINE),
    }  # fmt: skip
    files |= {f"b{number}.base": f"filters: '{text}'\nviews:\n  - type: table\n" for number, text in enumerate(BASES)}
    files["bases.md"] = "\n".join(f"![[b{number}.base]]" for number in range(len(BASES)))
    return {path: text.replace("{n}", name) for path, text in files.items()}


@pytest.mark.parametrize(("name", "more"), [(CANARY, ()), (f"{CANARY} Deep", SEVERAL), (f"{CANARY}’s (draft) C++", ())])
def test_private_names_in_queries(name, more, build_vault):
    """As text in quotes, link, path, regular expression, in lists, quotes and callouts, and where no fence ends it."""
    built = build_vault({f"sub/{name}.md": "---\nprivate: true\n---\nx\n", "index.md": "# Home\n"} | notes(name, more))
    found = [
        url for url, text in built.bytes().items() if CANARY.lower() in (url + text.decode("utf-8", "replace")).lower()
    ]

    assert [] == found


def test_other_words_of_a_query_stay(build_vault):
    """A private note with the name of a property, function or keyword changes no query that does not name it."""
    files = {f"{name}.md": "---\nprivate: true\n---\nx\n" for name in ("price", "Table", "contains", "file", "done")}
    query = '```dataview\nTABLE price WHERE contains(file.name, "a")\n```\n\n```tasks\ndone\n```\n'
    page = build_vault(files | {"a.md": f"---\nprice: 5\n---\n{query}- [x] finished\n"}).page("a.html")

    assert "private note" not in page
    assert ">5</td>" in page
    assert "finished" in page.partition("query-tasks")[2]
