"""The project's own figure scripts: a wrong constant fails the script's check."""

import re
from pathlib import Path

import pytest

from hortus.figures import draw_figures, parse_script, read_scripts, script_figures

SCRIPTS = Path(__file__).parents[2] / "figures"
BREAKS = {
    "attention": ("HALF = 0.5", "HALF = 1.5"),
    "folding": ("- 4 * np.maximum", "- 3 * np.maximum"),
    "high-dimensions": ("<= 0.25", "<= 0.3"),
    "lsh-hyperplanes": ("1 - angle / np.pi", "1 - angle / 3.5"),
    "one-hot": ("ids] = 1\n", "ids] = 2\n"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory, make_project):
    """Draw the broken scripts in one build, together with an intact one."""
    project = make_project(tmp_path_factory.mktemp("broken"))
    scripts = [parse_script(SCRIPTS / "whole.py", (SCRIPTS / "one-hot.py").read_text())]
    for name, (old, new) in BREAKS.items():
        file = SCRIPTS / f"{name}.py"
        code = file.read_text()
        assert old in code, f"{name}.py no longer has {old!r}"
        scripts.append(parse_script(file, code.replace(old, new)))
    whole, *figures = draw_figures([script_figures(one)[0] for one in scripts], project.options(folder=SCRIPTS))
    assert whole.state == "drawn"
    return {figure.name: figure for figure in figures}


@pytest.mark.parametrize("name", BREAKS)
def test_a_wrong_constant_fails_the_check(broken, name):
    assert "failed" == broken[name].state
    assert broken[name].error.startswith("check failed: ")


@pytest.mark.parametrize("script", read_scripts(SCRIPTS).values(), ids=lambda script: script.name)
def test_every_script_keeps_the_contract(script):
    """Title, caption, alt text and a check with its source; no issues."""
    assert () == script.issues
    assert all([script.title, script.caption, script.alt, script.citation])
    assert len(re.sub(r"\{[^}]*\}", "12.3", script.alt)) <= 200, "what is longer belongs into the caption"
