"""Control characters in a vault do not reach the terminal or GitHub's log."""

import json
import re

import pytest

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
FIGURE = '''"""Bad."""
ALT = "x"
def compute():
    raise ValueError("told \\x1b[31m \\x9b \\u202e\\n::error::x")
def draw(result, theme): pass
'''


@pytest.fixture
def vault(write_vault):
    marks = "\x1b[31m\x9b5m\u202e"
    files = {f"a{marks}.md": f"[[no{marks}pe]]\n![[bad.svg]]\n", "b.md": f"---\ntags: [{marks}]\n---\n[[{marks}]]"}
    return write_vault({**files, "figures/bad.py": FIGURE})


@pytest.mark.parametrize("arguments", [["check"], ["check", "--all"], ["check", "--format", "github"], ["build"]])
def test_nothing_commands_the_terminal(hortus, vault, tmp_path, arguments):
    """Names, targets and messages of scripts are printed with control characters escaped."""
    out = ["--out", tmp_path / "out"] if arguments == ["build"] else []
    done = hortus(*arguments, vault, *out)
    printed = done.stdout + done.stderr

    assert [] == CONTROLS.findall(printed)
    assert "\\x1b[31m" in printed
    assert not re.search(r"^\s*::error::x", printed, re.MULTILINE)


def test_json_stays_json(hortus, vault):
    """Its strings contain the characters, as escapes in its text."""
    printed = hortus("check", vault, "--format", "json").stdout

    assert [] == CONTROLS.findall(printed)
    assert any("\x1b[31m\x9b5m\u202e" in issue["message"] for issue in json.loads(printed)["issues"])


def test_a_failing_figure_is_named_and_no_more(hortus, vault, tmp_path):
    """The site has the figure and the line; the terminal has the script's message."""
    done = hortus("build", vault, "--out", tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text()

    assert "figure bad: failed at bad.py:4" in page and "told" not in page
    assert "told" in done.stderr
