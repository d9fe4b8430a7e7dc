#!/bin/sh
# STIX Two Math 2.11 b159 (as in ziamath 0.13): of its 69 glyph assemblies, those of →, ↔ and ↦ cannot be joined by the
# font's own rule. MATH/MathVariants says MinConnectorOverlap 100, but the arrowhead that ends them has a start
# connector of 0 and an end connector of 200, which is the other way round: nothing is joined at its end. A shaper that
# keeps the rule (HarfBuzz, and so Chromium) draws the small arrow instead of a long one: \xrightarrow, \overrightarrow.
# Seen: the three below, and no other. Fails if the font is repaired, or broken elsewhere.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ziamath==0.13 fonttools==4.68.0
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

from fontTools.ttLib import TTFont

folder = Path(find_spec("ziamath").submodule_search_locations[0])
font = TTFont(folder / "fonts/STIXTwoMath-Regular.ttf")
variants = font["MATH"].table.MathVariants
signs = {name: chr(code) for code, name in sorted(font.getBestCmap().items(), reverse=True)}
count, broken = 0, []
for side in ("Vert", "Horiz"):
    glyphs = getattr(variants, f"{side}GlyphCoverage").glyphs
    for glyph, construction in zip(glyphs, getattr(variants, f"{side}GlyphConstruction")):
        if not construction.GlyphAssembly:
            continue
        count += 1
        parts = construction.GlyphAssembly.PartRecords
        for before, after in pairwise(parts):
            joint = before.EndConnectorLength, after.StartConnectorLength
            if min(joint) < variants.MinConnectorOverlap:
                broken.append((signs[glyph], after.glyph, joint, after.EndConnectorLength))
print(f"version {font['name'].getDebugName(5)}; MinConnectorOverlap {variants.MinConnectorOverlap}; {count} assemblies")
for line in broken:
    print("cannot be joined: %s before %s, connectors %s; that part's end connector is %s" % line)
assert [line[0] for line in broken] == ["→", "↔", "↦"], broken
assert all(line[2][1] == 0 and line[3] == 200 for line in broken)
PYTHON
