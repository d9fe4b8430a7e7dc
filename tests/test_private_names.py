"""Names of private notes outside of links: in properties, code, docstrings, URLs; each form with its own canary."""

import json
import re

import pytest

from hortus.links.private_names import HiddenNames
from hortus.links.resolve import index_names

CANARY = re.compile(r"kanari[a-z]+")
FORMS = {
    "a sentence in a property": '---\na: see [[N]] there\n---\nx',
    "quoted in a sentence": '---\na: "see [[N]] there"\n---\nx',
    "an embed": "---\na: '![[N]]'\n---\nx",
    "a block scalar": "---\na: |\n  one [[N]]\n  two\n---\nx",
    "a folded scalar": "---\na: >-\n  one\n  [[N|two]]\n---\nx",
    "a nested map": '---\na:\n  b: "[[N]]"\n---\nx',
    "a deeper map": '---\na:\n  b:\n    - c: see [[N#part]]\n---\nx',
    "a flow map": '---\na: {b: "[[N]]", c: 1}\n---\nx',
    "a flow list": '---\na: ["x [[N]]", y]\n---\nx',
    "a list without quotes": "---\na:\n  - [[N]]\n---\nx",
    "a key": '---\n"[[N]]": x\n---\nx',
    "a description": '---\ndescription: about [[N]]\n---\nx',
    "a title": '---\ntitle: on [[N]]\n---\nx',
    "tags": '---\ntags: "[[N]]"\n---\nx',
    "a list of tags": '---\ntags: [a, "[[N]]"]\n---\nx',
    "aliases": '---\naliases: ["[[N]]"]\n---\nx',
    "a cover": '---\ncover: "[[N]]"\n---\nx',
    "a class": '---\ncssclasses: "[[N]]"\n---\nx',
    "a permalink": '---\npermalink: "[[N]]"\n---\nx',
    "a Markdown link in a property": '---\na: see [b](N.md) there\n---\nx',
    "a Markdown link alone": '---\na: "[b](deep/N.md)"\n---\nx',
    "a path in a property": '---\na: deep/N.md\n---\nx',
    "a comment in YAML": '---\na: b # [[N]]\n---\nx',
    "escapes in YAML": '---\na: "see \\x5b\\x5bN]]"\n---\nx',
    "escapes in the name": '---\na: "[[{head}\\x61{tail}]]"\n---\nx',
    "the foot": 'x\n\n---\nLinks to: [[N]], and more of [[N|it]]\n',
    "bullets at the foot": 'x\n\n---\nReferences:\n* see [[N]]\n',
    "code in a line": "x `[[N]]` x",
    "a fence": "```\n[[N]]\n```",
    "a query": "```dataview\nLIST FROM [[N]]\n```",
    "indented code": "x\n\n    [[N]]\n",
    "a Markdown link in code": "`[N](N.md)`",
    "math": "$$\n\\text{[[N]]}\n$$",
    "a diagram": '```mermaid\ngraph LR; a["[[N]]"] --> b\n```',
    "a comment of HTML": "x <!-- [[N]] --> x",
    "an attribute": '<a href="N.md">x</a> <img src="N.md">',
    "an attribute in code": '`<a href="N">`',
    "a definition": "[x][y]\n\n[y]: N.md\n",
    "a definition without end": "[x][y]\n\n[y]: <deep/N>\n",
    "a label that is the name": "see [N](N.md) and [[N|N]]",
    "a label that holds the name": "see [[N|my *N* plan]]",
    "an address of Obsidian": "[x](obsidian://open?vault=v&file=N)",
    "an address of a plugin": "obsidian://advanced-uri?vault=v&filepath=deep%2FN.md [x](obsidian://adv-uri?filename=N&heading=a)",
    "an address of a plugin in a property": "---\na: obsidian://advanced-uri?vault=v&filepath=N.md\n---\nx",
    "a command's address": "[x](obsidian://new?vault=v&name=N) obsidian://vault/v/deep/N",
    "an address of the disk": "obsidian://open?path=%2Fhome%2Fu%2Fv%2Fdeep%2FN.md file:///home/u/v/N.md obsidian:///u/v/N",
    "brackets as character references": "&#91;&#91;N]] &lbrack;&#x5B;N&rbrack;&#93; &#91;[N|see]&rsqb;",
    "a folder that is not there": "[[gone/N]] [x](gone/N.md) `[[gone/N]]`",
    "a filter by name": "```base\nfilters: file.name == \"N\" && file.path != 'deep/N.md'\n```\n\n`$= WHERE contains(file.name, \"N\")`",
    "a file's name": "I keep it in N.md, in deep/N.md.",
    "escaped brackets": "x \\[\\[N\\]\\] x",
    "a table": "| a |\n|---|\n| [[N\\|N]] |",
    "a footnote": "x[^1]\n\n[^1]: [[N]]\n",
    "a callout": "> [!note] [[N]]\n> x",
    "a heading": "# On [[N]]\n\nx",
    "two attributes in a line": "<a href=\"N.md\">x</a> <a href='N'>y</a> <a href=N>z</a> <img src='N.md'>",
    "an attribute after the words": "N.md is <a href=\"N.md\">x</a>",
    "an attribute with a character reference": '<a href="{head}&#97;{tail}.md">x</a> words',
    "a heading and links to it": "# A\n\n## See [[N]] now\n\n[[#See N now]] [[#See N now|a]] [a](#see-n-now) [b](#See%20N%20now)",
    "a short reference": "[N] and [N][]\n\n[N]: N.md\n",
    "an emphasised file": "_N.md_ __N.md__ *N.md* ~~N.md~~",
    "a query in a list": '- ```dataview\n  LIST FROM "N"\n  ```\n\n1. > ```base\n   > filters: author == "N"\n   > ```',
    "a query without end": '```dataview\nLIST FROM "N"',
    "a query's script with a template string": "```dataviewjs\ndv.page(`N`); dv.el('b', `N`)\n```",
    "quotes in a text of YAML": '```base\nfilters: "author == \\"N\\""\n```',
    "a query by name": '`$= dv.page("N")` and\n```base\nfilters: file.hasLink("N")\n```',
    "a node that is a link": "```mermaid\nflowchart LR\n  N --> b[N]\n  class N,b internal-link;\n```",
    "a task": "- [ ] ask [[N]] TODO [[N]]",
    "two lines": "see [[N\n]] x",
    "a heading's link": "[[N#part|N]] ![[N#part]] ![[N#^block]]",
    "capitals": "see [[{upper}]] and `[[{upper}]]`",
    "a script in the note": '```python figure\n#| id: ID\n#| alt: see [[N]]\n# [[N]]\nax.plot([0, 1], [0, 1], label="[[N]]")\n```',
    "a figure's caption": '```figure\nsrc: drawn\nid: ID\ncaption: after [[N]]\nalt: of [[N]]\n```',
    "a link over a label": "[![[N]]](https://e.org/) [a [[N]] b](c.md)",
    "a field": "up:: [[N]]",
    "a block's mark without a heading's": "[[N^block]] ![[N^block|x]]",
    "an invisible character": "[[N\u200b]] [[\ufeffN]] `[[N\u00ad]]`",
    "a page's address": "[a](N.html) [b](/deep/N/) [c](deep/N/#part)",
    "a source of a query": '```dataview\nTABLE a FROM "deep/N" OR -"N"\n```',
    "paths in a query's script": "```dataviewjs\ndv.pages('\"deep/N\"')\n```",
    "paths in a search": '```query\npath:"deep/N" path:deep/N\n```',
    "a quoted path in code": "```python\nread(\"deep/N\")\n```\n\n`'deep/N'`",
    "nodes of other shapes": "```mermaid\ngraph TD\n A[/N/] --> B{{N}} --> C>N] --> D[\\N\\]\n class A,B internal-link\n```",
    "a comment within the name": "x [[{head}a%%c%%{tail}]] x",
    "a comment of HTML within a file's name": "see {head}a<!-- c -->{tail}.md",
    "comments between brackets": "x [<!-- c -->[N]<!-- -->]",
    "a character reference in a file's name": "see {head}&#97;{tail}.md and [[{head}&#97;{tail}]]",
}  # fmt: skip
REFUSED = (
    "escapes in YAML",
    "escapes in the name",
    "a comment within the name",
    "a comment of HTML within a file's name",
    "comments between brackets",
    "a character reference in a file's name",
)
"""Forms in which the name is seen only after the text is read: their notes are not published."""
SCRIPT = '''"""A line drawn after [[{a}]].

It shows what [[{b}]] and [the plan]({c}.md) say; see `[[{d}]]`.
"""
# [[{e}]]
ALT = "a line as in [[{f}]]"


def compute(*, note="[[{g}]]"):
    return {{"table": [{{"x": 1}}]}}


def draw(result, theme):
    import matplotlib.pyplot as plt

    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 1])
    ax.set_title("after [[{h}]]")
    return fig


def check(result):
    """After [[{i}]]."""
'''


def names() -> list[str]:
    """Return a canary for each form and each place of the script."""
    letters = "abcdefghij"
    return [f"kanari{''.join(letters[int(digit)] for digit in f'{number:03}')}k" for number in range(len(FORMS) + 9)]


def vault_of(mark: str) -> dict[str, str]:
    """Return a vault with a public note for each form, and a private note that each names."""
    files = {"index.md": "# Home\n"}
    for number, (canary, form) in enumerate(zip(names(), FORMS.values(), strict=False)):
        files[f"deep/{canary}.md"] = f"---\n{mark}\n---\n# part\n\nx ^block\n"
        text = (
            form.replace("ID", f"drawn{number}")
            .replace("{upper}", canary.upper())
            .replace("{head}", "k")
            .replace("{tail}", canary[2:])
        )
        files[f"public{number}.md"] = text.replace("N", canary) if "KANARI" not in text else text
        files[f"public{number}.md"] += "\n\n[[index]]\n"
    more = names()[len(FORMS) :]
    files |= {f"{canary}.md": f"---\n{mark}\n---\nx\n" for canary in more}
    return files | {"figures/drawn.py": SCRIPT.format(**dict(zip("abcdefghi", more, strict=True)))}


def found_in(files: dict[str, bytes]) -> dict[str, list[str]]:
    """Return where each canary is."""
    found: dict[str, list[str]] = {}
    for url, content in files.items():
        for canary in CANARY.findall(f"{url} {content.decode('utf-8', 'replace')}".lower()):
            found.setdefault(canary, []).append(url)
    return found


def test_no_form_of_mention_leaks(write_vault, build_at):
    """Each form is cut out or its note withheld: no canary in any file."""
    folder = write_vault(vault_of("private: true"))
    built = build_at(folder, figures="run")
    files = built.bytes()
    forms = dict(zip(names(), [*FORMS, *["the script"] * 9], strict=False))
    refused = [
        form for number, form in enumerate(FORMS) if f"public{number}.html" not in files and form != "a permalink"
    ]

    assert {} == {forms.get(canary, canary): urls[:3] for canary, urls in found_in(files).items()}
    assert set(REFUSED) == set(refused)
    assert "figures/drawn.svg" in files and "figures/drawn.py" in files
    assert "private note" in files["figures/drawn.py"].decode()


def test_each_form_is_a_mention(write_vault, build_at):
    """Control: if the notes are public, every canary is in some file."""
    files = build_at(write_vault(vault_of("private: false")), figures="run").bytes()

    assert [] == sorted(set(names()) - found_in(files).keys())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("see [[Secret]].", "see private note.", id="a link"),
        pytest.param("[[Secret|a plan]]", "a plan", id="a label"),
        pytest.param("[[Secret|the Secret]]", "private note", id="a label with the name"),
        pytest.param("[[Secretary]] [[Other|Secret]]", "[[Secretary]] [[Other|Secret]]", id="other notes"),
        pytest.param("a Secret plan", "a Secret plan", id="a word"),
        pytest.param("[a](Secret.md) [b](<deep/My plan.md>) [c](My%20plan)", "a b c", id="Markdown links"),
        pytest.param("deep/My plan.md, My%20plan.md", "private note, private note", id="files"),
        pytest.param("NotSecret.md Secret.mdx", "NotSecret.md Secret.mdx", id="parts of other names"),
        pytest.param("https://e.org/Secret.md", "https://e.org/Secret.md", id="another host"),
        pytest.param("[x](https://e.org/Secret)", "[x](https://e.org/Secret)", id="a link to another host"),
        pytest.param("\x1b[31mSecret.md\x1b[0m", "\x1b[31mprivate note\x1b[0m", id="coloured"),
        pytest.param('"a\\nSecret.md"', '"a\\nprivate note"', id="a line's end in JSON"),
        pytest.param("[[Public#Secret]] # Secret", "[[Public#Secret]] # Secret", id="a fragment of plain words"),
        pytest.param("\"deep/My plan\" 'deep/My plan'", "\"#\" '#'", id="quoted paths"),
        pytest.param('"My plan" "deep/Other" deep/my plan', '"My plan" "deep/Other" deep/my plan', id="quoted words"),
        pytest.param(
            '```dataview\nFROM "Secret" or [[Secret|x]] or "x"\n```',
            '```dataview\nFROM "private note" or [[private note]] or "x"\n```',
            id="a query",
        ),
        pytest.param(
            '```base\nfilters: file.name == "My\\u0020plan" || "\\x53ecret" == "a\\u0020plan"\n```',
            '```base\nfilters: file.name == "private note" || "private note" == "a\\u0020plan"\n```',
            id="a query with escapes",
        ),
        pytest.param(
            "```base\nfilters: \"a.contains('see My\\\\u0020plan')\"\n```",
            "```base\nfilters: \"a.contains('private note')\"\n```",
            id="a query with escapes of escapes",
        ),
        pytest.param("`= link('Secret')`", "`= link('private note')`", id="a query in a line"),
        pytest.param('- ```python\n  "Secret"\n', '- ```python\n  "Secret"\n', id="a word in a list's code"),
        pytest.param('```python\n"Secret"\n```', '```python\n"Secret"\n```', id="a word in other code"),
        pytest.param("a\\_b.md", "private note", id="an escaped underscore"),
        pytest.param("[a](Public.html) [b](Secret.html#c)", "[a](Public.html) b", id="pages"),
        pytest.param('dv.page("Other") [Secret]', 'dv.page("Other") [Secret]', id="no link"),
        pytest.param("[[Public]] Public.md", "[[Public]] Public.md", id="public"),
        pytest.param("a: [[Secret\n  ]] b", "a: private\n  note b", id="lines keep their number"),
        pytest.param("![[secret.png]] secret.png", "private note private note", id="attachments"),
        pytest.param("[[Twin]] Twin.md", "[[Twin]] Twin.md", id="the public one of two names"),
    ],
)
def test_cut(text, expected):
    """Private targets are cut; labels and everything else stay."""
    paths = ["Public.md", "Twin.md"]
    names = HiddenNames(index_names(paths, ["Secret.md", "deep/My plan.md", "secret.png", "deep/Twin.md", "a_b.md"]))

    assert expected == names.cut(text, "a.md")


@pytest.mark.parametrize("size", [1000, 100_000])
def test_no_text_takes_long(size):
    """Texts made to slow down the patterns take linear time."""
    names = HiddenNames(index_names(["a.md"], ["Secret.md"]))

    for piece in ("[[", "![", "[a](", "obsidian://x?", "[a]: ", "Secret.md", "href='", "\\[\\[", "'a/", "path:"):
        names.cut(piece * (size // len(piece)), "a.md")


def test_pieces_of_a_notebook(build_vault):
    """Text that is divided by lists, outputs and colours of a notebook is redacted as one text, or not published."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["see [[kan", "ari]]"]},
        {"cell_type": "code", "metadata": {}, "source": "x", "execution_count": 1, "outputs": [
            {"output_type": "stream", "name": "stdout", "text": ["read kan", "ari.md"]}]},
        {"cell_type": "code", "metadata": {}, "source": "x", "execution_count": 1, "outputs": [
            {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["\x1b[31mkanari\x1b[0m.md"]}]},
    ]  # fmt: skip
    files = {
        "kanari.md": "---\nprivate: true\n---\nx\n",
        "index.md": "# Home\n\n[[b0.ipynb|x]] [[b1.ipynb]] [[b2.ipynb]]\n",
    }
    for number, cell in enumerate(cells):
        files[f"b{number}.ipynb"] = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]})
    site = build_vault(files).bytes()

    assert [] == [url for url, content in site.items() if b"kanari" in content]
    assert {"index.html", "b0-ipynb.html"} == {
        url for url in site if url in ("index.html", *(f"b{n}-ipynb.html" for n in range(3)))
    }


def notebook(name: str) -> str:
    output = {"output_type": "stream", "name": "stdout", "text": f"read {name}.md"}
    code = {
        "cell_type": "code",
        "source": f'open("{name}.md")',
        "outputs": [output],
        "execution_count": 1,
        "metadata": {},
    }
    prose = {"cell_type": "markdown", "source": f"see [[{name}]] words", "metadata": {}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [prose, code]})


def board(name: str) -> str:
    return json.dumps({"nodes": [{"id": "1", "type": "group", "label": f"words {name}.md", **PLACE}], "edges": []})


def drawing(name: str) -> str:
    frame = {"id": "f", "type": "frame", "name": f"words [[{name}]]", **PLACE}
    return json.dumps({"type": "excalidraw", "version": 2, "elements": [frame], "files": {}, "appState": {}})


PLACE = {"x": 0, "y": 0, "width": 90, "height": 60}


def test_names_in_character_references(build_vault):
    """HTML and XML write an ampersand as `&amp;`."""
    text = "`r &amp; kanari.md` <b>r &amp; kanari.md</b> [[r &amp; kanari]] r & kanari.md\n"
    site = build_vault({"R & Kanari.md": "---\nprivate: true\n---\nx\n", "index.md": text}).bytes()

    assert [] == [url for url, content in site.items() if b"anari" in content.lower()]


@pytest.mark.parametrize("name", ["kanariä plan", "kanari🌱", "kanari", 'kanari "q"'])
@pytest.mark.parametrize("mark", ["\\u006b", "k"])
def test_names_in_escapes_of_json(build_vault, name, mark):
    """JSON may escape any letter: names are compared after decoding."""
    made = {"book.ipynb": notebook(name), "board.canvas": board(name), "shapes.excalidraw": drawing(name)}
    files = {path: text.replace("kanari", f"{mark}anari") for path, text in made.items()}
    files |= {f"{name}.md": "---\nprivate: true\n---\nx\n", "index.md": "# Home\n\n[[book.ipynb]] [[board.canvas]]\n"}
    site = build_vault(files, 'site_url = "https://e.org/"\n').bytes()

    assert [] == [url for url, content in site.items() if b"anari" in content or "anari" in url]
    if '"' not in name:
        assert b"words" in site["book-ipynb.html"] and b"words" in site["board-canvas.html"]
