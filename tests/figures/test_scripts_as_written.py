"""Scripts as people write them: for a window, for files, for other libraries."""

import re
import textwrap

import pytest

PREAMBLE = "import matplotlib.pyplot as plt\n"


@pytest.fixture
def draw(project):
    """Draw plain scripts, by name."""

    def drawn(**scripts):
        project.write({f"{name}.py": PREAMBLE + textwrap.dedent(code) for name, code in scripts.items()})
        return project.draw()

    return drawn


def words(figure) -> str:
    assert ("drawn", "") == (figure.state, figure.error)
    return figure.words


def test_all_figures_of_a_plain_script_are_shown(draw):
    """Open figures, and those saved to a file and closed, one below the other, in the order in which they were made."""
    figures = draw(
        two="""
        for title in ("first", "second"):
            plt.figure(figsize=(4, 3))
            plt.title(title)
        """,
        saved="""
        for title in ("first", "second"):
            plt.figure(figsize=(4, 3))
            plt.plot([1, 2])
            plt.title(title)
            plt.savefig(title + ".png", dpi=300)
            plt.close()
        """,
        mixed="""
        ax.plot([1, 2])
        ax.set_title("first")
        fig.set_size_inches(4, 3)
        fig.savefig("some/folder/x.pdf")
        plt.close("all")
        other, axes = plt.subplots(figsize=(4, 3))
        axes.set_title("second")
        plt.show()
        """,
    )

    for figure in figures.values():
        assert re.search("first.*second", words(figure))
        assert (384, 576, 1) == (figure.width, figure.height, len(figure.frames))
        assert figure.frames[0].svg.count(b"<svg") == 3
        assert figure.frames[0].png.startswith(b"\x89PNG")


def test_an_animation_becomes_frames(draw):
    """FuncAnimation gives a frame for each value, also if it was saved; long ones are thinned out evenly."""
    figures = draw(
        moving="""
        from matplotlib.animation import FuncAnimation
        line, = ax.plot([0, 1], [0, 0])
        def update(height):
            line.set_ydata([0, height])
            ax.set_title(f"height {height}")
            return [line]
        moving = FuncAnimation(fig, update, frames=[1, 2, 4], blit=True)
        moving.save("moving.gif")
        plt.show()
        """,
        long="""
        from matplotlib.animation import FuncAnimation
        a = FuncAnimation(fig, lambda number: ax.set_title(f"n {number}"), frames=79, interval=10)
        """,
    )

    assert ["1", "2", "4"] == [frame.label for frame in figures["moving"].frames]
    assert words(figures["moving"]).endswith("height 4")
    assert (40, "0", "78") == (len(figures["long"].frames), *[figures["long"].frames[at].label for at in (0, -1)])


def test_draw_may_return_an_animation_axes_or_charts(project):
    """With `compute`, too; and `draw` may take the result alone."""
    frame = """
    import matplotlib.pyplot as plt
    from matplotlib.animation import FuncAnimation

    def compute(*, n=3):
        return {{"n": n}}

    def draw({parameters}):
        fig, ax = plt.subplots()
        {code}
    """
    animated = "return FuncAnimation(fig, lambda i: ax.set_title(f'n {i}'), frames=result['n'])"
    project.write(
        {
            "one.py": frame.format(parameters="result", code="ax.set_title('alone'); return fig"),
            "axes.py": frame.format(parameters="result, theme", code="ax.set_title('axes'); return ax"),
            "moving.py": frame.format(parameters="result, theme=None", code=animated),
            "none.py": frame.format(parameters="", code="return fig"),
            "text.py": frame.format(parameters="result", code="return 'text'"),
        }
    )
    figures = project.draw()

    assert ["alone", "axes"] == [words(figures[name]).split()[-1] for name in ("one", "axes")]
    assert 3 == len(figures["moving"].frames)
    assert figures["none"].error.startswith("draw must have one parameter, the result, or two: the theme as well")
    assert figures["text"].error.startswith("draw returned str, not a matplotlib Figure; supported are")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        pytest.param(
            "from matplotlib.widgets import Slider\nSlider(ax, 'depth', 1, 5)",
            "matplotlib's Slider needs a running Python, which a page does not have: DIALS = {",
            id="slider",
        ),
        pytest.param(
            "from matplotlib.widgets import Button\nButton(ax, 'go')", "matplotlib's Button needs", id="button"
        ),
        pytest.param("plt.close('all')", "no figure is open at the end of the script", id="closed"),
        pytest.param("x = 3", "the script drew nothing", id="nothing"),
        pytest.param(
            "open('x.csv', 'w')", "can write only in its temporary folder (tempfile), not x.csv", id="writing"
        ),
    ],
)
def test_what_a_page_cannot_do_is_explained(draw, code, message):
    """The message says what is supported, and where in the script."""
    assert message in draw(asking=code)["asking"].error


def test_data_by_a_path_relative_to_the_script(project):
    """A script and a fence in a note read the files next to them."""
    project.write({"table.csv": "x,y\n1,2\n", "deep/table.csv": "z\n"})
    script = "ax.plot([1])\nax.set_title(open('table.csv').readline().strip() + ' ' + open('../up.txt').read())\n"
    project.write({"reading.py": script, "../up.txt": "up", "deep/inner.py": script.replace("../up", "../../up")})
    figures = project.draw()

    assert words(figures["reading"]).endswith("x,y up")
    assert words(figures["inner"]).endswith("z up")
