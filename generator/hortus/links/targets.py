"""Where all links point, resolved again only where that may have changed.

1. Resolve links of texts whose target may have changed, and remove those of deleted texts.
2. Give all links to one missing note the same spelling, also in texts that have not changed.
3. Count the targets that are missing.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace

from hortus.core.keys import fold, name_key
from hortus.core.marks import mark_of
from hortus.core.model import FigureFound, Missing, Note, Resolution
from hortus.links.graph import Given, Names, target_path
from hortus.links.memory import Memory, Resolutions, Text
from hortus.links.resolve import NameIndex, resolve


class Targets:
    """The resolved links of each text."""

    def __init__(self, memory: Memory):
        self.memory = memory
        self.index: NameIndex | None = None
        """Of `Memory.names`; made when first needed."""
        self.naming: dict[str, set[str]] | None = None
        """By name key: the texts with a link of that name, and some that had one; made when first needed."""
        self.wanting: dict[str, dict[str, set[str]]] = {}
        """By folded path of a missing note, by spelling: the texts with a link to it."""
        self.lost: Counter[str] = Counter()
        missing = {number for number, one in enumerate(memory.numbered.known) if isinstance(one, Missing)}
        for path, text in memory.texts.items():
            self.lost.update(text.lost)
            if not missing.isdisjoint(array("I", text.raw)):
                self._want(path, (), memory.numbered.unpack(text.raw))
        spelled = [self._respelled(one) for one in memory.numbered.known]
        self.resolutions = {
            path: tuple(map(spelled.__getitem__, array("I", text.raw))) for path, text in memory.texts.items()
        }

    def resolve(self, given: Given, fresh: dict[str, Text], dirty: Collection[str]) -> set[str]:
        """Resolve links again; return the texts that changed, that are gone, or whose links point elsewhere.

        *fresh* are the texts that are new or changed, *dirty* others whose links may point elsewhere.
        """
        memory, texts = self.memory, given.texts
        looked = {*fresh, *dirty, *(self._named_by(given, fresh) & texts.keys())}
        gone = memory.texts.keys() - texts.keys()
        respelled: set[str] = set()
        for path in sorted(looked | gone):
            respelled |= self._update(path, given, fresh.get(path))
        looked |= {path for key in respelled for paths in self.wanting.get(key, {}).values() for path in paths}
        touched, known = {*fresh, *gone}, self.resolutions
        new = {path: resolutions for path in looked if (resolutions := self._spelled(path)) != known.get(path)}
        self.resolutions = {path: new[path] if path in new else known[path] for path in texts}
        touched |= new.keys()
        for path in touched & texts.keys():
            memory.texts[path].led = mark_of(where_led(self.resolutions[path]))
        return touched

    def missing(self) -> tuple[str, ...]:
        """Return the paths of notes that have links and are not written."""
        return tuple(sorted(min(spellings) for spellings in self.wanting.values() if spellings))

    def lost_targets(self) -> list[str]:
        """Return the targets of links that are missing."""
        return [target for target, count in self.lost.items() if count > 0]

    def ends(self) -> list[tuple[str, bool]]:
        """Return, by number, what each resolution points to: a path, or the name of a figure and True."""
        known = map(self._respelled, self.memory.numbered.known)
        return [(one.name, True) if isinstance(one, FigureFound) else (target_path(one), False) for one in known]

    def names_index(self) -> NameIndex:
        """Return the index of all names that there are."""
        if self.index is None:
            self.index = self.memory.names.index()
        return self.index

    def _named_by(self, given: Given, fresh: Collection[str]) -> set[str]:
        """Update the names; return the texts with links that name an added or removed file."""
        if self.naming is not None:
            self._name(given.texts[path] for path in fresh)
        if given.names == self.memory.names:
            return set()
        if self.naming is None:
            self.naming = {}
            self._name(given.texts.values())
        keys = _keys_unlike(given.names, self.memory.names)
        self.memory.names, self.index = given.names, None
        return {path for key in keys for path in self.naming.get(key, ())}

    def _name(self, texts: Iterable[Note]) -> None:
        """Add texts to `naming`, under the keys by which their links may find a file, or may have found one."""
        assert self.naming is not None
        holders: dict[str, list[str]] = {}
        for text in texts:
            for link in text.links:
                holders.setdefault(link.target, []).append(text.path)
        for target, paths in holders.items():
            key = name_key(target)
            self.naming.setdefault(key, set()).update(paths)
            self.naming.setdefault(f"{key}.md", set()).update(paths)

    def _update(self, path: str, given: Given, fresh: Text | None) -> set[str]:
        """Resolve a text's links; return the keys of missing notes whose spelling may have changed."""
        memory, text = self.memory, given.texts.get(path)
        before = memory.texts.pop(path, None)
        was = memory.numbered.unpack(before.raw) if before else ()
        if before:
            self.lost.subtract(before.lost)
        if text is None:
            return self._want(path, was, ())
        now = tuple(resolve(link, path, self.names_index(), given.notes) for link in text.links)
        record = fresh or before
        assert record is not None  # a text without a record is fresh
        memory.texts[path] = record
        record.raw = memory.numbered.pack(now)
        lost = [link.target for link, one in zip(text.links, now, strict=True) if isinstance(one, Missing)]
        record.lost = tuple(lost)
        self.lost.update(lost)
        return self._want(path, was, now)

    def _want(self, path: str, old: Resolutions, new: Resolutions) -> set[str]:
        """Update `wanting` for a text; return the keys of missing notes whose spelling may have changed."""
        before, now = _missing(old), _missing(new)
        spellings = {key: min(self.wanting[key]) for key in map(fold, before ^ now) if self.wanting.get(key)}
        for wanted in before - now:
            sources = self.wanting[fold(wanted)][wanted]
            sources.discard(path)
            if not sources:
                del self.wanting[fold(wanted)][wanted]
        for wanted in now - before:
            self.wanting.setdefault(fold(wanted), {}).setdefault(wanted, set()).add(path)
        return {key for key, spelling in spellings.items() if min(self.wanting[key], default="") != spelling}

    def _spelled(self, path: str) -> Resolutions:
        """Return where a text's links point, with one spelling of each missing note."""
        found = self.memory.numbered.unpack(self.memory.texts[path].raw)
        return tuple(map(self._respelled, found)) if self.memory.texts[path].lost else found

    def _respelled(self, one: Resolution) -> Resolution:
        """Return a resolution with the spelling of a missing note that is used everywhere."""
        if not isinstance(one, Missing) or fold(one.path) not in self.wanting:
            return one
        return replace(one, path=min(self.wanting[fold(one.path)], default=one.path))


def where_led(resolutions: Iterable[Resolution]) -> list[tuple[str, Resolution]]:
    """Return resolutions with their types, which are not visible in their fields."""
    return [(type(one).__name__, one) for one in resolutions]


def _keys_unlike(names: Names, others: Names) -> set[str]:
    """Return the name keys of everything that is in only one of both."""
    paths = (names.paths ^ others.paths) | (names.withheld ^ others.withheld)
    pictures = (f"{figure}.svg" for figure in names.figures ^ others.figures)
    return {name_key(name) for name in (*paths, *(alias for alias, _ in names.aliases ^ others.aliases), *pictures)}


def _missing(resolutions: Resolutions) -> set[str]:
    return {one.path for one in resolutions if isinstance(one, Missing) and one.path}
