"""Rendered HTML, cut at the places whose content is not known yet."""

from typing import NamedTuple


class Slot(NamedTuple):
    """A place in rendered HTML whose content depends on other notes, or on the page that shows it.

    link     the opening tag of link *index*; its text and ``</a>`` are plain segments
    embed    embed *index*
    caption  the paragraph of emphasis under embed *index*: a figure's caption, otherwise a paragraph
    figure   figure request *index*
    url      the address of link *index*, in an attribute of HTML in the note
    id       the value of an ``id`` of this note, *name*; made unique where the note is embedded
    ref      the value of an ``href`` to such an id
    file     the address of file *name* that was made with the note (a diagram)
    tag      the address of the page of tag *name*
    result   the value of the figure's result that link *index* names; *name* is its text if there is none
    drawing  the note's drawing
    query    the result of query *index*
    picture  in a drawing: the file that link *index* points to; *name* is its width and height
    """

    kind: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which a slot has no use for
    name: str


Segments = tuple[str | Slot, ...]
