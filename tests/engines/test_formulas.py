"""Formulas in three browsers: positions of glyphs, measured in screenshots, and what copying them gives.

A part is red and another blue by ``\textcolor``, so that the boxes are those of the picture and of no engine's word.
"""

from base64 import b64decode
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from PIL import Image

from hortus.parse.glyphs import glyphs_of
from hortus.parse.syntax.mathml import convert_formulas
from hortus.parse.syntax.mathstyle import math_css
from hortus.site.math_font import subset_math_font

EM, WIDE, HIGH, ACROSS, PAGE = 24, 180, 110, 8, 128
"""Pixels of an em and of a cell; cells in a row and on a page."""

LETTERS = [
    *"abcdhiktxyzABEFLMPVX",
    r"\alpha",
    r"\theta",
    r"\psi",
    r"\Gamma",
    r"\mathbf{v}",
    r"\mathbf{E}",
    r"\mathcal{L}",
]
ACCENTS = ["vec", "hat", "bar", "dot", "ddot", "dddot", "tilde", "check", "overline", "widehat"]
WIDE_ACCENTS = [
    "overline",
    "widehat",
    "widetilde",
    "overrightarrow",
    "overleftarrow",
    "overleftrightarrow",
    "overbrace",
]
WORDS = ["ab", "AB", "x+y", "abc", "f*g", r"\theta-\mu", "a+b+c", "xyz", r"\mathbf{AB}", "u_1v_2"]
FENCES = [
    ("(", ")"),
    ("[", "]"),
    (r"\{", r"\}"),
    ("|", "|"),
    (r"\|", r"\|"),
    (r"\langle", r"\rangle"),
    (r"\lfloor", r"\rceil"),
    (r"\uparrow", r"\Downarrow"),
    (r"\Uparrow", r"\updownarrow"),
]
CONTENTS = [
    r"\frac{a}{b}", r"\dfrac{a}{b}", r"\frac{\frac ab}{c}", r"\sum_{i=1}^n x", r"\int_0^1", r"x^{2^2}", r"\sqrt{\frac ab}",
    r"\begin{matrix}a\\b\end{matrix}", r"\begin{matrix}a\\b\\c\end{matrix}", "x",
]  # fmt: skip
SMALL = ["x", "y", "a+b", r"\cdot", "-1", ""]
BIG = {"big": 1.2, "Big": 1.623, "bigg": 2.047, "Bigg": 2.47}
ARROWS = ["xrightarrow", "xleftarrow", "xleftrightarrow", "xRightarrow", "xmapsto", "xhookrightarrow"]
LABELS = [
    "f",
    "ab",
    "n\\to\\infty",
    r"\text{over}",
    r"\text{a long label}",
    r"\text{a label that is long}",
    "x+y+z",
    r"\varphi\circ\psi",
]


def red(latex: str) -> str:
    return rf"\textcolor{{#ff0000}}{{{latex}}}"


def blue(latex: str) -> str:
    return rf"\textcolor{{#0000ff}}{{{latex}}}"


def boxes(engine, tmp_path, formulas: list[str]) -> list[tuple]:
    """Return the boxes of red and of blue ink in each formula: left, top, right, bottom."""
    found = []
    for start in range(0, len(formulas), PAGE):
        found += _page(engine, tmp_path, formulas[start : start + PAGE])
    return found


def _page(engine, folder, formulas: list[str]) -> list[tuple]:
    html, font = _written(tuple(formulas))
    (folder / "math.woff2").write_bytes(font)
    page = folder / "page.html"
    page.write_text(html, encoding="utf-8")
    picture = _picture(engine, page.as_uri())
    return [
        _ink(picture[HIGH * (place // ACROSS) :][:HIGH, WIDE * (place % ACROSS) :][:, :WIDE])
        for place in range(len(formulas))
    ]


@cache
def _written(formulas: tuple[str, ...]) -> tuple[str, bytes]:
    """Return the page with these formulas, which all engines show, and its font."""
    converted = convert_formulas([(latex, True) for latex in formulas])
    assert [] == [(latex, error) for latex, (_, error) in zip(formulas, converted, strict=True) if error]
    style = (files("hortus") / "theme/static/math.css").read_text(encoding="utf-8") + math_css()
    cell = f"float: left; box-sizing: border-box; width: {WIDE}px; height: {HIGH}px; padding: 25px 10px"
    html = (
        f"<!doctype html><meta charset=utf-8><style>{style} @layer text; body {{ margin: 0; font: {EM}px serif; background: #fff }}"
        f" .cell {{ {cell} }}</style>" + "".join(f"<div class=cell>{mathml}</div>" for mathml, _ in converted)
    )
    return html, subset_math_font(set().union(*(glyphs_of(mathml) for mathml, _ in converted)))


def _picture(engine, url: str) -> np.ndarray:
    engine.get(url)
    engine.execute_async_script(
        "const done = arguments[0]; document.fonts.load('24px \"Hortus Math\"', 'x').then(() => document.fonts.ready)"
        ".then(() => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))"
    )
    return np.asarray(Image.open(BytesIO(b64decode(engine.get_screenshot_as_base64()))).convert("RGB")).astype(int)


def _ink(cell: np.ndarray) -> tuple:
    r, g, b = cell[..., 0], cell[..., 1], cell[..., 2]
    return tuple(_box(colour - np.maximum(g, other) > 90) for colour, other in ((r, b), (b, r)))


def _box(mask: np.ndarray):
    down, along = np.nonzero(mask)
    return (along.min(), down.min(), along.max(), down.max()) if len(along) else None


def wrong(formulas, found, fine) -> list[str]:
    """Return the formulas whose boxes are not *fine*, with what was measured."""
    pairs = zip(formulas, found, strict=True)
    return [f"{latex}: red {r}, blue {b}" for latex, (r, b) in pairs if r is None or b is None or not fine(r, b)]


def test_accents_are_over_their_letters(engine, tmp_path):
    """Above the letter, close to it, and in the middle."""
    formulas = [red(rf"\{accent}{{{blue(letter)}}}") for accent in ACCENTS for letter in LETTERS]

    def fine(accent, letter) -> bool:
        aside = abs((accent[0] + accent[2]) - (letter[0] + letter[2])) / 2
        gap = letter[1] - accent[3]
        return aside <= 0.22 * EM and -1 <= gap <= 0.3 * EM

    bad = wrong(formulas, boxes(engine, tmp_path, formulas), fine)
    assert bad == [], f"{len(bad)} of {len(formulas)}"


def test_wide_accents_span_what_is_below(engine, tmp_path):
    """As wide as the letters, give or take half a letter."""
    formulas = [red(rf"\{accent}{{{blue(word)}}}") for accent in WIDE_ACCENTS for word in WORDS]

    def fine(accent, word) -> bool:
        width, below = accent[2] - accent[0], word[2] - word[0]
        aside = abs((accent[0] + accent[2]) - (word[0] + word[2])) / 2
        return 0.55 * below <= width <= 1.35 * below + 0.3 * EM and aside <= 0.25 * EM and accent[3] <= word[1] + 1

    bad = wrong(formulas, boxes(engine, tmp_path, formulas), fine)
    assert bad == [], f"{len(bad)} of {len(formulas)}"


def test_fences_grow_with_what_they_hold(engine, tmp_path):
    formulas = [red(rf"\left{left} {blue(content)} \right{right}") for left, right in FENCES for content in CONTENTS]

    def fine(fence, content) -> bool:
        return fence[1] <= content[1] + 0.2 * EM and fence[3] >= content[3] - 0.2 * EM

    bad = wrong(formulas, boxes(engine, tmp_path, formulas), fine)
    assert bad == [], f"{len(bad)} of {len(formulas)}"


def test_fences_around_little_are_centred(engine, tmp_path):
    """They are centred on the math axis if they need not grow."""
    cases = [rf"\left{left} {content}\right{right}" for left, right in FENCES for content in SMALL]
    formulas = [red(case) + blue("-") for case in cases]

    def fine(fence, minus) -> bool:
        return abs((fence[1] + fence[3]) - (minus[1] + minus[3])) / 2 <= 0.1 * EM

    bad = wrong(formulas, boxes(engine, tmp_path, formulas), fine)
    assert bad == [], f"{len(bad)} of {len(formulas)}"


def test_laps_overlap_what_is_before_after_or_both(engine, tmp_path):
    r"""`\mathllap` ends, `\mathclap` is centred and `\mathrlap` begins at its position."""
    laps = {"llap": lambda lap: lap[2], "mathclap": lambda lap: (lap[0] + lap[2]) / 2, "mathrlap": lambda lap: lap[0]}
    formulas = [blue("HH") + red(rf"\{name}{{mm}}") for name in laps]
    found = zip(laps.items(), boxes(engine, tmp_path, formulas), strict=True)
    off = {name: abs(place(lap) - before[2]) for (name, place), (lap, before) in found}
    assert {} == {name: by for name, by in off.items() if by > 0.15 * EM}


def test_big_fences_have_their_size(engine, tmp_path):
    """And are centred on the math axis."""
    cases = [
        (rf"\{size}{side} {sign}", height)
        for size, height in BIG.items()
        for left, right in FENCES
        for side, sign in (("l", left), ("r", right))
    ]
    formulas = [f"{red(big)} {blue(r'-')}" for big, _ in cases]
    heights = dict(zip(formulas, (height for _, height in cases), strict=True))
    bad = []
    for latex, (fence, minus) in zip(formulas, boxes(engine, tmp_path, formulas), strict=True):
        height, off = (fence[3] - fence[1]) / EM, abs((fence[1] + fence[3]) - (minus[1] + minus[3])) / 2
        if not (0.8 * heights[latex] <= height <= 1.3 * heights[latex] and off <= 0.15 * EM):
            bad.append(f"{latex}: {height:.2f} em, {off} px off the axis")
    assert bad == [], f"{len(bad)} of {len(formulas)}"


def test_arrows_are_as_long_as_their_labels(engine, tmp_path):
    formulas = [red(rf"\{arrow}{{{blue(label)}}}") for arrow in ARROWS for label in LABELS]

    def fine(arrow, label) -> bool:
        return arrow[0] <= label[0] + 1 and arrow[2] >= label[2] - 1 and label[3] <= arrow[1] + 1

    bad = wrong(formulas, boxes(engine, tmp_path, formulas), fine)
    assert bad == [], f"{len(bad)} of {len(formulas)}"


COPIED = {
    "#alone math": r"\frac{a}{b}",
    "#alone mfrac": r"\frac{a}{b}",
    "#line": r"so $\vec x<y$ and bold.",
    "#block": "\\begin{aligned}a&=b\\\\[4pt]c&=d\\end{aligned}",
    "#both": "first $a^2$\nsecond $b_1$",
}


def test_copying_a_formula_gives_its_latex(engine, tmp_path):
    """Alone as source, within text between dollar signs; other selections are left to the browser."""
    latex = {
        "a": r"\frac{a}{b}",
        "v": r"\vec x<y",
        "l": "\n\\begin{aligned}a&=b\\\\[4pt]c&=d\\end{aligned}\n",
        "p": "a^2",
        "q": "b_1",
    }
    made = {name: convert_formulas([(source, name == "l")])[0][0] for name, source in latex.items()}
    script = (files("hortus") / "theme/static/copy.js").read_text(encoding="utf-8")
    (tmp_path / "copy.js").write_text(script, encoding="utf-8")
    page = tmp_path / "page.html"
    page.write_text(
        "<!doctype html><meta charset=utf-8><style>annotation { display: none }</style><script src=copy.js></script>"
        f"<main><p id=alone>{made['a']}</p><p id=line>so {made['v']} and <b>bold</b>.</p><div id=block>{made['l']}</div>"
        f"<div id=both><p>first {made['p']}</p><p>second {made['q']}</p></div><p id=none>no <i>formula</i></p></main>",
        encoding="utf-8",
    )
    engine.get(page.as_uri())
    copied = {chosen: _copied(engine, chosen) for chosen in COPIED}

    lines = {chosen: "\n".join(filter(None, map(str.strip, text.split("\n")))) for chosen, (text, _) in copied.items()}
    assert lines == COPIED
    assert "<b>bold</b>" in copied["#line"][1] and "<math" not in copied["#line"][1]
    assert _copied(engine, "#none") is None


def _copied(engine, chosen: str):
    """Select an element, copy it, and return what the page put on the clipboard: text and HTML, or nothing."""
    return engine.execute_script(
        """
        getSelection().selectAllChildren(document.querySelector(arguments[0]));
        const data = new DataTransfer();
        const event = new ClipboardEvent("copy", { clipboardData: data, bubbles: true, cancelable: true });
        if (!event.clipboardData) Object.defineProperty(event, "clipboardData", { value: data });
        document.dispatchEvent(event);
        return event.defaultPrevented ? [event.clipboardData.getData("text/plain"), event.clipboardData.getData("text/html")] : null;
        """,
        chosen,
    )
