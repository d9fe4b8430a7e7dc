"""Templates: compiled once, and kept where Python keeps compiled modules."""

import shutil
import sys
from pathlib import Path

import pytest

from hortus.site.pages import forget_templates

NOTES = {"a.md": "# A\n\n[[b]]\n", "b.md": "# B\n"}


@pytest.fixture
def kept(monkeypatch, tmp_path) -> Path:
    """Let Python keep compiled code in a folder of its own."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    forget_templates()
    return tmp_path / "compiled"


def compiled(kept: Path) -> dict[Path, float]:
    """Return the compiled templates and when they were written."""
    return {file: file.stat().st_mtime_ns for file in kept.rglob("compiled_*/*.py")}


def test_compiled_once(build_vault, kept):
    """The second process loads what the first one compiled, and makes the same pages."""
    first = build_vault(NOTES).bytes()
    before = compiled(kept)
    forget_templates()

    assert first == build_vault(NOTES).bytes()
    assert before == compiled(kept) != {}


def test_not_compiled_where_python_keeps_nothing(build_vault, kept, monkeypatch):
    """The same pages come from the templates themselves."""
    first = build_vault(NOTES).bytes()
    shutil.rmtree(kept)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    forget_templates()

    assert first == build_vault(NOTES).bytes()
    assert {} == compiled(kept)


def test_a_place_that_cannot_be_written(build_vault, kept):
    """Then templates are compiled by each process."""
    first = build_vault(NOTES).bytes()
    shutil.rmtree(kept)
    kept.write_text("a file")
    forget_templates()

    assert first == build_vault(NOTES).bytes()


def test_templates_next_to_the_settings(build_vault, kept):
    """An author's own template is used in place of a compiled one."""
    build_vault(NOTES)
    forget_templates()
    site = build_vault(NOTES | {"templates/note.html": "mine"}, "search = false\n").bytes()

    assert b"mine" == site["a.html"]
