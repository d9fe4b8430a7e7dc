"""`hortus why`: candidates and rule."""

import pytest

from hortus.report.explain import explain

FILES = {
    "Note.md": "---\naliases: [AL]\n---\n",
    "a/Note.md": "",
    "b/Note.md": "",
    "b/c/deep.md": "",
    "only/One.md": "# H\n",
    "s.md": "[[secret]] ![[drawn.svg]]",
    "x/Twin.md": "",
    "x/twin.md": "",
    "p.png": "",
}
NONE = "no file matches: no path ends with the link's path"


@pytest.mark.parametrize(
    ("link", "source", "rule", "leads"),
    [
        ("[[Note]]", "a/Note.md", "an exact path from the vault's root wins", "Note.md"),
        ("[[a/Note]]", "s.md", "an exact path from the vault's root wins", "a/Note.md"),
        ("![[p.png]]", "s.md", "an exact path from the vault's root wins", "p.png"),
        ("[[One#H]]", "s.md", "the only file of that name", "only/One.md#h"),
        ("[[One#G]]", "s.md", "the only file of that name", "the top of only/One.md"),
        (
            "[[/Note]]",
            "a/Note.md",
            "a path that begins with a slash is relative to the vault's root, and must match exactly",
            "Note.md",
        ),
        (
            "[x](./Note.md)",
            "b/c/deep.md",
            "a path that begins with a dot is relative to the note's folder, and must match exactly",
            "nothing yet; it would be b/c/Note.md",
        ),
        ("[[#H]]", "only/One.md", "a link without a name points into its own note", "only/One.md#h"),
        ("[[dir/]]", "s.md", "a folder is not a file", "nothing"),
        ("[[Nothing]]", "s.md", NONE, "nothing yet; it would be Nothing.md"),
        ("[[AL]]", "s.md", NONE, "nothing yet; it would be AL.md"),
        ("![[q.png]]", "s.md", NONE, "nothing"),
        (
            "[[Twin]]",
            "s.md",
            "several paths differ only in case: the first in alphabetical order is taken",
            "x/Twin.md",
        ),
        (
            "![[drawn.svg]]",
            "s.md",
            "the figure of a script wins over files of that name",
            "the figure drawn",
        ),
    ],
)
def test_explain(join_notes, link, source, rule, leads):
    """The rule that decided, and the target."""
    lines, found = explain(link, source, join_notes(FILES, figures=["drawn"]))

    assert f"rule: {rule}" in lines
    assert (f"points to: {leads}", not leads.startswith("nothing")) == (lines[-1], found)


@pytest.mark.parametrize(
    ("files", "source", "rule", "leads"),
    [
        (["a/N.md", "b/N.md"], "b/s.md", "of several files, the one in the note's own folder", "b/N.md"),
        (["aa/N.md", "b/N.md"], "s.md", "of several files, the one with the shortest path", "b/N.md"),
        (
            ["a/N.md", "b/N.md"],
            "s.md",
            "several paths are equally short: the first in alphabetical order is taken",
            "a/N.md",
        ),
    ],
)
def test_of_several(join_notes, files, source, rule, leads):
    """Which of several files, and that a tie is decided, too."""
    lines, found = explain("[[N]]", source, join_notes(dict.fromkeys([*files, source], "")))

    assert [f"rule: {rule}", f"points to: {leads}", True] == [lines[3], lines[-1], found]


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ("[[AL]]", 'broken link: no note named "AL"; it is an alias, which links do not follow; write [[Note|AL]]'),
        ("[[Onne]]", 'broken link: no note named "Onne"; did you mean “One”?'),
        ("[[One#G]]", 'missing heading: "One" has no heading "G"'),
        ("[y]()", 'empty link: the link "y" has no destination yet'),
        ("[[secret]]", "private link: links to a note that is not published; only its label is shown"),
    ],
)
def test_says_what_the_report_says(join_notes, link, said):
    """The report's message and hint."""
    lines, _ = explain(link, "s.md", join_notes(FILES, figures=["drawn"], withheld=["secret.md"]))

    assert said == lines[-2]


@pytest.mark.parametrize("text", ["", "Note", "[x](https://example.org)", "`[[Note]]`"])
def test_what_is_no_link(join_notes, text):
    """A message with the syntax of links."""
    lines, found = explain(text, "s.md", join_notes(FILES))

    assert ([f"no link into the vault: {text!r}; write [[name]] or [text](name.md)"], False) == (lines, found)


def test_candidates_in_order(join_notes):
    """All files of the name, the shortest path first."""
    lines, found = explain("[[Note]]", "s.md", join_notes(FILES))

    assert found
    assert ["  1. Note.md", "  2. a/Note.md", "  3. b/Note.md"] == lines[1:4]
