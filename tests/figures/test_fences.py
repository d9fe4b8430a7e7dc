"""Fences of figures in notes: names, options, and those of other systems."""

import pytest

from hortus.core.model import Source
from hortus.figures.requests import collect_figures
from hortus.parse.note import parse_note

HINT = "write ```python figure, with the options #| id: and #| alt:"


def test_inline_figures_without_an_id_are_named_after_their_note(tmp_path):
    """They are counted, so that an edit of the code changes no address."""
    texts = {
        "Some Folder/A Note.md": "```python figure\nx = 1\n```\n\n```python figure\n#| id: own\nx = 2\n```\n\n"
        "```python figure\nx = 3\n```\n",
        "A Note.md": "```python figure\nx = 4\n```\n",
    }
    notes = [parse_note(Source(path, text)) for path, text in texts.items()]
    found = collect_figures(notes, {}, tmp_path)

    assert [] == [*found.issues, *notes[0].issues, *notes[1].issues]
    assert {
        ("Some Folder/A Note.md", 0): "some-folder-a-note-1",
        ("Some Folder/A Note.md", 1): "own",
        ("Some Folder/A Note.md", 2): "some-folder-a-note-2",
        ("A Note.md", 0): "a-note-1",
    } == found.requests


@pytest.mark.parametrize(
    ("info", "name"),
    [
        pytest.param("{python}", "python", id="Quarto"),
        pytest.param("{python, echo=FALSE}", "python", id="knitr"),
        pytest.param("{code-cell} ipython3", "code-cell", id="MyST"),
        pytest.param("{plot}", "plot", id="matplotlib's directive"),
    ],
)
def test_code_cells_of_other_systems_have_a_hint(info, name):
    """They are shown as code, and the report says how to draw them."""
    note = parse_note(Source("a.md", f"Text.\n\n```{info}\nx = 1\n```\n"))

    assert [("not_shown", 3, f"code in a `{{{name}}}` fence is not run", HINT)] == [
        (issue.kind, issue.line, issue.message, issue.hint) for issue in note.issues
    ]


@pytest.mark.parametrize("info", ["python", "{note}", "js {python}", "{pythonic}", "{.python}"])
def test_other_fences_have_none(info):
    assert () == parse_note(Source("a.md", f"```{info}\nx = 1\n```\n")).issues


@pytest.mark.parametrize(
    ("option", "message"),
    [
        pytest.param("fig-cap", 'an inline figure has no option "fig-cap": did you mean "caption"?', id="Quarto"),
        pytest.param("label", 'an inline figure has no option "label": did you mean "id"?', id="another word"),
        pytest.param("captoin", 'an inline figure has no option "captoin": did you mean "caption"?', id="misspelt"),
        pytest.param("echo", 'an inline figure has no option "echo": there is id, alt, caption', id="unknown"),
    ],
)
def test_unknown_options_are_issues(option, message):
    """An option that would be lost is reported with its line."""
    note = parse_note(Source("a.md", f"Text.\n\n```python figure\n#| alt: A.\n#| {option}: words\nx = 1\n```\n"))

    assert [("figure_failed", 5, message)] == [(one.kind, one.line, one.message) for one in note.issues]


def test_a_script_in_the_vault_is_named(tmp_path):
    """The report says where the script is, if it is not in the folder of scripts."""
    (tmp_path / "plots").mkdir()
    (tmp_path / "plots" / "mine.py").touch()
    note = parse_note(Source("a.md", "```figure\nsrc: mine\n```\n"))
    (issue,) = collect_figures([note], {}, tmp_path).issues

    assert ('no figure script named "mine"', "plots/mine.py is not in the folder of figure scripts") == (
        issue.message,
        issue.hint,
    )
