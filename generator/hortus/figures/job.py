"""Jobs and outcomes, which a build and a figure's process exchange through a folder."""

import json
import tempfile
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from hortus.figures.options import Limits
from hortus.figures.sandbox.supervise import STACK

OUTPUT_SHOWN = 4000
"""Bytes of a script's printed output that are kept."""


@dataclass(frozen=True, slots=True)
class Job:
    """Everything that a script needs to run, on this machine or another."""

    name: str
    file: str
    """Name of the script in tracebacks."""
    place: str
    """Value of ``__file__`` in the script."""
    code: str
    folder: str
    modules: dict[str, tuple[str, str]]
    """Local modules: name -> file, source."""
    roots: tuple[str, ...]
    """Folders in which reads of files are recorded."""
    reached: tuple[str, ...]
    """Third-party modules that compute uses."""
    plain: bool
    parameters: str
    """A Python literal."""
    frames: bool
    styles: tuple[str, ...]
    limits: Limits
    profile: str
    result: bytes = b""
    """The result of compute, if known."""
    data: dict[str, bytes] = field(default_factory=dict)
    """Declared files, for a machine that does not have them: path below *folder* -> content."""
    hash_seed: int = 0
    capability: str = ""
    """Instruction set that torch uses, such as ``default`` or ``avx2``; empty for the best."""
    declares: bool = False
    """The script names its files in DATA."""
    title: str = ""
    """The name for progress."""
    draw_parameters: str = "{}"
    """Those of draw; a Python literal."""
    draws: bool = True
    still: bool = True
    """Save the last frame as PNG as well: it is shown first."""
    gpu: bool = False
    """It may write to the GPU's device files."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a run."""

    report: dict[str, Any]
    """Written by the script's process; empty if it could not."""
    end: dict[str, Any]
    """Written by the supervisor."""
    output: str
    stack: str
    files: dict[str, bytes]


def relocated(job: Job, project: Path) -> Job:
    """Return the job for another machine, where its figures are in the folder *project*."""
    file, folder = Path(job.place), Path(job.folder)
    place = project / (file.relative_to(folder) if file.is_relative_to(folder) else file.name)
    place.parent.mkdir(parents=True, exist_ok=True)
    return replace(job, folder=str(project), place=str(place), roots=(str(project),))


def write_job(job: Job, scratch: Path) -> Path:
    """Write a job into a new folder in *scratch*."""
    scratch.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="figure-", dir=scratch)).resolve()
    (folder / "work").mkdir()
    (folder / "out").mkdir()
    if job.result:
        (folder / "result.bin").write_bytes(job.result)
    plain = {name: getattr(job, name) for name in Job.__slots__ if name not in {"result", "data", "limits"}}
    (folder / "job.json").write_text(json.dumps(plain | {"limits": asdict(job.limits)}))
    return folder


def read_outcome(folder: Path) -> Outcome:
    """Read the outcome of a run from the folder of its job."""
    out = folder / "out"
    pictures = sorted(file for file in out.iterdir() if file.suffix in {".svg", ".png", ".bin"} and file.is_file())
    report, end = _read_json(out / "report.json"), _read_json(folder / "end.json")
    if report:
        report["seen"] = _all_reads(report.get("seen"), end.pop("reads", {}))
    return Outcome(
        report=report,
        end=end,
        output=_read_head(folder / "output.txt"),
        stack=_read_head(out / STACK),
        files={file.name: file.read_bytes() for file in pictures if not file.is_symlink()},
    )


def _all_reads(seen: Any, traced: dict[str, list[list[str]]]) -> dict[str, list[list[str]]]:
    """Return the reads of each stage, seen by the script's process or traced; those at import count for every stage."""
    known = seen if isinstance(seen, dict) else {}
    always = traced.get("import", [])
    return {stage: [*known.get(stage, ()), *traced.get(stage, ()), *always] for stage in {*known, *traced}}


def _read_json(file: Path) -> dict[str, Any]:
    try:
        value = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def _read_head(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return stream.read(OUTPUT_SHOWN).decode(errors="replace")
    except OSError:
        return ""
