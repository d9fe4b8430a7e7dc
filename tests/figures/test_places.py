"""Which files are a script's data, and which its environment."""

import os
import sys

import pytest

from hortus.figures.sandbox.places import Places


@pytest.mark.parametrize(
    ("path", "recorded"),
    [
        pytest.param("ROOT/a.csv", "ROOT/a.csv", id="project"),
        pytest.param("ROOT", "ROOT", id="its folder"),
        pytest.param("ROOT/b/../a.csv", "ROOT/a.csv", id="up"),
        pytest.param("ROOT/__pycache__/_m.cpython-311.pyc", "ROOT/_m.py", id="compiled"),
        pytest.param("ROOTLESS/a.csv", "ROOTLESS/a.csv", id="outside"),
        pytest.param("LINK/a.csv", "ROOT/a.csv", id="link into the project"),
        pytest.param("OWN/out", "", id="own folder"),
        pytest.param("/usr/lib/x.so", "", id="system"),
        pytest.param("/user/x", "/user/x", id="name that begins like one of the system"),
        pytest.param("/proc/self/stat", "", id="process"),
        pytest.param(os.__file__, "", id="standard library"),
        pytest.param(pytest.__file__, "", id="library"),
        pytest.param("ELSEWHERE/site-packages/lib/data.bin", "", id="library outside of Python's folders"),
        pytest.param("ELSEWHERE/src/lib.py", "ELSEWHERE/src/lib.py", id="editable library"),
        pytest.param("ROOT/site-packages/x", "", id="library in the project"),
    ],
)
def test_data_and_environment(tmp_path, monkeypatch, path, recorded):
    """The innermost folder decides; paths outside of the project keep their place."""
    names = {"ROOTLESS": "rootless", "ROOT": "root", "LINK": "link", "OWN": "own", "ELSEWHERE": "elsewhere"}
    for name in names.values():
        if name != "link":
            (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to("root")
    packages = [str(tmp_path / name / "site-packages") for name in ("elsewhere", "root")]
    monkeypatch.setattr(sys, "path", [*sys.path, *packages, str(tmp_path / "elsewhere" / "src")])
    places = Places([str(tmp_path / "root")], [str(tmp_path / "own")])
    for name, folder in names.items():
        path, recorded = (text.replace(name, str(tmp_path / folder)) for text in (path, recorded))

    assert recorded == places.data_path(path)


def test_folders_above_say_nothing(tmp_path):
    """The existence of a folder that contains the project, a library or this run's folder is not data."""
    places = Places([str(tmp_path / "root")], [])

    assert [True, True, True, False] == [
        places.is_above(str(path)) for path in ("/", tmp_path, tmp_path / "root", tmp_path / "other")
    ]
