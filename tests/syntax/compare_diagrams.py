"""Draw the diagrams of ``diagrams/*.md`` with mermaid.js in Chromium, and lay them next to Hortus's: to be looked at.

    python tests/syntax/compare_diagrams.py --write          the arrows and words of mermaid.js into diagrams/*.md
    python tests/syntax/compare_diagrams.py --sheets DIR     one picture a kind, light and dark

mermaid.js comes from npm (`tests/install-tools`); it is what Hortus is measured with, and no part of it.
"""

import argparse
import json
import shutil
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from diagram_cases import CASE, FOLDER, Case, arrows_of, read_cases, words_of
from playwright.sync_api import Page, sync_playwright

from hortus.parse.syntax.diagram import draw

MERMAID = Path(__file__).parent / "node_modules" / "mermaid" / "dist" / "mermaid.min.js"
GROUNDS = {"light": "#fdfcf9", "dark": "#15171a"}
THEMES = {"light": "default", "dark": "dark"}
PAGE = """<!doctype html><meta charset="utf-8"><style>
body{margin:8px;background:%s;color:%s;font:13px sans-serif}table{width:1500px;table-layout:fixed}
td{vertical-align:top;border:1px solid #8888}img{max-width:100%%;max-height:420px}</style><table>%s</table>"""
DRAW = """async ([id, source]) => {
  const { svg } = await mermaid.render(id, source);
  const holder = document.createElement("div");
  holder.innerHTML = svg;
  return new XMLSerializer().serializeToString(holder.firstChild);
}"""


def drawn_by_mermaid(page: Page, cases: list[Case], theme: str) -> dict[str, str]:
    """Return the SVG of mermaid.js for each case, by its id."""
    page.goto("about:blank")
    page.set_content("<!doctype html><body></body>")
    page.add_script_tag(path=MERMAID)
    page.evaluate("theme => mermaid.initialize({startOnLoad: false, theme})", theme)
    return {case.id: page.evaluate(DRAW, [f"m{number}", case.source]) for number, case in enumerate(cases)}


def write_expected(svgs: dict[str, str]) -> None:
    """Put the arrows and words of mermaid.js under each fence."""
    for path in sorted(FOLDER.glob("*.md")):

        def told(case, kind=path.stem):
            root = ElementTree.fromstring(svgs[f"{kind}: {case['name']}"])
            head = f"## {case['name']}\n```mermaid\n{case['source']}```\n"
            return f"{head}\narrows: {arrows_of(root)}\nwords: {' '.join(words_of(root))}\n"

        path.write_text(CASE.sub(told, path.read_text()))


def write_sheets(page: Page, cases: list[Case], folder: Path, theme: str) -> None:
    """Write a picture a kind: each case by mermaid.js on the left, by Hortus on the right."""
    svgs = drawn_by_mermaid(page, cases, THEMES[theme])
    page.emulate_media(color_scheme=theme)
    for kind in dict.fromkeys(case.kind for case in cases):
        rows = []
        for number, case in enumerate(case for case in cases if case.kind == kind):
            names = [f"{kind}-{number}-{maker}.svg" for maker in ("mermaid", "hortus")]
            for name, svg in zip(names, (svgs[case.id], draw(case.source).svg), strict=True):
                (folder / name).write_text(svg)
            cells = "".join(f'<td><img src="{name}"></td>' for name in names)
            rows.append(f"<tr><td colspan=2>{escape(case.id)}</td></tr><tr>{cells}</tr>")
        sheet = folder / f"{kind}-{theme}.html"
        sheet.write_text(PAGE % (GROUNDS[theme], GROUNDS["light" if theme == "dark" else "dark"], "".join(rows)))
        page.goto(sheet.as_uri())
        page.screenshot(path=sheet.with_suffix(".png"), full_page=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--sheets", type=Path)
    options = parser.parse_args()
    cases = read_cases()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport={"width": 1520, "height": 900})
        svgs = drawn_by_mermaid(page, cases, "default")
        if options.write:
            write_expected(svgs)
        if options.sheets:
            options.sheets.mkdir(parents=True, exist_ok=True)
            for theme in GROUNDS:
                write_sheets(page, cases, options.sheets, theme)
        browser.close()
    roots = {
        case.id: (ElementTree.fromstring(svgs[case.id]), ElementTree.fromstring(draw(case.source).svg))
        for case in cases
    }
    same = {
        what: sum(f(one) == f(other) for one, other in roots.values())
        for what, f in (("words", words_of), ("arrows", arrows_of))
    }
    print(json.dumps({"diagrams": len(cases), "same": same}))


if __name__ == "__main__":
    main()
