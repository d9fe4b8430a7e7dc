"""The manifest: the one list of the site's files, which build, preview, receipt and reserved names agree with."""

import pytest

from hortus.core.config import Config, read_config
from hortus.core.model import Site
from hortus.core.progress import Stages
from hortus.core.urls import FILES, FOLDERS, PAGES, is_taken
from hortus.engine.build import Making
from hortus.engine.steps import Steps
from hortus.engine.survey import Survey, survey
from hortus.publish.publish import NOJEKYLL
from hortus.publish.receipt import make_receipt, parse_receipt, render_receipt
from hortus.site.manifest import KINDS, kind_of_file
from hortus.vault.reader import read_vault

VAULT = {
    "vault/index.md": "# Home\n\n- [[a]]\n- [[sub/b]]\n- [[Nowhere]]\n- ![[p.png]]\n",
    "vault/a.md": "# A\n\n[[b#Part]] #tag\n\n```mermaid\ngraph LR\nA-->B\n```\n\n$x$\n",
    "vault/sub/b.md": "# B\n\n## Part\n\nWords.\n",
    "vault/p.png": "picture",
    "hortus.toml": "site_url = 'https://example.org/'\n",
}


@pytest.fixture
def surveyed(tmp_path, monkeypatch) -> tuple[Config, Survey]:
    monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / "cache"))
    for name, text in VAULT.items():
        (tmp_path / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "project" / name).write_text(text)
    config = read_config(tmp_path / "project")
    return config, survey(config, read_vault(config.vault), Steps(config, 1))


def test_the_manifest_lists_the_site(surveyed):
    """All files of a site have recipes; recipes that make nothing are hover cards."""
    making = Making(*surveyed, Stages())
    manifest, files = making.manifest, making.site().files
    kinds = {kind_of_file(manifest[url]) for url in manifest.keys() - files.keys()}

    assert set() == files.keys() - manifest.keys()
    assert kinds <= {"hover"}


def test_reasons(surveyed):
    """The receipt names the kind of each file, and the note or the pages that need it."""
    config, found = surveyed
    making = Making(config, found, Stages())
    site = Site({**making.site().files, NOJEKYLL: b""})
    receipt = make_receipt(site, making.manifest, found.shown, found.report, dict.fromkeys(site.files, "id"))
    reasons = {url: (piece.kind, piece.why) for url, piece in receipt.pieces.items()}
    diagram = next(url for url in reasons if url.startswith("assets/diagrams/"))

    assert ("note", ("a.md",)) == reasons["a.html"]
    assert ("text", ("a.md",)) == reasons["a.md"]
    assert ("hover", ("sub/b.md",)) == reasons["previews/sub/b~part.js"]
    assert ("card", ("a.md",)) == reasons["assets/cards/a.png"]
    assert ("stub", ("index.html",)) == reasons["nowhere.html"]
    assert ("attachment", ("index.html",)) == reasons["p.png"]
    assert ("diagram", ("a.html",)) == reasons[diagram]
    assert ("page", ()) == reasons["tags/tag.html"]
    assert ("text", ()) == reasons["feed.xml"]
    assert ("theme", ()) == reasons["assets/style.css"]
    assert ("search", ()) == reasons["assets/search/index.js"]
    assert ("text", ()) == reasons[NOJEKYLL]
    assert receipt == parse_receipt(render_receipt(receipt))


def test_reserved_names(surveyed):
    """No note or attachment can have the address of a file that every site has: the manifest's and the reserved agree."""
    manifest = Making(*surveyed, Stages()).manifest
    own = {"note", "stub", "attachment", "text"}
    made = {url for url, recipe in manifest.items() if kind_of_file(recipe) not in own}
    lists = {"sub/index.html"}  # a folder's page is given an address after all notes have theirs

    assert set() == {url for url in made - lists if not is_taken(url)}
    assert set() == {name for name in FILES if name not in manifest}
    assert FOLDERS - {"files", "figures"} <= {url.partition("/")[0] for url in manifest}
    assert {f"{name}.html" for name in PAGES - {"search", "recent", "random", "gallery"}} <= manifest.keys()


def test_every_kind_is_of_a_recipe(surveyed):
    """A recipe whose function has no kind makes a page."""
    manifest = Making(*surveyed, Stages()).manifest
    functions = {recipe.function for url, recipe in manifest.items() if not url.endswith(".html")}

    assert set() == functions - KINDS.keys()


def test_a_link_to_the_script_of_a_figure(build_vault):
    """A link to a script in the vault leads to the figure's page, and an embed shows the script; nothing is copied twice."""
    script = '"""Curve.\n\nA curve.\n"""\n\nALT = "A curve."\n\n\ndef compute():\n    return 1\n\n\ndef draw(one, theme):\n    pass\n'
    built = build_vault({"index.md": "[[figures/curve.py]]\n\n![[figures/curve.py]]\n", "figures/curve.py": script})

    assert 2 == built.page("index.html").count('href="figures/curve.html"')
    assert "<h1>Curve</h1>" in built.page("figures/curve.html")
