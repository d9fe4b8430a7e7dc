"""Settings: every error names key, line and the most similar key; every folder is found."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hortus.core.config import read_config
from hortus.core.model import HortusError, ParseOptions
from hortus.core.settings import read_settings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param('titel = "x"', "hortus.toml:1: no setting `titel`; did you mean `title`?", id="a slip"),
        pytest.param(
            '\n# words\ntitle = "x"\nmocz = []', "hortus.toml:4: no setting `mocz`; did you mean `mocs`?", id="its line"
        ),
        pytest.param(
            "[figure]\ntimeout = 1", "hortus.toml:1: no setting `figure`; did you mean `figures`?", id="a table"
        ),
        pytest.param(
            "[figures]\n\ntimout = 1",
            "hortus.toml:3: no setting `figures.timout`; did you mean `timeout`?",
            id="in a table",
        ),
        pytest.param(
            "figures.timout = 1",
            "hortus.toml:1: no setting `figures.timout`; did you mean `timeout`?",
            id="a dotted key",
        ),
        pytest.param(
            "zzzzzz = 1", "hortus.toml:1: no setting `zzzzzz`; known are title, description", id="nothing like it"
        ),
        pytest.param('"ignore " = []', "no setting `ignore `; did you mean `ignore`?", id="a quoted key"),
        pytest.param('title = "x"\n\nmocs = "AI MOC"', "hortus.toml:3: mocs: must be a list, not text", id="no list"),
        pytest.param("title = 3", "hortus.toml:1: title: must be text, not a whole number", id="no text"),
        pytest.param(
            'strict_line_breaks = "yes"',
            "hortus.toml:1: strict_line_breaks: must be true or false, not text",
            id="no truth",
        ),
        pytest.param(
            'mocs = ["a", 3]', "hortus.toml:1: mocs: must be text, not a whole number", id="an item of a list"
        ),
        pytest.param('html = "all"', "hortus.toml:1: html: must be safe or trusted, not 'all'", id="no choice"),
        pytest.param(
            '[figures]\nfolder = "f"\ntimeout = "long"',
            "hortus.toml:3: figures.timeout: must be a number, not text",
            id="in a table, no number",
        ),
        pytest.param('[macros]\n"\\\\R" = 1', "hortus.toml:1: macros: must be text, not a whole number", id="a macro"),
        pytest.param("figures = 1", "hortus.toml:1: figures: must be a table, not a whole number", id="no table"),
        pytest.param(
            '[macros]\ntimeout = "x"\n[figures]\ntimeout = "long"',
            "hortus.toml:4: figures.timeout: must be a number, not text",
            id="in the right table",
        ),
        pytest.param(
            'title = "x"\nfigures = {timout = 3}',
            "hortus.toml:2: no setting `figures.timout`; did you mean `timeout`?",
            id="in braces",
        ),
        pytest.param("title = 'x'\n\nmocs = [\n", "hortus.toml:4: not TOML: invalid value", id="what never ends"),
        pytest.param('title = "x', "hortus.toml:1: not TOML: unterminated string", id="no TOML"),
        pytest.param("\na = \n", "hortus.toml:2:5: not TOML: invalid value", id="the place in TOML"),
        pytest.param("a = 1\na = 2", "hortus.toml:2: not TOML: ", id="a key twice"),
        pytest.param("[figures]\ntimeout = -1", "hortus.toml:2: figures.timeout: must be more than 0", id="no time"),
        pytest.param("[figures]\ntimeout = nan", "hortus.toml:2: figures.timeout: must be more than 0", id="no number"),
        pytest.param("[figures]\ntimeout = inf", "hortus.toml:2: figures.timeout: must be more than 0", id="no end"),
        pytest.param("figures.memory = 0", "hortus.toml:1: figures.memory: must be more than 0", id="no memory"),
        pytest.param(f"figures.memory = {10**30}", "figures.memory: must be more than 0", id="more than there is"),
        pytest.param(
            'site_url = "example.org"', "hortus.toml:1: site_url: 'example.org' is not an address", id="no address"
        ),
        pytest.param('site_url = "javascript:x"', "site_url: 'javascript:x' is not an address", id="another scheme"),
        pytest.param(
            'language = "German!"', "hortus.toml:1: language: 'German!' is not a language tag", id="no language"
        ),
        pytest.param('editor = "vscode://{file}"', "hortus.toml:1: editor: has no {path}", id="an editor of nothing"),
        pytest.param("\n[macros]\n'a b' = 'x'", "hortus.toml:2: macros: 'a b' is not a command", id="no command"),
        pytest.param('vault = "a\\u0000"', "hortus.toml:1: vault: contains a NUL character", id="no path"),
    ],
)
def test_mistakes(tmp_path, text, message):
    """A sentence with file, line, key, and suggestion; status 3."""
    (tmp_path / "hortus.toml").write_text(text)

    with pytest.raises(HortusError) as error:
        read_settings(tmp_path / "hortus.toml")

    assert message in str(error.value)
    assert 3 == error.value.status


@pytest.mark.parametrize("content", [b"\xef\xbb\xbftitle = 'x'\r\n", b"title = 'x'"])
def test_bytes_of_settings(tmp_path, content):
    """A byte order mark and other line ends are accepted."""
    (tmp_path / "hortus.toml").write_bytes(content)

    assert "x" == read_settings(tmp_path / "hortus.toml").title


def test_settings_that_are_no_text(tmp_path):
    """Bytes that are not UTF-8 are reported."""
    (tmp_path / "hortus.toml").write_bytes(b"title = '\xff'")

    with pytest.raises(HortusError, match="not UTF-8; save the file as UTF-8"):
        read_settings(tmp_path / "hortus.toml")


def test_settings_that_are_a_folder(tmp_path):
    """An error message, not a traceback."""
    (tmp_path / "hortus.toml").mkdir()

    with pytest.raises(HortusError, match=r"hortus\.toml: cannot be read: Is a directory"):
        read_config(tmp_path)


@pytest.mark.parametrize("name", ["round", "x" * 300])
def test_what_is_no_folder(tmp_path, name):
    """A symlink loop and an invalid name are not vaults."""
    (tmp_path / "round").symlink_to("round")

    with pytest.raises(HortusError, match="no such folder"):
        read_config(tmp_path / name)


def make(folder: Path, *files: str, settings: str | None = None) -> Path:
    folder.mkdir(exist_ok=True)
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    if settings is not None:
        (folder / "hortus.toml").write_text(settings)
    return folder


@pytest.mark.parametrize(
    ("files", "settings", "given", "vault", "out"),
    [
        pytest.param(["vault/a.md"], "", ".", "vault", "site", id="a vault beside the settings"),
        pytest.param(["a.md"], "", ".", ".", "../project-site", id="settings inside the vault"),
        pytest.param(["a.md"], 'out = "../x"', ".", ".", "../x", id="settings inside the vault that name an output"),
        pytest.param(["notes/a.md"], 'vault = "notes"', ".", "notes", "site", id="a vault that is named"),
        pytest.param(
            ["notes/a.md"], 'vault = "notes"\nout = "public/x"', ".", "notes", "public/x", id="an output that is named"
        ),
        pytest.param(["vault/a.md"], None, ".", "vault", "site", id="no settings, a vault"),
        pytest.param(["a.md"], None, ".", ".", "../project-site", id="no settings at all"),
        pytest.param(["vault/a.md"], "", "vault", "vault", "site", id="the vault given, settings above"),
        pytest.param(["notes/a.md"], 'vault = "notes"', "notes", "notes", "site", id="the named vault given"),
    ],
)
def test_folders(tmp_path, monkeypatch, files, settings, given, vault, out):
    """Where notes are read and the site is written, if the command runs in the project's folder."""
    project = make(tmp_path / "project", *files, settings=settings)
    monkeypatch.chdir(project)
    config = read_config(Path(given))

    assert (project / vault, Path(os.path.abspath(project / out))) == (config.vault, config.out)


def test_the_current_folder(tmp_path, monkeypatch):
    """The default is the current folder."""
    monkeypatch.chdir(make(tmp_path, "vault/a.md"))

    assert tmp_path / "vault" == read_config().vault


def test_settings_are_relative_to_their_folder(tmp_path, monkeypatch):
    """Folders in settings are relative to the settings, not to the current folder."""
    make(tmp_path / "project", "notes/a.md", settings='vault = "notes"\nout = "public"')
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    config = read_config(Path("../project"))

    assert (tmp_path / "project/notes", tmp_path / "project/public") == (config.vault, config.out)


def test_a_vault_alone_is_not_written_into(tmp_path, monkeypatch):
    """A folder of notes without settings, passed by name, gets no site inside it."""
    make(tmp_path / "notes", "a.md")
    monkeypatch.chdir(tmp_path)

    assert tmp_path / "site" == read_config(Path("notes")).out


@pytest.mark.parametrize(("here", "given"), [(".", None), (".", "."), ("sub", ".."), ("sub", "../../notes")])
def test_the_vault_as_current_folder_is_not_written_into(tmp_path, monkeypatch, here, given):
    """The site of a vault without settings is next to it, wherever in it the command runs."""
    make(tmp_path / "notes", "a.md", "sub/b.md")
    monkeypatch.chdir(tmp_path / "notes" / here)

    assert tmp_path / "notes-site" == read_config(given and Path(given)).out


def test_a_vault_is_read_next_to_the_site_of_another(tmp_path, monkeypatch):
    """A site in the current folder does not matter for a vault elsewhere."""
    make(tmp_path / "notes", "a.md")
    make(tmp_path / "project", "vault/b.md", "site/.hortus.json")
    (tmp_path / "project" / "site" / ".hortus.json").write_text('{"vault": "vault"}')
    monkeypatch.chdir(tmp_path / "project")

    assert tmp_path / "notes" == read_config(tmp_path / "notes").vault


@pytest.mark.parametrize("given", ["notes/deep", None])
def test_a_folder_of_a_vault_has_its_site_next_to_the_vault(tmp_path, monkeypatch, given):
    """Obsidian's folder marks the root of the vault; nothing is written into it."""
    (tmp_path / "notes" / ".obsidian").mkdir(parents=True)
    (tmp_path / "notes" / "deep").mkdir()
    (tmp_path / "notes" / "deep" / "a.md").touch()
    monkeypatch.chdir(tmp_path / "notes" if given else tmp_path / "notes" / "deep")

    assert tmp_path / "deep-site" == read_config(given and tmp_path / given).out


def test_out_of_the_command_line_wins(tmp_path, monkeypatch):
    """It is relative to the current folder."""
    make(tmp_path / "project", "a.md", settings='out = "public"')
    monkeypatch.chdir(tmp_path)

    assert tmp_path / "x" == read_config(Path("project"), Path("x")).out


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('title = "x"\nvault = "none"', "hortus.toml:2: vault: no folder 'none'"),
        ('vault = "hortus.toml"', "hortus.toml:1: vault: no folder 'hortus.toml'"),
    ],
)
def test_no_such_vault(tmp_path, settings, message):
    """The message has the name as given."""
    make(tmp_path, settings=settings)

    with pytest.raises(HortusError, match=message):
        read_config(tmp_path)


def test_no_such_folder(tmp_path):
    """The message has a hint."""
    with pytest.raises(HortusError, match="no such folder; pass the folder of your notes"):
        read_config(tmp_path / "none")


def test_an_output_in_a_symlink_loop(tmp_path):
    """It is reported."""
    make(tmp_path, "a.md")
    (tmp_path / "round").symlink_to("round")

    with pytest.raises(HortusError, match="symlinks form a loop"):
        read_config(tmp_path, tmp_path / "round" / "x")


def test_figures_next_to_settings_or_in_the_vault(tmp_path):
    """Scripts are next to the settings, otherwise inside the vault."""
    make(tmp_path, "vault/figures/a.py")
    assert tmp_path / "vault/figures" == read_config(tmp_path).figures

    make(tmp_path, "figures/a.py")
    assert tmp_path / "figures" == read_config(tmp_path).figures


def test_the_cache_is_outside(tmp_path, cache):
    """A folder for each vault, never inside it."""
    make(tmp_path / "a", "x.md")
    make(tmp_path / "b", "x.md")
    one, other = read_config(tmp_path / "a").cache, read_config(tmp_path / "b").cache

    assert one != other
    assert {cache} == {one.parent, other.parent}


STRANGER = (
    "import os; from pathlib import Path; from hortus.core.config import read_config; from hortus.core.model import HortusError\n"
    "os.setuid(54321)\n"
    "try: read_config(Path('/usr'))\n"
    "except HortusError as error: print(error)"
)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_without_a_home_there_is_no_cache(repository):
    """A user without home, as in a container, is asked to set a folder."""
    known = ("HOME", "HORTUS_CACHE", "XDG_CACHE_HOME")
    environment = {name: value for name, value in os.environ.items() if name not in known}
    environment |= {"PYTHONPATH": str(repository / "generator")}
    done = subprocess.run([sys.executable, "-c", STRANGER], env=environment, capture_output=True, text=True)

    assert "set HORTUS_CACHE to a folder" in done.stdout, done.stderr


def test_options_of_parsing(tmp_path):
    """The settings that affect parsing, and so the cache key."""
    make(tmp_path, settings='strict_line_breaks = true\nhtml = "trusted"\n[macros]\n"\\\\B" = "b"\n"\\\\A" = "a"\n')

    expected = ParseOptions(True, "trusted", (("\\A", "a"), ("\\B", "b")), vault_names=(tmp_path.name,))
    assert expected == read_config(tmp_path).parse_options


def test_a_preamble_is_read(build_vault):
    """`preamble.sty` in the vault's folder applies to its notes, and is not a file of the site."""
    built = build_vault({"a.md": "$\\R$", "preamble.sty": r"\newcommand{\R}{\mathbb{R}}"})

    assert "ℝ" in built.page("a.html")
    assert not any("preamble" in address for address in built.bytes())
    assert "bad_math" not in {issue.kind for issue in built.report.issues}
