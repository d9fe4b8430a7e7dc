"""Whole sites: every URL has a file, every fragment an id, and hostile content is inert."""

import gzip
import json
import os
import re
import shutil
import unicodedata
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

HOSTILE = '"><img src=x onerror=alert(1)>'
NAMES = [
    "C#.md",
    "100%.md",
    "what?.md",
    "é.md",
    "e\u0301.md",
    "CON.md",
    "Note.md",
    "note.md",
    "NOTE.md",
    "new\nline.md",
    "😀.md",
    "\u202eدفتر.md",
    "x" * 252 + ".md",
    "中" * 84 + ".md",
    f"{HOSTILE.replace('/', '')}.md",
    "a&b<c>'d.md",
    "a:b.md",
    "javascript:alert(1).md",
    "a|b.md",
    "back\\slash.md",
    " lead.md",
    "trail .md",
    "tab\there.md",
    "...md",
    "???.md",
    "!!!.md",
    "-.md",
    "%2e%2e%2fx.md",
    "%41.md",
    "{{ 1999*7 }}.md",
    "{% raw %}.md",
    "index.html.md",
    "report.md",
    "404.md",
    "search.md",
    "tags/a.md",
    "tags.md",
    "figures/x.md",
    "assets/style.css.md",
    "a.html/b.md",
    "a.md",
    "a.html.md",
    "b/index.md",
    "b.md",
    "b/b/b.md",
    "nested/.../x.md",
    "nul\u2028line.md",
    "ﬁ.md",
    "ß.md",
    "ss.md",
    "İ.md",
    "i.md",
    "~.md",
    "$HOME.md",
    "`tick`.md",
    "[x].md",
    "(y).md",
    "z^1.md",
    "a#b^c.md",
    "+.md",
    "a+b.md",
    "a b.md",
    "a-b.md",
    "a_b.md",
]
ASSETS = [
    "p#1.png",
    "100%.png",
    "what?.png",
    "é.png",
    "e\u0301.png",
    "P.png",
    "p.png",
    "a b&c.pdf",
    f"{HOSTILE.replace('/', '')}.png",
    "index.html",
    "tags/p.png",
    "assets/style.css",
    "a.html/q.png",
    "b.html",
    "java:x.png",
    "😀.mp3",
    "x\ny.png",
    "d/e.png",
    "e.canvas",
    "f.mp4",
    "g.svg",
]
TEXT = f"""---
title: '{HOSTILE}'
aliases: ['{HOSTILE}']
tags: ['{HOSTILE}', ok, 'a/../b', 'index', '{{{{ 1999*7 }}}}']
author: '{HOSTILE}'
description: '{HOSTILE}'
cssclasses: ['{HOSTILE}', fine]
'{HOSTILE}': '{HOSTILE}'
up: '[[{HOSTILE}]]'
link: 'javascript:alert(1)'
---
# {HOSTILE}

{HOSTILE} and <script>alert(1)</script> and <iframe src="https://x.org"></iframe>
<a href="javascript:alert(1)" onclick="alert(1)">raw</a> <img src="x" onerror="alert(1)"> <svg onload="alert(1)">

<style>body {{ display: none }}</style> <form action="/x"><input formaction="javascript:alert(1)"></form>

[[x|{HOSTILE}]] [[{HOSTILE}|y]] [[#{HOSTILE}]] ![[{HOSTILE}.png|{HOSTILE}]] [{HOSTILE}](<{HOSTILE}>)
[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](data:text/html,<script>alert(1)</script>) [v](vbscript:x)
[f](file:///etc/passwd) [p](//evil.org/x) [e](<java\tscript:alert(1)>) ![i](javascript:alert(1)) <javascript:alert(1)>
![a](x"onerror="alert(1)) [q](a.md "{HOSTILE.replace('"', "'")}") {{{{ 1999*7 }}}} {{% raw %}}

#{HOSTILE} #ok/fine `{HOSTILE}` $"><img src=x onerror=alert(1)>$ ^id-{HOSTILE}

```html
{HOSTILE}
```

```"><img src=x onerror=alert(1)>
code
```

> [!"><img src=x onerror=alert(1)>] {HOSTILE}
> text

| {HOSTILE} |
|---|
| [[a\\|{HOSTILE}]] |

TODO: {HOSTILE}

- [{HOSTILE[0]}] task

[^{HOSTILE[:3]}]: {HOSTILE}

%%{HOSTILE}%%

---
Date: 20240101
Links to: [{HOSTILE}](<{HOSTILE}>)
References: {HOSTILE}
"""


def nasty_vault(folder: Path) -> Path:
    """Write a vault with hostile names, links from everywhere, and text full of attacks."""
    links = "\n".join(
        f"- [x](<{name}>) [[{name.removesuffix('.md')}]] ![[{name}]]" for name in [*NAMES, *ASSETS] if "\n" not in name
    )
    files = {name: f"# {name}\n\n## {name}\n\n[[a]] [[Hostile]]\n" for name in NAMES}
    files |= dict.fromkeys(ASSETS, "x")
    files |= {"Hostile.md": TEXT, "All MOC.md": links, "deep/er/Hostile.md": TEXT}
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def nasty(tmp_path_factory, build_at):
    return build_at(nasty_vault(tmp_path_factory.mktemp("nasty") / "vault"))


@pytest.fixture(scope="module")
def own(tmp_path_factory, build_at, repository):
    """The project's own vault, without its figures."""
    folder = tmp_path_factory.mktemp("own") / "vault"
    shutil.copytree(repository / "vault", folder)
    return build_at(folder)


MANY = 650
LARGE = {
    **{f"many/{n:03}.md": f"#all #all/n{n} #t{n} [[wanted {n}]]" for n in range(MANY)},
    **{f"folder {n:03}/one.md": "[[wanted 7]]" for n in range(320)},
    **{f"deep/down/{n}/below.md": "" for n in range(30)},
    "Root.md": "[[folder 000/one]] [its own](wanted.2.html) [and](many/index.2.html)",
    "wanted.2.html": "<p>mine",
    "many/index.2.html": "<p>mine too",
    "hortus.toml": "search = false\n",
}


@pytest.fixture(scope="module")
def large(tmp_path_factory, build_at):
    """Build a vault with more of everything than one page lists."""
    folder = tmp_path_factory.mktemp("large")
    for name, text in LARGE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return build_at(folder)


@pytest.fixture(scope="module", params=["own", "nasty", "large", "given"])
def built(request, build_at):
    if request.param != "given":
        return request.getfixturevalue(request.param)
    if "HORTUS_TEST_VAULT" not in os.environ:
        pytest.skip("HORTUS_TEST_VAULT names no vault")
    return build_at(Path(os.environ["HORTUS_TEST_VAULT"]))


def ours(built):
    """Return the pages that Hortus made, without the author's attachments."""
    return {url: c.decode() for url, c in built.site.files.items() if url.endswith(".html") and isinstance(c, bytes)}


@pytest.fixture(scope="module")
def pages(built, read_page):
    return {url: read_page(text) for url, text in ours(built).items()}


# --- every site -----------------------------------------------------------------------------------


def test_every_url_has_a_file(built, pages, walk_site):
    """URLs are relative, fragments have ids; and ids are unique in a page."""
    assert [] == walk_site(dict.fromkeys(built.site.files, b""), pages)


def test_every_note_has_a_page(built):
    """Nothing is overwritten: each note and each missing one has a unique URL with a page."""
    urls = [built.urls[path] for path in (*built.graph.notes, *built.graph.missing)]

    assert len(urls) == len(set(urls)) == len({unicodedata.normalize("NFC", url).casefold() for url in urls})
    assert set() == set(urls) - built.site.files.keys()


def test_every_page_is_reached_by_clicking(built, pages):
    """Starting from the first page."""
    reached, waiting = {"index.html"}, ["index.html"]
    target_of = cache(lambda here, address: os.path.normpath(os.path.join(here, unquote(address))))
    while waiting:
        url = waiting.pop()
        here = url.rpartition("/")[0]
        for target in {target_of(here, address.partition("#")[0]) for address in pages[url].addresses}:
            if target in pages and target not in reached:
                reached.add(target)
                waiting.append(target)

    moved = {
        url for url, page in pages.items() if any(values.get("http-equiv") == "refresh" for _, values in page.tags)
    }

    assert {"404.html"} >= pages.keys() - reached - moved


def test_no_absolute_path(built):
    """No path of this machine or user name in any file, except the author's."""
    home, vault = str(Path.home()).encode(), str(built.vault).encode()
    own = {url: content for url, content in built.site.files.items() if isinstance(content, bytes)}

    assert [] == [url for url, content in own.items() if vault in content or (len(home) > 6 and home in content)]


def test_names_of_files_can_be_served(built):
    """Names are valid on file systems, stay in the site, and never differ only in case."""
    urls = list(built.site.files)

    assert [] == [
        url for url in urls if any(part in ("", ".", "..") or len(part.encode()) > 255 for part in url.split("/"))
    ]
    assert len(urls) == len({url.casefold() for url in urls})


def test_no_file_is_in_place_of_a_folder(built, tmp_path):
    """The site can be written to disk."""
    out = built.write(tmp_path / "site")

    assert set(built.site.files) == {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()} - {
        ".hortus.json"
    }


# --- nothing gets in --------------------------------------------------------------------------------

ALIVE = {"script", "iframe", "object", "embed", "form", "base", "applet", "frame", "link", "meta", "style"}
OURS = {
    ("script", "src"),
    ("link", "href"),
    ("meta", "name"),
    ("meta", "charset"),
    ("meta", "http-equiv"),
    ("object", "data"),
}


def test_no_handlers_and_no_styles(pages):
    """No event handlers, no inline styles."""
    bad = [
        (url, tag, name)
        for url, page in pages.items()
        for tag, values in page.tags
        for name in values
        if name.startswith("on") or name == "style"
    ]

    assert [] == bad


def test_no_live_elements_of_authors(pages):
    """Scripts are files of the site, but for one of the 404 page; there are no frames, forms and styles."""
    found = [
        (url, tag, values)
        for url, page in pages.items()
        for tag, values in page.tags
        if tag in ALIVE and not any((tag, name) in OURS for name in values)
    ]

    assert [("404.html", "script", {})] == found


def test_the_script_of_the_404_page_is_allowed_by_its_hash(build_vault):
    """The policy of that page, and of no other, has the hash of the script that finds the site's root."""
    built = build_vault({"Home MOC.md": "# Home MOC\n[[a]]\n", "a.md": "A\n"}, 'site_url = "https://e.org/repo/"\n')
    page = built.page("404.html")
    script = re.search("<script>(.*?)</script>", page, re.DOTALL)[1]
    hashed = b64encode(sha256(script.encode()).digest()).decode()

    assert f"script-src 'self' 'sha256-{hashed}';" in page
    assert "sha256" not in built.page("a.html")
    assert 'href="/repo/assets/style.css"' in page and '<a class="internal" href="/repo/home-moc.html">Home MOC' in page


def test_no_requests_elsewhere(pages):
    """Pages load only their own files."""
    loading = {"img", "script", "link", "audio", "video", "source", "track", "object", "embed", "iframe"}
    bad = [
        (url, tag, address)
        for url, page in pages.items()
        for tag, values in page.tags
        for name in ("src", "href", "data", "poster", "srcset")
        if tag in loading and re.match(r"\s*([a-z+.-]+:|//)", address := values.get(name, ""), re.IGNORECASE)
    ]

    assert [] == bad


def test_schemes_of_links(pages):
    """Only http, https, mailto and tel."""
    addresses = {address for page in pages.values() for address in page.addresses}
    schemes = {
        match[1].lower()
        for address in addresses
        if (match := re.match(r"\s*([a-z][a-z0-9+.\s-]*):", address, re.IGNORECASE))
    }

    assert schemes <= {"http", "https", "mailto", "tel"}


def test_every_page_has_its_policy(pages):
    """The Content Security Policy allows only the site's own files, and on the 404 page one script by its hash."""
    policies = {
        url: [values["content"] for _, values in page.tags if values.get("http-equiv") == "Content-Security-Policy"]
        for url, page in pages.items()
    }
    sources = {
        source
        for found in policies.values()
        for policy in found
        for source in re.findall(r"'[^']*'|https?:\S*|\*", policy)
        if not source.startswith("'sha256-")
    }

    assert {1} == {len(found) for found in policies.values()}
    assert {True} == {found[0].startswith("default-src 'none';") for found in policies.values()}
    assert {"'self'", "'none'"} == sources


def test_images_of_attacks_are_inert(nasty, read_page):
    """Titles, tags, headings and names are escaped."""
    pages = {
        url: read_page(c.decode()) for url, c in nasty.bytes().items() if url.endswith(".html") and url not in ASSETS
    }

    assert [] == [
        url for url, page in pages.items() for tag, values in page.tags if tag == "img" and values.get("src") == "x"
    ]
    assert "onerror=alert(1)" in "".join(pages[nasty.urls["Hostile.md"]].words)


def test_templates_in_notes_are_text(nasty):
    """Template syntax in notes is text."""
    page = nasty.page(nasty.urls["Hostile.md"])

    assert "{{ 1999*7 }}" in page and "13993" not in re.sub(r"<[^>]*>", "", page)


# --- particular sites ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"a b.md": "", "a-b.md": "", "a_b.md": ""}, [("a-b.md", "a b.md"), ("a_b.md", "a b.md")], id="slugs"
        ),
        pytest.param({"Note.md": "", "note.md": ""}, [("note.md", "Note.md")], id="case"),
        pytest.param({"é.md": "", "e\u0301.md": ""}, [("é.md", "e\u0301.md")], id="composition"),
        pytest.param({"a.md": "---\npermalink: /x/\n---\n", "x.md": ""}, [("x.md", "a.md")], id="permalink"),
        pytest.param(
            {"a.md": "---\npermalink: x\n---\n", "b.md": "---\npermalink: x\n---\n"},
            [("b.md", "a.md")],
            id="permalinks",
        ),
        pytest.param(
            {"Search.md": "", "tags/x.md": "", "404.md": "", "recent.md": "", "index.html.md": ""},
            [("404.md", ""), ("Search.md", ""), ("recent.md", ""), ("tags/x.md", "")],
            id="generated pages",
        ),
    ],
)
def test_two_notes_for_one_address(build_vault, walk_site, files, expected):
    """The first keeps it, the other gets a hash and is reported."""
    built = build_vault(files)
    duplicates = [(issue.path, issue.target) for issue in built.report.issues if issue.kind == "duplicate_url"]

    assert expected == duplicates
    assert len(set(built.urls.values())) == len(built.urls)
    assert [] == walk_site(built.bytes())


def test_permalinks(build_vault):
    """A note's page is at its permalink, and links point there."""
    built = build_vault({"deep/a.md": "---\npermalink: /start/here\n---\n", "b.md": "[[a]]"})

    assert "start/here.html" == built.urls["deep/a.md"]
    assert 'href="start/here.html"' in built.page("b.html")


@pytest.mark.parametrize(
    "permalink",
    ["../../x", "/etc/passwd", "http://x.org/y", "index", "report", "tags/x", "..", "a//b", "%2e%2e/x", "C:\\x"],
)
def test_permalinks_stay_inside(build_vault, walk_site, permalink):
    """Whatever the permalink, the page is in the site and overwrites nothing."""
    built = build_vault({"a.md": f"---\npermalink: '{permalink}'\n---\n", "b.md": "[[a]]"})

    assert [] == [url for url in built.site.files if url.startswith(("/", "../")) or "/../" in url]
    assert [] == walk_site(built.bytes())
    assert "not written" not in built.page(built.urls["a.md"])


def test_only_reached_attachments_are_copied(build_vault):
    """Attachments without links from published notes are not copied; neither are settings, scripts and hidden files."""
    built = build_vault(
        {
            "a.md": "![[shown.png]] [x](linked.pdf) [y](hortus.toml) [z](.env) [w](.obsidian/app.json)",
            "b.md": "---\ndraft: true\n---\n![[secret.png]]",
            "shown.png": "x",
            "linked.pdf": "x",
            "unused.png": "x",
            "secret.png": "x",
            ".env": "x",
            ".obsidian/app.json": "x",
        },
        settings="title = 'x'",
    )

    assert {"shown.png", "linked.pdf"} == {
        url for url, content in built.site.files.items() if isinstance(content, Path)
    }


@pytest.mark.parametrize(
    "target",
    [
        "../outside.png",
        "/etc/passwd",
        "../../../../etc/passwd",
        "file:///etc/passwd",
        "~/.ssh/id_rsa",
        "link.png",
        "%2e%2e/outside.png",
    ],
)
def test_nothing_outside_is_copied(build_vault, tmp_path, target):
    """With no spelling, and through no symlink."""
    (tmp_path / "outside.png").write_text("canary")
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "link.png").symlink_to(tmp_path / "outside.png")
    built = build_vault({"a.md": f"![[{target}]] ![x](<{target}>) [y](<{target}>) <img src='{target}'>"})

    assert [] == [url for url, content in built.site.files.items() if isinstance(content, Path)]
    assert [] == [url for url, content in built.bytes().items() if b"canary" in content]


def test_backlinks_show_sentences(build_vault, read_page):
    """Rendered sentences, with links relative to the page."""
    built = build_vault({"x/a.md": "Before. See *the* [[b]] and [[c]]. After.\n", "y/b.md": "", "c.md": ""})
    page = built.page("y/b.html")
    section = page.split('class="backlinks"', 1)[1]

    assert "See <em>the</em> " in section and "Before" not in section and "After" not in section
    assert 'href="../c.html"' in section


def test_embeds_nest_and_end(build_vault, walk_site):
    """Chains end after five, cycles at the first repetition; ids stay unique."""
    chain = {f"n{number}.md": f"# H\nword{number} ^b\n\n![[n{number + 1}]]\n" for number in range(8)}
    ring = {"r.md": "# H\nring\n![[s]] ![[s]]", "s.md": "# H\nround\n![[r]]"}
    built = build_vault({**chain, **ring, "twice.md": "![[n6]]\n\n![[n6]]\n\n![[n6#H]]\n\n![[n6#^b]]"})
    words = [f"word{number}" for number in range(8) if f"word{number}" in built.page("n0.html")]

    assert [f"word{number}" for number in range(6)] == words
    assert [] == walk_site(built.bytes())


@pytest.mark.parametrize(
    ("embed", "words"),
    [
        ("![[b#Nowhere]]", "b: no heading “Nowhere”"),
        ("![[b#Here#Nowhere]]", "b: no heading “Here#Nowhere”"),
        ("![[b#^no]]", "b: no block “^no”"),
        ("![x](b.md#nowhere)", "b: no heading “nowhere”"),
        ("in a sentence ![[b#Nowhere]]", "b: no heading “Nowhere”"),
    ],
)
def test_an_embed_of_a_missing_section_says_so(build_vault, read_page, embed, words):
    """It shows a message with a link to the note, and no other part."""
    page = build_vault({"a.md": embed, "b.md": "Secret opening.\n\n## Here\n"}).page("a.html")
    read = read_page(page)

    assert words in " ".join("".join(read.words).split())
    assert "b.html" in read.addresses
    assert "Secret opening" not in page


PLUMBED = """---
banner: "![[x.png]]"
banner_y: 0.4
kanban-plugin: basic
excalidraw-open-md: true
obsidianUIMode: preview
obsidianEditingMode: live
mobile: true
mindmap-plugin: basic
dg-publish: true
sr-due: 2024-01-01
number headings: auto
photo: "![[x.png|100]]"
bannered: yes
mobility: high
---
Text.
"""


def test_properties_of_the_app_are_not_shown(build_vault, read_page):
    """Properties for Obsidian and plugins are neither shown nor searched."""
    built = build_vault({"a.md": PLUMBED, "x.png": b"\x89PNG"})
    margin = re.search('<dl class="properties">.*?</dl>', built.page("a.html"), re.DOTALL)[0]

    assert ["banner", "photo", "bannered", "mobility"] == re.findall("<dt>(.*?)</dt>", margin)
    assert ["x.png", "x.png"] == [values["src"] for tag, values in read_page(margin).tags if tag == "img"]


def test_an_embed_by_id_shows_the_section(build_vault):
    """A Markdown embed with an id of the page shows the section."""
    page = build_vault({"a.md": "![x](b.md#two-words)", "b.md": "Before.\n\n## Two words\n\nWithin.\n"}).page("a.html")

    assert "Within." in page
    assert "Before." not in page


def test_links_inside_embeds_lead_from_the_page(build_vault, walk_site):
    """Headings, pictures, footnotes and blocks of a section in another folder."""
    text = "# A\n\n## B\n\n[[#A]] [[#B]] [[c]] ![[p.png]] x[^1] [[#^here]]\n\ntext ^here\n\n[^1]: note [[c]]\n"
    built = build_vault(
        {"deep/er/a.md": text, "here.md": "![[a#B]]\n\n![[a]]\n\n![[a#^here]]", "c.md": "", "pics/p.png": "x"}
    )

    assert [] == walk_site(built.bytes())


# --- lists in parts -------------------------------------------------------------------------------


def parts_of(built, url):
    """Return the parts of a list, in order of their links."""
    found = [url]
    while following := re.search(r'rel="next" data-key="n" href="([^"]+)"', built.page(found[-1])):
        found.append(os.path.normpath(os.path.join(os.path.dirname(url), following[1])))
    return found


def listed(built, urls, kind="internal"):
    """Return the items of a list's parts, in order."""
    texts = "".join(built.page(url).split("<article", 1)[1].split("</article>", 1)[0] for url in urls)
    return re.findall(rf'<a class="{kind}" href="[^"]+"[^>]*>([^<]+)</a>', texts)


@pytest.mark.parametrize(
    ("url", "last", "kind", "expected"),
    [
        pytest.param(
            "many/index.html", "many/index.3.html", "internal", [f"{n:03}" for n in range(MANY)], id="a folder"
        ),
        pytest.param(
            "tags/all.html",
            "tags/all.5.html",
            "internal",
            [*sorted(f"#all/n{n}" for n in range(MANY)), *(f"{n:03}" for n in range(MANY))],
            id="a tag: those below it, then its notes",
        ),
        pytest.param(
            "wanted.html",
            "wanted.3.html",
            "missing",
            ["wanted 7", *sorted((f"wanted {n}" for n in range(MANY) if n != 7), key=lambda name: name + ".md")],
            id="wanted, by rank",
        ),
    ],
)
def test_a_long_list_is_in_parts(large, url, last, kind, expected):
    """Each item is listed once, in order; the first part has the list's URL."""
    urls = parts_of(large, url)

    assert last == urls[-1]
    assert expected == listed(large, urls, kind)


def test_parts_are_numbered_and_named(large):
    """Each part links to the others by first words, and has its number in its title; ranks continue."""
    second = large.page("many/index.2.html")

    assert re.findall(r'<li><a (?:href="([^"]+)"|aria-current="page")>(?:<strong>)?([^<]+)', second) == [
        ("index.html", "000"),
        ("", "300"),
        ("index.3.html", "600"),
    ]
    assert "<title>many, page 2 of 3 · " in second and "<h1>many</h1>" in second
    assert '<ol class="wanted" start="301">' in large.page("wanted.2.html")


def test_a_list_has_breadcrumbs(large):
    """Parent folders of a folder, parent tags of a tag; the list of all comes first."""

    def way(url):
        found = large.page(url).split('aria-label="Path to this list"', 1)[1].split("</nav>", 1)[0]
        return re.findall(r'href="([^"]+)">([^<]+)<', found)

    assert way("deep/down/7/index.html") == [
        ("../../../all-notes.html", "All notes"),
        ("../../index.html", "deep"),
        ("../index.html", "down"),
    ]
    assert way("tags/all/n7.html") == [("../index.html", "Tags"), ("../all.html", "#all")]
    assert "<h1>7</h1>" in large.page("deep/down/7/index.html")
    assert "<title>deep/down/7 · " in large.page("deep/down/7/index.html")


def test_parts_take_no_attachment_away(large):
    """A file with the name of a part gets another URL."""
    expected = [b"<p>mine", b"<p>mine too"]

    assert expected == [large.bytes()[large.urls[path]] for path in ("wanted.2.html", "many/index.2.html")]


def test_all_is_listed_somewhere(large):
    """Large folders and tags have pages of their own for the rest."""
    folders, tags = (listed(large, parts_of(large, url)) for url in ("all-notes.html", "tags/index.html"))

    assert {f"folder {n:03}" for n in range(320)} | {"deep", "many", "Root"} <= set(folders)
    assert {f"#t{n}" for n in range(MANY)} <= set(tags)
    assert {url: len(parts_of(large, url)) for url in ("index.html", "all-notes.html", "tags/index.html")} == {
        "index.html": 2,
        "all-notes.html": 2,
        "tags/index.html": 3,
    }


def test_no_list_outgrows_its_page(large):
    """Each page stays small, and so do the scripts for the random page."""
    kinds = (".html", ".js")
    weights = {url: len(gzip.compress(c, 6)) for url, c in large.bytes().items() if url.endswith(kinds)}
    graph = weights.pop("assets/graph-data.js")

    assert {} == {url: weight for url, weight in weights.items() if weight > 12_000} and graph


def test_notes_for_the_random_page(large, build_vault):
    """Every note is in one of the scripts, and each script has the total number."""

    def known(built, number):
        text = built.page(f"assets/notes.{number}.js")
        return json.loads(text.removeprefix("globalThis.hortusNotes = ").removesuffix(";\n"))

    count = len(large.graph.notes)
    parts = [known(large, number) for number in range(1, -(-count // 100) + 1)]

    assert {(count, 100)} == {(part["count"], part["each"]) for part in parts}
    assert sorted(quote(large.urls[path]) for path in large.graph.notes) == sorted(
        url for part in parts for url in part["urls"]
    )
    assert {"count": 0, "each": 100, "urls": [], "titles": []} == known(build_vault({}), 1)


def test_home(build_vault):
    """The note in the settings, otherwise index or home, otherwise the leading map, otherwise all notes."""
    files = {"a.md": "[[b]] word-a", "b.md": "word-b", "The MOC.md": "[[a]] [[b]] word-moc"}

    assert "word-b" in build_vault(files, settings="home = 'b.md'").page("index.html")
    assert "word-moc" in build_vault({**files, "hortus.toml": ""}).page("index.html")
    assert "word-home" in build_vault({**files, "hortus.toml": "", "Home.md": "word-home"}).page("index.html")


def test_an_empty_vault(build_vault, walk_site):
    """Without notes there is a site, too."""
    built = build_vault({})

    assert [] == walk_site(built.bytes())
    assert {"index.html", "404.html", "report.html"} <= set(built.site.files)


def test_the_walk_finds_faults(walk_site):
    """Control: broken links are found."""
    page = b"""<p id="a"><p id="a"><a href="no.html">x</a><a href="#no">x</a><img src="/x.png">
        <a href="../up.html">x</a><a href="b.html#c">x</a>"""
    found = walk_site({"index.html": page, "b.html": b"<p>"})

    assert 6 == len(found)
