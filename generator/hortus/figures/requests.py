"""Collect the figures of notes and scripts, and make notes of the scripts' texts.

A script's docstring may contain links, so it is parsed like a note, with the path ``figures/NAME.py``;
its source is parsed like a note with one block of code. Both are cached like any other note.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from glob import escape
from itertools import count
from pathlib import Path
from typing import Any

from hortus.core.model import Figure, FigureRequest, FigureScript, FigureWanted, Issue, Note, Source
from hortus.core.urls import slug
from hortus.figures.data import data_issues
from hortus.figures.declare import inline_script
from hortus.figures.parameters import fit_parameters, known_hint


@dataclass(frozen=True, slots=True)
class CollectedFigures:
    """All figures to draw."""

    wanted: tuple[FigureWanted, ...]
    requests: Mapping[tuple[str, int], str]
    """By note and number of its figure request: the name of the figure."""
    issues: tuple[Issue, ...]


def script_path(script: FigureScript) -> str:
    """Return the path of a script's text among the notes."""
    return f"figures/{script.name}.py"


def caption_path(script: FigureScript, name: str) -> str:
    """Return the path among the notes of the caption of the figure *name*: a variant may have its own."""
    return f"{script_path(script)}/{name}" if name in script.captions else script_path(script)


def caption_titles(scripts: Iterable[FigureScript]) -> dict[str, str]:
    """Return the titles of the scripts' captions, by their paths among the notes."""
    return {caption_path(script, name): script.title for script in scripts for name in (script.name, *script.captions)}


def script_sources(scripts: Iterable[FigureScript]) -> tuple[Source, ...]:
    """Return captions and code of scripts as notes; captions keep their line numbers."""
    sources = []
    for script in scripts:
        sources.append(Source(script_path(script), "\n" * (script.caption_line - 1) + script.caption))
        sources.append(Source(code_path(script.name), fenced(script.code)))
        for name, (caption, line) in sorted(script.captions.items()):
            sources.append(Source(caption_path(script, name), "\n" * (line - 1) + caption))
    return tuple(sources)


def code_path(name: str) -> str:
    return f"figures/{name}.py/code"


def file_sources(texts: Mapping[str, str]) -> tuple[Source, ...]:
    """Return embedded text files as notes with one block of code."""
    return tuple(Source(path, fenced(text, path.rpartition(".")[2])) for path, text in sorted(texts.items()))


def fenced(code: str, language: str = "python") -> str:
    """Return code as a fenced block with a fence that is long enough."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code.rstrip()}\n{fence}\n"


def collect_figures(notes: Iterable[Note], scripts: Mapping[str, FigureScript], vault: Path) -> CollectedFigures:
    """Collect the figures of scripts and of fences in notes; names are unique."""
    wanted = {one.name: one for script in scripts.values() for one in script_figures(script)}
    requests: dict[tuple[str, int], str] = {}
    issues = [issue for script in scripts.values() for issue in data_issues(script)]
    for note in notes:
        for number, request in enumerate(_named(note)):
            asked: FigureWanted | tuple[Issue, ...]
            if request.code:
                script = inline_script(request, vault / note.path, note.path)
                issues += data_issues(script)
                asked = FigureWanted(script.name, script, dict(script.parameters), request.alt)
            else:
                asked = request_figure(request, scripts, note.path, vault)
            if not isinstance(asked, FigureWanted):
                issues += asked
            elif asked.name in wanted and not _same(asked, wanted[asked.name]):
                message = f'another figure is named "{asked.name}"'
                hint = "give this one another `id:`"
                issues.append(Issue("figure_failed", note.path, request.line, 1, message, hint, asked.name))
            else:
                wanted.setdefault(asked.name, asked)
                requests[note.path, number] = asked.name
    return CollectedFigures(tuple(wanted[name] for name in sorted(wanted)), requests, tuple(issues))


def script_figures(script: FigureScript) -> tuple[FigureWanted, ...]:
    """Return the figures that a script declares: the default one, then its variants."""
    own = FigureWanted(script.name, script, dict(script.parameters))
    variants = (
        FigureWanted(name, script, {**script.parameters, **changes}, script.alts.get(name, ""))
        for name, changes in sorted(script.variants.items())
    )
    return (own, *variants)


def request_figure(
    request: FigureRequest, scripts: Mapping[str, FigureScript], path: str, vault: Path
) -> FigureWanted | tuple[Issue, ...]:
    """Return the figure that a fence in the note at *path* asks for, or the reason why it cannot be drawn."""
    offered = {wanted.name: wanted for script in scripts.values() for wanted in script_figures(script)}
    source = request.src.rsplit("/", 1)[-1].removesuffix(".py").removesuffix(".svg")
    if source not in offered:
        message = f'no figure script named "{source}"'
        hint = _vault_hint(source, vault) or known_hint(source, offered)
        return (_issue(path, request, message, hint, request.src),)
    base = offered[source]
    changes, issues = fit_parameters(dict(request.parameters), base.script.parameters)
    if issues:
        return tuple(_issue(path, request, message, hint, target) for message, hint, target in issues)
    parameters = {**base.parameters, **changes}
    name = request.name or _request_name(source, base.parameters, parameters)
    return FigureWanted(name, base.script, parameters, request.alt)


def _request_name(source: str, base: Mapping[str, Any], parameters: Mapping[str, Any]) -> str:
    """Name a figure after its script and the changed parameters: ``relu-regions-depth-3``."""
    changed = {name: value for name, value in parameters.items() if base.get(name) != value}
    words = "".join(f"-{name}-{value}" for name, value in changed.items())
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in words).lower()
    digest = hashlib.sha256(repr(sorted(changed.items())).encode()).hexdigest()[:8]
    lossy = any(c not in "-abcdefghijklmnopqrstuvwxyz0123456789" for c in words)
    return f"{source}{plain[:60]}{'-' + digest if lossy or len(plain) > 60 else ''}"


def _issue(path: str, request: FigureRequest, message: str, hint: str, target: str) -> Issue:
    return Issue("figure_failed", path, request.line, request.column, message, hint, target, severity="error")


def _vault_hint(name: str, vault: Path) -> str:
    """Return a hint if a script of that name is in the vault, where scripts are not run; else nothing."""
    found = sorted(vault.rglob(f"{escape(name)}.py")) if name else []
    return f"{found[0].relative_to(vault).as_posix()} is not in the folder of figure scripts" if found else ""


def _named(note: Note) -> Iterator[FigureRequest]:
    """Return a note's requests; inline figures without a name are named after the note, and counted."""
    unnamed = count(1)
    for request in note.figures:
        if request.code and not request.name:
            request = replace(request, name=f"{slug(note.path.removesuffix('.md'))}-{next(unnamed)}")
        yield request


def _same(one: FigureWanted, other: FigureWanted) -> bool:
    return one.script.code == other.script.code and one.parameters == other.parameters


def figure_files(figure: Figure, source: str) -> dict[str, bytes]:
    """Return the files of a figure by name, for the folder ``figures/`` of the site."""
    if not figure.frames:
        return {}
    files = {frame_name(figure, number): frame.svg for number, frame in enumerate(figure.frames) if frame.svg}
    if figure.png:
        files[f"{figure.name}.png"] = figure.png
    files[f"{figure.name}.py"] = source.encode()
    if figure.table:
        files[f"{figure.name}.csv"] = figure.table.encode()
    if figure.dials:
        files[f"{figure.name}.cells.js"] = cells_script(figure)
    if figure.shown.net:
        files[f"{figure.name}.net.js"] = nets_script(figure)
    return files


def frame_name(figure: Figure, number: int) -> str:
    """Return the name of a frame's picture; the one that is shown first has the figure's name."""
    still = number == figure.still % len(figure.frames)
    return f"{figure.name}.svg" if still else f"{figure.name}.{number}.svg"


def nets_script(figure: Figure) -> bytes:
    """Return the script that gives a page the networks of a figure, and which of them each frame shows."""
    nets = list(dict.fromkeys(frame.net for frame in figure.frames if frame.net))
    shown = [nets.index(frame.net) if frame.net else -1 for frame in figure.frames]
    return f"hortusNets([{', '.join(nets)}], {shown});\n".encode()


def cells_script(figure: Figure) -> bytes:
    """Return the script that gives a page all pictures, packed, and lists about them.

    These are the alt texts that differ from the figure's, why there is no picture, and whether it is an earlier one.
    """
    alts = [frame.alt if frame.alt != figure.alt else "" for frame in figure.frames]
    faults = ["" if frame.svg else frame.fault for frame in figure.frames]
    given = (figure.packed, alts, faults, [frame.stale for frame in figure.frames])
    return f"hortusCells({', '.join(json.dumps(one, ensure_ascii=False) for one in given)});\n".encode()
