#!/bin/sh
# libyaml refuses two places where YAML 1.2 allows a tab.
#
# PyYAML 6.0.3 (libyaml 0.2.5, CSafeLoader) raises ScannerError for a line between two entries that holds only a tab
# (an empty line, production [70] l-empty), and for a tab between the dash of a list item and its text ([66]: the
# separation may be a tab). PyYAML's own scanner refuses the same. The package `yaml` 2.8.1 for Node.js reads both.
# Cases of the YAML test suite: DK95/04 and Y79Y/010.
#
# Output on 2026-11-28:
#   PyYAML  'foo: 1\n\t\nbar: 2\n'  ScannerError: found a tab character that violates indentation
#   PyYAML  '- a\n-\tb\n'           ScannerError: found character that cannot start any token
#   yaml    {"foo":1,"bar":2}
#   yaml    ["a","b"]
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet PyYAML==6.0.3
npm install --silent --no-audit --no-fund yaml@2.8.1 > /dev/null
venv/bin/python - << 'PYTHON'
import yaml

assert yaml.__with_libyaml__
EXPECTED = {
    "foo: 1\n\t\nbar: 2\n": "found a tab character that violates indentation",
    "- a\n-\tb\n": "found character that cannot start any token",
}
for text, problem in EXPECTED.items():
    try:
        value = yaml.load(text, yaml.CSafeLoader)
    except yaml.scanner.ScannerError as error:
        print(f"PyYAML  {text!r:24}  ScannerError: {error.problem}")
        assert error.problem == problem
    else:
        raise SystemExit(f"changed: {text!r} is read as {value!r}")
PYTHON
node - << 'NODE'
const assert = require('assert')
const { parse } = require('yaml')
for (const [text, expected] of [['foo: 1\n\t\nbar: 2\n', { foo: 1, bar: 2 }], ['- a\n-\tb\n', ['a', 'b']]]) {
  console.log('yaml   ', JSON.stringify(parse(text)))
  assert.deepStrictEqual(parse(text), expected)
}
NODE
