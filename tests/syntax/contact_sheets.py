"""Sheets of formulas to look at: each as Hortus draws it in Chromium, and as KaTeX does, in parallel.

    python tests/syntax/contact_sheets.py FOLDER [COUNT]

Takes COUNT formulas (300 unless given) of formulas.txt, spread evenly, and writes sheets of 50 as FOLDER/sheet-N.png.
KaTeX comes from npm (tests/syntax/package.json); it is a measure here and no part of Hortus.
"""

import json
import subprocess
import sys
from html import escape
from importlib.resources import files
from pathlib import Path

from playwright.sync_api import sync_playwright

from hortus.parse.glyphs import glyphs_of
from hortus.parse.syntax.mathml import convert_math
from hortus.parse.syntax.mathstyle import math_css
from hortus.site.math_font import subset_math_font

HERE = Path(__file__).resolve().parent
KATEX = HERE / "node_modules/katex/dist"
EACH = 50
RENDER = """
const katex = require(process.cwd() + "/node_modules/katex");
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const options = { displayMode: true, throwOnError: false, output: "html" };
const render = (latex) => { try { return katex.renderToString(latex, options); } catch (error) { return String(error); } };
process.stdout.write(JSON.stringify(formulas.map(render)));
"""
STYLE = """
body { margin: 0; background: #fff; font: 19px serif } .row { display: grid; grid-template-columns: 1fr 1fr }
.row { border-bottom: 1px solid #ddd; width: 790px; min-height: 66px; align-items: center }
.row p { grid-column: 1 / -1; margin: 0; font: 9px monospace; color: #777; white-space: nowrap; overflow: hidden }
.katex-display { margin: .2em 0 } body { columns: 2; column-gap: 0 } .row { break-inside: avoid }
"""


def write_sheets(folder: Path, count: int) -> None:
    """Write the sheets for *count* formulas into *folder*."""
    formulas = (HERE / "formulas.txt").read_text(encoding="utf-8").splitlines()
    chosen = [formulas[place * len(formulas) // count] for place in range(count)]
    done = subprocess.run(["node", "-e", RENDER], cwd=HERE, input=json.dumps(chosen), capture_output=True, text=True)
    theirs = json.loads(done.stdout)
    ours = [convert_math(latex, display=True) for latex in chosen]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "math.woff2").write_bytes(subset_math_font(set().union(*(glyphs_of(mathml or "") for mathml, _ in ours))))
    style = (files("hortus") / "theme/static/math.css").read_text(encoding="utf-8") + math_css()
    head = f"<!doctype html><meta charset=utf-8><link rel=stylesheet href='{(KATEX / 'katex.min.css').as_uri()}'>"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1580, "height": 1000})
        for start in range(0, count, EACH):
            rows = "".join(
                f"<div class=row><p>{escape(latex)}</p><div class=math-display>{mathml or escape(error)}</div><div>{other}</div></div>"
                for latex, (mathml, error), other in list(zip(chosen, ours, theirs, strict=True))[start : start + EACH]
            )
            file = folder / "page.html"
            file.write_text(f"{head}<style>{style} @layer text; {STYLE}</style>{rows}", encoding="utf-8")
            page.goto(file.as_uri())
            page.evaluate("document.fonts.ready")
            page.screenshot(path=folder / f"sheet-{start // EACH + 1}.png", full_page=True)
        browser.close()


if __name__ == "__main__":
    write_sheets(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300)
