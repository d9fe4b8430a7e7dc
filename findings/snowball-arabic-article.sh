#!/bin/sh
# Snowball's Arabic stemmer gives a noun another stem when the article is before it, so a search by stems misses one.
#
# snowballstemmer 3.1.1 (PyPI). The plural of "network" and the word "data" lose the ending of the plural when they have
# the article, but not without it; and without it the first letter of "data" is removed as if it were the preposition
# "with". Both are pairs of the same word. For "book" and "model" the two stems agree.
#
# Output on 2026-11-28 (word, its stem; word with article, its stem):
#   شبكات شبكا  الشبكات شبك
#   بيانات يانا  البيانات بيان
#   كتاب كتاب  الكتاب كتاب
#   نموذج نموذج  النموذج نموذج
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check snowballstemmer==3.1.1
"$folder/venv/bin/python" - <<'PYTHON'
import snowballstemmer

stem = snowballstemmer.stemmer("arabic").stemWord
seen = {word: (stem(word), stem("ال" + word)) for word in ("شبكات", "بيانات", "كتاب", "نموذج")}
for word, (bare, with_article) in seen.items():
    print(word, bare, "", "ال" + word, with_article)
assert seen == {
    "شبكات": ("شبكا", "شبك"),
    "بيانات": ("يانا", "بيان"),
    "كتاب": ("كتاب", "كتاب"),
    "نموذج": ("نموذج", "نموذج"),
}, "the stemmer has changed"
PYTHON
