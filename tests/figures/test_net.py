"""The network of a figure: exported with the place of its plane, and compared with its own outputs."""

import json
from base64 import b64decode
from types import SimpleNamespace

import numpy as np
import pytest

from hortus.figures.requests import figure_files
from hortus.figures.sandbox.net import NetError, exported, infer

SCRIPT = """\
'''A network.'''
import numpy as np
from matplotlib.figure import Figure

ALT = "A plane."
VARIANTS = {"other": {"slip": 1e-6}}
W, V = np.array([[1.5, -0.5], [0.25, 1.0], [-1.0, -1.0]]), np.array([[1.0, -2.0, 0.5]])
B, C = np.array([0.1, -0.2, 0.3]), np.array([0.05])

def compute(*, slip=0.0):
    grid = np.stack(np.meshgrid(np.linspace(-1, 1, 5), np.linspace(-1, 1, 5)), axis=-1).reshape(-1, 2)
    outputs = np.maximum(grid @ W.T + B, 0) @ V.T + C + slip
    return {"net": {"layers": [(W, B), (V, C)], "grid": grid, "outputs": outputs, "classes": ["out", "in"]}}

def draw(result, theme):
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0.25, 0.2, 0.5, 0.6))
    axes.set(xlim=(-1, 1), ylim=(-2, 2))
    return figure
"""
LAYERS = [(np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([0.0, -1.0])), (np.array([[3.0, 1.0]]), np.array([0.25]))]
GRID = np.array([[0.5, 0.25], [-1.0, 2.0]])
NET = {"layers": LAYERS, "grid": GRID, "outputs": infer(LAYERS, GRID)}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory, make_project):
    """Draw the figure, and a variant whose outputs are not those of its layers."""
    return make_project(tmp_path_factory.mktemp("net")).write({"net.py": SCRIPT}).draw()


def test_a_net_is_exported(drawn):
    """Weights and biases in float64, layer by layer; the axes as shares of the picture from its top left."""
    figure = drawn["net"]
    net = json.loads(figure.frames[0].net)

    assert ("drawn", "") == (figure.state, figure.error)
    assert ([2, 3, 1], ["out", "in"]) == (net["sizes"], net["classes"])
    assert [1.5, -0.5, 0.25, 1, -1, -1, 0.1, -0.2, 0.3, 1, -2, 0.5, 0.05] == np.frombuffer(
        b64decode(net["numbers"]), "<f8"
    ).tolist()
    assert ([0.25, 0.2, 0.75, 0.8], [-1, 1, -2, 2]) == (net["box"], net["limits"])
    assert figure_files(figure, "")["net.net.js"].startswith(b"hortusNets([{")


def test_a_net_that_disagrees_is_an_error(drawn):
    """A figure whose layers do not give its outputs is drawn without its net, and reported."""
    figure = drawn["other"]

    assert ("drawn", "its net cannot be shown", "") == (figure.state, figure.fault, figure.frames[0].net)
    assert "net's outputs differ by 1e-06" in figure.error
    assert "other.net.js" not in figure_files(figure, "")


def axes(scale="linear", name="rectilinear", limit=1):
    place = SimpleNamespace(x0=0, y0=0, x1=1, y1=1)
    limits = {"get_xlim": lambda: (0, limit), "get_ylim": lambda: (0, 1), "get_position": lambda: place}
    return SimpleNamespace(**limits, name=name, get_xscale=lambda: scale, get_yscale=lambda: "linear")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"layers": [LAYERS[0], 1]}, "pairs of weights and biases", id="no biases"),
        pytest.param({"grid": None}, "points (n, 2)", id="no grid"),
        pytest.param({"layers": LAYERS[::-1]}, "the shapes of net's layers", id="shapes"),
        pytest.param({"layers": []}, "the shapes of net's layers", id="none"),
        pytest.param({"outputs": NET["outputs"][:1]}, "its outputs (n, out)", id="fewer outputs"),
        pytest.param({"outputs": NET["outputs"] * np.nan}, "differ by nan", id="not a number"),
        pytest.param({"layers": [(np.ones((0, 2)), np.ones(0))]}, "the shapes of net's layers", id="no outputs"),
        pytest.param({"classes": "ab"}, "classes are a list", id="classes are text"),
        pytest.param({"classes": ["one"]}, "names 1 classes and has 2", id="classes"),
        pytest.param({"layers": [(np.ones((4000, 2)), np.ones(4000))]}, "12000 weights; at most", id="large"),
    ],
)
def test_wrong_nets(changes, message):
    """A net that cannot be shown has a message that says why."""
    with pytest.raises(NetError) as caught:
        exported({"net": NET | changes}, {"": SimpleNamespace(axes=[axes()])})

    assert message in str(caught.value)


@pytest.mark.parametrize(
    "figure",
    [
        pytest.param(SimpleNamespace(axes=[]), id="none"),
        pytest.param(SimpleNamespace(axes=[axes("log")]), id="log"),
        pytest.param(SimpleNamespace(axes=[axes(name="polar")]), id="polar"),
        pytest.param(SimpleNamespace(axes=[axes(name="3d")]), id="three dimensions"),
    ],
)
def test_a_net_needs_a_plane(figure):
    """The first axes of the figure are the plane; they must be linear."""
    with pytest.raises(NetError, match="linear axes"):
        exported({"net": NET}, {"": figure})


def test_limits_may_be_small():
    """A plane that is a trillionth wide keeps its limits."""
    (net,) = exported({"net": NET}, {"": SimpleNamespace(axes=[axes(limit=1e-12)])})

    assert [0, 1e-12, 0, 1] == net["limits"]


def test_a_net_for_each_frame():
    """A dict by label has the net of each frame; labels may be numbers."""
    figure = SimpleNamespace(axes=[axes()])
    halved = NET | {"outputs": NET["outputs"] / 2, "layers": [LAYERS[0], tuple(part / 2 for part in LAYERS[1])]}
    nets = exported({"net": {1: NET, "b": halved}}, {"1": figure, "b": figure})

    assert nets[0]["numbers"] != nets[1]["numbers"]
    with pytest.raises(NetError, match='none for the frame "c"'):
        exported({"net": {"b": NET}}, {"c": figure})
