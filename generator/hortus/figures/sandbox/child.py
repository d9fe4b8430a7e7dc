"""Run one figure script: read a job folder, and write result and pictures to its ``out`` folder.

1. Enable restrictions (`guard`), set the style and the random seeds.
2. Run compute; encode and restore its result, which check and draw then get. A plain script's variables are its result.
3. Run draw once, with sentinel colours: the SVG adapts to the theme; the PNG of the last frame, if that is shown first,
   gets light colours when it is painted. An SVG that is larger than its pixels, because it has very many shapes, is
   replaced by pixels in light and dark colours.
4. Write ``report.json``, also after a failure.

This module runs in a process forked by a zygote that has imported the libraries.
"""

import csv
import faulthandler
import inspect
import io
import json
import os
import signal
import sys
import tempfile
import time
import types
from ast import literal_eval
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from hortus.figures.sandbox import drawings, guard, libraries, randomness, snapshot, syscalls
from hortus.figures.sandbox.fault import ScriptError, describe
from hortus.figures.sandbox.places import code_files, job_places
from hortus.figures.sandbox.supervise import STACK
from hortus.figures.theme import DARK, LIGHT, Theme

TABLE_ROWS = 100_000
DPI = 192  # two pixels per CSS pixel
LARGE = 300_000
"""Bytes of an SVG above which pixels may replace it."""


def run_job(folder: Path) -> None:
    """Run the job in *folder*/job.json; results and errors are written, never returned or raised."""
    job = json.loads((folder / "job.json").read_text())
    stacks = (folder / "out" / STACK).open("w")
    faulthandler.enable(stacks)
    if hasattr(faulthandler, "register"):
        faulthandler.register(signal.SIGUSR1, stacks)
    guard.set_limits(job["limits"]["output"])
    writable = [str(folder / "work"), str(folder / "out")]
    devices = guard.gpu_devices() if job["gpu"] else []
    held = guard.landlock(writable, devices)
    traced = held and syscalls.install(job["gpu"])
    os.chdir(Path(job["place"]).parent)
    os.environ |= dict.fromkeys(("HOME", "TMPDIR", "TEMP"), writable[0])
    tempfile.tempdir = None
    watch = guard.Watch([*writable, *devices], job_places(str(folder), job), can_start=held)
    if not traced:
        guard.watch_unseen(watch, job["declares"])
    report: dict[str, Any] = {"stage": "import", "seconds": {}, "seen": {}}
    run = _Run(job, folder / "out", report, watch)
    try:
        run.all()
        report["stage"] = "done"
    except BaseException as error:
        watch.active = False
        run.end(report["stage"])
        report["error"] = describe(error, report["stage"], job)
    watch.active = False
    report["versions"] = libraries.loaded_versions()
    _write_json(folder / "out" / "report.json", report)


class _Run:
    """One run, stage by stage; *report* records its progress."""

    def __init__(self, job: dict, out: Path, report: dict, watch: guard.Watch):
        self.job, self.out, self.report, self.watch = job, out, report, watch
        self.imported: dict[str, str] | None = None
        """Files that the script read while it was imported; they count for every stage."""
        self.collected = drawings.Collector()

    def all(self) -> None:
        import matplotlib

        matplotlib.use("svg")
        self.collected.install()
        finder = snapshot.install(self.job)
        sys.addaudithook(self.watch)
        randomness.install()
        self.style()
        module = snapshot.make_module(self.job)
        if self.job["plain"]:
            self.plain()
            return
        exec(finder.compiled(self.job["file"]), module.__dict__)
        _require(module, self.job)
        stored = self.out.parent / "result.bin"
        data = stored.read_bytes() if stored.exists() else self.compute(module)
        self.check(module, data)
        if self.job["draws"]:
            self.draw(module, data)

    def compute(self, module: types.ModuleType) -> bytes:
        from hortus.figures.sandbox import codec

        self.begin("compute")
        result = module.compute(**literal_eval(self.job["parameters"]))
        if not isinstance(result, dict):
            raise ScriptError(f"compute returned {type(result).__name__}, not a dict")
        data = codec.encode(result)
        restored = codec.decode(data)
        (self.out / "result.bin").write_bytes(data)
        self.end("compute")
        self.report["computed"] = {
            "scalars": scalars(restored),
            "table": to_csv(restored.get("table")),
            "versions": libraries.compute_versions(self.job["reached"]),
        }
        _write_json(self.out / "report.json", self.report)
        return data

    def check(self, module: types.ModuleType, data: bytes) -> None:
        from hortus.figures.sandbox import codec

        if hasattr(module, "check"):
            self.run_check(module.check, codec.decode(data))

    def run_check(self, check: Any, result: dict) -> None:
        """Run a script's check, with the result if it has a parameter."""
        self.begin("check")
        self.report["checked"] = False
        if not callable(check):
            raise ScriptError("check is not a function")
        call(check, [(result,), ()], "check cannot run: it must have one parameter, the result, or none")
        self.report["checked"] = True
        self.end("check")

    def draw(self, module: types.ModuleType, data: bytes) -> None:
        from hortus.figures.sandbox import codec, net

        self.begin("draw")
        given = literal_eval(self.job["draw_parameters"])
        drawn = self.save(lambda: self.frames(call_draw(module.draw, codec.decode(data), given)))
        try:
            self.report["nets"] = net.exported(codec.decode(data), drawn)
        except net.NetError as error:
            self.report["net_error"] = str(error)
        self.end("draw")

    def plain(self) -> None:
        """Run a script without compute and draw; then its check, with its variables."""
        self.begin("draw")
        variables: dict[str, Any] = {}
        self.save(lambda: self.plain_frames(variables))
        self.end("draw")
        self.report["scalars"] = scalars(variables)
        if check := variables.get("check"):
            self.run_check(check, variables)

    def plain_frames(self, variables: dict[str, Any]) -> drawings.Frames:
        """Return the pictures that the script draws, and fill *variables* with what it defined."""
        import matplotlib.pyplot as plt
        import numpy as np

        fig, ax = plt.subplots()
        module = snapshot.make_module(self.job)
        module.__dict__.update(__name__="__main__", np=np, plt=plt, fig=fig, ax=ax)
        given = dict(module.__dict__)
        exec(compile(self.job["code"], self.job["file"], "exec"), module.__dict__)
        variables.clear()
        defined = {name: value for name, value in module.__dict__.items() if value is not given.get(name, module)}
        variables |= {name: value for name, value in defined.items() if not name.startswith("_")}
        drawn = fig.axes != [ax] or ax.has_data() or ax.texts or ax.get_title() or fig.texts
        animated = any(moving._fig is fig for moving in self.collected.animations)
        unused = None if drawn or animated or not plt.fignum_exists(fig.number) else fig
        return drawings.open_frames(self.collected, unused, variables)

    def frames(self, drawn: Any) -> drawings.Frames:
        if isinstance(drawn, dict) and not self.job["frames"]:
            raise ScriptError("draw returned several frames; FRAMES must name the slider")
        return drawings.drawn_frames(drawn)

    def save(self, make_frames: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Draw all frames once, in sentinel colours; save each as SVG, a still one also as PNG. Return them."""
        from hortus.figures.recolour import pixels, recolour

        self.style()
        randomness.seed()
        drawn = make_frames()
        svgs = {label: drawings.vector(figure) for label, figure in drawn.items()}
        pictures = {label: recolour(svg, self.job["name"]) for label, svg in svgs.items()}
        if self.job["still"]:
            ground = {"facecolor": LIGHT["paper"], "metadata": {"Software": None}}
            still = drawings.raster(list(drawn.values())[-1], LIGHT, format="png", dpi=DPI, **ground)
            (self.out / "still.png").write_bytes(still)
        for label, picture in pictures.items():
            if len(picture.svg) > LARGE:
                webp = {"format": "webp", "dpi": DPI, "pil_kwargs": {"lossless": True}}
                light, dark = (drawings.raster(drawn[label], inks, **webp) for inks in (LIGHT, DARK))
                pictures[label] = pixels(picture, light, dark)
        self.report["pictures"] = []
        for number, (label, picture) in enumerate(pictures.items()):
            name = f"frame-{number:04}.svg"
            (self.out / name).write_bytes(picture.svg)
            facts = {"width": picture.width, "height": picture.height, "words": picture.words}
            self.report["pictures"].append({"label": label, "file": name} | facts)
        return drawn

    def style(self) -> None:
        """Reset matplotlib, and apply the style in sentinel colours."""
        import matplotlib
        import matplotlib.pyplot as plt

        plt.close("all")
        self.collected.clear()
        plt.show = lambda *args, **options: None
        matplotlib.rcdefaults()
        for number, text in enumerate(self.job["styles"]):
            file = self.out / f"style-{number}.mplstyle"
            file.write_text(text)
            plt.style.use(file)
        matplotlib.rcParams["svg.hashsalt"] = self.job["name"]

    def begin(self, stage: str) -> None:
        self.report["stage"] = stage
        syscalls.announce(stage)
        self.report["seconds"][stage] = -time.monotonic()
        if self.imported is None:
            self.imported = dict(self.watch.seen)
        self.watch.seen = dict(self.imported)
        randomness.seed()

    def end(self, stage: str) -> None:
        self.report["seconds"][stage] = time.monotonic() + self.report["seconds"].get(stage, 0)
        local = code_files(self.job)
        self.report["seen"][stage] = [[kind, path] for path, kind in self.watch.seen.items() if path not in local]


def call_draw(draw: Callable, result: dict, given: dict[str, Any]) -> Any:
    """Call a script's draw with the result, and the theme if it has a second parameter."""
    problem = "draw must have one parameter, the result, or two: the theme as well"
    return call(partial(draw, **given), [(result, Theme()), (result,)], problem)


def call(function: Callable, choices: list[tuple], problem: str) -> Any:
    """Call *function* with the first of *choices*, tuples of arguments, that its parameters take."""
    for arguments in choices:
        try:
            inspect.signature(function).bind(*arguments)
        except TypeError:
            continue
        return function(*arguments)
    raise ScriptError(problem)


def _require(module: types.ModuleType, job: dict) -> None:
    missing = [name for name in ("compute", "draw") if not callable(getattr(module, name, None))]
    if missing:
        raise ScriptError(f"no function {missing[0]}")


def scalars(result: dict) -> dict[str, Any]:
    """Return the single numbers and texts of a result; NumPy's become Python's."""
    found = {}
    for key, value in result.items():
        plain = value.item() if hasattr(value, "item") and getattr(value, "shape", None) == () else value
        if isinstance(plain, str | int | float | bool):
            found[str(key)] = plain
    return found


def to_csv(table: Any) -> str:
    """Write a list of dicts as CSV, with columns in order of first occurrence."""
    if not isinstance(table, list | tuple) or not all(isinstance(row, dict) for row in table):
        return ""
    columns = list(dict.fromkeys(str(key) for row in table for key in row))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in table[:TABLE_ROWS])
    return stream.getvalue()


def _write_json(file: Path, value: Any) -> None:
    draft = file.with_suffix(".draft")
    draft.write_text(json.dumps(value))
    draft.replace(file)


if __name__ == "__main__":
    run_job(Path(sys.argv[1]))
