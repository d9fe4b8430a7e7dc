"""Parsing for tests: the few notes of a test's vault are parsed in this process, in a tenth of the time."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from hortus.core.model import Note, ParseOptions, Source
from hortus.parse import all_notes
from hortus.parse.all_notes import FEW, Work, parse_notes
from hortus.parse.note_cache import Memo
from hortus.parse.pool import Failure, Message, Pool


class PoolHere:
    """Has the interface of `Pool`, and no processes: each message is answered where it is sent."""

    def __init__(self, function: Callable[[bytes], bytes], *how: object, **more: object):
        self.function = function

    def warm(self) -> None:
        """Start nothing."""

    def run(self, count: int, message: Message) -> Iterator[tuple[int, bytes | Failure]]:
        for number in range(count):
            yield number, self.function(message(number)[0])

    def close(self) -> None:
        """End nothing."""


def parse_here(sources: Sequence[Source], options: ParseOptions, memo: Memo, work: Work = Work()) -> tuple[Note, ...]:
    """Parse as `parse_notes` does; where it would start one process, start none."""
    if work.jobs > 1 or len(sources) > FEW or all_notes.Pool is not Pool:
        return parse_notes(sources, options, memo, work)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(all_notes, "Pool", PoolHere)
        return parse_notes(sources, options, memo, work)
