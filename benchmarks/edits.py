"""Count what an edit makes: 13 kinds of edit of a synthetic vault; print a Markdown table.

Each edit is followed by a build with the command, and taken back by another. Counted are the files that were made (the
recipes that ran), those whose content changed, appeared or went, and the processor time of all processes of the build.
Files made should be at most twice the changed ones and 20; settings and the theme are no facts, so they make all.

    python benchmarks/edits.py --sizes 1000
"""

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from make_vault import make_vault, write_vault
from run import environment

BIN = Path(sys.executable).parent
COUNTS = re.compile(r"(?P<changed>\d+) files? changed, (?P<removed>\d+) removed")
MADE = re.compile(r"(?P<made>\d+) files? made")
MISSING = "Quite New"
"""The note that 20 notes link to before it is written."""
FIGURE = '"""A figure.\n\nIt shows a line.\n"""\n\nimport matplotlib.pyplot as plt\n\nALT = "A line"\n\n\n'
FIGURE += 'def compute():\n    return {{"y": [1, 2, {0}]}}\n\n\ndef draw(data, theme):\n    fig, ax = plt.subplots()\n'
FIGURE += '    ax.plot(data["y"])\n    return fig\n'


class Vault:
    """A project with a synthetic vault, and the notes that edits are made to."""

    def __init__(self, folder: Path, size: int):
        self.folder, self.notes, self.out = folder, folder / "vault", folder / "site"
        write_vault(make_vault(size, "wiki"), self.notes)
        (folder / "figures").mkdir()
        (folder / "figures" / "line.py").write_text(FIGURE.format(3))
        (folder / "hortus.toml").write_text("title = 'Synthetic'\n")
        notes = sorted(path for path in self.notes.glob("*/*.md") if not path.stem.endswith("MOC"))
        self.note, self.other = notes[len(notes) // 2], notes[0]
        self.maps = sorted(self.notes.glob("*/*MOC.md"))
        for path in notes[10:30]:
            self.add(path, f"\nA link to [[{MISSING}]].\n")
        self.add(self.note, "\n## A linked part\n\nIts words.\n\n![[line.svg]]\n")
        self.add(self.other, f"\nSee [[{self.note.stem}#A linked part]].\n")

    def add(self, note: Path, text: str) -> None:
        note.write_text(note.read_text("utf-8") + text, "utf-8")

    def replace(self, note: Path, old: str, new: str) -> None:
        text = note.read_text("utf-8")
        assert old in text, (note, old)
        note.write_text(text.replace(old, new, 1), "utf-8")

    def retitle(self) -> None:
        """Give a note another title in its front matter."""
        text = re.sub(r"^title:.*\n", "", self.note.read_text("utf-8"), count=1, flags=re.MULTILINE)
        rest = text.removeprefix("---\n") if text.startswith("---\n") else f"---\n\n{text}"
        self.note.write_text(f"---\ntitle: Another title\n{rest}", "utf-8")

    def hide(self) -> None:
        text = self.note.read_text("utf-8")
        rest = text.removeprefix("---\n") if text.startswith("---\n") else f"---\n\n{text}"
        self.note.write_text(f"---\npublish: false\n{rest}", "utf-8")

    def order(self) -> None:
        """Exchange the first two links of a map."""
        lines = self.maps[0].read_text("utf-8").split("\n")
        first, second = [number for number, line in enumerate(lines) if "[[" in line][:2]
        lines[first], lines[second] = lines[second], lines[first]
        self.maps[0].write_text("\n".join(lines), "utf-8")

    def folder_renamed(self) -> None:
        self.note.parent.rename(self.note.parent.with_name("Renamed"))


KINDS: dict[str, Callable[[Vault], None]] = {
    "a word": lambda vault: vault.add(vault.note, "\nOne more word.\n"),
    "a title": Vault.retitle,
    "a heading that others link to": lambda vault: vault.replace(vault.note, "## A linked part", "## A changed part"),
    "a new link": lambda vault: vault.add(vault.note, f"\nSee [[{vault.other.stem}]].\n"),
    "a broken link": lambda vault: vault.add(vault.note, "\nSee [[No such note]].\n"),
    "a new note that fixes 20 links": lambda vault: (vault.notes / f"{MISSING}.md").write_text("Words.\n"),
    "a renamed folder": Vault.folder_renamed,
    "a tag": lambda vault: vault.add(vault.note, "\n#quite-new\n"),
    "a map's order": Vault.order,
    "a note made private": Vault.hide,
    "a figure": lambda vault: (vault.folder / "figures" / "line.py").write_text(FIGURE.format(4)),
    "a setting": lambda vault: (vault.folder / "hortus.toml").write_text("title = 'Another'\n"),
    "the theme": lambda vault: (vault.folder / "theme.css").write_text("body { margin: 0 }\n"),
}


def build(vault: Vault, cache: Path) -> tuple[int, int, float]:
    """Return how many files a build made, how many changed or went, and its processor time."""
    before = os.times()
    command = [BIN / "hortus", "build", vault.folder, "--out", vault.out, "--timings"]
    done = subprocess.run(command, env=environment() | {"HORTUS_CACHE": str(cache)}, capture_output=True, text=True)
    after = os.times()
    assert done.returncode == 0, done.stdout + done.stderr
    counts, made = COUNTS.search(done.stdout), MADE.search(done.stdout)
    assert counts and made, done.stdout
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    return int(made["made"]), int(counts["changed"]) + int(counts["removed"]), seconds


def measure(size: int, folder: Path) -> list[str]:
    """Return a row for each kind of edit."""
    vault, rows = Vault(folder, size), []
    build(vault, folder / "cache")
    kept = folder / "kept"
    for kind, edit in KINDS.items():
        shutil.copytree(vault.notes, kept)
        edit(vault)
        made, changed, seconds = build(vault, folder / "cache")
        rows.append(f"| {size:,} | {kind} | {made} | {changed} | {seconds:.2f} s |")
        print(rows[-1], file=sys.stderr, flush=True)
        shutil.rmtree(vault.notes)
        kept.rename(vault.notes)
        (folder / "figures" / "line.py").write_text(FIGURE.format(3))
        (folder / "hortus.toml").write_text("title = 'Synthetic'\n")
        (folder / "theme.css").unlink(missing_ok=True)
        build(vault, folder / "cache")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="Count what edits of a vault make.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 5000], metavar="N")
    args = parser.parse_args()
    rows = []
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            rows += measure(size, Path(folder))
    cores = len(os.sched_getaffinity(0))
    print(f"{date.today()}, {cores} cores ({platform.machine()}), Python {platform.python_version()}.\n")
    print("| notes | edit | files made | files changed | processor |\n|--:|---|--:|--:|--:|", *rows, sep="\n")


if __name__ == "__main__":
    main()
