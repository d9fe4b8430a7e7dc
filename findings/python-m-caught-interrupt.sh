#!/bin/sh
# CPython 3.11: `python -m MODULE` ends by SIGINT although the module caught its KeyboardInterrupt and called sys.exit.
# The interpreter marks a KeyboardInterrupt that leaves `exec` or `eval` of a string (or `code.interact`) as unhandled,
# whether or not a caller catches it, and looks at the mark when a module started with -m has ended. A script started
# by its path ends with its own status. The making of each dataclass executes a string, so that an interruption while
# modules are imported is enough. Found by reading an exit status that was -2 once in some thousand runs instead of 130.
# Seen with 3.11.7: -m: -2, path: 130, and with `exec("")` after the exception was caught: 130. Fails if that changes.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv --without-pip "$folder/venv"
cat > "$folder/caught.py" <<'PYTHON'
import sys

try:
    exec("raise KeyboardInterrupt")
except KeyboardInterrupt:
    pass
if sys.argv[1:]:
    exec("")
sys.exit(130)
PYTHON
cd "$folder"
venv/bin/python --version
venv/bin/python - <<'PYTHON'
import subprocess
import sys

ends = {}
for arguments in (("-m", "caught"), ("caught.py",), ("-m", "caught", "another exec")):
    ends[arguments] = subprocess.run([sys.executable, *arguments]).returncode
    print(*arguments, "->", ends[arguments])
assert [-2, 130, 130] == list(ends.values())
PYTHON
