#!/bin/sh
# mmdr 0.4.0 (PyPI), backend merman: three valid Mermaid diagrams lose words, or put them elsewhere, without an error.
#   1. a node with a click that opens an address: its label is drawn near the drawing's corner, outside its box
#   2. a label that is a formula, $$x^2$$ (mermaid.js draws it with KaTeX): the box is empty
#   3. a journey whose tasks have no section (mermaid.js 11.17 draws them): the tasks are missing
# Seen on 2026-11-28. Fails when any of these has changed.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/pip" install -q mmdr==0.4.0
"$folder/env/bin/python" - <<'PYTHON'
import re
import mmdr


def places(source):
    svg = mmdr.render(source, backend="merman").svg()
    found = re.findall(r'<text x="([-\d.]+)"[^>]*>(?:<tspan[^>]*>)?([^<]+)<', svg)
    return {words: float(x) for x, words in found}


plain = places("flowchart LR\nA[Index] --> B[Page]\n")
clicked = places('flowchart LR\nA[Index] --> B[Page]\nclick A "https://example.org"\n')
print("1. x of the label without a click:", plain["Index"], "with one:", clicked["Index"])
formula = places('flowchart LR\nA["$$x^2$$"] --> B[sum]\n')
print("2. labels of a formula and a word:", sorted(formula))
journey = places("journey\ntitle Day\nWake up: 3: Me\n")
print("3. words of a journey without sections:", sorted(journey))
assert plain["Index"] > 20 > clicked["Index"], "clicks"
assert sorted(formula) == ["sum"], "formulas"
assert "Wake up" not in journey, "journeys"
PYTHON
