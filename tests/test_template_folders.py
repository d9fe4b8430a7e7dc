"""Templates: found by Obsidian's settings, left out of the site, and reported."""

import json
import os

import pytest

from hortus.cli.main import main
from hortus.report.kinds import has_problems
from hortus.vault.reader import read_vault
from hortus.vault.template_folders import find_template_folders

CORE, DAILY = ".obsidian/templates.json", ".obsidian/daily-notes.json"
TEMPLATER = ".obsidian/plugins/templater-obsidian/data.json"
NOTES = {"Home.md": "[[T/Day]]", "T/Day.md": "{{date}}", "T/deep/Week.md": "x", "U/Day.md": "y"}


def hidden(vault) -> list[str]:
    return sorted(read_vault(vault).withheld)


@pytest.mark.parametrize(
    ("file", "settings", "expected"),
    [
        pytest.param(CORE, {"folder": "T"}, ["T/Day.md", "T/deep/Week.md"], id="Templates"),
        pytest.param(CORE, {"folder": "/t/"}, ["T/Day.md", "T/deep/Week.md"], id="slashes and case"),
        pytest.param(CORE, {"folder": "T/deep"}, ["T/deep/Week.md"], id="a folder in a folder"),
        pytest.param(DAILY, {"folder": "T", "template": "U/Day"}, ["U/Day.md"], id="Daily notes: the note alone"),
        pytest.param(DAILY, {"template": "U/Day.md"}, ["U/Day.md"], id="Daily notes: with its ending"),
        pytest.param(TEMPLATER, {"templates_folder": "U"}, ["U/Day.md"], id="Templater"),
        pytest.param(CORE, {"folder": ""}, [], id="none"),
        pytest.param(CORE, {"folder": "/"}, [], id="the vault itself"),
        pytest.param(CORE, {"folder": "."}, [], id="the vault itself, by a dot"),
        pytest.param(CORE, {"folder": "../T"}, [], id="outside of the vault"),
        pytest.param(CORE, {"folder": ["T"]}, [], id="no text"),
        pytest.param(CORE, ["T"], [], id="no table"),
        pytest.param(".obsidian/app.json", {"folder": "T"}, [], id="another file"),
    ],
)
def test_what_is_a_template(write_vault, file, settings, expected):
    """Notes in the configured folder, and the configured note."""
    assert expected == hidden(write_vault({**NOTES, file: json.dumps(settings)}))


def test_templates_are_not_published(build_vault):
    """No page, one issue per folder, and a link to one is a link to an unpublished note."""
    built = build_vault({**NOTES, CORE: '{"folder": "T"}'})
    (issue,) = [one for one in built.report.issues if one.kind == "template_folder"]

    assert (CORE, '2 templates are not published: "T" is named in .obsidian/templates.json') == (
        issue.path,
        issue.message,
    )
    assert {"Home.md", "U/Day.md"} == built.graph.notes.keys()
    assert ["private_link"] == [one.kind for one in built.report.issues if one.path == "Home.md" and "link" in one.kind]


def test_a_setting_brings_them_back(build_vault):
    """With `publish_templates` nothing is left out or reported."""
    built = build_vault({**NOTES, CORE: '{"folder": "T"}'}, "publish_templates = true\n")

    assert NOTES.keys() == built.graph.notes.keys()
    assert "template_folder" not in built.report.summary


def test_pictures_of_a_template_folder_stay(build_vault):
    """Attachments in other notes are published."""
    files = {"Home.md": "![[p.svg]]", "T/p.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>', CORE: '{"folder": "T"}'}

    assert "missing_asset" not in build_vault(files).report.summary


@pytest.mark.parametrize("text", ["{", "[" * 100_000, "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")])
def test_damaged_settings_are_reported(write_vault, capsys, text):
    """They hide nothing, and are one issue, which ``--strict`` does not accept."""
    vault = write_vault({**NOTES, CORE: text})

    assert [("bad_template_settings", CORE)] == [(one.kind, one.path) for one in read_vault(vault).issues]
    assert [] == hidden(vault)
    assert has_problems({"bad_template_settings": 1})
    assert 0 == main(["check", str(vault)])
    assert 2 == main(["check", "--strict", str(vault)])
    assert "bad template settings" in capsys.readouterr().out


def test_settings_that_are_no_plain_file(write_vault, tmp_path):
    """A symlink out of the vault, a folder, a pipe and a huge file are not read; a symlink within the vault is."""
    vault = write_vault(NOTES)
    outside = tmp_path / "outside.json"
    outside.write_text('{"folder": "T"}')
    (vault / ".obsidian").mkdir()
    file = vault / CORE
    file.symlink_to(outside)
    assert {} == find_template_folders(vault).named
    file.unlink()
    file.mkdir()
    assert {} == find_template_folders(vault).named
    file.rmdir()
    os.mkfifo(file)
    assert {} == find_template_folders(vault).named
    file.unlink()
    file.write_text(json.dumps({"folder": "T", "more": "x" * 3_000_000}))
    huge = find_template_folders(vault)
    assert ({}, ["bad_template_settings"]) == (huge.named, [one.kind for one in huge.issues])
    file.unlink()
    (vault / "settings.json").write_text('{"folder": "T"}')
    file.symlink_to(vault / "settings.json")
    assert {"t": ("T", CORE)} == find_template_folders(vault).named


def test_why_a_template_is_not_published(write_vault, capsys):
    """`hortus why --published` names the file that names the folder."""
    vault = write_vault({**NOTES, CORE: '{"folder": "T"}'})

    assert 2 == main(["why", "--published", "T/Day", "--vault", str(vault)])
    assert f'rule: a template: "T" is named in {CORE}' in capsys.readouterr().out
