"""Hostile scripts: each affects only its own figure, and leaves no process and no changed file.

All of them run in one build, next to a good one.
"""

import hashlib
import json
import os
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from hortus.figures import Limits, make_runner
from hortus.figures.sandbox.processes import folder_size, remove_folder

LIMITS = Limits(seconds=2, wall=12, memory=400 << 20, output=8 << 20, processes=24)

FRAME = """
import os, sys, subprocess, tempfile, time
import numpy as np
VAULT, PORT = {vault!r}, {port}

def compute(*, seed=0):
{body}
    return {{}}

def draw(result, theme):
    import matplotlib.pyplot as plt
    return plt.figure()
"""

HOSTILE = {
    "endless": ("while True: pass", "stopped after 2 s of processor time (in compute, endless.py:"),
    "deaf": (
        "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)",
        "stopped after 12 s, in which it mostly waited (in compute, deaf.py:",
    ),
    "escape": (
        """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        """,
        "left processes behind",
    ),
    "daemon": (
        """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(600)
            os._exit(0)
        time.sleep(600)
        """,
        "stopped after 12 s, in which it mostly waited",
    ),
    "delegator": (  # the processor time of children counts
        """
        if os.fork() == 0:
            while True: pass
        time.sleep(600)
        """,
        "stopped after 2 s of processor time",
    ),
    "bomb": (  # 2 ** 8 processes at most, if nobody stops it
        """
        for _ in range(8):
            os.fork()
            time.sleep(0.02)
        time.sleep(600)
        """,
        "stopped: it started more than 24 processes",
    ),
    "greedy": ("np.ones(10 * 2**30 // 8)", "stopped: it held more than 400 MiB of memory"),
    "bigfile": (
        """
        with open(tempfile.gettempdir() + "/big", "wb") as file:
            for _ in range(10 * 2**10):
                file.write(bytes(2**20))
        """,
        "more than 8 MiB",
    ),
    "manyfiles": (
        """
        for number in range(10_000):
            open(f"{tempfile.gettempdir()}/file{number}", "wb").write(os.urandom(2**20))
            time.sleep(0.01)
        """,
        "stopped: it wrote more than 8 MiB",
    ),
    "printer": ("for _ in range(2**10): print('x' * 2**20)", "more than 8 MiB"),
    "asker": ("input('Your name? ')", "asked for input, and nobody is there"),
    "caller": (
        "import socket; socket.create_connection(('127.0.0.1', PORT))",
        "a figure script has no network access",
    ),
    "sly-caller": (
        """
        program = f"import socket; socket.create_connection(('127.0.0.1', {PORT}))"
        subprocess.run([sys.executable, "-c", program], check=True, stderr=subprocess.DEVNULL)
        """,
        ("CalledProcessError", "cannot start programs"),
    ),
    "segfault": ("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV (in "),
    "leaver": ("sys.exit(0)", "called sys.exit(0)"),
    "bolter": ("os._exit(0)", "ended by os._exit(0) before it was done"),
    "vandal": ("open(VAULT + '/note.md', 'w').write('gone')", "can write only in its temporary folder"),
    "remover": ("os.remove(VAULT + '/note.md')", "can write only in its temporary folder"),
    "mover": ("os.rename(VAULT + '/note.md', 'mine.md')", "can write only in its temporary folder"),
    "linker": (
        "os.chdir(tempfile.gettempdir()); os.symlink(VAULT + '/note.md', 'link'); open('link', 'w').write('gone')",
        "can write only in its temporary folder",
    ),
    "sly-vandal": (
        "subprocess.run(['sh', '-c', f'echo gone > {VAULT}/note.md'], check=True, stderr=subprocess.DEVNULL)",
        ("CalledProcessError", "cannot start programs"),
    ),
    "killer": ("os.kill(os.getppid(), 9); os.kill(0, 9)", ("Operation not permitted", "ended by SIGKILL")),
    "suicide": ("os.killpg(0, 9)", "ended by SIGKILL"),
    "forger": (
        "open(tempfile.gettempdir() + '/../out/report.json', 'w').write('{\"stage\": \"done\"}'); os._exit(0)",
        "its report is invalid",
    ),
    "objects": ("return {'f': [lambda: 0]}", "result['f'][0] is a function, which cannot be cached"),
    "raiser": ("raise ValueError('no luck')", "ValueError: no luck (raiser.py:"),
}


@pytest.fixture(scope="module")
def ruin(tmp_path_factory, make_project, line):
    """Run all of them; return the figures, requests to a server, and the files before."""
    project = make_project(tmp_path_factory.mktemp("hostile"))
    project.limits = LIMITS
    (project.vault / "note.md").write_text("precious")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        project.write({"good.py": line})
        for name, (body, _) in HOSTILE.items():
            body = textwrap.indent(textwrap.dedent(body).strip("\n"), "    ")
            project.write({f"{name}.py": FRAME.format(vault=str(project.vault), port=port, body=body)})
        before = contents(project)
        runner = make_runner(project.options())
        figures = project.draw(jobs=5, runner=runner)
        runner.close()
        try:
            called = server.accept() is not None
        except BlockingIOError:
            called = False
    return project, figures, before, called


def contents(project) -> dict[str, str]:
    return {
        str(file): hashlib.sha256(file.read_bytes()).hexdigest()
        for folder in (project.vault, project.folder)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.mark.parametrize("name", HOSTILE)
def test_each_spoils_one_figure_and_is_named(ruin, name):
    """Each hostile script has its own message, and no picture."""
    figure, said = ruin[1][name], HOSTILE[name][1]
    said = (said,) if isinstance(said, str) else said

    assert ("failed", ()) == (figure.state, figure.frames)
    assert any(words in figure.error for words in said), figure.error


def test_the_good_one_is_drawn(ruin):
    """Other figures are not affected."""
    assert "drawn" == ruin[1]["good"].state


def test_no_process_is_left(ruin):
    """Every process with this build's environment is gone, whatever session or parent it moved to."""
    mark = f"MPLCONFIGDIR={ruin[0].place}".encode()

    assert [] == [pid for pid in filter(str.isdigit, os.listdir("/proc")) if mark in environ(pid)]


def environ(pid: str) -> bytes:
    try:
        return Path("/proc", pid, "environ").read_bytes()
    except OSError:
        return b""


def test_no_file_is_changed(ruin):
    """Vault and scripts are unchanged, and working folders removed."""
    project, _, before, _ = ruin

    assert before == contents(project)
    assert [] == list((project.place / "store" / "running").iterdir())


def test_nobody_called(ruin):
    """No script reached a server on this machine, not even through another program."""
    assert not ruin[3]


def test_what_fails_surely_is_not_run_again(ruin):
    """An exception is cached; a time-out, a crash and too little memory are not."""
    project, figures, _, _ = ruin
    again = project.draw(mode="frozen")

    assert figures["raiser"].error == again["raiser"].error
    assert "nothing may run" in again["endless"].error
    assert "nothing may run" in again["segfault"].error


def supervised(folder: Path, program: str, **limits: int) -> dict:
    """Run a program that supervises a job in *folder*, within *limits*, and return how the job ended."""
    given = {"wall": 60, "seconds": 20, "memory": 2 << 30, "output": 1 << 20, "processes": 16} | limits
    (folder / "out").mkdir()
    (folder / "job.json").write_text(json.dumps({"limits": given}))
    variables = os.environ | {"HORTUS_TEST": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(program), str(folder)]
    subprocess.run(command, env=variables, check=True, timeout=120)
    return json.loads((folder / "end.json").read_text())


def test_without_namespaces_nothing_is_left_either(tmp_path):
    """Without PID namespaces, orphans are found as descendants."""
    program = """
    import os, sys, time
    from pathlib import Path
    from hortus.figures.sandbox.supervise import supervise

    def work():
        for _ in range(6):
            os.fork()
            os.setsid() if os.getpid() != os.getpgid(0) else None
        time.sleep(600)

    supervise(Path(sys.argv[1]), work, isolate=lambda: False)
    """
    end = supervised(tmp_path, program, seconds=5)
    mark = f"HORTUS_TEST={tmp_path}".encode()

    assert ("processes", False) == (end["reason"], end["isolated"])
    assert [] == [pid for pid in filter(str.isdigit, os.listdir("/proc")) if mark in environ(pid)]


def test_only_a_gpus_devices_can_be_opened(tmp_path):
    """The GPU permission covers only that device, and no file."""
    program = """
    import sys
    from hortus.figures.sandbox import guard

    held = guard.landlock([sys.argv[1]], guard.gpu_devices(["/dev/ful[l]"]))
    for path in ("/dev/full", "/dev/zero", sys.argv[1] + "/in", sys.argv[2]):
        try:
            open(path, "wb", buffering=0)
            print("opened")
        except PermissionError:
            print("refused")
    sys.exit(not held)
    """
    (tmp_path / "work").mkdir()
    command = [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "work"), str(tmp_path / "out")]
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    if done.returncode == 1 and not done.stderr:
        pytest.skip("a kernel without Landlock")

    assert ["opened", "refused", "opened", "refused"] == done.stdout.split()


def test_a_script_has_its_own_names_and_shared_memory(tmp_path):
    """Host name and System V shared memory are copies in the sandbox's namespaces; the script changes them only after
    the namespaces' ids have confirmed that."""
    program = """
    import ctypes, os, socket, sys
    from pathlib import Path
    from hortus.figures.sandbox.supervise import supervise

    before = {name: os.readlink(f"/proc/self/ns/{name}") for name in ("uts", "ipc")}

    def work():
        apart = {name: os.readlink(f"/proc/self/ns/{name}") != there for name, there in before.items()}
        if apart["uts"] and os.geteuid() == 0:
            socket.sethostname("renamed")
        if apart["ipc"]:
            ctypes.CDLL(None).shmget(0x486F7274, 4096, 0o1600)
        Path(sys.argv[1], "out", "apart").write_text(str(sorted(name for name in apart if apart[name])))

    supervise(Path(sys.argv[1]), work)
    """
    name = socket.gethostname()
    end = supervised(tmp_path, program)
    if not end["isolated"]:
        pytest.skip("a system without namespaces")

    assert ("['ipc', 'uts']", "") == ((tmp_path / "out" / "apart").read_text(), end["ended"])
    assert name == socket.gethostname()
    assert str(0x486F7274) not in Path("/proc/sysvipc/shm").read_text()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("os._exit(0)", {"status": 0}, id="its own exit"),
        pytest.param("os._exit(7)", {"status": 7}, id="with a status"),
        pytest.param("raise OSError('no space')", {"status": 0, "ended": "OSError: no space"}, id="a fault of ours"),
        pytest.param("pass", {"status": 0, "ended": ""}, id="the end"),
        pytest.param("os.abort()", {"status": -6}, id="a crash"),
    ],
)
def test_ends_are_distinguished(tmp_path, code, expected):
    """An exit by the script differs from a killed process and from a crash."""
    program = f"import os, sys\nfrom pathlib import Path\nfrom hortus.figures.sandbox.supervise import supervise\ndef work():\n    {code}\n"
    end = supervised(tmp_path, f"{program}supervise(Path(sys.argv[1]), work)\n")

    assert expected == {name: end[name] for name in ("status", "ended") if name in end}


def test_deep_folders_are_measured_and_removed(tmp_path):
    """3,000 nested folders, some without permissions, are measured and removed; targets of symlinks stay."""
    top, outside = tmp_path / "job", tmp_path / "outside"
    for folder in (top, outside):
        folder.mkdir()
    (outside / "kept").write_text("kept")
    here = os.open(top, os.O_RDONLY)
    for number in range(3000):
        os.mkdir("a", dir_fd=here)
        below = os.open("a", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
        if number % 1000 == 999:
            os.symlink(outside, "link", dir_fd=here)
            with os.fdopen(os.open("file", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
                file.write(bytes(100_000))
    os.close(here)
    (top / "a").chmod(0)

    assert os.geteuid() != 0 or 300_000 <= folder_size(top) < 600_000

    remove_folder(top)

    assert not top.exists() and "kept" == (outside / "kept").read_text()


def test_waiting_is_not_counted(project, line):
    """A script may sleep for longer than its limit of processor time."""
    project.limits = Limits(seconds=1.5, wall=300)
    project.write({"sleeper.py": line.replace("def compute", "import time\ntime.sleep(3)\n\ndef compute")})

    assert ("drawn", "") == (project.draw()["sleeper"].state, project.draw()["sleeper"].error)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("subprocess.run(['true'])", "what another process reads cannot be seen", id="program"),
        pytest.param("os.system('true')", "what another process reads cannot be seen", id="shell"),
        pytest.param("os.fork() or os._exit(0)", "what another process reads cannot be seen", id="fork"),
        pytest.param("sqlite3.connect('x.db')", "what sqlite3 reads cannot be seen on this system", id="sqlite3"),
        pytest.param("__import__('polars')", "what polars reads cannot be seen on this system", id="library"),
        pytest.param("os.path.exists(ROOT + '/no')", "[('no', 'stat')]", id="exists"),
        pytest.param("Path(ROOT, 'yes').stat()", "[('yes', 'stat')]", id="stat"),
        pytest.param("Path(ROOT, 'yes').read_text()", "[('yes', 'file')]", id="read"),
        pytest.param("os.listdir(ROOT)", "[('', 'folder')]", id="list"),
        pytest.param("[os.stat(ROOT), shutil.rmtree(ROOT + '/no', True)]", "[('no', 'stat')]", id="above"),
    ],
)
@pytest.mark.parametrize("declared", [False, True])
def test_without_the_kernel_unseen_reads_are_refused(tmp_path, code, expected, declared):
    """Where only the audit hook sees reads, what it cannot see is refused, unless the script names its files."""
    program = f"""
    import os, shutil, sqlite3, subprocess, sys
    from pathlib import Path
    from hortus.figures.sandbox import guard
    from hortus.figures.sandbox.places import Places

    ROOT = sys.argv[1]
    watch = guard.Watch([], Places([ROOT], []), can_start=True)
    guard.watch_unseen(watch, {declared})
    sys.addaudithook(watch)
    try:
        {code}
    except (guard.Refused, ImportError, sqlite3.Error) as error:
        print(error)
    watch.active = False
    print(sorted((os.path.relpath(path, ROOT).strip("."), kind) for path, kind in watch.seen.items()))
    """
    root = tmp_path / "root"
    root.mkdir()
    (root / "yes").write_text("1")
    variables = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(program), str(root)]
    said = subprocess.run(command, env=variables, cwd=tmp_path, capture_output=True, text=True).stdout

    assert (expected in said) == (not declared or expected.startswith("[")), said


def test_a_signal_is_not_lost_while_processes_are_read(tmp_path):
    """A supervisor that is asked to stop while it reads ``/proc``, where errors are suppressed, does stop."""
    program = """
    import os, signal, sys, time
    from contextlib import suppress
    from pathlib import Path
    from hortus.figures.sandbox import supervise

    def resident(pids):
        with suppress(OSError):
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)
        return 0

    supervise.resident = resident
    supervise.supervise(Path(sys.argv[1]), lambda: time.sleep(600), isolate=lambda: False)
    """

    assert "interrupted" == supervised(tmp_path, program, wall=20)["reason"]
