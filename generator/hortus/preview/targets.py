"""Where all links lead, kept true from save to save; what is looked up by name is not searched.

1. Resolve the links of the texts that may lead elsewhere than before, and forget those that are gone.
2. Let links to one missing note have one spelling, also in texts that nothing else touched.
3. Keep count of the targets that are broken, and of the names they may have meant.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from hortus.core.keys import fold, name_key
from hortus.core.model import Link, LinkGraph, Missing, Note, Resolution
from hortus.links.graph import Given, Names
from hortus.links.resolve import NameIndex, resolve
from hortus.preview.suggest import Suggestions

Resolutions = tuple[Resolution, ...]


@dataclass
class Targets:
    """Remembers, text by text and name by name, what links point to."""

    names: Names = Names()
    index: NameIndex = field(default_factory=Names().index)
    raw: dict[str, Resolutions] = field(default_factory=dict)
    """Before links to one missing note were given one spelling."""
    naming: dict[str, set[str]] = field(default_factory=dict)
    """By name key: the texts with a link of that name."""
    wanting: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """By folded path of a missing note, by spelling: the texts that want it."""
    lost: "Counter[str]" = field(default_factory=Counter)
    suggestions: Suggestions = field(default_factory=Suggestions)

    def resolve(self, given: Given, before: LinkGraph, changed: Collection[str]) -> dict[str, Resolutions]:
        """Return where every link leads; that of a text which nothing touched is the same object as before.

        *changed* are the texts whose own words are other than before, or what their links name within a note.
        """
        texts = given.texts
        dirty = {*changed, *(self._named_by(given.names) & texts.keys())}
        respelled: set[str] = set()
        for path in dirty | (before.texts.keys() - texts.keys()):
            old, new = before.texts.get(path), texts.get(path)
            was, now = self.raw.pop(path, ()), self._resolve(path, new, given.notes)
            self._name(path, old, new)
            self._lose(old, was, new, now)
            respelled |= self._want(path, was, now)
        dirty |= {path for key in respelled for paths in self.wanting.get(key, {}).values() for path in paths}
        return {path: self._spelled(path, before) if path in dirty else before.resolutions[path] for path in texts}

    def missing(self) -> tuple[str, ...]:
        """Return the paths of notes that are wanted and not written."""
        return tuple(sorted(min(spellings) for spellings in self.wanting.values() if spellings))

    def near(self) -> dict[str, tuple[str, ...]]:
        """Return, for each target that is broken, the names it may have meant."""
        return self.suggestions.near(target for target, count in self.lost.items() if count > 0)

    def _named_by(self, names: Names) -> set[str]:
        """Take in which names there are; return the texts that name what came or went."""
        if names == self.names:
            return set()
        keys = _keys_unlike(names, self.names)
        self.names, self.index = names, names.index()
        self.suggestions.know(self.index)
        return {path for key in keys for path in self.naming.get(key, ())}

    def _resolve(self, path: str, text: Note | None, notes: Mapping[str, Note]) -> Resolutions:
        if text is None:
            return ()
        self.raw[path] = tuple(resolve(link, path, self.index, notes) for link in text.links)
        return self.raw[path]

    def _name(self, path: str, old: Note | None, new: Note | None) -> None:
        """Keep `naming` true of a text."""
        for key in _keys(old):
            self.naming[key].discard(path)
        for key in _keys(new):
            self.naming.setdefault(key, set()).add(path)

    def _want(self, path: str, old: Resolutions, new: Resolutions) -> set[str]:
        """Keep `wanting` true of a text; return the missing notes whose spelling may now be another."""
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

    def _lose(self, old: Note | None, before: Resolutions, new: Note | None, now: Resolutions) -> None:
        """Keep count of the targets that are broken."""
        if old:
            self.lost.subtract(
                link.target for link, one in zip(old.links, before, strict=True) if isinstance(one, Missing)
            )
        if new:
            self.lost.update(link.target for link, one in zip(new.links, now, strict=True) if isinstance(one, Missing))

    def _spelled(self, path: str, before: LinkGraph) -> Resolutions:
        """Return where a text's links lead, each missing note spelled as all spell it."""
        found = tuple(
            replace(one, path=min(self.wanting[fold(one.path)])) if isinstance(one, Missing) and one.path else one
            for one in self.raw[path]
        )
        return before.resolutions[path] if found == before.resolutions.get(path) else found


def _keys_unlike(names: Names, others: Names) -> set[str]:
    """Return the name keys of what is in one of both only."""
    paths = (names.paths ^ others.paths) | (names.withheld ^ others.withheld)
    return {name_key(name) for name in (*paths, *(alias for alias, _ in names.aliases ^ others.aliases))}


def _keys(text: Note | None) -> set[str]:
    """Return the name keys under which a text's links may find a file, or have found one."""
    keys = {name_key(link.target) for link in _links(text)}
    return keys | {f"{key}.md" for key in keys}


def _links(text: Note | None) -> tuple[Link, ...]:
    return text.links if text else ()


def _missing(resolutions: Resolutions) -> set[str]:
    return {one.path for one in resolutions if isinstance(one, Missing) and one.path}
