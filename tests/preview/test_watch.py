"""What changes on the disk is told, once, whatever way it changed."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hortus.core.config import read_config
from hortus.preview.watch import changes, watched


def gather(vault: Path, act, batches: int = 1) -> list[set[str]]:
    """Return the names told after *act*; the first batch, the vault itself, is seen first."""

    async def run() -> list[set[str]]:
        stop = asyncio.Event()
        told = changes(read_config(vault), stop)
        assert {vault} == await anext(told)
        await asyncio.sleep(0.2)
        act()
        found = [{file.name for file in await asyncio.wait_for(anext(told), 30)} for _ in range(batches)]
        stop.set()
        await told.aclose()
        return found

    with ThreadPoolExecutor(1) as aside:  # the browser's driver has a loop in this thread
        return aside.submit(lambda: asyncio.run(run())).result()


def test_many_saves_are_one_batch(tmp_path):
    def act():
        for number in range(200):
            (tmp_path / f"{number}.md").write_text("x")

    names = set().union(*gather(tmp_path, act))

    assert {f"{number}.md" for number in range(200)} >= names and len(names) >= 20


def test_what_is_hidden_is_not_told(tmp_path):
    (tmp_path / ".obsidian").mkdir()
    (tmp_path / "site").mkdir()
    (tmp_path / "hortus.toml").write_text('out = "site"')

    def act():
        for name in (".obsidian/workspace.json", ".a.md.swp", "a.md~", "4913", "site/index.html", ".b.tmp"):
            (tmp_path / name).write_text("x")
        os.replace(tmp_path / ".b.tmp", tmp_path / "b.md")

    assert [{"b.md"}] == gather(tmp_path, act)


def test_settings_and_theme_beside_the_vault(tmp_path):
    (tmp_path / "vault").mkdir()
    (tmp_path / "other").mkdir()
    vault = tmp_path / "vault"

    def act():
        (tmp_path / "README.md").write_text("x")
        (tmp_path / "other/a.md").write_text("x")
        (tmp_path / "theme.css").write_text("x")

    (tmp_path / "hortus.toml").write_text("")
    assert [{"theme.css"}] == gather(vault, act)


def test_folders_are_watched_once(tmp_path):
    (tmp_path / "figures").mkdir()

    assert (tmp_path,) == watched(read_config(tmp_path))


def test_settings_of_templates_are_told(tmp_path):
    """The three files of Obsidian that name templates are told, and nothing else below a dot folder."""
    told = {
        "templates.json": ".obsidian",
        "daily-notes.json": ".obsidian",
        "data.json": ".obsidian/plugins/templater-obsidian",
    }
    for folder in (*told.values(), ".obsidian/plugins/other", ".trash"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)

    def act():
        for file in (".obsidian/app.json", ".obsidian/plugins/other/data.json", ".trash/templates.json", "x.md"):
            (tmp_path / file).write_text("{}")
        for name, folder in told.items():
            (tmp_path / folder / name).write_text("{}")

    assert {*told, "x.md"} == set().union(*gather(tmp_path, act))
