"""Similar names for broken links. A target is looked up again only if a similar name was added or removed."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from hortus.core.filetypes import is_asset_name, kind_of
from hortus.core.keys import name_key, stem
from hortus.links.nearest import Nearest, name_triples
from hortus.links.resolve import NameIndex

MANY = 20
"""The number of new and removed names above which all targets are looked up again."""
Named = Mapping[bool, Mapping[str, str]]
"""Paths by name: those of notes under False, of other files under True."""


@dataclass
class Suggestions:
    """Similar names by target, cached; they do not depend on earlier calls."""

    found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Similar names by target."""
    names: dict[bool, frozenset[str]] = field(default_factory=lambda: {False: frozenset(), True: frozenset()})
    """All names at the time of the last call."""
    nearest: dict[bool, Nearest] = field(default_factory=dict)
    """Made when first needed."""

    def near(self, targets: Iterable[str], named: Named) -> dict[str, tuple[str, ...]]:
        """Return, for each of *targets*, similar names as a link writes them; *named* are those that there are."""
        self._know(named)
        near, found = {}, {}
        for target in sorted(set(targets)):
            kind = is_asset_name(target)
            if target in self.found:
                found[target] = self.found[target]
            else:
                found[target] = self._nearest(kind, named).find(_wanted(target))
            paths = [named[kind][name] for name in found[target]]
            near[target] = tuple(path.rsplit("/", 1)[-1] if kind else stem(path) for path in paths)
        self.found = found
        return near

    def _nearest(self, kind: bool, named: Named) -> Nearest:
        if kind not in self.nearest:
            self.nearest[kind] = Nearest(named[kind])
        return self.nearest[kind]

    def _know(self, named: Named) -> None:
        """Update the names, and remove targets that are similar to an added or removed name from the cache."""
        for kind in (False, True):
            others = named[kind].keys() ^ self.names[kind]
            if not others:
                continue
            self.nearest.pop(kind, None)
            self.names[kind] = frozenset(named[kind])
            triples = [name_triples(other) for other in others]
            for target in [target for target in self.found if is_asset_name(target) == kind]:
                own = name_triples(_wanted(target)) if len(others) <= MANY else set()
                if not own or any(len(own & one) * 3 >= len(own) for one in triples):
                    del self.found[target]


def near_names(
    targets: Iterable[str], index: NameIndex, reached: Collection[str] | None = None
) -> dict[str, tuple[str, ...]]:
    """Return similar names of the vault for each broken target.

    *reached*: the attachments that may be named, as `named_paths` has them.
    """
    return Suggestions().near(targets, named_paths(index, reached))


def named_paths(index: NameIndex, reached: Collection[str] | None = None) -> dict[bool, dict[str, str]]:
    """Return the paths that may be suggested by name: those of notes under False, of other files under True.

    *reached*: the attachments that are published; others are not suggested. All are, where it is None.
    """
    named: dict[bool, dict[str, str]] = {False: {}, True: {}}
    for name, keys in index.names.items():
        paths = (path for key in keys for path in index.paths[key] if path not in index.withheld)
        shown = (path for path in paths if reached is None or kind_of(path) == "note" or path in reached)
        if path := next(shown, ""):
            named[is_asset_name(name)][name.removesuffix(".md")] = path
    return named


def _wanted(target: str) -> str:
    """Return the name that is looked for in place of a broken target."""
    return name_key(target).removesuffix(".md")
