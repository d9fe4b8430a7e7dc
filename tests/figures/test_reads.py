"""Ways to read data: each is seen, so that changed data makes a figure run again, or refused with a message.

One script tries all of them; docs/Figures.md has the table, with those of libraries that are not installed here.
"""

import dbm.dumb
import gzip
import io
import pickle
import shelve
import sqlite3
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hortus.figures import state_of
from hortus.figures.cache.key import changed_files, roots
from hortus.figures.cache.store import Store

WAYS = {
    # way: code that reads the file PATH, or what it must see instead
    "open": "open(PATH).read()",
    "pathlib": "Path(PATH).read_text()",
    "os.open": "os.read(os.open(PATH, os.O_RDONLY), 9)",
    "relative to a folder": "os.open('relative to a folder', os.O_RDONLY, dir_fd=os.open(FOLDER, os.O_RDONLY))",
    "relative path": "open('read/relative path').read()",
    "io.FileIO": "io.FileIO(PATH).read()",
    "codecs": "codecs.open(PATH).read()",
    "fileinput": "list(fileinput.input([PATH]))",
    "linecache": "linecache.getline(PATH, 1)",
    "mmap": "mmap.mmap(os.open(PATH, os.O_RDONLY), 0, access=mmap.ACCESS_READ)[:]",
    "csv": "list(csv.reader(open(PATH)))",
    "json": "json.load(open(PATH))",
    "tomllib": "tomllib.load(open(PATH, 'rb'))",
    "configparser": "configparser.ConfigParser().read(PATH)",
    "ElementTree": "ElementTree.parse(PATH)",
    "pickle": "pickle.load(open(PATH, 'rb'))",
    "gzip": "gzip.open(PATH).read()",
    "zipfile": "zipfile.ZipFile(PATH).read('a')",
    "tarfile": "tarfile.open(PATH).getnames()",
    "import from a zip": "sys.path.insert(0, PATH) or __import__('zipped').VALUE",
    "sqlite3": "sqlite3.connect(PATH).execute('select * from t').fetchall()",
    "shelve": "shelve.open(PATH, 'r')['a']",
    "importlib": "importlib.machinery.SourceFileLoader('m', PATH).get_code('m')",
    "importlib.resources": "(importlib.resources.files('_package') / 'importlib.resources').read_text()",
    "runpy": "runpy.run_path(PATH)",
    "np.load": "np.load(PATH)",
    "np.load, mapped": "np.load(PATH, mmap_mode='r')[:]",
    "np.loadtxt": "np.loadtxt(PATH)",
    "np.fromfile": "np.fromfile(PATH)",
    "np.memmap": "np.memmap(PATH, mode='r')[:]",
    "torch.load": "torch.load(PATH)",
    "torch.from_file": "torch.from_file(PATH, size=1, dtype=torch.uint8).sum().item()",
    "PIL": "Image.open(PATH).load()",
    "plt.imread": "plt.imread(PATH)",
    "subprocess": "subprocess.run(['cat', PATH], check=True, capture_output=True)",
    "os.system": "os.system(f'. \"{PATH}\" > /dev/null')",
    "a program of the project": "subprocess.run([PATH], check=True)",
    "git": "subprocess.run(['git', 'hash-object', PATH], check=True, capture_output=True)",
    "os.fork": "os.waitpid(os.fork() or (open(PATH).read(), os._exit(0)), 0)",
    "multiprocessing": "multiprocessing.get_context('fork').Process(target=open, args=[PATH]).start()",
    "a thread": "threading.Thread(target=Path(PATH).read_text).start() or time.sleep(0.1)",
    "ctypes": "ctypes.CDLL(None).fopen(PATH.encode(), b'r') or 1 / 0",
    "os.path.exists": "os.path.exists(PATH)",
    "os.stat": "os.stat(PATH).st_size",
    "os.access": "os.access(PATH, os.R_OK)",
    "os.readlink": "os.readlink(PATH)",
    "glob": "glob.glob(PATH + '/*')",
    "os.scandir": "list(os.scandir(PATH))",
    "os.walk": "list(os.walk(PATH))",
    "outside of the project": "open(OUTSIDE).read()",
    "through a link": "open(PATH).read()",
    "missing": "os.path.exists(PATH)",
}
REFUSED = {
    "socket": ("socket.create_connection(('127.0.0.1', 9))", "a figure script has no network access"),
    "urllib": ("urllib.request.urlopen('http://127.0.0.1:9')", "a figure script has no network access"),
    "connect from C": ("connect()", "Permission denied"),
    "io_uring": ("uring()", "not implemented"),
}
IMPORTS = """
import codecs, configparser, csv, ctypes, fileinput, glob, gzip, importlib.machinery, importlib.resources, io, json
import linecache, mmap, multiprocessing, os, pickle, runpy, shelve, socket, sqlite3, subprocess, sys, tarfile, threading
import time, tomllib, urllib.request, zipfile
from pathlib import Path
from xml.etree import ElementTree
import matplotlib.pyplot as plt
import numpy as np
import torch
from PIL import Image
import _package

FOLDER = str(Path(__file__).parent / "read")
LIBC = ctypes.CDLL(None, use_errno=True)


def connect():
    made = socket.socket(socket.AF_UNIX)
    if LIBC.connect(made.fileno(), b"\\1\\0/nowhere", 10) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def uring():
    if LIBC.syscall(425, 1, ctypes.create_string_buffer(256)) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def draw(result, theme):
    return plt.figure()


"""


def script(outside: str) -> str:
    """Return a script whose `compute` tries all ways, and returns the errors."""
    lines = [f"OUTSIDE = {outside!r}", "", "", "def compute(*, seed=0):", "    errors = {}"]
    for name, code in {**WAYS, **{name: code for name, (code, _) in REFUSED.items()}}.items():
        lines += [f"    PATH = os.path.join(FOLDER, {name!r})", "    try:", f"        {code}"]
        lines += ["    except Exception as error:", f"        errors[{name!r}] = repr(error)"]
    return IMPORTS + "\n".join([*lines, "    return errors"]) + "\n"


def content(name: str) -> bytes:
    """Return the content of the file that a way reads."""
    stream = io.BytesIO()
    match name:
        case "json" | "np.loadtxt":
            return b"3\n"
        case "tomllib":
            return b"a = 1\n"
        case "configparser":
            return b"[a]\nb = 1\n"
        case "ElementTree":
            return b"<a/>"
        case "pickle":
            return pickle.dumps(3)
        case "gzip":
            return gzip.compress(b"3")
        case "zipfile" | "import from a zip":
            with zipfile.ZipFile(stream, "w") as archive:
                archive.writestr("a", "3")
                archive.writestr("zipped.py", "VALUE = 3")
        case "tarfile":
            tarfile.open(fileobj=stream, mode="w").close()
        case "np.load" | "np.load, mapped":
            np.save(stream, np.ones(3))
        case "torch.load":
            import torch  # here, because it takes seconds

            torch.save(torch.ones(3), stream)
        case "PIL" | "plt.imread":
            Image.new("RGB", (2, 2)).save(stream, "png")
        case "importlib" | "runpy":
            return b"VALUE = 3\n"
        case "a program of the project":
            return b"#!/bin/sh\nexit 0\n"
        case _:
            return b"# 3\n" if name == "os.system" else b"12345678"
    return stream.getvalue()


def write(folder) -> None:
    """Write a file for each way."""
    for name in WAYS.keys() - {"sqlite3", "shelve", "missing", "os.readlink", "through a link"}:
        file = folder / name
        if name in ("glob", "os.scandir", "os.walk"):
            file.mkdir()
        else:
            file.write_bytes(content(name))
    (folder / "a program of the project").chmod(0o755)
    with sqlite3.connect(folder / "sqlite3") as database:
        database.execute("create table t (x)")
    with shelve.Shelf(dbm.dumb.open(str(folder / "shelve"), "c")) as shelf:
        shelf["a"] = 3
    for name in ("os.readlink", "through a link"):
        (folder / name).symlink_to("../target")


def target(name: str) -> str:
    """Return the path, below the scripts' folder, of what a way reads."""
    places = {
        "importlib.resources": "_package/importlib.resources",
        "shelve": "read/shelve.dat",
        "outside of the project": "../outside/data",
    }
    return places.get(name, f"read/{name}")


def change(file) -> None:
    """Change what a way reads: content and size, the names of a folder, or existence."""
    if file.is_dir():
        (file / "new").touch()
    elif file.name in ("os.path.exists", "os.access"):
        file.unlink()
    elif file.name == "sqlite3":
        with sqlite3.connect(file) as database:
            database.execute("insert into t values (1)")
    else:
        with file.open("ab") as stream:
            stream.write(b"9")


@pytest.fixture(scope="module")
def ways(tmp_path_factory, make_project):
    """Run the script, then change all its files; return the errors of the ways, and the files seen to be changed."""
    known = Path("/proc/sys/kernel/seccomp/actions_avail")
    if not known.exists() or "user_notif" not in known.read_text():
        pytest.skip("a system that cannot report reads")
    project = make_project(tmp_path_factory.mktemp("reads"))
    outside = project.place / "outside" / "data"
    outside.parent.mkdir()
    outside.write_text("1")
    project.write({"ways.py": script(str(outside)), "target": "1", "_package/__init__.py": "", "read/x": ""})
    (project.folder / "_package" / "importlib.resources").write_text("1")
    write(project.folder / "read")
    figure = project.draw()["ways"]
    assert ("drawn", "") == (figure.state, figure.error)
    compute = Store(project.options().store).last("ways")["compute"]
    for name in WAYS:
        change(project.folder / target(name))
    stale = changed_files(compute["observed"], roots(project.options()))
    return compute["scalars"], set(stale), state_of(project.wanted()[0], project.options())


@pytest.mark.parametrize("name", WAYS)
def test_a_changed_file_is_noticed(ways, name):
    """The way works in a script, and a change of what it read makes the figure run again."""
    errors, stale, _ = ways

    assert ("", True) == (errors.get(name, ""), target(name) in stale)


@pytest.mark.parametrize("name", REFUSED)
def test_other_reads_are_refused(ways, name):
    """What could bring in data without naming a file is refused."""
    assert REFUSED[name][1] in ways[0][name]


def test_the_figure_runs_again(ways):
    """The figure's state is that of one whose inputs changed, and only its files count."""
    _, stale, state = ways

    assert "changed" == state
    assert stale <= {*map(target, WAYS), "target", "read"}
