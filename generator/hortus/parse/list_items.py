"""List items and tasks of a note, collected for queries while its tokens are read."""

import re

from markdown_it.token import Token

from hortus.core.model import ListItem, Segments
from hortus.core.slots import cut
from hortus.parse.reading import Reading
from hortus.parse.syntax.comment import without_html_comments
from hortus.parse.syntax.position import lines_of

BLOCK_ID = re.compile(r"[ \t]+\^[A-Za-z0-9-]+$")


class ListItems:
    """The items found so far, and those that are open."""

    def __init__(self) -> None:
        self.found: list[ListItem] = []
        self.open: list[tuple[int, str, int]] = []
        """Number, character in the box and line of each open item; the number is -1 until its text was read."""

    def begin(self, item: Token) -> None:
        self.open.append((-1, str(item.meta.get("task", "")), lines_of(item)[0] + 1))

    def end(self) -> None:
        if self.open:
            self.open.pop()

    def read(self, reading: Reading, inline: Token, links: int, tags: int) -> None:
        """Keep the first text of an item; its links and tags are those from the given numbers on."""
        if not self.open or self.open[-1][0] >= 0:
            return
        _, status, line = self.open[-1]
        parents = [number for number, _, _ in self.open[:-1] if number >= 0]
        self.open[-1] = (len(self.found), status, line)
        self.found.append(
            ListItem(
                text=BLOCK_ID.sub("", without_html_comments(inline.content)).strip(),
                status=status,
                parent=parents[-1] if parents else -1,
                line=line,
                section=len(reading.sections.headings) - 1,
                tags=tuple(tag.name for tag in reading.tags[tags:]),
                links=tuple(range(links, len(reading.references.links))),
                html=_rendered(reading, inline) if status else (),
            )
        )


def _rendered(reading: Reading, inline: Token) -> Segments:
    """Render the text of a task, without its box."""
    children = [child for child in inline.children or () if child.type != "checkbox"]
    return cut(reading.render_again(children).strip())
