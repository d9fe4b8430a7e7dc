"""New problems since a publication or a revision, and GitHub annotations."""

import os
import subprocess

import pytest

from hortus.cli.main import main
from hortus.core.config import read_config
from hortus.core.model import HortusError, Issue
from hortus.publish.baseline import last_problems, only_new, problems_at
from hortus.publish.receipt import count_issues, new_issues
from hortus.report.github import render_annotations


def issue(line: int, target: str = "x", kind: str = "broken_link", path: str = "a.md", **more) -> Issue:
    return Issue(kind, path, line, 1, f'no note named "{target}"', target=target, **more)


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        pytest.param([issue(3)], [issue(9)], [], id="a line that moved is nothing new"),
        pytest.param([], [issue(3)], [3], id="new"),
        pytest.param([issue(3)], [], [], id="mended"),
        pytest.param([issue(3)], [issue(3), issue(9)], [9], id="a second one of the same is new, and is the last"),
        pytest.param([issue(3)], [issue(3, "y")], [3], id="another target"),
        pytest.param([issue(3)], [issue(3, path="b.md")], [3], id="another note"),
        pytest.param([issue(3)], [issue(3, kind="todo_link")], [3], id="another kind"),
        pytest.param([issue(3), issue(4)], [issue(1), issue(2)], [], id="as many as before"),
    ],
)
def test_new_issues(before, now, expected):
    """Issues are compared by subject, and counted."""
    assert expected == [found.line for found in new_issues(now, count_issues(before))]


# --- revisions --------------------------------------------------------------------------------------


@pytest.fixture
def repo(tmp_path, monkeypatch, write_vault):
    """A repository with settings and a vault, and a function that commits files and returns the commit."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    (tmp_path / "gitconfig").write_text("[user]\nname = Ann\nemail = ann@example.invalid\n")

    def commit(files, name="repo"):
        root = write_vault(files, name)
        for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"]):
            subprocess.run(["git", "-C", root, *arguments], check=True, capture_output=True)
        done = subprocess.run(["git", "-C", root, "rev-parse", "HEAD"], check=True, capture_output=True, text=True)
        return root, done.stdout.strip()

    return commit


def since(root, revision):
    """Return kind, note and line of what is new in the vault since *revision*."""
    from hortus.engine.survey import survey
    from hortus.vault.reader import read_vault

    config = read_config(root)
    vault = read_vault(config.vault, config.settings.ignore, [config.out])
    report = only_new(survey(config, vault).report, problems_at(config, revision))
    assert sum(report.summary.values()) == len(report.issues)
    return [(one.kind, one.path, one.line) for one in report.issues]


def test_since(repo):
    """Only issues that were not there at the revision, independent of their position."""
    root, first = repo({"vault/a.md": "[[b]] and [[gone]] ![[x.png]]\n", "vault/b.md": "[[a]]\n", "vault/x.png": b"x"})
    repo({"vault/a.md": "\n\n[[b]] and [[gone]] ![[x.png]]\n\n[[new]]\n"})

    assert [("broken_link", "a.md", 5)] == since(root, first)
    assert [("broken_link", "a.md", 5)] == since(root, "HEAD~1")
    assert [] == since(root, "HEAD")


def test_since_sees_what_is_not_committed(repo):
    """The notes on disk are compared; disk, index and checkout stay the same."""
    root, _ = repo({"vault/a.md": "[[a]]\n"})
    (root / "vault" / "a.md").write_text("[[a]] [[new]]\n")
    index = (root / ".git" / "index").read_bytes()

    assert [("broken_link", "a.md", 1)] == since(root, "HEAD")
    assert index == (root / ".git" / "index").read_bytes()


def test_a_removed_attachment_is_new(repo):
    """Attachments of the revision exist in the comparison, although they are not read."""
    root, first = repo({"vault/a.md": "[[a]] ![[x.png]]\n", "vault/x.png": b"x"})
    (root / "vault" / "x.png").unlink()

    assert ("missing_asset", "a.md", 1) in since(root, first)


def test_settings_of_then(repo):
    """The revision's settings decide which files belong to the vault."""
    root, first = repo(
        {"hortus.toml": 'ignore = ["old"]\n', "vault/a.md": "[[a]]\n", "vault/old/b.md": "[[nowhere]]\n"}
    )
    (root / "hortus.toml").write_text("")

    assert ("broken_link", "old/b.md", 1) in since(root, first)


def test_before_the_vault(repo):
    """Before there was a vault there were no problems."""
    root, first = repo({"README": "x"})
    repo({"notes/a.md": "[[nowhere]]\n"})

    assert ("broken_link", "a.md", 1) in since(root / "notes", first)


def test_links_that_leave(repo, tmp_path):
    """A symlink out of the vault is broken at the revision, too."""
    (tmp_path / "secret.md").write_text("canary [[nowhere]]\n")
    (tmp_path / "repo" / "vault").mkdir(parents=True)
    os.symlink(tmp_path / "secret.md", tmp_path / "repo" / "vault" / "s.md")
    root, first = repo({"vault/a.md": "[[a]]\n"})

    assert [] == since(root, first)


@pytest.mark.parametrize("revision", ["nowhere", "HEAD~99", "--help", "-x", ""])
def test_no_such_revision(repo, revision):
    """An invalid revision is an error message, and never an option for git."""
    root, _ = repo({"vault/a.md": "[[a]]\n"})

    with pytest.raises(HortusError, match="no such revision"):
        problems_at(read_config(root), revision)


def test_notes_of_now_stay_cached(repo, cache):
    """Comparing with a revision keeps the current notes cached."""
    root, first = repo({"vault/a.md": "[[a]]\n"})
    repo({"vault/a.md": "[[a]] changed\n"})
    main(["check", str(root)])
    memo = read_config(root).cache / "notes.sqlite"
    before = memo.stat().st_mtime_ns, memo.stat().st_size
    problems_at(read_config(root), first)

    assert before == (memo.stat().st_mtime_ns, memo.stat().st_size)


def test_since_publication(repo, capsys):
    """`check --new` compares with the publication here or at the remote as last fetched."""
    root, _ = repo({"vault/a.md": "[[a]] [[gone]]\n"})

    with pytest.raises(HortusError, match="no publication of Hortus"):
        last_problems(read_config(root))

    assert 0 == main(["publish", str(root)])
    assert (2, 0) == (main(["check", str(root)]), main(["check", str(root), "--new"]))

    (root / "vault" / "a.md").write_text("\n[[a]] [[gone]] [[other]]\n")
    capsys.readouterr()

    assert 2 == main(["check", str(root), "--new"])
    assert "other" in (out := capsys.readouterr().out) and "gone" not in out.replace("[[gone]]", "")

    subprocess.run(["git", "-C", root, "update-ref", "refs/remotes/origin/gh-pages", "gh-pages"], check=True)
    subprocess.run(["git", "-C", root, "branch", "-qD", "gh-pages"], check=True)

    assert 2 == main(["check", str(root), "--new"])


# --- GitHub -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("100% sure", "100%25 sure"),
        ("two\nlines", "two%0Alines"),
        ("\r::error::x", "%0D::error::x"),
        ("%0A::stop-commands::x", "%250A::stop-commands::x"),
        ("a, b: c", "a, b: c"),
    ],
)
def test_messages_are_escaped(text, escaped):
    """No text of a note ends an annotation or begins another command."""
    (line,) = render_annotations([Issue("todo", "a.md", 1, 1, text, severity="info")])

    assert line.endswith(f"::{escaped}") and line.startswith("::notice ") and "\n" not in line


def test_paths_are_escaped():
    """No path does, either."""
    (line,) = render_annotations([issue(1, path="a,line=9::b%.md", severity="error")], "vault/")

    assert line.startswith("::error file=vault/a%2Cline=9%3A%3Ab%25.md,line=1,col=1,")


def test_worst_first():
    """GitHub shows ten per severity: errors come before warnings, and these before notices."""
    issues = [issue(line, severity=severity) for line, severity in enumerate(("info", "warning", "error"), 1)]

    assert ["::error", "::warning", "::notice"] == [line.split(" ")[0] for line in render_annotations(issues)]


def test_annotations_name_files_of_the_repository(repo, capsys):
    """Paths are relative to the repository's root, also for figure scripts; nothing else is printed."""
    script = '"""A figure.\n\nIt links [[nowhere]]."""\ndef draw(result, theme): ...\n'
    root, _ = repo({"docs/hortus.toml": "", "docs/vault/a.md": "[[gone]]\n", "docs/figures/f.py": script})
    status = main(["check", str(root / "docs"), "--format", "github"])
    lines = capsys.readouterr().out.splitlines()

    assert 2 == status
    assert all(line.startswith("::") for line in lines)
    assert any("file=docs/vault/a.md,line=1" in line for line in lines)
    assert any("file=docs/figures/f.py,line=3" in line for line in lines)
