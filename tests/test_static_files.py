"""The folder `static` next to the settings: files copied as they are, and those that are not."""

import pytest

from hortus.core.config import read_config
from hortus.engine.freshness import inputs_hash
from hortus.vault.reader import read_vault

NOTES = {
    "hortus.toml": 'private = ["static/drafts/**", "*.key"]\nignore = ["*.psd"]\n',
    "vault/index.md": "# Home\n\n[[sub/a]] ![[p.png]]\n",
    "vault/sub/a.md": "---\naliases: [Other name]\n---\n# A\n",
    "vault/p.png": "picture",
}
COPIED = {
    "static/robots.txt": "User-agent: *\n",
    "static/CNAME": "example.org\n",
    "static/favicon.ico": b"\0\1",
    "static/.well-known/security.txt": "Contact: mailto:a@example.org\n",
    "static/more/page.html": "<script>1</script>",
}
LEFT_OUT = {
    "static/.DS_Store": "x",
    "static/drafts/plan.txt": "private",
    "static/tls.key": "private",
    "static/logo.psd": "ignored",
}
REFUSED = {
    "static/index.html": "index.md",
    "static/sub/A.html": "sub/a.md",
    "static/sub/a.md": "a note",
    "static/sub/index.html": "the folder sub",
    "static/other-name.html": "sub/a.md",
    "static/p.png": "p.png",
    "static/sub": "",
    "static/tags/x.css": "the site",
    "static/404.html": "the site",
    "static/feed.xml": "the site",
    "static/index.html/x.txt": "the site",
}
"""Files that are not copied, and what the issue names."""


def static_issues(built) -> dict[str, str]:
    return {issue.path: issue.message for issue in built.report.issues if issue.kind == "static_file"}


def test_files_are_copied_as_they_are(write_vault, build_at):
    """Files of `static` are at the root of the site, byte for byte; private, ignored and hidden ones are not."""
    built = build_at(write_vault(NOTES | COPIED | LEFT_OUT, "project"))
    files = built.bytes()

    for path, content in COPIED.items():
        assert (content.encode() if isinstance(content, str) else content) == files[path.removeprefix("static/")]
    assert not {path.removeprefix("static/") for path in LEFT_OUT} & files.keys()
    assert {} == static_issues(built)


@pytest.mark.parametrize("path", REFUSED)
def test_a_file_of_the_site_goes_first(write_vault, build_at, path):
    """A file at an address that the site needs, or a note, is not copied, and is reported."""
    without = build_at(write_vault(NOTES, "project")).bytes()
    built = build_at(write_vault({path: "OWN"}, "project"))

    assert list(static_issues(built)) == [path]
    assert REFUSED[path] in static_issues(built)[path]
    assert without.keys() == built.bytes().keys()
    assert b"OWN" not in built.bytes().values()


def test_links_out_of_the_folder_are_not_followed(write_vault, build_at, tmp_path):
    """A symlink to a file outside the folder is reported; its content is not published."""
    (tmp_path / "secret.txt").write_text("SECRET")
    project = write_vault(NOTES | COPIED, "project")
    (project / "static" / "x.txt").symlink_to(tmp_path / "secret.txt")
    (project / "static" / "loop").symlink_to(project)
    (project / "static" / "same.txt").symlink_to("robots.txt")
    built = build_at(project)

    assert {"static/x.txt", "static/loop"} == static_issues(built).keys()
    assert b"User-agent: *\n" == built.bytes()["same.txt"]
    assert "x.txt" not in built.bytes()


def test_without_settings_nothing_is_copied(write_vault, build_at):
    """A vault without settings that happens to have a folder `static` publishes only what notes link to."""
    built = build_at(write_vault({"index.md": "# Home\n", "static/plan.pdf": "plan", "static/note.md": "# N\n"}))

    assert not {url for url in built.bytes() if "plan.pdf" in url}


def test_in_the_vault_it_stays_part_of_it(write_vault, build_at):
    """If the settings are in the vault, notes and pictures of `static` are what they were; files are copied too."""
    files = {"hortus.toml": "", "index.md": "# Home\n\n![[logo.png]]\n", "static/logo.png": "P", "static/n.md": "# N\n"}
    built = build_at(write_vault(files | {"static/n2.md": "---\nprivate: true\n---\nSECRET\n"}))
    files = built.bytes()

    assert (b"P", b"P") == (files["static/logo.png"], files["logo.png"])
    assert "static/n.html" in files
    assert not {url for url, content in files.items() if b"SECRET" in content}


def test_a_changed_file_is_a_change(write_vault):
    """Whether anything changed since the last build depends on these files too."""
    project = write_vault(NOTES, "project")
    config = read_config(project)
    marks = [inputs_hash(config, read_vault(config.vault), "run", "")]
    for content in ("one", "other"):
        write_vault({"static/robots.txt": content}, "project")
        marks.append(inputs_hash(config, read_vault(config.vault), "run", ""))

    assert len(set(marks)) == 3
