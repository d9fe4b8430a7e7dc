"""Join the cells of a figure, each drawn on its own, and pack their pictures.

If `draw` returns several pictures by label, the labels are a dial after the others. A cell whose labels are not those
of the cell that is shown first has no pictures, only a message.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from hortus.core.model import Dial, Figure, FigureWanted, Frame
from hortus.figures.cache.key import digest
from hortus.figures.cache.store import Store
from hortus.figures.dials import dials_of
from hortus.figures.packing import VERSION, pack


def join_cells(cells: Sequence[FigureWanted], drawn: Sequence[Figure], store: Store) -> Figure:
    """Return the figure of *cells*, from what was *drawn* of each.

    Text, numbers and state are those of the cell without words; if it has no picture, another one's is shown first.
    """
    own = next(number for number, cell in enumerate(cells) if not cell.cell)
    first = next((number for number in (own, *range(len(cells))) if drawn[number].frames), own)
    main = replace(drawn[own], ran=any(figure.ran for figure in drawn))
    labels = [frame.label for frame in drawn[first].frames]
    if not labels or len(cells) * len(labels) == 1:
        return main
    rows = [_row(cell, figure, labels) for cell, figure in zip(cells, drawn, strict=True)]
    frames = [frame for row in rows for frame in row]
    still = (first + 1) * len(labels) - 1
    frames = [frame if number == still else replace(frame, png=b"") for number, frame in enumerate(frames)]
    own_dial = [Dial(cells[0].script.frames, tuple(labels))] if len(labels) > 1 else []
    return replace(
        main,
        frames=tuple(frames),
        dials=(*dials_of(cells[own]), *own_dial),
        still=still,
        width=drawn[first].width,
        height=drawn[first].height,
        packed=_packed([frame.svg for frame in frames], store),
    )


def _row(cell: FigureWanted, figure: Figure, labels: Sequence[str]) -> list[Frame]:
    """Return the pictures of one cell, with *labels*, or as many messages."""
    found = [frame.label for frame in figure.frames]
    wrong = f"its pictures are {', '.join(found)}, not {', '.join(labels)}" if found and found != list(labels) else ""
    error = (figure.error or wrong) if cell.cell else ""  # the figure has that of the cell that is shown first
    frames = figure.frames if found and not wrong else [Frame(label, b"", b"") for label in labels]
    return [
        replace(
            frame,
            label=_label(cell, frame),
            alt=figure.alt,
            error=error,
            fault=figure.fault or wrong,
            stale=figure.state == "stale" and bool(frame.svg),
            traceback=figure.traceback if error else "",
        )
        for frame in frames
    ]


def _label(cell: FigureWanted, frame: Frame) -> str:
    return ", ".join(filter(None, (cell.cell, frame.label)))


def _packed(svgs: Sequence[bytes], store: Store) -> str:
    """Return *svgs* packed, from the store if they are known."""
    key = digest(["packed", VERSION, [digest(svg.decode()) for svg in svgs]])
    for action in store.actions(key):
        if (known := store.get(action["objects"][0])) is not None:
            return known.decode()
    packed = pack(svgs)
    with suppress(OSError):  # the store may be read-only
        store.add_action(key, {"objects": [store.put(packed.encode())], "observed": [], "versions": {}})
    return packed
