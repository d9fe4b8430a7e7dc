"""Time reading a note against rendering the same text with markdown-it-py's `gfm-like`; print a Markdown table.

markdown-it-py makes HTML with tables and strikethrough (`linkify` is off, as it needs another package). `parse_note`
makes HTML too, and finds links with their sentences, headings, tags, TODO marks, formulas as MathML, coloured code
and properties. What it takes longer is the price of these.

Both read each note one right after the other; which is first alternates. Counted is processor time of this process.
In each round the synthetic notes are others, and the cached data of formulas is forgotten, so that a round costs what a
build without a cache costs. The ratio is that of a round's sums: the median of the rounds, and the range.

    python benchmarks/parse.py --rounds 5 --notes 300 path/to/vault
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from platform import python_version
from statistics import median
from time import process_time

from make_vault import make_vault
from markdown_it import MarkdownIt, __version__

from hortus.core.model import Source
from hortus.parse.note import parse_note

TARGET = 1.8


def main() -> int:
    parser = argparse.ArgumentParser(description="Time reading a note against markdown-it-py.")
    parser.add_argument("vaults", type=Path, nargs="*", help="folders of notes to read in addition to synthetic ones")
    parser.add_argument("--notes", type=int, default=300, help="synthetic notes in a round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="default: %(default)s")
    args = parser.parse_args()
    vaults: dict[str, Callable[[int], Mapping[str, str]]] = {
        f"{args.notes} synthetic": lambda number: make_vault(args.notes, seed=number)
    }
    for folder in args.vaults:
        notes = dict(_read_folder(folder))
        vaults[f"{len(notes)} of {folder.name}"] = lambda number, notes=notes: notes
    print(f"parse_note against markdown-it-py {__version__}, `gfm-like`, Python {python_version()}:\n")
    print("| notes | parse_note, ms a note | markdown-it-py, ms a note | ratio |\n|---|--:|--:|--:|")
    return max([_compare(name, vault, args.rounds) for name, vault in vaults.items()])


def _read_folder(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.rglob("*.md")):
        text = file.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n")
        yield file.relative_to(folder).as_posix(), text


def _compare(name: str, vault: Callable[[int], Mapping[str, str]], rounds: int) -> int:
    """Print a row; return 1 if the ratio is over the target."""
    plain = MarkdownIt("gfm-like", {"linkify": False})
    _time_round(vault(rounds + 1), plain)  # imports, and lexers of code
    ours, theirs = [], []
    for number in range(1, rounds + 1):
        notes = vault(number)
        _forget()
        times = _time_round(notes, plain)
        ours.append(times[0] / len(notes) * 1000)
        theirs.append(times[1] / len(notes) * 1000)
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    ratio = f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    print(f"| {name} | {median(ours):.2f} | {median(theirs):.2f} | {ratio} |", flush=True)
    return int(median(ratios) > TARGET)


def _time_round(notes: Mapping[str, str], plain: MarkdownIt) -> tuple[float, float]:
    """Return the processor seconds that all notes take, by `parse_note` and by markdown-it-py."""
    seconds = [0.0, 0.0]
    for number, (path, text) in enumerate(notes.items()):
        source = Source(path, text)
        tasks = [lambda source=source: parse_note(source), lambda text=text: plain.render(text)]
        for task in (0, 1) if number % 2 else (1, 0):
            begin = process_time()
            tasks[task]()
            seconds[task] += process_time() - begin
    return seconds[0], seconds[1]


def _forget() -> None:
    """Empty the caches of functions that read notes; the parser itself stays."""
    for module in [module for name, module in sys.modules.items() if name.startswith("hortus.parse.")]:
        for name, value in vars(module).items():
            if name != "make_parser" and hasattr(value, "cache_clear"):
                value.cache_clear()


if __name__ == "__main__":
    sys.exit(main())
