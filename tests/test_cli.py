"""The command line: exit statuses, messages, carets, JSON; never a traceback."""

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest
from rich.cells import cell_len

from hortus.cli.main import COMMANDS, main
from hortus.report.kinds import SEVERITY
from hortus.site.pages import forget_templates

BROKEN = {"a.md": "# A\n\nsee [[Sofmax]]\n", "Softmax.md": "[[a]]\n"}
FINE = {"a.md": "[[b]]\n", "b.md": "[[a]]\n"}


@pytest.fixture
def run(capsys):
    """Run the command in this process; return status, output and errors."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            status = leaving.code
        said = capsys.readouterr()
        return status, said.out, said.err

    return call


# --- exit statuses --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "arguments", "expected"),
    [
        pytest.param(FINE, ["check"], 0, id="no problems"),
        pytest.param(FINE, ["check", "--strict"], 0, id="nor strictly"),
        pytest.param(BROKEN, ["check"], 2, id="a broken link"),
        pytest.param(BROKEN, ["build"], 0, id="which is no reason not to build"),
        pytest.param(BROKEN, ["build", "--strict"], 2, id="unless strictly"),
        pytest.param({"a.md": "![[p.png]] [[a]]"}, ["check"], 2, id="a missing file"),
        pytest.param({"a.md": "TODO [[new]]"}, ["check"], 0, id="a TODO is not broken"),
        pytest.param({"a.md": "TODO [[new]]"}, ["check", "--strict"], 2, id="but strictly a problem"),
        pytest.param({"a.md": "[[b#x]]", "b.md": ""}, ["check"], 0, id="a missing heading is not broken"),
        pytest.param({"a.md": "x"}, ["build"], 0, id="an orphan"),
        pytest.param({}, ["build"], 3, id="an empty vault"),
        pytest.param({}, ["check"], 3, id="which check refuses too"),
        pytest.param({"a.png": "x"}, ["build"], 3, id="a vault of attachments"),
        pytest.param({}, ["build", "--allow-empty"], 0, id="an empty vault that is meant"),
        pytest.param({}, ["check", "--allow-empty"], 0, id="which check accepts too"),
        pytest.param({"hortus.toml": "titel = 1"}, ["build"], 3, id="a setting that is none"),
        pytest.param({"hortus.toml": "home = 'none'", **FINE}, ["build"], 3, id="a home that is not there"),
    ],
)
def test_statuses(run, write_vault, tmp_path, monkeypatch, files, arguments, expected):
    """0 success, 2 problems, 3 usage or settings."""
    monkeypatch.chdir(tmp_path)
    status, _, errors = run(*arguments, write_vault(files))

    assert (expected, False) == (status, "Traceback" in errors)


def test_strict_counts_after_an_unchanged_build(run, write_vault, tmp_path):
    """A second build without changes has the same status and report as the first."""
    command = ["build", "--strict", write_vault(BROKEN), "--out", tmp_path / "site"]
    first, second = run(*command), run(*command)

    assert (2, 2) == (first[0], second[0])
    assert first[1].splitlines()[-2:] == second[1].splitlines()[-2:]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["bild"],
        ["build", "--nonsense"],
        ["build", "--ou", "x"],
        ["build", "a", "b"],
        ["check", "--format", "xml"],
        ["build", "--jobs", "many"],
        ["build", "--jobs", "-1"],
        ["build", "--figures", "perhaps"],
    ],
    ids=" ".join,
)
def test_usage(run, arguments):
    """Status 3, and one sentence on standard error with the command for help."""
    status, said, errors = run(*arguments)

    assert (3, "") == (status, said)
    assert errors.startswith("hortus: ") and errors.count("\n") == 1 and "--help" in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["build", "--strit"], "no argument --strit, did you mean --strict?; see `hortus build --help`"),
        (["build", "a", "b"], "no argument b; see `hortus build --help`"),
    ],
)
def test_unknown_arguments(run, arguments, said):
    """The most similar argument, and the command for help."""
    assert f"hortus: {said}\n" == run(*arguments)[2]


@pytest.mark.parametrize("links", [1, 10_000])
def test_output_that_nobody_takes(write_vault, repository, links):
    """A full disk behind ``> file`` is a message and status 1, also if it shows only at exit."""
    vault = write_vault({"a.md": "[[x]]\n" * links})
    environment = os.environ | {"PYTHONPATH": str(repository / "generator")}
    with open("/dev/full", "w") as full:
        command = [sys.executable, "-m", "hortus", "check", str(vault)]
        done = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, text=True)

    assert (1, "hortus: No space left on device\n") == (done.returncode, done.stderr)


@pytest.mark.parametrize("name", ["none", "file.md"])
def test_no_such_vault(run, tmp_path, name):
    """Status 3, and what to do."""
    (tmp_path / "file.md").write_text("")
    status, said, errors = run("check", tmp_path / name)

    assert (3, "") == (status, said)
    assert "no such folder; pass the folder of your notes" in errors


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help(run, arguments):
    """Every command has a description."""
    status, said, errors = run(*arguments)

    assert (0, "") == (status, errors)
    assert said.startswith("usage: hortus")


def test_version(run):
    """One line."""
    assert (0, "hortus", 1) == ((got := run("--version"))[0], got[1].split()[0], got[1].count("\n"))


# --- what is said ----------------------------------------------------------------------------------


def test_check_says_where(run, write_vault):
    """Grouped by note: path, line, column, message, hint; the line, and carets under the link."""
    _, said, _ = run("check", write_vault(BROKEN))

    assert [
        "",
        "a.md",
        '  a.md:3:5: broken link: no note named "Sofmax"; did you mean “Softmax”?',
        "      see [[Sofmax]]",
        "          ^^^^^^^^^^",
        "",
        "1 broken link",
    ] == said.splitlines()


def test_check_says_that_all_is_well(run, write_vault):
    """One line."""
    assert "No problems found." == run("check", write_vault(FINE))[1].strip()


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("\tsee [[new]]", id="tabs"),
        pytest.param("word " * 100 + "[[new]]", id="far right"),
        pytest.param("word " * 100 + "[[new]]" + " word" * 100, id="in the middle of a long line"),
        pytest.param("[[new]]" + " word" * 100, id="far left of a long line"),
        pytest.param("> - [[new]]", id="in a quote"),
        pytest.param("é ü [[new]]", id="letters beyond ASCII"),
    ],
)
def test_carets_are_under_the_link(run, write_vault, line):
    """Whatever text is around it, and however long the line is."""
    _, said, _ = run(
        "check", write_vault({"a.md": f"- x\n\ntext\n\n{line}\n" if line[0] != "\t" else f"- x\n{line}\n"})
    )
    shown, carets = next(
        (one, two)
        for one, two in zip(said.splitlines(), said.splitlines()[1:], strict=False)
        if set(two.strip()) == {"^"}
    )

    assert "[[new]]" == shown[carets.index("^") : carets.rindex("^") + 1]
    assert len(shown) < 100


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("漢字漢字 ", " 漢字", id="two cells a letter"),
        pytest.param("😀 👍🏽 ", "", id="pictures"),
        pytest.param("e\u0301e\u0301 ", "", id="letters made of two"),
        pytest.param("👨\u200d👩\u200d👧 ❤\ufe0f ", "", id="joined pictures"),
        pytest.param("漢字" * 60, "漢字" * 60, id="a long line"),
        pytest.param("", "漢字" * 60, id="a long line's beginning"),
    ],
)
@pytest.mark.parametrize("columns", [20, 60, 80, 200])
def test_carets_are_under_the_link_in_cells(run, write_vault, monkeypatch, before, after, columns):
    """Wide characters take two terminal cells and accents none; lines are never wider than the terminal."""
    monkeypatch.setenv("COLUMNS", str(columns))
    _, said, _ = run("check", write_vault({"a.md": f"{before}[[新しい]]{after}\n"}))
    shown, carets = said.splitlines()[3:5]
    start = cell_len(shown[: shown.index("[[")])

    assert (start, cell_len("[[新しい]]")) == (carets.index("^"), carets.count("^"))
    assert cell_len(shown) <= max(columns, 36)


def test_many_issues_on_a_line(run, write_vault):
    """Each has its own carets."""
    _, said, _ = run("check", write_vault({"a.md": "[[x]] [[y]] [[x]]"}))

    assert ["^^^^^", "      ^^^^^", "            ^^^^^"] == [
        line[6:] for line in said.splitlines() if set(line.strip()) == {"^"}
    ]


@pytest.mark.parametrize("name", ["\x1b]0;title\x07.md", "new\nline.md", "\x1b[31mred.md", "back\rspace.md"])
def test_names_cannot_write_on_the_terminal(run, write_vault, name):
    """Control characters in names, targets and text are escaped."""
    _, said, errors = run(
        "check", write_vault({name: "[[\x1b[31mnew]] \x1b]0;x\x07", "b.md": f"[[{name.strip()}x]] [[\x07]]"})
    )

    assert set() == {sign for sign in said + errors if (ord(sign) < 32 and sign != "\n") or 127 <= ord(sign) < 160}
    assert [] == [line for line in said.splitlines() if line.startswith("line.md")]


def test_build_says_what_it_did(run, write_vault, tmp_path):
    """Notes, files, counts of the report, and the page to open."""
    vault, out = write_vault(BROKEN), tmp_path / "site"
    _, said, errors = run("build", vault, "--out", out)

    assert ["2 notes, ", "report: 1 broken link", f"open {out / 'index.html'}"] == [
        line[: len(start)]
        for line, start in zip(
            said.splitlines(), ["2 notes, ", "report: 1 broken link", f"open {out / 'index.html'}"], strict=True
        )
    ]
    assert (out / "index.html").exists() and errors == ""


def test_one_is_not_many(run, write_vault, tmp_path):
    """One note is a note, not notes."""
    command = ["build", write_vault({"a.md": "x"}), "--out", tmp_path / "site"]

    assert ["1 note, ", "1 note, nothing changed"] == [run(*command)[1][:8], run(*command)[1].splitlines()[0]]


def test_edited_pages_are_reported(run, write_vault, tmp_path):
    """The user learns where edited pages were moved."""
    vault, out = write_vault(FINE), tmp_path / "site"
    run("build", vault, "--out", out)
    (out / "a.html").write_text("edited")
    (vault / "a.md").write_text("[[b]] more")
    _, said, _ = run("build", vault, "--out", out)
    place = tmp_path / "site.kept" / "a.html"

    assert f"{place}: edited since Hortus wrote it; moved out of the site to this place" in said


def test_a_page_that_was_edited_is_made_anew(run, write_vault, tmp_path):
    """Even if no note has changed."""
    vault, out = write_vault(FINE), tmp_path / "site"
    run("build", vault, "--out", out)
    before = (out / "a.html").read_bytes()
    (out / "a.html").write_text("edited")
    (out / "b.html").unlink()
    run("build", vault, "--out", out)

    assert (before, True) == ((out / "a.html").read_bytes(), (out / "b.html").exists())


def test_what_is_fixed_is_reported_no_more(run, write_vault, tmp_path):
    """A file saved with the replacement characters of its invalid bytes parses the same, without the issue."""
    vault, out = write_vault({**FINE, "c.md": b"[[a]] \xff"}), tmp_path / "site"
    assert "1 bad encoding" in run("build", vault, "--out", out)[1]

    (vault / "c.md").write_text("[[a]] \ufffd")
    assert "bad encoding" not in run("build", vault, "--out", out)[1]


@pytest.mark.parametrize(("terminal", "bars"), [("xterm", True), ("dumb", False)])
def test_progress(write_vault, repository, tmp_path, terminal, bars):
    """A bar on a terminal, removed at the end; nothing on terminals that cannot move the cursor."""
    vault = write_vault({f"{number}.md": f"[[0]] {number}" for number in range(50)})
    environment = os.environ | {"PYTHONPATH": str(repository / "generator"), "HORTUS_CACHE": str(tmp_path / "cache")}
    keyboard, screen = os.openpty()
    command = [sys.executable, "-m", "hortus", "check", str(vault)]
    done = subprocess.run(command, env=environment | {"TERM": terminal}, stdout=subprocess.DEVNULL, stderr=screen)
    os.set_blocking(keyboard, False)
    try:
        shown = os.read(keyboard, 100_000)
    except BlockingIOError:
        shown = b""
    os.close(keyboard)
    os.close(screen)

    assert (0, bars) == (done.returncode, b"notes" in shown)
    assert bars or shown == b""


@pytest.mark.parametrize("command", ["build", "check"])
def test_timings(run, write_vault, tmp_path, monkeypatch, command):
    """A line per stage on standard error."""
    monkeypatch.chdir(tmp_path)
    _, said, errors = run(command, write_vault(FINE), "--timings")
    stages = [line.split()[0] for line in errors.splitlines()]

    assert {"read", "parse", "link", "report", "all"} <= set(stages)
    assert "parse" not in said


# --- JSON ---------------------------------------------------------------------------------------------

EVERYTHING = {
    "b.md": "[[x]]\n[y]()\nTODO z\n",
    "a.md": '---\nx: "\n---\n',
    "c.md": "[[b#no]] [[b#^no]] ![[p.png]] [z](file:///etc/passwd) [[Über “x” \\\\ y]]\n",
}


def test_json(run, write_vault):
    """One object: version, counts, issues with these names in this order, by path, line, column."""
    status, said, errors = run("check", write_vault(EVERYTHING), "--format", "json")
    report = json.loads(said)
    places = [(issue["path"], issue["line"], issue["column"]) for issue in report["issues"]]

    assert (2, "", ["version", "summary", "groups", "targets", "issues"], 1) == (
        status,
        errors,
        list(report),
        report["version"],
    )
    assert {("kind", "severity", "path", "line", "column", "message", "hint", "target")} == {
        tuple(issue) for issue in report["issues"]
    }
    assert places == sorted(places)
    assert report["summary"] == {
        kind: [issue["kind"] for issue in report["issues"]].count(kind) for kind in report["summary"]
    }
    assert {True} == {SEVERITY[issue["kind"]] == issue["severity"] for issue in report["issues"]}
    assert {int} == {type(issue[name]) for issue in report["issues"] for name in ("line", "column")}


def test_json_of_nothing(run, write_vault):
    """An empty list, status 0."""
    status, said, _ = run("check", write_vault(FINE), "--format", "json")

    assert (0, {"version": 1, "summary": {}, "groups": [], "targets": [], "issues": []}) == (status, json.loads(said))


# --- the world around -----------------------------------------------------------------------------------


def listing(folder):
    return sorted((str(path.relative_to(folder)), path.stat().st_mtime_ns) for path in folder.rglob("*"))


def test_check_writes_nothing(run, write_vault, tmp_path, monkeypatch):
    """Neither into the vault nor into the current folder."""
    vault = write_vault(BROKEN)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = listing(tmp_path)
    run("check", vault)

    assert before == listing(tmp_path)


def test_build_writes_the_site_alone(run, write_vault, tmp_path, monkeypatch):
    """The vault is unchanged, and only the output appears, whatever the current folder."""
    vault = write_vault({**FINE, "hortus.toml": ""}, "project/vault")
    (tmp_path / "project" / "hortus.toml").write_text("")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    before = set(tmp_path.rglob("*"))
    run("build", tmp_path / "project")
    new = set(tmp_path.rglob("*")) - before

    assert vault.is_dir()
    assert {"project/site"} == {"/".join(path.relative_to(tmp_path).parts[:2]) for path in new}


@pytest.mark.parametrize(
    ("inside", "given"), [(".", []), (".", ["."]), ("..", ["vault"]), ("sub", [".."]), ("/", None)]
)
def test_the_same_site_from_anywhere(run, write_vault, tmp_path, monkeypatch, inside, given):
    """The current folder, and how the vault is named, do not change a byte."""
    vault = write_vault({**FINE, "sub/c.md": "[[a]]"})
    run("build", vault, "--out", tmp_path / "one")
    monkeypatch.chdir(vault / inside)
    status, *_ = run("build", *([vault] if given is None else given), "--out", tmp_path / "two")
    sites = [
        {path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
        for name in ("one", "two")
    ]

    assert 0 == status
    assert sites[0] == sites[1]


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_terminals_of_few_letters(started_hortus, write_vault, encoding):
    """Characters that the terminal cannot encode are replaced."""
    done = started_hortus("check", write_vault({"ü😀.md": "[[“new” 😀]]"}), PYTHONIOENCODING=encoding, PYTHONUTF8="0")

    assert (2, False) == (done.returncode, "Traceback" in done.stderr)


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-"])
def test_closed_streams(write_vault, repository, tmp_path, closed):
    """With closed streams nothing is printed, and the work is done."""
    environment = os.environ | {"PYTHONPATH": str(repository / "generator")}
    command = f"{sys.executable} -m hortus build {write_vault(FINE)} --out {tmp_path / 'site'} {closed}"
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True)

    assert (0, True, False) == (done.returncode, (tmp_path / "site/a.html").exists(), "Traceback" in done.stderr)


def test_a_reader_that_leaves(write_vault, repository, cache):
    """``hortus check | head -1`` ends without an error message."""
    vault = write_vault({f"{number}.md": "[[new]]\n" * 200 for number in range(20)})
    environment = os.environ | {"PYTHONPATH": str(repository / "generator")}
    command = [sys.executable, "-m", "hortus", "check", str(vault)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.stdout.close()

    assert "" == process.stderr.read()
    assert process.wait(30) in (0, 2)


def children(process):
    """Return the processes that belong to the group of *process*."""
    found = subprocess.run(["ps", "-o", "pid=,stat=", "-g", str(process.pid)], capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if "Z" not in line]


def test_interrupted(write_vault, repository, tmp_path):
    """Ctrl-C while notes are parsed: status 130, one line, no process left, no site."""
    vault = write_vault({f"{number}.md": f"{number} [[x]] " * 60_000 for number in range(4)})
    environment = os.environ | {"PYTHONPATH": str(repository / "generator"), "HORTUS_CACHE": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "hortus", "build", str(vault), "--out", str(tmp_path / "site")]
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # tests may run where Ctrl-C is ignored
    )
    until = time.monotonic() + 60
    while len(children(process)) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    _said, errors = process.communicate(timeout=30)

    assert (130, "hortus: interrupted\n") == (process.returncode, errors)
    assert ([], False) == (children(process), (tmp_path / "site").exists())


def test_interrupted_while_a_class_is_made(repository, tmp_path):
    """Status 130 also where Ctrl-C arrives within `exec` of a string, as in the making of a dataclass."""
    (tmp_path / "interrupted.py").write_text(
        "from hortus.cli import main\nmain._parser = lambda arguments: exec('raise KeyboardInterrupt')\nmain.run()\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{repository / 'generator'}{os.pathsep}{tmp_path}"}
    command = [sys.executable, "-m", "interrupted"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True)

    assert (130, "hortus: interrupted\n") == (ended.returncode, ended.stderr)


@pytest.mark.parametrize(
    ("template", "place"),
    [
        ("{% if %}", "note.html:1:"),
        ("{{ site.title }}\n{{ nonsense.x }}", "note.html:2:"),
        ("{% include 'no' %}", "note.html:1:"),
    ],
)
def test_a_template_that_is_wrong(run, write_vault, tmp_path, template, place):
    """File and line, no traceback; the site is unchanged."""
    vault = write_vault({"a.md": "# A\n", "hortus.toml": ""})
    first = run("build", vault, "--out", tmp_path / "site")
    before = (tmp_path / "site/a.html").read_bytes()
    (vault / "templates").mkdir()
    (vault / "templates/note.html").write_text(template)
    forget_templates()  # as another process would have
    status, _, errors = run("build", vault, "--out", tmp_path / "site")

    assert (0, 3, 1) == (first[0], status, errors.count("\n"))
    assert errors.startswith(f"hortus: templates/{place}")
    assert before == (tmp_path / "site/a.html").read_bytes()


# --- why ------------------------------------------------------------------------------------------


WHERE = {"Other.md": "", "Secret.md": "---\npublish: false\n---\n", "sub/Note.md": "[[Other]]\n"}


@pytest.mark.parametrize("note", ["sub/Note.md", "sub/Note", "SUB/note", "{vault}/sub/Note.md"])
def test_why_takes_the_path_in_the_vault_or_the_file(run, write_vault, note):
    """With and without extension, in any case, and as a shell completes it."""
    vault = write_vault(WHERE)
    status, said, _ = run("why", "[[other]]", "--from", note.format(vault=vault), "--vault", vault)

    assert (0, "points to: Other.md") == (status, said.splitlines()[-1])


def test_why_knows_private_notes(run, write_vault):
    """A link that would point to a private note is reported as such, even if it is not in the note."""
    status, said, _ = run("why", "[[Secret]]", "--from", "sub/Note.md", "--vault", write_vault(WHERE))

    assert (2, "private link") == (status, said.splitlines()[1].partition(":")[0])


@pytest.mark.parametrize("note", ["Nte.md", "Secret.md", "/elsewhere/Note.md"])
def test_why_wants_a_published_note(run, write_vault, note):
    """For another note there is a one-line message."""
    status, said, errors = run("why", "[[Other]]", "--from", note, "--vault", write_vault(WHERE))

    assert (3, "", 1) == (status, said, errors.count("\n"))


LONG = {"a.md": "".join(f"[[n{number}]]\n\n" for number in range(40)), "b.md": "[[n7]] [[a]]", "c.md": "[[N7]]"}


def test_a_long_report_is_grouped(run, write_vault):
    """One line per note with its count, after the targets of several links; the last line explains `--all`."""
    out = run("check", write_vault(LONG))[1]

    assert out == (
        "\n42 broken links in 3 notes, 40 targets\n"
        "  3 links in 3 notes: n7\n"
        "  a.md:1:1: 40 broken links: n7, n0, n1 and 37 more\n"
        '  b.md:1:1: broken link: no note named "n7"\n'
        '  c.md:1:1: broken link: no note named "N7"\n'
        "\n42 broken links\n"
        "42 issues, 3 of 3 notes with any; --all lists each\n"
    )


def test_all_issues_of_a_long_report(run, write_vault):
    """With --all each has its own line and carets."""
    out = run("check", write_vault(LONG), "--all")[1]

    assert (42, 42) == (out.count("broken link: no note"), out.count(" ^"))


def test_a_place_after_the_last_line(run, write_vault):
    """An Excalidraw file without drawing is reported where its data should be, without a traceback."""
    status, out, _ = run(
        "check", write_vault({"a.md": "---\nexcalidraw-plugin: parsed\n---\njust words [[b]]", "b.md": "x"})
    )

    assert (0, True) == (status, "a.md:4:1: not shown: the drawing cannot be shown: it contains no drawing" in out)


def test_notes_that_are_withheld_count_as_notes(run, write_vault):
    """The last line never has more notes with issues than notes; other files are not counted."""
    hidden = {f"{name}.md": "---\npassword: hunter2\n---\nx" for name in "bcd"}
    settings = {".obsidian/templates.json": '{"folder": "T"}', "T/t.md": "x"}
    out = run("check", write_vault({"a.md": LONG["a.md"], **hidden, **settings}))[1]
    affected, notes = re.search(r" issues, (\d+) of (\d+) notes with any; --all lists each", out).groups()

    assert int(affected) <= int(notes)
    assert ("4", "4") == (affected, notes)
    assert "1 template folder in 1 file\n" in out


@pytest.mark.parametrize("command", ["check", "build"])
def test_strict_accepts_templates(run, write_vault, tmp_path, command):
    """Template folders are accepted; any other information makes --strict fail."""
    files = {".obsidian/templates.json": '{"folder": "T"}', "T/t.md": "x", "a.md": "[[b]]", "b.md": "[[a]]"}
    vault = write_vault(files)
    out = ["--out", str(tmp_path / "site")] if command == "build" else []
    fine = run(command, vault, "--strict", *out)
    (vault / "c.md").write_text("alone")

    assert (0, 2) == (fine[0], run(command, vault, "--strict", *out)[0])
    assert "1 template folder" in fine[1]


def test_groups_and_targets_in_json(run, write_vault):
    """Groups and ranked targets are in addition to the issues."""
    found = json.loads(run("check", write_vault(LONG), "--format", "json")[1])

    assert found["groups"][0] == {
        "kind": "broken_link", "severity": "error", "path": "a.md", "line": 1, "column": 1, "count": 40,
        "targets": found["groups"][0]["targets"], "message": "40 broken links: n7, n0, n1 and 37 more",
    }  # fmt: skip
    assert found["targets"][0] == {
        "kind": "broken_link", "severity": "error", "target": "n7", "count": 3, "paths": ["a.md", "b.md", "c.md"],
        "hint": "",
    }  # fmt: skip
    assert (3, 40, 42) == (len(found["groups"]), len(found["targets"]), len(found["issues"]))
