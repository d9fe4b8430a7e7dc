"""URLs with a scheme: into the vault, external, or forbidden."""

import pytest

from hortus.core.config import HortusError, read_config
from hortus.core.model import Found, ParseOptions, Source
from hortus.parse.note import parse_note

OPTIONS = ParseOptions(url_schemes=("zotero",), vault_names=("My Vault",))


def read(text):
    return parse_note(Source("s.md", text), OPTIONS)


@pytest.mark.parametrize("form", ["[x](<obsidian://{}>)", '<a href="obsidian://{}">x</a>', "a <obsidian://{}>"])
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        pytest.param("open?vault=My%20Vault&file=a%20b", ("a b", ""), id="open"),
        pytest.param("open?vault=my%20vault&file=a", ("a", ""), id="without case"),
        pytest.param("open?file=a", ("a", ""), id="no vault"),
        pytest.param("open?vault=My%20Vault&file=x%2Fa.md", ("x/a.md", ""), id="a path"),
        pytest.param("open?vault=My%20Vault&file=a%23Head%20line", ("a", "Head line"), id="a heading"),
        pytest.param("open?vault=My%20Vault&file=a%23%5Eb1", ("a", "^b1"), id="a block"),
        pytest.param("open?vault=My%20Vault&file=C%2B%2B+x", ("C+++x", ""), id="plus signs"),
        pytest.param("open?vault=My%20Vault&file=a&paneType=tab", ("a", ""), id="in a tab"),
        pytest.param("open?path=%2Fhome%2Fme%2FMy%20Vault%2Fx%2Fa", ("x/a", ""), id="an absolute path"),
        pytest.param("/home/me/My%20Vault/x/a", ("x/a", ""), id="its short form"),
        pytest.param("vault/My%20Vault/x/a%20b", ("x/a b", ""), id="vault"),
        pytest.param("adv-uri?vault=My%20Vault&filepath=x%2Fa.md", ("x/a.md", ""), id="Advanced URI"),
        pytest.param("adv-uri?vault=My%20Vault&filepath=a&heading=H%20i", ("a", "H i"), id="its heading"),
        pytest.param("adv-uri?vault=My%20Vault&filename=a&block=b1", ("a", "^b1"), id="its block"),
        pytest.param("advanced-uri?filepath=a", ("a", ""), id="its older name"),
    ],
)
def test_addresses_of_this_vault(form, address, expected):
    """An obsidian:// URL of a note in this vault is a link to it."""
    note = read(form.format(address))

    assert [expected] == [(link.target, link.anchor) for link in note.links]
    assert () == note.issues


@pytest.mark.parametrize("form", ["[x](<obsidian://{}>)", '<a href="obsidian://{}">x</a>'])
@pytest.mark.parametrize(
    "address",
    [
        "open?vault=Other&file=a",
        "vault/Other/a",
        "open?vault=My%20Vault",
        "open?path=%2Fhome%2Fme%2FOther%2Fa",
        "open?vault=My%20Vault&file=a&append=x",
        "new?vault=My%20Vault&name=a",
        "search?vault=My%20Vault&query=x",
        "show-plugin?id=x",
        "adv-uri?vault=My%20Vault&commandid=x",
        "adv-uri?filepath=a&data=x&mode=append",
        "open?vault=[&file=a",
    ],
)
def test_other_addresses_of_the_app(form, address):
    """Other vaults and commands are not links, and each is an issue."""
    note = read(form.format(address))

    assert () == note.links
    assert [("unsafe_url", 1)] == [(issue.kind, issue.line) for issue in note.issues]
    assert "obsidian:" not in "".join(map(str, note.body))


def test_the_names_of_a_vault(build_vault):
    """Its folder, that of its settings, and the title of the site."""
    text = "[x](obsidian://open?vault=vault&file=b) [y](obsidian://open?vault=Garden&file=b)\n"
    built = build_vault({"a.md": text, "b.md": "[[a]]"}, 'title = "Garden"\n')

    assert [Found("b.md"), Found("b.md")] == list(built.graph.resolutions["a.md"])
    assert {} == built.report.summary


def test_such_a_link_to_a_private_note(build_vault):
    """It is redacted like any other; nothing of its URL stays."""
    text = '<a href="obsidian://open?vault=vault&amp;file=Canary">x</a> [y](obsidian://open?file=Canary)\n'
    built = build_vault({"a.md": text, "b.md": "[[a]]", "Canary.md": "---\ndraft: true\n---\n"})

    assert [] == [url for url, content in built.bytes().items() if b"anary" in content]


@pytest.mark.parametrize("text", ["[z](zotero://select/1)", "<zotero://select/1>", '<a href="zotero://select/1">z</a>'])
def test_a_scheme_that_the_settings_allow(text):
    """It is an external link, without an issue."""
    note = read(text)

    assert () == note.issues
    assert 'href="zotero://select/1"' in "".join(note.body)
    assert 'href="zotero:' not in "".join(parse_note(Source("s.md", text)).body)


def test_other_schemes_are_refused():
    """The hint names the setting, except for schemes with code."""
    hints = [issue.hint for issue in read("[a](vscode://x) [b](javascript:x) [c](file:///x)").issues]

    assert ['`url_schemes = ["vscode"]` in hortus.toml allows it', "", ""] == hints


@pytest.mark.parametrize("scheme", ["javascript", "DATA", "file", "vbscript", "a b", "", "x:"])
def test_schemes_that_no_setting_allows(tmp_path, scheme):
    """Code, files, and invalid schemes."""
    (tmp_path / "hortus.toml").write_text(f'url_schemes = ["{scheme}"]\n')

    with pytest.raises(HortusError, match=r"hortus.toml:1: url_schemes: "):
        read_config(tmp_path)
