#!/bin/sh
# nh3 drops the words of elements whose names belong to SVG or MathML, though it keeps those of other elements.
#
# nh3 0.3.8 (ammonia): a tag that is not in the allow-list is removed and its text stays. But where the name is one of
# SVG or MathML other than `svg` and `math` themselves, inside a drawing or not, the text goes too. So it does in
# `template`. `<line>`, `<text>`, `<desc>` and `<g>` are names that an author may use as a placeholder in prose.
#
# Output on 2026-11-28:
#   a <foo>x</foo> b                  a x b
#   a <text>x</text> b                a  b
#   a <line>x</line> b                a  b
#   a <mi>x</mi> b                    a  b
#   a <svg>x</svg> b                  a x b
#   a <svg><text>x</text></svg> b     a  b
#   a <template>x</template> b        a  b
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet nh3==0.3.8
venv/bin/python - << 'PYTHON'
import nh3

EXPECTED = {
    "a <foo>x</foo> b": "a x b",
    "a <text>x</text> b": "a  b",
    "a <line>x</line> b": "a  b",
    "a <mi>x</mi> b": "a  b",
    "a <svg>x</svg> b": "a x b",
    "a <svg><text>x</text></svg> b": "a  b",
    "a <template>x</template> b": "a  b",
}
for html, expected in EXPECTED.items():
    cleaned = nh3.clean(html, tags={"p"})
    print(f"{html:32}  {cleaned}")
    assert cleaned == expected, f"changed: {html!r} is now {cleaned!r}"
PYTHON
