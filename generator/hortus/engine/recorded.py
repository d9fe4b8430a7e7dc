"""What pages may read, recorded: a press whose notes, links and addresses are facts.

`RecordedPress` has the attributes of `Press`; `RecordedNote` those of a note.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from hortus.core.marks import mark_of
from hortus.core.model import Asset, Figure
from hortus.engine.facts import ALL, Asked, Fact, Made, Reader, Table
from hortus.engine.recorded_notes import Notes, note_tables
from hortus.figures.requests import caption_path
from hortus.links.targets import where_led
from hortus.site.graph.nodes import Network, Node
from hortus.site.pages import Press
from hortus.site.pages.figures import MEASURED


class Requests(Table):
    """The figures that notes ask for, by note and number; a fact is all that one note asks for."""

    def __getitem__(self, key: tuple[str, int]) -> Any:
        self.reader.note((self.name, key[0]))
        return self.raw[key]

    def get(self, key: tuple[str, int], default: Any = None) -> Any:
        self.reader.note((self.name, key[0]))
        return self.raw.get(key, default)

    def items(self) -> Any:
        self.reader.note((self.name, ALL))
        return self.raw.items()

    def mark(self, key: str) -> bytes:
        return mark_of([item for item in self.raw.items() if key in (ALL, item[0][0])] if self.raw else [])


def _file_mark(asset: Asset) -> Any:
    return asset.path, asset.size, asset.stamp


def _single(record: object, name: str) -> dict[str, Any]:
    """Return one value of a record as a table with one key."""
    return {"": getattr(record, name)}


class RecordedGraph:
    """What pages may read of the link graph."""

    def __init__(self, press: Press, reader: Reader):
        graph = press.graph
        known: dict[Any, Any] = {}
        self._graph, self._reader = graph, reader
        self.notes = Notes(reader, "notes", lambda: graph.notes, known)
        self.texts = Notes(reader, "texts", lambda: graph.texts, known)
        self.assets = Table(reader, "asset", lambda: graph.assets, _file_mark)
        self.resolutions = Table(reader, "resolutions", lambda: graph.resolutions, where_led)
        self.backlinks = Table(reader, "backlinks", lambda: graph.backlinks)
        self.figures = Table(reader, "shown", lambda: graph.figures)
        self.parents = Table(reader, "parents", lambda: graph.parents)
        for name in ("missing", "trails", "hubs", "components"):
            Table(reader, f"graph.{name}", partial(_single, graph, name))

    def _whole(self, name: str) -> Any:
        return self._reader.tables[f"graph.{name}"][""]

    missing = property(lambda self: self._whole("missing"))
    trails = property(lambda self: self._whole("trails"))
    hubs = property(lambda self: self._whole("hubs"))
    components = property(lambda self: self._whole("components"))


def _links_mark(press: Press) -> bytes:
    """Return a mark of everything that decides which nodes have links between them; empty if it is not known."""
    graph, shown = press.graph, press.shown
    if not graph.texts.keys() <= graph.versions.keys():
        return b""
    led = [(path, graph.versions[path][1], path in graph.notes) for path in graph.texts]
    figures = [(name, caption_path(figure.script, name)) for name, figure in shown.figures.items()]
    return mark_of((led, sorted(press.network.unlisted), list(graph.assets), figures, list(shown.requests.items())))


def _nodes_mark(press: Press) -> bytes:
    """Return a mark of everything that nodes show."""
    graph, shown = press.graph, press.shown
    notes = [(path, note.title) for path, note in graph.notes.items()]
    figures = [(name, figure.script.title, caption_path(figure.script, name)) for name, figure in shown.figures.items()]
    return mark_of((notes, list(shown.urls.items()), sorted(press.network.maps), figures))


class RecordedNetwork:
    """The nodes of a site and their links, as `Network` has them."""

    def __init__(self, press: Press, reader: Reader, graph: RecordedGraph):
        network: Network = press.network
        links = partial(_links_mark, press)
        self.graph = graph
        self.unlisted = Table(reader, "unlisted", lambda: dict.fromkeys(sorted(network.unlisted)))
        self._nodes = Table(reader, "node", lambda: Asked(network.node, partial(_nodes_mark, press)))
        self._targets = Table(reader, "targets", lambda: Asked(network.targets, links))
        self._sources = Table(reader, "sources", lambda: Asked(network.sources, links))
        self._neighbour_counts = Table(reader, "neighbour_count", lambda: Asked(network.neighbour_count, links))

    def node(self, node: str) -> Node:
        return self._nodes[node]

    def targets(self, node: str) -> list[str]:
        return self._targets[node]

    def has_link(self, node: str, target: str) -> bool:
        return target in self._targets[node]

    def sources(self, node: str) -> list[str]:
        return self._sources[node]

    def neighbour_count(self, node: str) -> int:
        return self._neighbour_counts[node]


class RecordedLinks:
    """Who links to a page, as `LinksTo` has it."""

    def __init__(self, press: Press, reader: Reader):
        def between(pair: str) -> list[int]:
            return [link.index for link in press.links_to.between(*pair.split("\0"))]

        self._links = press.links_to
        self._sources = Table(reader, "linking", lambda: Asked(press.links_to.sources, partial(_links_mark, press)))
        self._between = Table(reader, "between", lambda: Asked(between))

    def sources(self, path: str) -> tuple[str, ...]:
        return self._sources[path]

    def between(self, source: str, path: str) -> Any:
        self._between[f"{source}\0{path}"]
        return self._links.between(source, path)


def _figure(figure: Figure) -> Any:
    """Return what a page may show of a figure: everything except what differs from run to run."""
    measured = {name: value for name, value in figure.provenance.items() if name not in MEASURED}
    frames = tuple(replace(frame, traceback="") for frame in figure.frames)
    return replace(figure, provenance=measured, traceback="", ran=False, frames=frames)


def _answer(result: Any) -> Any:
    """Return what a page shows of the result of a query."""
    from hortus.queries.plain import plain_result  # most vaults have no queries

    return plain_result(result)


class RecordedPress(Press):
    """A press for which everything that a page shows is a fact."""

    def __init__(self, press: Press, reader: Reader):
        self.reader, self.whole = reader, press
        self.settings, self.edit, self.arrange = press.settings, press.edit, press.arrange
        self.project, self.cache, self.overrides = press.project, press.cache, press.overrides
        self.words = press.words
        self.site, self.home, self.templates = press.site, press.home, press.templates  # part of every state's key
        graph, shown = RecordedGraph(press, reader), press.shown
        self.graph: Any = graph
        self.network: Any = RecordedNetwork(press, reader, graph)
        names = ("urls", "titles", "sizes", "files", "redirects", "changed", "remarks", "listed_in")
        tables: dict[str, Any] = {name: Table(reader, name, partial(getattr, shown, name)) for name in names}
        requests = Requests(reader, "requests", lambda: shown.requests)
        figures = Table(reader, "figure", lambda: shown.figures, _figure)
        tables["static"] = Table(reader, "static", lambda: shown.static, _file_mark)
        tables["answers"] = Table(reader, "answers", lambda: shown.answers, _answer)
        self.shown = replace(shown, graph=graph, figures=figures, requests=requests, **tables)  # type: ignore[arg-type]  # has the attributes of the graph
        self.markdown = Table(reader, "markdown", lambda: press.markdown)
        self.__dict__["links_to"] = RecordedLinks(press, reader)
        for name in ("places", "folder_urls", "namesakes", "tags", "tags_below", "folders_in", "notes_in", "levels"):
            self.__dict__[name] = Table(reader, f"press.{name}", partial(getattr, press, name))
        self.mocs: Any = Table(reader, "map", lambda: dict.fromkeys(sorted(press.mocs)))
        note_tables(reader, press.graph.texts, graph.notes.recorded)
        for name in ("by_title", "listed_notes", "glyphs", "report", "wanted"):
            Table(reader, f"press.{name}", partial(_single, press, name))
        WholeGraphs(reader, press)
        self.search = SearchFiles(reader, press)

    def _one(self, name: str) -> Any:
        return self.reader.tables[f"press.{name}"][""]

    by_title = property(lambda self: self._one("by_title"))
    listed_notes = property(lambda self: self._one("listed_notes"))
    glyphs = property(lambda self: self._one("glyphs"))
    report = property(lambda self: self._one("report"))
    wanted = property(lambda self: self._one("wanted"))
    whole_graph = property(lambda self: self._one("whole_graph"))

    def derive_again(self, functions: Mapping[str, Callable[..., Any]], fact: Fact) -> None:
        """Compute a derived fact; *functions* compute them, by name."""
        self.derive(functions[fact[0]], *fact[1].split("\0"))

    def derive(self, what: Callable[..., Made], *given: str) -> Made:
        return self.reader.derive((what.__name__, "\0".join(given)), lambda: what(self, *given))


class WholeGraphs(Table):
    """The graph of the whole site. Its layout depends on its links, and is computed only when it is shown."""

    def __init__(self, reader: Reader, press: Press):
        super().__init__(reader, "press.whole_graph", lambda: Asked(lambda key: press.whole_graph))
        self.network = press.network

    def mark(self, key: str) -> bytes:
        network = self.network
        return mark_of([(network.node(node), network.targets(node)) for node in network.ids()])


class SearchFiles(Table):
    """Files of the search index. Each has a version, so that none has to be read for its mark."""

    def __init__(self, reader: Reader, press: Press):
        super().__init__(reader, "search", lambda: press.search)

    def mark(self, key: str) -> bytes:
        return mark_of(self.raw.versions.get(key))  # type: ignore[attr-defined]  # an Index

    def whole(self) -> bytes:
        return mark_of(self.raw.versions if self.raw else {})  # type: ignore[attr-defined]  # an Index
