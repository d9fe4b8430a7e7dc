"""What changes on the disk is reported once, however it changed."""

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hortus.core.config import read_config
from hortus.figures import read_scripts
from hortus.figures.data import DataPlaces, data_places
from hortus.preview.watch import changes, watched


def gather(vault: Path, act, until=bool, data=DataPlaces) -> list[set[str]]:
    """Return batches of names that came after *act*, until those named so far are enough for *until*."""

    async def run() -> list[set[str]]:
        stop = asyncio.Event()
        batches = changes(read_config(vault), stop, data)
        assert {vault} == await anext(batches)
        await asyncio.sleep(0.2)
        act()
        found: list[set[str]] = []
        while not until(set().union(*found)):
            found.append({file.name for file in await asyncio.wait_for(anext(batches), 30)})
        stop.set()
        await batches.aclose()
        return found

    with ThreadPoolExecutor(1) as aside:  # the browser's driver has a loop in this thread
        return aside.submit(lambda: asyncio.run(run())).result()


def test_many_saves_are_few_batches(tmp_path):
    """200 files saved one after another: all are named, in a batch for many of them, however busy the machine."""
    names = {f"{number}.md" for number in range(200)}

    def act():
        for name in sorted(names):
            (tmp_path / name).write_text("x")

    batches = gather(tmp_path, act, until=names.__le__)

    assert names == set().union(*batches)
    assert len(batches) < 100


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


def test_data_of_figures_is_watched_anywhere(tmp_path):
    """Files named in DATA count wherever they are: by name, in a named folder, by a pattern, also if they are new."""
    vault = tmp_path / "project/vault"
    for name in ("project/vault", "project/figures", "one", "runs/inner", "logs"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("runs/inner/a.csv", "logs/b.csv"):
        (tmp_path / name).write_text("1")
    (tmp_path / "project/hortus.toml").write_text("")
    data = '["../../one/data.csv", "../../runs", "../../logs/*.csv"]'
    (tmp_path / "project/figures/plot.py").write_text(f"DATA = {data}\n")
    places = data_places(read_scripts(tmp_path / "project/figures").values())

    def act():
        (tmp_path / "one/other.csv").write_text("2")
        for name in ("one/data.csv", "runs/inner/a.csv", "logs/c.csv"):
            (tmp_path / name).write_text("2")

    wanted = {"data.csv", "a.csv", "c.csv"}
    assert wanted == set().union(*gather(vault, act, until=wanted.__le__, data=lambda: places))


def test_settings_of_templates_are_told(tmp_path):
    """The three files of Obsidian that name templates are reported, and nothing else below a dot folder."""
    reported = {
        "templates.json": ".obsidian",
        "daily-notes.json": ".obsidian",
        "data.json": ".obsidian/plugins/templater-obsidian",
    }
    for folder in (*reported.values(), ".obsidian/plugins/other", ".trash"):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)

    def act():
        for file in (".obsidian/app.json", ".obsidian/plugins/other/data.json", ".trash/templates.json", "x.md"):
            (tmp_path / file).write_text("{}")
        for name, folder in reported.items():
            (tmp_path / folder / name).write_text("{}")

    assert {*reported, "x.md"} == set().union(*gather(tmp_path, act))
