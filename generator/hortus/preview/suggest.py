"""Names that a lost link may have meant, remembered: a target is looked up again when a name like it came or went."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hortus.links.nearest import Nearest, name_triples
from hortus.links.resolve import NameIndex, named_paths, sought, told_names


@dataclass
class Suggestions:
    """What `near_names` returns, target by target."""

    named: Mapping[bool, Mapping[str, str]] = field(default_factory=lambda: {False: {}, True: {}})
    found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Names found by target."""
    triples: dict[str, set[str]] = field(default_factory=dict)
    """Of the name that each target looks for."""
    nearest: dict[bool, Nearest] = field(default_factory=dict)
    """Made when first needed."""

    def know(self, index: NameIndex) -> None:
        """Take in which names there are; forget what they may change."""
        named = named_paths(index)
        for kind in (False, True):
            others = named[kind].keys() ^ self.named[kind].keys()
            if not others:
                continue
            self.nearest.pop(kind, None)
            if len(others) > 20:
                self.found.clear()
                continue
            for triples in map(name_triples, others):
                for target in [
                    t for t, own in self.triples.items() if t in self.found and len(own & triples) * 3 >= len(own)
                ]:
                    del self.found[target]
        self.named = named

    def near(self, targets: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return, for each lost target, the names it may have meant."""
        near = {}
        for target in targets:
            kind, wanted = sought(target)
            if target not in self.found:
                if kind not in self.nearest:
                    self.nearest[kind] = Nearest(self.named[kind])
                self.found[target] = self.nearest[kind].find(wanted)
                self.triples[target] = name_triples(wanted)
            near[target] = told_names(self.found[target], kind, self.named)
        return near
