"""`hortus why`: the candidates and the rule."""

import pytest

from hortus.explain import explain

FILES = {"Note.md": "", "a/Note.md": "", "b/Note.md": "", "b/c/deep.md": "", "only/One.md": "# H\n", "s.md": ""}


@pytest.mark.parametrize(
    ("link", "source", "rule", "leads"),
    [
        ("[[Note]]", "a/Note.md", "an exact path from the vault's root comes first", "Note.md"),
        ("[[a/Note]]", "s.md", "an exact path from the vault's root comes first", "a/Note.md"),
        ("[[One#H]]", "s.md", "the only one of its name", "only/One.md#h"),
        (
            "[x](./Note.md)",
            "b/c/deep.md",
            "a path that begins with a dot counts from the note's own folder, exactly",
            "nothing yet",
        ),
        ("[[#H]]", "only/One.md", "without a name it leads within its own note", "only/One.md#h"),
        (
            "[[Nothing]]",
            "s.md",
            "nothing fits: no path ends with what is written",
            "nothing yet; it would be Nothing.md",
        ),
    ],
)
def test_explain(join_notes, link, source, rule, leads):
    """The rule that chose, and where it leads."""
    lines, _ = explain(link, source, join_notes(FILES))

    assert f"rule: {rule}" in lines
    assert lines[-1].startswith(f"leads to: {leads}")


def test_candidates_in_order(join_notes):
    """All files of the name are listed, the shortest path first."""
    lines, found = explain("[[Note]]", "s.md", join_notes(FILES))

    assert found
    assert ["  1. Note.md", "  2. a/Note.md", "  3. b/Note.md"] == lines[1:4]
