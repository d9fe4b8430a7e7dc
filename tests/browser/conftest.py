"""A site with every kind of content, built once, and Chromium to read it with.

It is read from file://, from the root of a server and from a folder of one: the same bytes must do for all.
"""

import json
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import write_files
from playwright.sync_api import BrowserContext, Page

FOLDERS = ("root", "folder/repo")
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],  # details of what is right would take twice the time
}

PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="{0}" height="{0}"><rect width="{0}" height="{0}"/></svg>'
LONG = "Along every seam of the patchwork one unit switches, and what was a slope becomes another slope. " * 6
STEPS = '''"""Steps.

As many as one likes. See [[Everything]].
"""

from matplotlib.figure import Figure

FRAMES = "steps"
VARIANTS = {"steps-still": {"steps": 1}}


def compute(*, steps=3):
    return {"heights": list(range(steps)), "table": [{"step": n, "height": n * n} for n in range(steps)]}


def draw(result, theme):
    return {str(n + 1): draw_first(result["heights"][: n + 1]) for n in result["heights"]}


def draw_first(heights):
    figure = Figure(figsize=(3, 2))
    figure.subplots().bar(heights, heights)
    return figure
'''
GRID = '''"""A grid."""

from matplotlib.figure import Figure

ALT = "A grid of {bars} bars."
DIALS = {"bars": [1, 2, 3], "width": [0.5, 1]}


def compute(*, bars=2):
    assert bars < 3, "too many"
    return {"bars": bars}


def draw(result, theme, *, width=0.5):
    figure = Figure(figsize=(3, 2))
    figure.subplots().bar(range(result["bars"]), range(1, result["bars"] + 1), width, color=theme.ink)
    return figure
'''
INKS, GROUNDS = (39, *range(30, 38), *range(90, 98)), (49, *range(40, 48), *range(100, 108))
PLANE = '''"""A plane."""

import numpy as np
from matplotlib.figure import Figure

ALT = "An empty plane."
LAYERS = [
    (np.array([[1.5, -0.5], [0.25, 1.0], [-1.0, -1.0]]), np.array([0.1, -0.2, 0.3])),
    (np.array([[1.0, -2.0, 0.5]]), np.array([0.05])),
]


def compute():
    grid = np.random.default_rng(0).uniform(-1, 1, (50, 2))
    (W, b), (V, c) = LAYERS
    outputs = np.maximum(grid @ W.T + b, 0) @ V.T + c
    return {"net": {"layers": LAYERS, "grid": grid, "outputs": outputs, "classes": ["outside", "inside"]}}


def draw(result, theme):
    figure = Figure(figsize=(4, 3))
    axes = figure.add_axes((0.25, 0.2, 0.5, 0.6))
    axes.set(xlim=(-1, 1), ylim=(-1, 1))
    figure.suptitle("Plane", size=24, weight="bold")
    return figure
'''
COLOURED = "".join(
    f"\x1b[{style};{ink};{ground}m{style} {ink} {ground}\x1b[0m"
    for style in (0, 1, 2, 7)
    for ink in INKS
    for ground in GROUNDS
    if ink == INKS[0] or ground == GROUNDS[0] or (style == 0 and ink < 90 and ground < 100)
)
"""A terminal's text in every colour on every ground; bright colours, which look like others, and styles on one."""
STYLED = "".join(f"\x1b[{style};31;42m{style}\x1b[0m\n" for style in (0, 1, 2, 7))
TABLE = '<table border="1"><thead><tr><th></th>{}</tr></thead><tbody><tr><th>0</th>{}</tr></tbody></table>'
OUTPUTS = (
    {"output_type": "stream", "name": "stdout", "text": STYLED},
    {"output_type": "stream", "name": "stderr", "text": "a warning that goes on " * 20},
    {"output_type": "display_data", "data": {"text/html": TABLE.format("<th>column</th>" * 30, "<td>1.25</td>" * 30)}},
    {"output_type": "display_data", "data": {"text/html": f"<pre>{'unwrapped ' * 60}</pre>"}},
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["\x1b[31mE\x1b[0m", "at " + "line " * 60]},
)


def notebook(*outputs: dict[str, object]) -> str:
    """Return a notebook with a title, and a cell of code for each of *outputs*."""
    code = {"cell_type": "code", "execution_count": 1, "metadata": {}, "source": "x = 1  # " + "long " * 40}
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Of a notebook\nWords and $x^2$."}
    cells = [title, *(code | {"outputs": [output]} for output in outputs)]
    about = {"metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps({"cells": cells, **about})


BOARD = {
    "nodes": [
        {
            "id": "a",
            "type": "text",
            "text": "# Card\n[[Plain]]",
            "x": 0,
            "y": 0,
            "width": 240,
            "height": 120,
            "color": "1",
        },
        {"id": "b", "type": "file", "file": "Plain.md", "x": 3000, "y": 0, "width": 240, "height": 120},
    ],
    "edges": [{"id": "e", "fromNode": "a", "toNode": "b", "label": "leads to"}],
}
SKETCH = {
    "type": "excalidraw",
    "elements": [
        {"id": "r", "type": "rectangle", "x": 0, "y": 0, "width": 1800, "height": 90, "seed": 1},
        {"id": "t", "type": "text", "x": 9, "y": 9, "width": 90, "height": 25, "text": "words", "fontSize": 20, "link": "[[Plain]]"},
    ],
}  # fmt: skip
BOXES = (
    "# Boxes\n"
    + "".join(
        f"```ad-note\ntitle: Of a colour, [[Plain]]\ncolor: {colour}\nWith `code`.\n```\n\n"
        for colour in (
            "255,0,0",
            "255,120,0",
            "220,200,0",
            "0,200,0",
            "0,200,200",
            "0,100,255",
            "150,0,255",
            "128,128,128",
        )
    )
    + f'> [!tip] Only a title\n\n> [!note] {"un" * 90}\n> Words.\n\n```python title="{"folder/" * 40}a.py" {{1}}\nx = 1\n```\n'
)
GARDEN = {
    "hortus.toml": 'title = "A garden"\nhtml = "trusted"\nhome = "Garden MOC"\n',
    "Garden MOC.md": """# Garden MOC
Where everything is.

1. [[Everything]]
2. [[Wide things]]
3. [[Not yet]]
4. [[Dials]]

## Later
- [[Plain]] TODO: say more, see [nowhere]()
""",
    "Everything.md": f"""---
tags: [kitchen/sink]
source: https://example.org/a
related: ["[[Plain]]", "[[Not yet]]"]
References:
  - "A. Author: [A title of a paper that goes on for quite some time](https://example.org/b), 1989"
  - "B. Author: [Another title of a paper that goes on](https://example.org/c), 2015"
---
# Everything
{LONG}

A [link out](https://example.org/), [[Plain|one inside]], [[Not yet|one to come]], `code`, ==marked==, ~~gone~~, a
tag #kitchen/sink, $x^2$ and a note.[^1] TODO: check.

## Blocks
> [!tip]- Folded
> Words within.

> [!warning] Mind
> > [!quote] Nested
> > Words.

- [ ] open
- [x] done
- [/] half

> A quote.

```python title="layer.py" {{2}} linenos
def layer(x):
    return x @ W + b
```

![[Plain]]

![[dot.svg|80]]

## Numbers
$$
\\sum_{{i=1}}^n x_i^2 = \\int_0^1 f(t)\\,dt
$$

| a | b |
|---|---|
| 1 | [[Plain]] |

### Deeper
{LONG}

## The end
{LONG}

[^1]: Below the line.
""",
    "Plain.md": "A plain note. See [[Everything]], and [[Not yet|what is not there]].\n",
    "Wide things.md": "# Wide things\n$$\n" + " + ".join(f"x_{{{n}}}" for n in range(60)) + "\n$$\n\n"
    "|" + "a column|" * 14 + "\n|" + "---|" * 14 + "\n|" + "number 1.25|" * 14 + "\n\n"
    "```\n" + "wide " * 60 + "\n```\n\n" + "un" * 120 + f"\n\n![](https://example.org/{'folder_' * 20}a.png)\n",
    "Dials.md": "# Dials\n![[grid.svg|A grid]]\n",
    "Plane.md": "# Plane\n![[plane.svg]]\n",
    "Raw.md": '# Raw\n<img src="b.svg" alt="A square" width="90" height="90">\n\n![[b.svg]]\n',
    "Pointing.md": """---
aliases: [Signpost]
tags: [kitchen, way]
---
# Pointing
To [[Everything]], to [[Everything#Numbers|its numbers]], to [[Anchors#^law|a law]], to [[Anchors#^words|words]], to
[[Anchors]], [[Not yet]], [[#Further down]], ![[Plain]] and [out](https://example.org/).[^1]

## Further down
Here is the place. [[東京]]

[^1]: Under the line of the signpost, with [[Anchors|a link]].
""",
    "Anchors.md": """---
tags: [way]
---
# Anchors
The opening of anchors, which leads to [[Pointing]], [[Unheard of|on]].[^1]

Words that have a name. ^words

$$
E = mc^2
$$
^law

## Zephyr of the west
A heading's own words, and a zephyr in them.

[^1]: What anchors add below.
""",
    "Numbered.md": "# Numbered\n$$\nE = mc^2 \\tag{1} \\label{eq:mass}\n$$\n\nSee $\\eqref{eq:mass}$.\n\nAnd [[Plain]].\n",
    "Drawn.md": "# Drawn\nA figure.\n\n![[steps.svg|Steps that go up]]\n\n![[steps-still.svg]]\n",
    "Pictures.md": "# Pictures\nOne too small to be enlarged: ![[dot.svg]]\n\n![[wide.svg|200]]\n\n"
    "[![[wide.svg]]](https://example.org/)\n\n```mermaid\nflowchart LR\n  here --> there --> everywhere\n```\n",
    "figures/steps.py": STEPS,
    "figures/grid.py": GRID,
    "figures/plane.py": PLANE,
    "Cells.md": "# Cells\n![[cells.ipynb]]\n",
    "cells.ipynb": notebook(*OUTPUTS),
    "Colours.md": "# Colours\n![[colours.ipynb]]\n",
    "colours.ipynb": notebook(
        {"output_type": "stream", "name": "stdout", "text": COLOURED.replace("\x1b[0m", "\x1b[0m\n")}
    ),
    "Drawings.md": "# Drawings\n![[board.canvas]]\n\n![[sketch.excalidraw]]\n",
    "board.canvas": json.dumps(BOARD),
    "sketch.excalidraw": json.dumps(SKETCH),
    "Boxes.md": BOXES,
    "shed/tools/Rake.md": "A rake, for [[Plain]].\n",
    "shed/Bench.md": "To sit on, and see [[Everything]].\n",
    "東京.md": "# 東京\n東京は日本の首都です。\n\n## 机器学习\n我们喜欢深度学习和神经网络。\n\n"
    "## 한국어\n학교에서 한국어(韓國語) 공부를, AI로도 합니다. 아주 재미있게!\n",
    "dot.svg": PICTURE.format(40),
    "b.svg": PICTURE.format(90),
    "wide.svg": PICTURE.format(400),
}
PAGES = {
    "map": "index.html",
    "note": "everything.html",
    "wide things": "wide-things.html",
    "dials": "dials.html",
    "plane": "plane.html",
    "drawn": "drawn.html",
    "pictures": "pictures.html",
    "notebook": "cells.html",
    "canvas and drawing": "drawings.html",
    "boxes": "boxes.html",
    "numbered formulas": "numbered.html",
    "figure": "figures/steps.html",
    "gallery": "figures/index.html",
    "graph": "graph.html",
    "stub": "not-yet.html",
    "all notes": "all-notes.html",
    "tags": "tags/index.html",
    "tag": "tags/kitchen/sink.html",
    "report": "report.html",
    "wanted": "wanted.html",
    "not found": "404.html",
}


@pytest.fixture(scope="session")
def site(tmp_path_factory, shared, build_at) -> Path:
    """Build the vault; return a folder with the site as `root` and as `folder/repo`."""

    def fill(out: Path) -> None:
        built = build_at(write_files(tmp_path_factory.mktemp("garden"), GARDEN), figures="run")
        for folder in FOLDERS:
            (out / folder).parent.mkdir(exist_ok=True)
            built.write(out / folder)

    return shared("garden-site", fill)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def places(site) -> Iterator[dict[str, str]]:
    """Return the URL of the site's root in each place where it must work."""
    servers = [
        ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=site / folder)) for folder in ("root", "folder")
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    at_root, in_folder = (f"http://127.0.0.1:{server.server_port}/" for server in servers)
    yield {"disk": (site / "root").as_uri() + "/", "root": at_root, "folder": in_folder + "repo/"}
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def reader(chromium) -> Iterator[Callable[..., BrowserContext]]:
    """Make browser contexts: with storage, width and preferences of their own."""
    contexts = []

    def make(width: int = 1440, theme: str = "light", **options) -> BrowserContext:
        size = {"width": width, "height": 900}
        contexts.append(chromium.new_context(viewport=size, color_scheme=theme, **options))
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def read(reader, places) -> Callable[..., Page]:
    """Open a page of the site; errors on its console are in ``page.complaints``."""

    def open_page(url: str, place: str = "root", context: BrowserContext | None = None, **options) -> Page:
        page = (context or reader(**options)).new_page()
        page.complaints = []
        page.on("console", lambda m: page.complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(places[place] + url)
        return page

    return open_page


@pytest.fixture(scope="session")
def violations() -> Callable[..., list[tuple[str, list[str]]]]:
    """Return the rules of axe that a page breaks, each with the elements that break it."""

    def find(page: Page, **where: str) -> list[tuple[str, list[str]]]:
        found = Axe().run(page, options=RULES, **where).response["violations"]
        return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]

    return find


@pytest.fixture(params=PAGES.values(), ids=PAGES.keys())
def url(request) -> str:
    """Each kind of page."""
    return request.param
