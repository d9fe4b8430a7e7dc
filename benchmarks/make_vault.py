"""Make a synthetic vault: a number in, a folder of notes out, always the same.

A note has front matter, prose, headings, lists, tables, code, callouts, inline and display
math, TODO marks and links, about 4.5 kB in all. Few notes draw most of the links (Zipf's
law), one link in twenty points to a note nobody wrote. Each folder has a MOC of its notes,
and Home lists the MOCs. The words mean nothing; their amounts are those of study notes.

Links can be written as wikilinks or as relative Markdown links. Nothing else differs
between the two, so that a tool that knows only the second kind does the same work.

    python benchmarks/make_vault.py DEST 1000 --links markdown
"""

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate, count
from math import log
from pathlib import Path
from random import Random
from urllib.parse import quote

MEDIAN_BLOCKS = 10
SPREAD = 0.45  # of the logarithm of a note's blocks: one note in ten has less than half or double
ZIPF = 0.9  # the n-th note draws links in proportion to 1 / n**ZIPF
BROKEN = 0.05

FOLDERS = ["Analysis", "Botany", "Computing", "Geometry", "Learning", "Physics", "Probability"]
TAGS = ["idea", "paper", "proof", "question", "reading", "theory", "todo/later", "todo/soon"]
NOUNS = """algorithm angle area average axis ball basis bias bloom boundary branch bud canopy cell
chain channel circle code cone cost curve degree depth distance drift edge energy error estimate
event face fern field flow forest garden gradient graft graph grid group grove hedge ideal index
kernel lattice layer leaf limit line loss map margin mask matrix measure meadow model moment moss
network node noise norm orchard orbit order parameter path petal phase plane point pollen prior
query rank rate ring root rule sample scale seed sequence set shape shoot signal soil space spore
state stem step surface symbol tangent task tensor thicket tile token trace tree trellis value
variable vector vine volume wave weight width""".split()
ADJECTIVES = """affine annual blind bounded closed common convex dense discrete dry early exact
finite flat free full global green hidden inner late linear local lower mixed narrow natural noisy
nested open outer partial plain quiet random rare regular sharp short simple slow smooth sparse
stable strict strong sudden upper weak wide wild""".split()
GLUE = """the a of and to in is that it for as with by on from at this but when which each where so
not if than then while under over between without because often only also""".split()
LATIN = "a b c d f g h k m n p q r s t u v w x y z".split()
GREEK = [rf"\{name}" for name in "alpha beta gamma delta eta theta lambda mu sigma phi".split()]

INLINE_MATH = [  # «» is a letter, drawn again each time
    "$«»$",
    "$«»_«»$",
    "$«» = «» «» + «»$",
    r"$«» \in \mathbb{R}^«»$",
    r"$\nabla_«» «»(«»)$",
    r"$p(«» \mid «», «»)$",
    r"$\sum_{«»=1}^{«»} «»_«»^2$",
    r"$\lVert «» - «» \rVert_2 \le \sqrt{«»}$",
]
DISPLAY_MATH = [
    r"\mathcal{L}(«») = -\sum_{«»=1}^{«»} «»_«» \log \hat{«»}_«» + \frac{«»}{2} \lVert «» \rVert^2",
    r"\operatorname{softmax}(«»)_«» = \frac{e^{«»_«» / «»}}{\sum_{«»} e^{«»_«» / «»}}",
    r"\int_{-\infty}^{\infty} e^{-«» «»^2} \, d«» = \sqrt{\frac{\pi}{«»}}",
    r"\begin{pmatrix} «» & «» \\ «» & «» \end{pmatrix} \begin{pmatrix} «» \\ «» \end{pmatrix} = «» «»",
    "\\begin{aligned}\n«» &= «» + «» \\\\\n«» &= \\frac{1}{2} «» «»\n\\end{aligned}",
]
PYTHON = '''```python
def {f}({x}, {y}):
    """Return what is left of {x}."""
    total = 0.0
    for i, item in enumerate({x}):
        if item > {n} and {y} is not None:
            total += {y}[i] * item  # the rest is noise
    return {{"total": total, "name": "{f}"}}
```'''
SHELL = "```bash\npython -m {f} --{x} {n} --{y} out/{f}.csv | sort -n | head -{n}\n```"

Sentence = Callable[[], str]
"""Draws one more sentence, with the links, math and marks of its note's dialect."""
Block = Callable[[Random, Sentence], str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note is: its folder and its title, which is also its file's name."""

    folder: str
    title: str

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.title}.md"


def make_vault(notes: int, links: str = "wiki", seed: int = 0) -> dict[str, str]:
    """Make *notes* notes, a MOC for each folder and Home: text by path.

    >>> vault = make_vault(100)
    >>> len(vault) == 100 + len(FOLDERS) + 1
    True
    >>> vault == make_vault(100)
    True
    """
    places = draw_places(Random(f"{seed} places"), notes)
    weights = list(accumulate(1 / n**ZIPF for n in range(1, notes + 1)))
    write_link = {"wiki": wikilink, "markdown": markdown_link}[links]

    def draw_link(r: Random, source: Place) -> str:
        target = r.choices(places, cum_weights=weights)[0]
        if r.random() < BROKEN:
            target = Place(target.folder, f"Unwritten {target.title}")
        label = f"{r.choice(ADJECTIVES)} {r.choice(NOUNS)}" if r.random() < 0.4 else ""
        return write_link(source, target, "Details" if r.random() < 0.2 else "", label)

    vault = {}
    for n, place in enumerate(places):
        r = Random(f"{seed} {n}")
        vault[place.path] = make_note(r, place, lambda r=r, p=place: draw_link(r, p))
    for folder in FOLDERS:
        moc = Place(folder, f"{folder} MOC")
        listed = [write_link(moc, place, "", "") for place in places if place.folder == folder]
        vault[moc.path] = make_moc(moc.title, listed)
    home = Place("", "Home")
    mocs = [write_link(home, Place(folder, f"{folder} MOC"), "", "") for folder in FOLDERS]
    return vault | {"Home.md": make_moc("Home", mocs)}


def draw_places(r: Random, notes: int) -> list[Place]:
    """Draw distinct titles, each in some folder, the most linked first."""
    titles: dict[str, None] = {}
    for n in count():
        if len(titles) == notes:
            break
        words = [*r.sample(ADJECTIVES, r.choice([1, 1, 2])), r.choice(NOUNS)]
        title = " ".join(words).title()
        titles[title if title not in titles else f"{title} {n}"] = None
    return [Place(r.choice(FOLDERS), title) for title in titles]


def wikilink(source: Place, target: Place, anchor: str, label: str) -> str:
    """Write a link the shortest way: titles are distinct, so no folder is needed."""
    return f"[[{target.title}{'#' * bool(anchor)}{anchor}{'|' * bool(label)}{label}]]"


def markdown_link(source: Place, target: Place, anchor: str, label: str) -> str:
    """Write a link relative to the source's folder."""
    up = "../" if source.folder else ""
    path = f"{target.title}.md" if target.folder == source.folder else f"{up}{target.path}"
    return f"[{label or target.title}]({quote(path)}{'#' * bool(anchor)}{anchor.lower()})"


def make_moc(title: str, links: list[str]) -> str:
    """Make a map of content: its links, in order, under its title."""
    items = "\n".join(f"{n}. {link}" for n, link in enumerate(links, 1))
    return f"---\ntitle: {title}\n---\n\n# {title}\n\n{items}\n"


def make_note(r: Random, place: Place, draw_link: Callable[[], str]) -> str:
    """Make a note's text; it always has a heading Details, for links to point to."""
    length = round(r.lognormvariate(log(MEDIAN_BLOCKS), SPREAD))
    opening = [make_front_matter(r, place), f"# {place.title}"]
    blocks = draw_blocks(r, length, lambda: draw_sentence(r, draw_link))
    return "\n\n".join([*opening, *blocks]) + "\n"


def make_front_matter(r: Random, place: Place) -> str:
    date = f"{r.randint(2015, 2024)}-{r.randint(1, 12):02}-{r.randint(1, 28):02}"
    tags = ", ".join(r.sample(TAGS, 2))
    return f"---\ntitle: {place.title}\ndate: {date}\ntags: [{tags}]\n---"


def draw_sentence(r: Random, draw_link: Callable[[], str]) -> str:
    """Draw words, some of them links, math, code, bold or italic."""
    words = [draw_word(r, draw_link) for _ in range(r.randint(8, 22))]
    return f"The {r.choice(NOUNS)} {' '.join(words)} {r.choice(NOUNS)}."


def draw_word(r: Random, draw_link: Callable[[], str]) -> str:
    x = r.random()
    if x < 0.035:
        return draw_link()
    if x < 0.060:
        return draw_formula(r, INLINE_MATH)
    if x < 0.085:
        return r.choice(["**{}**", "*{}*", "`{}`"]).format(r.choice(NOUNS))
    return r.choice(GLUE if x < 0.5 else ADJECTIVES if x < 0.65 else NOUNS)


def draw_formula(r: Random, templates: list[str]) -> str:
    """Draw a formula and fill its letters.

    >>> draw_formula(Random(0), ["$«» + 1$"])
    '$s + 1$'
    """
    first, *rest = r.choice(templates).split("«»")
    return first + "".join(r.choice(LATIN if r.random() < 0.8 else GREEK) + s for s in rest)


def draw_blocks(r: Random, length: int, sentence: Sentence) -> Iterator[str]:
    """Draw a paragraph, the heading Details, then *length* blocks as in a study note."""
    yield paragraph(r, sentence)
    yield "## Details"
    for block in r.choices([*BLOCKS], [*BLOCKS.values()], k=length):
        yield block(r, sentence)


def paragraph(r: Random, sentence: Sentence) -> str:
    return " ".join(sentence() for _ in range(r.randint(2, 6)))


def section(r: Random, sentence: Sentence) -> str:
    marks = r.choice(["##", "##", "###"])
    return f"{marks} {r.choice(ADJECTIVES).title()} {r.choice(NOUNS)}\n\n{paragraph(r, sentence)}"


def bullets(r: Random, sentence: Sentence) -> str:
    return "\n".join(f"- {sentence()}" for _ in range(r.randint(2, 6)))


def steps(r: Random, sentence: Sentence) -> str:
    return "\n".join(f"{n}. {sentence()}" for n in range(1, r.randint(3, 6)))


def tasks(r: Random, sentence: Sentence) -> str:
    return f"- [ ] {sentence()}\n- [x] {sentence()}"


def table(r: Random, sentence: Sentence) -> str:
    rows = [f"| {r.choice(NOUNS)} | {r.random():.3f} | {r.choice(NOUNS)} |" for _ in range(4)]
    return "\n".join(["| name | value | note |", "|---|--:|---|", *rows])


def code(r: Random, sentence: Sentence) -> str:
    names = dict(zip("fxy", r.sample(NOUNS, 3), strict=True))
    return r.choice([PYTHON, SHELL]).format(n=r.randint(1, 99), **names)


def display_math(r: Random, sentence: Sentence) -> str:
    return f"$$\n{draw_formula(r, DISPLAY_MATH)}\n$$"


def callout(r: Random, sentence: Sentence) -> str:
    kind = r.choice(["note", "tip", "warning", "example"])
    return f"> [!{kind}] {r.choice(NOUNS).title()}\n> {sentence()}"


def quotation(r: Random, sentence: Sentence) -> str:
    return f"> {sentence()}"


def todo(r: Random, sentence: Sentence) -> str:
    return f"TODO: {sentence()}"


BLOCKS: dict[Block, float] = {  # how often each comes
    paragraph: 30,
    section: 22,
    bullets: 11,
    steps: 4,
    tasks: 2,
    table: 4,
    code: 5,
    display_math: 12,
    callout: 4,
    quotation: 2,
    todo: 2,
}


def write_vault(vault: dict[str, str], folder: Path) -> None:
    """Write each note below *folder*."""
    for path, text in vault.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a synthetic vault.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("notes", type=int)
    parser.add_argument("--links", choices=["wiki", "markdown"], default="wiki")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    write_vault(make_vault(args.notes, args.links, args.seed), args.folder)


if __name__ == "__main__":
    main()
