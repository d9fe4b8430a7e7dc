"""A site in another language has no English words but those of its author and of the messages of issues.

All that the author of this vault wrote is in Greek letters, so any other word is one of the interface.
"""

import json
import re
from html.parser import HTMLParser

import pytest

from hortus.core.words import Words

SPOKEN = {"alt", "aria-label", "title", "placeholder", "data-does", "label", "content"}
"""Attributes whose values readers see or hear."""
VOID = {"meta", "link", "img", "input", "br", "hr", "source", "wbr"}
UNSAID = {"script", "style", "code", "math", "head"}
VALUE = re.compile(r"\{\w+\}")
WORD = re.compile(r"[^\W\d_]{2,}")
ADDRESS = re.compile(r"\]\([^)]*\)|(?<=>)[^<>]*(?:\.(?:png|py|svg|html)|%)[^<>]*(?=<)")
"""In Markdown and as text: an address or the name of a file."""
AUTHOR = {"Code", "date", "TODO", "ipynb", "png"}
REDACTED = {"private", "note"}
"""What replaces the name of a private note in all texts is the same in every language."""
NOTE = """---
ετικέτες: α
tags: [άλφα]
---
# Πρώτη

> [!warning]
> Κείμενο.

> [!faq]- 
> Κείμενο.

Λέξη[^1], πάλι[^1], `Code`, $x$, [[άγραφη]], [[δεύτερη#ανύπαρκτη]], [[]], [[αρχείο.png]].

![[άγραφη]]
![[δεύτερη#ανύπαρκτη]]
![[δεύτερη#^ανύπαρκτο]]
![[αρχείο.png]]
![[κρυφή]]
![[καμβάς.canvas]]
![[σχέδιο.excalidraw]]
![[άδειο.excalidraw]]
![[figures/καμπύλη.py]]

- [ ] έργο
- [x] έργο
- [>] έργο

TODO: γράψε

```mermaid
flowchart LR
  α --> β
```

```dataview
TABLE WITHOUT ID file.link AS "Όνομα" FROM #άλφα
```

```dataview
LIST FROM #ωμέγα
```

```dataview
TASK FROM #άλφα
```

```dataviewjs
x
```

```figure
src: figures/ανύπαρκτο.py
```

| α | β |
|---|---|
| [[δεύτερη]] | γ |

[^1]: Σημείωση.
"""
SECOND = "---\ndate: 20261123\ntags: [άλφα, άλφα/βήτα]\n---\n# Δεύτερη\n\nΛέξη [[πρώτη]].\n\n## Τμήμα\n\nΛέξη.\n"
BOXES = {
    "nodes": [{"id": "1", "type": "text", "text": "Λέξη", "x": 0, "y": 0, "width": 100, "height": 50}],
    "edges": [],
}
SCENE = {"type": "excalidraw", "version": 2, "elements": []}
CELLS = {
    "cells": [
        {
            "cell_type": "code",
            "metadata": {},
            "source": ["1"],
            "execution_count": None,
            "outputs": [{"output_type": "display_data", "metadata": {}, "data": {"x/y": "1"}}],
        }
    ],
    "metadata": {},
    "nbformat": 4,
    "nbformat_minor": 5,
}
FILES = {
    "hortus.toml": 'language = "{language}"\ntitle = "Κήπος"\ndescription = "Κήπος"\nauthor = "Άννα"\n'
    'repository = "https://example.org/a/tree/main/v"\n',
    "index.md": "# Κήπος\n\n1. [[πρώτη]]\n2. [[δεύτερη]]\n3. [[άγραφη]]\n4. [[τετράδιο.ipynb]]\n5. [[φάκελος/τρίτη]]\n",
    "πρώτη.md": NOTE,
    "δεύτερη.md": SECOND,
    "κρυφή.md": "---\nprivate: true\n---\nΜυστικό.\n",
    "φάκελος/τρίτη.md": "---\naliases: [τρία]\n---\nΛέξη $\\nope$.\n",
    "καμβάς.canvas": json.dumps(BOXES),
    "άδειο.excalidraw": json.dumps(SCENE),
    "σχέδιο.excalidraw": "{",
    "τετράδιο.ipynb": json.dumps(CELLS),
    "figures/καμπύλη.py": '"""Καμπύλη.\n\nΛέξη.\n"""\n\nALT = "Καμπύλη."\n\n\ndef draw(theme):\n    pass\n',
}


class Reading(HTMLParser):
    """What a reader sees and hears of a page, without parts that are marked as English."""

    def __init__(self):
        super().__init__()
        self.texts, self.open = [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        hidden = tag in UNSAID or values.get("lang") == "en" or bool(self.open and self.open[-1][1])
        if tag not in VOID:
            self.open.append((tag, hidden))
        if not hidden:
            self.texts += [value for name, value in values.items() if name in SPOKEN and value]

    def handle_endtag(self, tag):
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if not (self.open and self.open[-1][1]):
            self.texts.append(text)


@pytest.fixture(scope="module")
def build_in(tmp_path_factory, build_at):
    def build(language):
        folder = tmp_path_factory.mktemp(language)
        for path, text in FILES.items():
            file = folder / path
            file.parent.mkdir(exist_ok=True)
            file.write_text(text.replace("{language}", language))
        return build_at(folder)

    return build


def known_words(language: str) -> set[str]:
    words, found = Words(language), AUTHOR | REDACTED
    for text in words.texts.values():
        for form in text if isinstance(text, list) else [text]:
            found |= set(WORD.findall(VALUE.sub(" ", form)))
    return found | set(words.formats["months"]) | set(words.formats["months_alone"])


@pytest.mark.parametrize("language", ["de", "ar"])
def test_pages_have_no_english_words(build_in, language):
    """Each kind of page: every word in Latin letters is one of the language's catalogue."""
    site, known, wrong = build_in(language).bytes(), known_words(language), set()
    for url, content in site.items():
        if url.endswith(".html") or url == "llms.txt":
            reading = Reading()
            reading.feed(ADDRESS.sub("", content.decode()))
            said = (word for text in reading.texts for word in WORD.findall(text))
            wrong |= {(word, url) for word in said if word.isascii() and word not in known}

    assert not wrong, sorted(wrong)


def test_scripts_have_no_english_texts(build_in):
    """No script has a text of the English catalogue in quotes."""
    english = {key for key, text in Words("de").texts.items() if text != key and " " in key and "{" not in key}
    scripts = {url: content.decode() for url, content in build_in("de").bytes().items() if url.endswith(".js")}

    assert not [(text, url) for url, script in scripts.items() for text in english if f'"{text}"' in script]
