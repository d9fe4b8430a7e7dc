"""Names of sliders are different."""

from pathlib import Path

from hortus.figures import parse_script

SCRIPT = """\
'''A network learns.'''
FRAMES = "epoch"
DIALS = {"epoch": [1, 2]}

def compute(*, epoch=1): ...
def draw(result, theme): ...
"""


def test_frames_and_a_dial_of_one_name():
    """A slider for frames that has the name of a dial is an issue, and the figure has no dials."""
    script = parse_script(Path("figures/net.py"), SCRIPT)
    ((line, message, hint),) = [(issue.line, issue.message, issue.hint) for issue in script.issues]

    assert (3, 'FRAMES and a dial are both named "epoch"') == (line, message)
    assert "another name" in hint
    assert () == script.dials


def test_frames_of_another_name():
    script = parse_script(Path("figures/net.py"), SCRIPT.replace('"epoch"\n', '"step"\n'))

    assert ("step", ["epoch"]) == (script.frames, [dial.name for dial in script.dials])
    assert () == script.issues
