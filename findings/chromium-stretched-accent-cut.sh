#!/bin/sh
# Chromium 156 (Debian), MathML: a brace or arrow that is stretched over a row is cut off at the edge of a raster tile.
# The operator's own box stays as wide as the unstretched glyph, so what is painted beyond it does not count when tiles
# are drawn: with software rendering, whose tiles are 512 pixels wide, what is right of the first tile is missing. A
# transparent box-shadow on the <mo>, which makes the painted area count as larger, brings it back.
# Seen: red ink ends at x = 508 without the shadow, and at x = 551 with it. Fails if that changes.
set -eu
command -v chromium >/dev/null || { echo "needs Debian's chromium" >&2; exit 1; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check ziamath==0.13 pillow==13.0.0 numpy==2.4.6
font=$(echo "$folder"/venv/lib/python3*/site-packages/ziamath/fonts/STIXTwoMath-Regular.ttf)
cp "$font" "$folder/math.ttf"
for style in none '0 0 0 20em #0000'; do
    cat > "$folder/page.html" <<HTML
<!doctype html><meta charset=utf-8>
<style>@font-face { font-family: M; src: url(math.ttf) } body { margin: 0; background: #fff }
math { font: 32px M; position: absolute; left: 430px; top: 40px } mover > mo { color: #f00; box-shadow: $style }</style>
<math><mover accent="true"><mrow><mi>a</mi><mo>+</mo><mi>b</mi><mo>+</mo><mi>c</mi></mrow><mo>⏞</mo></mover></math>
HTML
    chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1600,600 --virtual-time-budget=2000 \
        --user-data-dir="$folder/profile" --screenshot="$folder/$(echo "$style" | cut -c1).png" "file://$folder/page.html" 2>/dev/null
done
chromium --version
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys

import numpy as np
from PIL import Image


def last_red(name: str) -> int:
    picture = np.asarray(Image.open(f"{sys.argv[1]}/{name}.png").convert("RGB")).astype(int)
    return int(np.nonzero(picture[..., 0] - picture[..., 1] > 90)[1].max())


without, shadowed = last_red("n"), last_red("0")
print(f"red ink ends at x = {without} without, at x = {shadowed} with the shadow")
assert without < 512 < shadowed
PYTHON
