#!/bin/sh
# math-core 0.9.0 (LaTeX to MathML): the optional length after a line break, \\[4pt], which LaTeX and MathJax read as
# extra space below the row, is converted into the letters "[4pt]" at the beginning of the next row, without an error.
# Seen: <mo stretchy="false">[</mo><mn>4</mn><mi>p</mi><mi>t</mi><mo stretchy="false">]</mo> in aligned, cases and
# matrices. Fails if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q --disable-pip-version-check math-core==0.9.0
"$folder/venv/bin/python" - <<'PYTHON'
from math_core import LatexToMathML

letters = "<mn>4</mn><mi>p</mi><mi>t</mi>"
converter = LatexToMathML(continue_on_error=False)
for name in ("aligned", "cases", "pmatrix", "gathered"):
    mathml = converter.convert_with_local_state(rf"\begin{{{name}}}a\\[4pt] b\end{{{name}}}", displaystyle=True)
    print(name, "draws the letters [4pt]:", letters in mathml)
    assert letters in mathml, mathml
PYTHON
