"""Time ten torch figures, drawn from nothing: the libraries imported once, or by each figure's own process.

Both ways run the same jobs under the same limits, as many at once. Hortus forks each figure from one process that
has imported torch and matplotlib. The other way is what `--executor` does where nothing can be forked: a fresh
process for each figure, imports and all. The pictures of both must be the same to the byte.

    python benchmarks/figures.py --figures 10 --rounds 3
"""

import argparse
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

from hortus.core.model import Figure
from hortus.figures import FigureOptions, draw_figures, read_scripts
from hortus.figures.declare import script_figures

SCRIPT = '''"""Loss of a network that learns a sine, seed {seed}."""
import matplotlib.pyplot as plt
import torch

ALT = "A curve that falls."


def compute(*, steps=200):
    torch.manual_seed({seed})
    x = torch.linspace(-3, 3, 128)[:, None]
    network = torch.nn.Sequential(torch.nn.Linear(1, 32), torch.nn.Tanh(), torch.nn.Linear(32, 1))
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (network(x) - x.sin()).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {{"loss": losses}}


def draw(result, theme):
    figure, axes = plt.subplots()
    axes.semilogy(result["loss"], color=theme.ink)
    return figure
'''
WAYS = ("forked", "a process each")


def draw(way: str, folder: Path, fonts: Path | None) -> tuple[float, tuple[Figure, ...], Path]:
    """Draw all scripts of *folder* into a new store; return seconds, figures, and where fonts are listed."""
    place = Path(tempfile.mkdtemp(dir=folder.parent))
    if fonts:
        shutil.copytree(fonts, place / "store" / "matplotlib")
    options = FigureOptions(place / "store", folder, place / "vault")
    executor = None if way == "forked" else ThreadPoolExecutor(options.jobs)
    wanted = [one for script in read_scripts(folder).values() for one in script_figures(script)]
    begin = time.perf_counter()
    figures = draw_figures(wanted, FigureOptions(options.store, folder, options.vault, executor=executor))
    seconds = time.perf_counter() - begin
    if failed := [f"{figure.name}: {figure.error}" for figure in figures if figure.error]:
        raise SystemExit("\n".join(failed))
    return seconds, figures, place / "store" / "matplotlib"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--figures", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()

    took: dict[str, list[float]] = {way: [] for way in WAYS}
    same = True
    with tempfile.TemporaryDirectory() as place:
        one, folder = Path(place) / "one", Path(place) / "figures"
        one.mkdir()
        folder.mkdir()
        (one / "first.py").write_text(SCRIPT.format(seed=0))
        for seed in range(given.figures):
            (folder / f"sine-{seed}.py").write_text(SCRIPT.format(seed=seed))
        _, fonts = (draw(way, one, None)[2] for way in reversed(WAYS))  # not timed: the lists, files into memory
        for number in range(given.rounds):
            drawn = {}
            for way in WAYS if number % 2 == 0 else WAYS[::-1]:
                seconds, drawn[way], _ = draw(way, folder, fonts)
                took[way].append(seconds)
                print(f"round {number + 1}, {way}: {seconds:.2f} s", file=sys.stderr, flush=True)
            pictures = [[frame for figure in drawn[way] for frame in figure.frames] for way in WAYS]
            same = same and pictures[0] == pictures[1]

    forked, alone = (median(took[way]) for way in WAYS)
    print("| torch figures, from nothing | forked | a process each | ratio |")
    print("|--:|--:|--:|--:|")
    print(f"| {given.figures} | {forked:.1f} s | {alone:.1f} s | {alone / forked:.1f} |")
    print("" if same else "\nThe two ways gave different pictures.")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
