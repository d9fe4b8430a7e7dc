"""Whole builds of figures: cold, warm, after edits, failures and damage, and on other executors."""

import json
import os
import random
import re
import signal
import subprocess
import sys
import textwrap
import time
from base64 import b64decode
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hortus.core.model import FigureRequest, FigureWanted
from hortus.figures import draw_figures, inline_script, make_runner, verify, why
from hortus.figures.cache.store import Store

NONCE = """\
import os
from pathlib import Path
import matplotlib.pyplot as plt

SIZE = 1  # one

def compute(*, seed=0):
    text = (Path(__file__).parent / "read" / "words.txt").read_text()
    return {"table": [{"nonce": os.urandom(8).hex(), "size": SIZE}], "text": text}

def draw(result, theme):
    fig, ax = plt.subplots()
    ax.text(0, 0, result["text"], color=theme.colours[0])
    return fig
"""
NETWORK = """\
'''A network, trained.'''
import numpy as np
import torch

FRAMES = "steps"
ALT = "Loss {loss:.3f} after {steps} steps; {kind}."

def compute(*, steps=30, seed=0):
    torch.manual_seed(seed)
    x = torch.rand(64, 3)
    net = torch.nn.Sequential(torch.nn.Linear(3, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    adam = torch.optim.Adam(net.parameters(), lr=0.01)
    losses = []
    for _ in range(steps):
        loss = ((net(x) - x.sum(1, keepdim=True)) ** 2).mean()
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
    return {
        "losses": torch.tensor(losses), "weights": [p.detach() for p in net.parameters()], "loss": losses[-1],
        "steps": steps, "names": {"a", "b"} and ("a", "b"), "kind": "float32", "nothing": None, "last": x[0, 0],
        "table": [{"step": i, "loss": loss} for i, loss in enumerate(losses)],
    }

def draw(result, theme):
    import matplotlib.pyplot as plt
    frames = {}
    for steps in (10, 20, 30):
        fig, ax = plt.subplots()
        ax.plot(result["losses"][:steps], color=theme.colours[0])
        ax.set(xlim=(0, 30), ylim=(0, 3), xlabel="step", title=f"after {steps}")
        frames[steps] = fig
    result["losses"] *= 0  # a script may spoil its own copy
    return frames

def check(result):
    assert isinstance(result["losses"], np.ndarray) and result["losses"].dtype == np.float32
    assert isinstance(result["weights"], list) and isinstance(result["names"], tuple)
    assert isinstance(result["last"], np.ndarray) and result["nothing"] is None
    assert result["losses"][-1] < result["losses"][0]
"""


@pytest.fixture
def nonce(project):
    return project.write({"nonce.py": NONCE, "read/words.txt": "once"})


def test_a_line_is_drawn(project, line):
    """Picture, size, words, filled alternative text, provenance."""
    figure = project.write({"line.py": line}).draw()["line"]

    assert ("drawn", True, "A line up to 6.", 538, 346) == (
        figure.state,
        figure.ran,
        figure.alt,
        figure.width,
        figure.height,
    )
    assert figure.frames[0].svg.startswith(b"<svg ") and figure.frames[0].png.startswith(b"\x89PNG")
    assert "0.0" in figure.words
    assert ["key", "python", "numpy", "matplotlib", "result", "seconds", "memory"] == list(figure.provenance)


def test_a_network_is_trained_once(project):
    """Tensors come back as arrays, frames in order; warm equals cold, and verify finds no difference."""
    project.write({"network.py": NETWORK})
    cold, warm = project.draw()["network"], project.draw()["network"]

    assert "" == cold.error
    assert ["10", "20", "30"] == [frame.label for frame in cold.frames]
    assert [False, False, True] == [bool(frame.png) for frame in cold.frames]
    assert "step,loss" == cold.table.split("\n")[0] and 32 == len(cold.table.split("\n"))
    assert replace(cold, ran=False) == warm
    assert () == verify(project.wanted(), project.options())


def test_a_warm_build_starts_nothing(project, line):
    """The second build starts no process and imports neither numpy, matplotlib nor torch."""
    project.write({"line.py": line, "plain.py": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\n"})
    project.draw()
    program = """
    import json, sys
    started = []
    events = {"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn", "os.exec", "os.system"}
    sys.addaudithook(lambda event, args: started.append(event) if event in events else None)
    from pathlib import Path
    from hortus.figures import FigureOptions, draw_figures, read_scripts, script_figures

    place = Path(sys.argv[1])
    scripts = read_scripts(place / "figures").values()
    wanted = [one for script in scripts for one in script_figures(script)]
    figures = draw_figures(wanted, FigureOptions(place / "store", place / "figures", place / "vault"))
    heavy = {"numpy", "matplotlib", "torch"} & {name.partition(".")[0] for name in sys.modules}
    print(json.dumps([[figure.state for figure in figures], started, sorted(heavy)]))
    """
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(program), str(project.place)]
    said = subprocess.run(command, env=variables, capture_output=True, check=True, text=True).stdout

    assert [["drawn", "drawn"], [], []] == json.loads(said)


def test_an_edit_runs_what_it_must(nonce):
    """A comment runs nothing, a style only draws, a constant or a file that was read computes again."""
    first = nonce.draw()["nonce"]
    nonce.edit("nonce.py", "# one", "# 1")
    commented = nonce.draw()["nonce"]
    nonce.write({"style.mplstyle": "font.size: 20"})
    styled = nonce.draw()["nonce"]
    nonce.write({"read/words.txt": "twice"})
    reread = nonce.draw()["nonce"]
    nonce.edit("nonce.py", "SIZE = 1", "SIZE = 2")
    edited = nonce.draw()["nonce"]

    assert (False, first.frames) == (commented.ran, commented.frames)
    assert (True, first.table) == (styled.ran, styled.table)
    assert first.frames != styled.frames
    assert first.table != reread.table and "twice" in reread.words
    assert edited.table.endswith(",2\n")


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        pytest.param(("nonce.py", "# one", "# 1"), "", id="comment"),
        pytest.param(("nonce.py", "SIZE = 1", "SIZE = 2"), "nonce.py: SIZE changed", id="constant"),
        pytest.param(("nonce.py", "seed=0", "seed=7"), "parameter seed is 7, was 0", id="parameter"),
        pytest.param(("nonce.py", "colours[0]", "colours[1]"), "drawing: nonce.py: draw changed", id="drawing"),
        pytest.param(("read/words.txt", "once", "twice"), "read/words.txt, which it read, has changed", id="data"),
    ],
)
def test_why_names_what_changed(drawn_nonce, edit, expected):
    project, file, text = drawn_nonce, drawn_nonce.folder / edit[0], (drawn_nonce.folder / edit[0]).read_text()
    project.edit(*edit)
    (wanted,) = project.wanted()
    said = why(wanted, project.options())
    file.write_text(text)

    assert expected in said.split("\n") if expected else said == ""


@pytest.fixture(scope="module")
def drawn_nonce(tmp_path_factory, make_project):
    project = make_project(tmp_path_factory.mktemp("why"))
    project.write({"nonce.py": NONCE, "read/words.txt": "once"}).draw()
    return project


def test_verify_names_what_differs(nonce):
    """Differences between two runs are reported, also in results that are not drawn."""
    assert ("nonce: the result of compute differs",) == verify(nonce.wanted(), nonce.options())


def test_a_failing_check_is_a_failure_and_the_last_good_picture_stays(project, line):
    """If the check fails, the last picture is shown, marked as stale, with the reason."""
    good = project.write({"line.py": line}).draw()["line"]
    project.edit("line.py", "SLOPE = 2", "SLOPE = -2")
    stale, again = project.draw()["line"], project.draw()["line"]
    retried = project.draw(retry=True)["line"]

    assert ("stale", good.frames, good.alt, True) == (stale.state, stale.frames, stale.alt, stale.ran)
    assert stale.error.startswith("check failed: it does not rise (line.py:")
    assert "failed at line.py:" in stale.fault and "rise" not in stale.fault
    assert "assert (np.diff" in stale.traceback and str(project.place) not in stale.traceback
    assert ("stale", False, stale.error) == (again.state, again.ran, again.error)
    assert retried.ran


def test_frozen_and_skip_run_nothing(project, line):
    """Frozen reports missing figures; skip shows cached ones; other versions are a notice."""
    project.write({"line.py": line})
    nothing = project.draw(mode="frozen")["line"]
    skipped = project.draw(mode="skip")["line"]
    project.draw()
    age(project.place / "store", "matplotlib", "0.9")
    frozen = project.draw(mode="frozen")["line"]
    fresh = project.draw()["line"]

    assert (
        ("failed", False) == (nothing.state, nothing.ran)
        and "frozen" in nothing.error
        and nothing.fault == nothing.error
    )
    assert ("skipped", False, "") == (skipped.state, skipped.ran, skipped.error)
    assert ("drawn", False) == (frozen.state, frozen.ran)
    assert "made with matplotlib 0.9" in frozen.provenance["notice"]
    assert ("drawn", True) == (fresh.state, fresh.ran) and "notice" not in fresh.provenance


def age(folder: Path, library: str, version: str) -> None:
    """Rewrite what the store knows as if it had been made with another version."""
    store = Store(folder)
    for file in list(folder.glob("actions/*/*/*.json")):
        key = file.parent.parent.name + file.parent.name
        (action,) = store.actions(key)
        if library in action["versions"]:
            file.unlink()
            store.add_action(key, action | {"versions": action["versions"] | {library: version}})


def test_plain_scripts_and_fences(project):
    """Without compute and draw the open figure counts; fences have np, plt, fig and ax."""
    project.write(
        {"plain.py": "import matplotlib.pyplot as plt\nplt.figure(figsize=(2, 1))\nplt.plot([1, 2])\nplt.show()"}
    )
    project.write({"empty.py": "x = 1\n", "broken.py": "x = (\n"})
    request = FigureRequest("", "ax.plot(np.arange(3))", (), "A hinge.", "", "hinge", 4, 1)
    inline = inline_script(request, project.vault / "note.md", "note.md")
    wanted = [*project.wanted(), FigureWanted(inline.name, inline, {})]
    broken, empty, plain, hinge = draw_figures(wanted, project.options())

    assert "failed" == broken.state and "SyntaxError: '(' was never closed" in broken.error and ".py:" in broken.fault
    assert ("failed", "the script drew nothing") == (empty.state, empty.error)
    assert ("drawn", 192, 96) == (plain.state, plain.width, plain.height)
    assert ("drawn", "hinge", "A hinge.") == (hinge.state, hinge.name, hinge.alt)


def test_a_plain_script_is_checked(project):
    """Its check gets its variables, or nothing; its numbers fill the alt text; a failure is one of the figure."""
    script = """
    import matplotlib.pyplot as plt
    import numpy as np
    ALT = "A line up to {top}."
    top = np.int64(3)
    plt.plot([1, top])

    def check(RESULT):
        assert TOP == 3, "not three"
    """
    good = script.replace("RESULT", "found").replace("TOP", 'found["top"]')
    free = script.replace("RESULT", "").replace("TOP", "top")
    bad = free.replace("== 3,", "== 4,")
    odd = script.replace("RESULT", "one, two").replace("TOP", "one")
    drawn = project.write({"good.py": good, "free.py": free, "bad.py": bad, "odd.py": odd}).draw()

    assert [("drawn", True, "A line up to 3.", 3)] * 2 == [
        (drawn[name].state, drawn[name].checked, drawn[name].alt, drawn[name].results["top"])
        for name in ("good", "free")
    ]
    assert ("failed", "check failed: not three (bad.py:9)") == (drawn["bad"].state, drawn["bad"].error)
    assert "check cannot run: it must have one parameter, the result, or none" in drawn["odd"].error
    assert not drawn["bad"].checked and not drawn["odd"].checked


def test_a_fence_is_checked(project):
    """As a plain script is."""
    code = "#| id: up\ntop = 2\nax.plot([0, top])\ndef check():\n    assert top == LIMIT\n"
    requests = [
        FigureRequest("", code.replace("LIMIT", limit), (), "Up to {top}.", "", name, 4, 1)
        for name, limit in (("right", "2"), ("wrong", "3"), ("none", "top"))
    ]
    scripts = [inline_script(request, project.vault / "note.md", "note.md") for request in requests]
    right, wrong, _ = draw_figures([FigureWanted(one.name, one, {}) for one in scripts], project.options())

    assert ("drawn", True, "Up to 2.") == (right.state, right.checked, right.alt)
    assert ("failed", False) == (wrong.state, wrong.checked)


def test_a_large_drawing_becomes_its_pixels(project):
    """A large SVG is replaced by two smaller lossless pictures, for light and dark themes."""
    script = """
    import numpy as np
    import matplotlib.pyplot as plt
    x, y = np.random.normal(size=(2, 20_000))
    plt.figure(figsize=(3, 2))
    plt.plot(x, y, "o", ms=2, color=plt.rcParams["text.color"])
    plt.xlabel("a cloud")
    """
    (frame,) = project.write({"cloud.py": script}).draw()["cloud"].frames
    looks = [b64decode(text) for text in re.findall(rb'data:image/webp;base64,([^"]+)', frame.svg)]
    light, dark = (np.asarray(Image.open(BytesIO(look)).convert("RGBA")).astype(int) for look in looks)
    ink = (light[..., 3] == 255) & (dark[..., 3] == 255)

    assert len(frame.svg) < 300_000 and "a cloud" in project.draw()["cloud"].words
    assert b"VP8L" == looks[0][12:16] == looks[1][12:16], "lossless"
    assert (384, 576, 4) == light.shape == dark.shape
    assert (light[..., 3] == dark[..., 3]).all() and ink.any(), "the same points"
    assert (light[ink].mean(axis=0)[:3] < 60).all() and (dark[ink].mean(axis=0)[:3] > 200).all()


def test_damage_to_the_store_does_not_show(project, line):
    """Whatever bits of the store flip, figures are those of a clean build."""
    project.write({"line.py": line})
    clean = pictures(project.draw())
    chance = random.Random(1)
    for _ in range(3):
        files = sorted(
            f for part in ("objects", "actions", "last") for f in (project.place / "store" / part).rglob("*")
        )
        for file in [file for file in files if file.is_file() and file.stat().st_size and chance.random() < 0.6]:
            content = bytearray(file.read_bytes())
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            file.write_bytes(content)
        assert clean == pictures(project.draw())


def pictures(figures):
    return {name: (figure.state, figure.alt, figure.frames, figure.table) for name, figure in figures.items()}


def test_one_computation_for_several_pictures(nonce):
    """Figures with the same computation share it, whatever the number of workers."""
    (wanted,) = nonce.wanted()
    wanted = [wanted, replace(wanted, name="twin"), replace(wanted, name="other", parameters={"seed": 5})]
    one, twin, other = draw_figures(wanted, nonce.options(jobs=2))

    assert one.table == twin.table != other.table
    assert ["nonce", "twin", "other"] == [one.name, twin.name, other.name]


def test_no_state_leaks_between_figures(project):
    """Each figure starts from a fresh fork, with an empty temporary folder and few environment variables."""
    script = """
    import json, os, tempfile
    import matplotlib.pyplot as plt

    def compute():
        assert not hasattr(json, "leak") and plt.rcParams["font.size"] == 10 and not plt.get_fignums()
        assert os.listdir(tempfile.gettempdir()) == [] and "HORTUS_SECRET" not in os.environ
        json.leak = plt.rcParams["font.size"] = 7
        open(tempfile.gettempdir() + "/left.txt", "w").close()
        return {}

    def draw(result, theme):
        return plt.figure()
    """
    os.environ["HORTUS_SECRET"] = "x"
    try:
        runner = make_runner(project.options())
        figures = project.write({"one.py": script, "two.py": script}).draw(jobs=1, runner=runner)
    finally:
        del os.environ["HORTUS_SECRET"]
        runner.close()

    assert [("drawn", ""), ("drawn", "")] == [(figure.state, figure.error) for figure in figures.values()]


def test_a_file_that_appears_is_noticed(project):
    """A failed attempt to read a missing file is a dependency, too."""
    script = """
    from pathlib import Path
    import matplotlib.pyplot as plt
    try:
        plt.title((Path(__file__).parent / "title.txt").read_text())
    except FileNotFoundError:
        plt.title("untitled")
    """
    before = project.write({"titled.py": script}).draw()["titled"]
    project.write({"title.txt": "A title"})
    after = project.draw()["titled"]

    assert "untitled" in before.words
    assert "A title" in after.words


def test_progress_names_what_starts_and_ends(project, line):
    """Progress reports each start and end, with seconds, and those of the last run."""
    told = []
    project.write({"line.py": line})
    project.draw(progress=lambda *said: told.append(said))
    project.edit("line.py", "SLOPE = 2", "SLOPE = 3")
    project.draw(progress=lambda *said: told.append(said))

    assert [(0, 1, "line"), (1, 1, "line")] * 2 == [said[:3] for said in told]
    assert [True, False, True, False] == [said[3] is None for said in told]
    assert told[1][3] == told[2][4]


def test_what_uses_the_gpu_runs_one_at_a_time(project):
    """Scripts with GPU run one at a time, variants included; others run in parallel."""
    script = """
    import time
    import matplotlib.pyplot as plt

    GPU = True
    VARIANTS = {"NAME-again": {"seed": 1}}

    def compute(*, seed=0):
        time.sleep(0.4)
        return {}

    def draw(result, theme):
        return plt.figure()
    """
    running, together = set(), set()

    def watch(done, total, name, seconds, last):
        running.add(name) if seconds is None else running.discard(name)
        together.add(frozenset(running))

    for name in ("one", "two"):
        project.write({f"{name}.py": script.replace("NAME", name)})
    project.write({"free.py": script.replace("NAME", "free").replace("GPU = True", "GPU = False").replace("0.4", "1")})
    figures = project.draw(jobs=4, progress=watch)
    at_once = {len([name for name in names if not name.startswith("free")]) for names in together}

    assert {"drawn"} == {figure.state for figure in figures.values()}
    assert {0, 1} == at_once
    assert any({"free", "free-again"} < names for names in together)


def test_two_drawings_of_one_runner_share_the_gpu(project):
    """The same in the preview, which draws each script separately."""
    for name in ("one", "two"):
        project.write(
            {
                f"{name}.py": """
                import time
                import matplotlib.pyplot as plt

                GPU = True

                def compute():
                    begun = time.monotonic()
                    time.sleep(0.5)
                    return {"table": [{"begun": begun, "ended": time.monotonic()}]}

                def draw(result, theme):
                    return plt.figure()
                """
            }
        )
    options = project.options(runner=make_runner(project.options()))
    with ThreadPoolExecutor(2) as threads:
        drawn = [figure for (figure,) in threads.map(lambda one: draw_figures([one], options), project.wanted())]
    options.runner.close()
    first, second = sorted([float(cell) for cell in one.table.splitlines()[1].split(",")] for one in drawn)

    assert first[1] <= second[0]


def test_another_executor_gives_the_same_bytes(project):
    """Jobs contain everything they need: code, local modules, declared data."""
    code = NONCE.replace("SIZE = 1", 'from _size import SIZE\nDATA = ["read/words.txt"]').replace(
        "os.urandom(8).hex()", "0"
    )
    project.write({"far.py": code, "_size.py": "SIZE = 1\n", "read/words.txt": "far"})
    here = pictures(project.draw())
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        there = pictures(project.draw(executor=executor, store=project.place / "other"))

    assert here == there
    assert ["drawn"] == [state for state, *_ in there.values()]


def test_a_dask_cluster_draws_too(project, line):
    """The same bytes from a local cluster, reached by its address."""
    distributed = pytest.importorskip("distributed")
    project.write({"line.py": line})
    here = pictures(project.draw())
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address.replace("tcp://", "dask://")
        there = pictures(project.draw(executor=address, store=project.place / "other"))

    assert here == there


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_build_that_is_ended_leaves_no_process(project, how):
    """After kill -9 or Ctrl-C of a build no figure process is left."""
    project.write({"slow.py": "import time\ntime.sleep(600)\n"})
    program = """
    import sys
    from pathlib import Path
    from hortus.figures import FigureOptions, draw_figures, read_scripts, script_figures
    place = Path(sys.argv[1])
    wanted = script_figures(read_scripts(place / "figures")["slow"])
    draw_figures(wanted, FigureOptions(place / "store", place / "figures", place / "vault"))
    """
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(program), str(project.place)]
    build = subprocess.Popen(
        command,
        env=variables,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests may run where Ctrl-C is ignored
    )
    mark = f"MPLCONFIGDIR={project.place}".encode()
    assert until(lambda: len(running(mark)) >= 4), "zygote, supervisor, init and script"
    build.send_signal(how)
    build.wait()

    assert until(lambda: not running(mark)), running(mark)


def running(mark: bytes) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found += [folder.name] * (mark in (folder / "environ").read_bytes())
    return found


def until(holds, seconds=90.0) -> bool:
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
