"""Publishing with real git repositories, in many states."""

import functools
import http.server
import itertools
import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import pytest

from hortus.cli.main import main
from hortus.publish.publish import size_warnings
from hortus.publish.receipt import RECEIPT

NOTES = {"index.md": "# Home\n\n[[b]] and [[c]], TODO\n", "b.md": "See [[index]].\n"}
WHO = (
    '[user]\nname = Ann\nemail = ann@example.invalid\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n'
)


@dataclass(frozen=True)
class Outcome:
    status: int
    printed: str
    """Both streams."""


@dataclass(frozen=True)
class Project:
    """A vault in a repository, and a bare repository as remote."""

    root: Path
    origin: Path
    capture: pytest.CaptureFixture

    def git(self, *arguments: str, at: Path | None = None, **environment: str) -> str:
        place = ["-C", str(at or self.root)]
        done = subprocess.run(["git", *place, *arguments], capture_output=True, env=os.environ | environment)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode().strip()

    def write(self, files: Mapping[str, str | bytes], at: str = "vault") -> None:
        for path, content in files.items():
            file = self.root / at / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str = "notes") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", message)

    def publish(self, *arguments: str, at: Path | None = None) -> Outcome:
        """Publish, and check that everything of the user is unchanged."""
        before = self.belongings(at or self.root)
        self.capture.readouterr()
        status = main(["publish", str(at or self.root), *arguments])
        out, err = self.capture.readouterr()

        assert before == self.belongings(at or self.root)

        return Outcome(status, out + err)

    def belongings(self, at: Path) -> dict[str, object]:
        """Return what publishing must not change: files, index, settings, stash, and all other references."""
        done = subprocess.run(["git", "-C", str(at), "rev-parse", "--absolute-git-dir"], capture_output=True, text=True)
        if done.returncode:
            return {}
        folder = Path(done.stdout.strip())
        kept = [folder / name for name in ("index", "config", "HEAD", "FETCH_HEAD", "ORIG_HEAD", "shallow")]
        found = {str(file): file.read_bytes() for file in kept if file.exists()}
        found |= {str(file): file.read_bytes() for file in at.rglob("*") if file.is_file() and ".git" not in file.parts}
        refs = self.git("for-each-ref", "--format=%(refname) %(objectname)", at=at).splitlines()
        return found | {"refs": [ref for ref in refs if "gh-pages" not in ref and "site" not in ref]}

    def there(self, branch: str = "gh-pages", at: Path | None = None) -> dict[str, bytes]:
        """Return the files of the published branch at the remote, or in another repository."""
        place = str(at or self.origin)
        listed = subprocess.run(["git", "-C", place, "ls-tree", "-rz", branch], capture_output=True).stdout
        names = {}
        for line in filter(None, listed.split(b"\0")):
            about, _, path = line.partition(b"\t")
            _, kind, name = about.split()
            if kind == b"blob":
                names[path.decode()] = name
        command, files = ["git", "-C", place, "cat-file", "--batch"], {}
        shown = subprocess.run(command, input=b"\n".join(names.values()), capture_output=True).stdout
        for path in names:  # a line that ends with the size, the content, and the end of a line
            head, _, rest = shown.partition(b"\n")
            size = int(head.split()[-1])
            files[path], shown = rest[:size], rest[size + 1 :]
        return files

    def tip(self, at: Path | None = None) -> str:
        """Return the branch's commit, empty if there is none."""
        place = str(at or self.origin)
        done = subprocess.run(
            ["git", "-C", place, "rev-parse", "-q", "--verify", "refs/heads/gh-pages"], capture_output=True
        )
        return done.stdout.decode().strip()

    def others(self, files: Mapping[str, str], branch: str = "gh-pages", name: str = "other") -> Path:
        """Push files of somebody else to the branch; return their clone."""
        clone = self.root.parent / name
        if not clone.exists():
            self.git("clone", "--quiet", str(self.origin), str(clone))
        if self.tip():
            self.git("fetch", "--quiet", at=clone)
            self.git("checkout", "--quiet", "-B", branch, f"origin/{branch}", at=clone)
        else:
            self.git("checkout", "--quiet", "--orphan", branch, at=clone)
            self.git("rm", "-rfq", "--ignore-unmatch", ".", at=clone)
        for path, content in files.items():
            (clone / path).parent.mkdir(parents=True, exist_ok=True)
            (clone / path).write_text(content)
        self.git("add", "--all", at=clone)
        self.git("commit", "--quiet", "--message", "by hand", at=clone)
        self.git("push", "--quiet", "origin", branch, at=clone)
        return clone

    def hook(self, name: str, script: str) -> None:
        file = self.root / ".git" / "hooks" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)


@pytest.fixture
def settings_of_git(tmp_path, monkeypatch) -> Path:
    """A home folder for the tests, without the user's git settings."""
    file = tmp_path / "home" / "me" / ".gitconfig"
    file.parent.mkdir(parents=True)
    file.write_text(WHO)
    monkeypatch.setenv("HOME", str(file.parent))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(file))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER", "EMAIL"))]:
        monkeypatch.delenv(name)
    return file


@pytest.fixture
def bare(tmp_path, capfd, settings_of_git) -> Project:
    """A vault in a repository without a commit, and an empty remote."""
    project = Project(tmp_path / "garden", tmp_path / "origin.git", capfd)
    project.root.mkdir()
    project.git("init", "--quiet", "--bare", str(project.origin))
    project.git("init", "--quiet")
    project.git("remote", "add", "origin", str(project.origin))
    project.write(NOTES)
    return project


@pytest.fixture
def project(bare) -> Project:
    """The same with its notes committed."""
    bare.commit()
    return bare


@pytest.fixture
def published(project) -> Project:
    """The same, published once."""
    assert 0 == project.publish().status
    return project


# --- states of a repository ---------------------------------------------------------------------


def test_empty(bare):
    """Without any commit, the site becomes the first commit of its branch."""
    done = bare.publish()

    assert (0, bare.tip()) == (done.status, bare.tip(bare.root))
    assert {"index.html", "b.html", "c.html", ".nojekyll", RECEIPT} <= bare.there().keys()
    assert "1" == bare.git("rev-list", "--count", "gh-pages")


def test_clean(project):
    """Every file of a build is on the branch, and in the receipt with its hash."""
    project.publish()
    files = project.there()
    receipt = json.loads(files.pop(RECEIPT))["files"]
    ids = project.git("ls-tree", "-r", "--format=%(path) %(objectname)", "gh-pages").splitlines()

    assert files.keys() == receipt.keys()
    assert {f"{url} {piece['id']}" for url, piece in receipt.items()} == {
        one for one in ids if not one.startswith(RECEIPT)
    }


def test_nothing_changed(published):
    """The same notes again: no commit, no push."""
    before = published.tip()
    done = published.publish()

    assert (0, before) == (done.status, published.tip())
    assert "already has this site" in done.printed


def test_changes_are_listed(published):
    """Pages added, changed and removed are listed, and commits follow each other."""
    published.write({"b.md": "Other words.\n", "d.md": "New.\n", "index.md": "# Home\n\n[[b]]\n"})
    dry = published.publish("--dry-run")
    before = published.tip()
    published.publish()

    assert {"+ d.html", "~ b.html", "- c.html"} <= set(dry.printed.splitlines())
    assert before == published.git("rev-parse", "gh-pages^")
    assert "d.html" in published.there() and "c.html" not in published.there()


def test_dry_run(project):
    """A dry run lists everything and changes nothing."""
    done = project.publish("--dry-run")

    assert (0, "", "") == (done.status, project.tip(), project.tip(project.root))
    assert "+ index.html" in done.printed


def test_commits_of_others(published):
    """Files of others on the branch stay, with their history; the local branch is updated."""
    published.others({"talk/slides.html": "mine"})
    theirs = published.tip()
    published.write({"b.md": "changed\n"})
    done = published.publish()

    assert 0 == done.status
    assert b"mine" == published.there()["talk/slides.html"]
    assert theirs in published.git("rev-list", "gh-pages").splitlines()
    assert published.tip() == published.tip(published.root)


def test_cname(project):
    """CNAME and other files of others stay, before the first publication and after."""
    project.others({"CNAME": "garden.example\n", ".nojekyll": "please\n", "robots.txt": "x"})
    project.publish()
    project.write({"b.md": "changed\n"})
    project.publish()
    files = project.there()

    assert [b"garden.example\n", b"please\n", b"x"] == [files[name] for name in ("CNAME", ".nojekyll", "robots.txt")]
    assert "index.html" in files


def test_dirty_tree(project):
    """Uncommitted changes are published; the commit message says so."""
    project.write({"b.md": "not committed yet\n"})
    project.git("add", "vault/b.md")
    project.write({"index.md": "# Changed\n\n[[b]]\n"})
    done = project.publish()

    assert 0 == done.status
    assert b"not committed yet" in project.there()["b.html"]
    assert "and changes not committed" in project.git("log", "-1", "--format=%B", "gh-pages")


def test_stash(project):
    """A stash is unchanged."""
    project.write({"b.md": "later\n"})
    project.git("stash")

    assert 0 == project.publish().status
    assert 1 == len(project.git("stash", "list").splitlines())


def test_detached(project):
    """A detached HEAD makes no difference."""
    project.git("checkout", "--quiet", "--detach")

    assert 0 == project.publish().status
    assert "index.html" in project.there()


def test_shallow(published):
    """A clone without history publishes on top of the history there is."""
    published.write({"b.md": "more\n"})
    published.commit()
    published.git("push", "--quiet", "origin", "main")
    published.publish()
    clone = published.root.parent / "shallow"
    published.git("clone", "--quiet", "--depth=1", f"file://{published.origin}", str(clone))
    (clone / "vault" / "b.md").write_text("from the shallow clone\n")
    before = published.tip()
    done = published.publish(at=clone)

    assert 0 == done.status
    assert b"from the shallow clone" in published.there()["b.html"]
    assert before == published.git("rev-parse", "gh-pages^", at=published.origin)


def test_shallow_branch(published):
    """A clone whose copy of the branch has no history does so too."""
    published.others({"x.txt": "x"})
    clone = published.root.parent / "shallow"
    source = f"file://{published.origin}"
    published.git("clone", "--quiet", "--depth=1", "--branch=gh-pages", source, str(clone))
    published.git("checkout", "--quiet", "--orphan", "main", at=clone)
    published.git("rm", "-rfq", ".", at=clone)
    (clone / "vault").mkdir()
    (clone / "vault" / "index.md").write_text("# Other home\n")
    published.others({"y.txt": "y"})
    done = published.publish(at=clone)

    assert 0 == done.status, done.printed
    assert {"x.txt", "y.txt", "index.html"} <= published.there().keys()


def test_no_remote(project):
    """Without a remote the branch stays local, which is reported."""
    project.git("remote", "remove", "origin")
    done = project.publish()

    assert (0, "") == (done.status, project.tip())
    assert "index.html" in project.there(at=project.root)
    assert "no remote" in done.printed


def test_remote_comes_later(project):
    """What was committed without a remote is pushed as soon as there is one, although nothing changed."""
    project.git("remote", "remove", "origin")
    project.publish()
    project.git("remote", "add", "origin", str(project.origin))

    assert 0 == project.publish().status
    assert project.tip(project.root) == project.tip() != ""


def test_other_remote(project):
    """A remote of another name has to be passed."""
    project.git("remote", "rename", "origin", "github")
    wrong, right = project.publish(), project.publish("--remote", "github")

    assert (3, 0) == (wrong.status, right.status)
    assert "--remote github" in wrong.printed


def test_moved_remote(published):
    """A new, empty remote gets the whole branch."""
    moved = published.root.parent / "moved.git"
    published.git("init", "--quiet", "--bare", str(moved))
    published.git("remote", "set-url", "origin", str(moved))
    published.write({"b.md": "changed\n"})
    done = published.publish()

    assert 0 == done.status
    assert "2" == published.git("rev-list", "--count", "gh-pages", at=moved)


def test_lost_remote(published):
    """If the remote cannot be reached, nothing is published or changed."""
    before = published.tip(published.root)
    published.git("remote", "set-url", "origin", str(published.root.parent / "gone.git"))
    published.write({"b.md": "changed\n"})
    done = published.publish()

    assert (1, before) == (done.status, published.tip(published.root))
    assert "cannot be reached" in done.printed


def test_private_notes(project):
    """Nothing of a private note is on the branch; the page of one made private is removed, except from history."""
    project.write({"diary.md": "---\nprivate: true\n---\ncanary words\n", "c.md": "for now\n"})
    project.publish()

    assert not any(b"canary" in content or "diary" in url for url, content in project.there().items())

    project.write({"c.md": "---\ndraft: true\n---\nfor now\n"})
    done = project.publish()

    assert b"for now" not in b"".join(project.there().values())
    assert "c.html" not in project.there() and "earlier commits" in done.printed


def test_removed_pages_stay_in_history(published):
    """The output warns that earlier commits still contain removed pages."""
    (published.root / "vault" / "b.md").unlink()
    published.write({"index.md": "# Home\n"})

    assert "earlier commits" in published.publish().printed


def test_no_public_note(published):
    """A vault without public notes does not replace a site."""
    before = published.tip()
    published.write(dict.fromkeys(NOTES, "---\ndraft: true\n---\n"))

    assert (4, before) == (published.publish().status, published.tip())


def test_not_a_repository(tmp_path, settings_of_git, capfd, monkeypatch):
    """A folder without git: a message and status 3."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("a")

    assert 3 == main(["publish", str(tmp_path / "notes")])
    assert "git init" in capfd.readouterr().err


def test_bare(project, monkeypatch):
    """A repository without checkout is found by GIT_DIR."""
    hidden = project.root.parent / "notes.git"
    project.git("clone", "--quiet", "--bare", str(project.root), str(hidden))
    project.git("remote", "set-url", "origin", str(project.origin), at=hidden)
    vault = project.root.parent / "plain"
    vault.mkdir()
    (vault / "a.md").write_text("plain folder\n")
    monkeypatch.setenv("GIT_DIR", str(hidden))
    status = main(["publish", str(vault)])
    monkeypatch.delenv("GIT_DIR")

    assert 0 == status
    assert b"plain folder" in project.there()["a.html"]


def test_inside_gits_folder(project):
    """A vault inside git's own folder is refused."""
    inside = project.origin / "vault"
    inside.mkdir()
    (inside / "a.md").write_text("a")

    assert 3 == main(["publish", str(inside)])


def test_linked_worktree(project):
    """A vault in a second checkout is published to the same branch."""
    second = project.root.parent / "second"
    project.git("worktree", "add", "--quiet", "-b", "drafts", str(second))
    (second / "vault" / "b.md").write_text("from the second checkout\n")

    assert 0 == project.publish(at=second).status
    assert b"from the second checkout" in project.there()["b.html"]
    assert project.tip() == project.tip(project.root)


def test_subfolder(project):
    """A vault in a subfolder is a site at the branch's root."""
    project.write({"index.md": "# Deep\n", ".obsidian/app.json": "{}"}, at="docs/notes")
    done = project.publish(at=project.root / "docs" / "notes")

    assert 0 == done.status
    assert b"Deep" in project.there()["index.html"]
    assert not any("app.json" in url for url in project.there())


def test_hooks(project):
    """Hooks for commits and checkouts don't run."""
    for name in ("pre-commit", "commit-msg", "prepare-commit-msg", "post-commit", "post-checkout", "post-index-change"):
        project.hook(name, f"touch ../{name}-ran; exit 1")

    assert 0 == project.publish().status
    assert [] == list(project.root.parent.glob("*-ran"))


def test_pre_push_hook(project):
    """The push hook runs, and if it fails, nothing has changed."""
    project.hook("pre-push", "echo not on Sundays >&2; exit 1")
    done = project.publish()

    assert (1, "", "") == (done.status, project.tip(), project.tip(project.root))
    assert "not pushed" in done.printed


def test_from_a_hook(project, monkeypatch):
    """In a hook, where git sets its own index, that index is unchanged."""
    monkeypatch.chdir(project.root)
    monkeypatch.setenv("GIT_DIR", ".git")
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/index")

    status = project.publish().status
    monkeypatch.undo()

    assert 0 == status
    assert "index.html" in project.there()


@pytest.fixture
def signer(project):
    """A program that signs as gpg does, in form only; it fails while a file `refuse` is next to it."""
    file = project.root.parent / "signer"
    file.write_text(
        '#!/bin/sh\ncat > /dev/null\n[ -e "$(dirname $0)/refuse" ] && { echo no key >&2; exit 2; }\n'
        "echo '[GNUPG:] SIG_CREATED ' >&2\nprintf -- '-----BEGIN PGP SIGNATURE-----\\n\\nx\\n"
        "-----END PGP SIGNATURE-----\\n'\n"
    )
    file.chmod(0o755)
    project.git("config", "commit.gpgSign", "true")
    project.git("config", "gpg.program", str(file))
    return file


def test_signing(project, signer):
    """If commits are signed, so is this one."""
    assert 0 == project.publish().status
    assert "gpgsig" in project.git("cat-file", "commit", "gh-pages")


def test_signing_fails(project, signer):
    """If signing fails, nothing is published."""
    (signer.parent / "refuse").touch()
    done = project.publish()

    assert (1, "", "") == (done.status, project.tip(), project.tip(project.root))
    assert "failed to sign" in done.printed


def test_nobody(project, settings_of_git, monkeypatch):
    """Without a name in git's settings the commit contains neither user nor machine name."""
    monkeypatch.setenv("EMAIL", "me@secret.example")
    settings_of_git.write_text('[protocol "file"]\nallow = always\n')

    assert 0 == project.publish().status
    assert "Hortus <hortus@hortus.invalid>" == project.git("log", "-1", "--format=%cn <%ae>", "gh-pages")


def test_race(published):
    """If somebody pushes meanwhile, nothing is forced or changed, and the next attempt builds on their commit."""
    clone = published.others({"talk.txt": "one"})
    published.publish()
    (clone / "talk.txt").write_text("two")
    published.git("fetch", "--quiet", at=clone)
    published.git("reset", "--quiet", "--soft", "origin/gh-pages", at=clone)
    published.git("reset", "--quiet", at=clone)
    published.git("checkout", "--quiet", "--", "index.html", at=clone)
    published.git("add", "talk.txt", at=clone)
    published.git("commit", "--quiet", "-m", "meanwhile", at=clone)
    published.hook("pre-push", f"git -C {clone} push --quiet origin gh-pages 2>/dev/null; exit 0")
    published.write({"b.md": "changed\n"})
    here = published.tip(published.root)
    lost, won = published.publish(), published.publish()

    assert (1, 0) == (lost.status, won.status)
    assert "run it again" in lost.printed and here in published.git("rev-list", "gh-pages")
    assert b"two" == published.there()["talk.txt"] and b"changed" in published.there()["b.html"]


def test_rewritten_meanwhile(published, signer):
    """A push that is no fast-forward any more is not forced."""
    clone = published.others({"talk.txt": "one"})
    (clone / "talk.txt").write_text("two")
    published.git("commit", "--quiet", "--all", "--message", "meanwhile", at=clone)
    script = signer.read_text().replace("cat > /dev/null", f"cat > /dev/null; git -C {clone} push -q origin gh-pages")
    signer.write_text(script)
    published.write({"b.md": "changed\n"})
    here = published.tip(published.root)
    done = published.publish()

    assert (1, here) == (done.status, published.tip(published.root))
    assert "run it again" in done.printed
    assert b"two" == published.there()["talk.txt"]
    assert 0 == published.publish().status and b"two" == published.there()["talk.txt"]


def test_diverged(published):
    """If local and remote branch have diverged, publishing is refused."""
    published.others({"talk.txt": "one"})
    tree = published.git("rev-parse", "gh-pages^{tree}")
    mine = published.git("commit-tree", tree, "-p", "gh-pages", "-m", "mine")
    published.git("update-ref", "refs/heads/gh-pages", mine)
    before = published.tip()
    done = published.publish()

    assert (4, before, mine) == (done.status, published.tip(), published.tip(published.root))


def test_commits_here(published):
    """Unpushed commits on the branch are kept and pushed with the site."""
    tree = published.git("rev-parse", "gh-pages^{tree}")
    mine = published.git("commit-tree", tree, "-p", "gh-pages", "-m", "mine")
    published.git("update-ref", "refs/heads/gh-pages", mine)
    published.write({"b.md": "changed\n"})

    assert 0 == published.publish().status
    assert mine == published.git("rev-parse", "gh-pages^", at=published.origin)


def test_checked_out_elsewhere(published):
    """A branch that is checked out elsewhere is pushed, and not moved locally."""
    second = published.root.parent / "site"
    published.git("worktree", "add", "--quiet", str(second), "gh-pages")
    published.write({"b.md": "changed\n"})
    before = published.tip(published.root)
    done = published.publish()

    assert (0, before) == (done.status, published.tip(published.root))
    assert b"changed" in published.there()["b.html"] and "git pull" in done.printed
    assert "" == published.git("status", "--porcelain", at=second)


def test_checked_out_elsewhere_without_remote(published):
    """Without a remote that is refused."""
    published.git("worktree", "add", "--quiet", str(published.root.parent / "site"), "gh-pages")
    published.git("remote", "remove", "origin")

    assert 4 == published.publish().status


def test_branch_of_the_notes(project):
    """The branch of the notes is refused."""
    assert 4 == project.publish("--branch", "main").status


def test_branch_by_another_name(project):
    """The branch may have any valid name."""
    good, bad = project.publish("--branch", "docs/site"), project.publish("--branch", "a..b")

    assert (0, 3) == (good.status, bad.status)
    assert "index.html" in project.there("docs/site")


def test_submodule(project):
    """A vault in a submodule is published by the submodule; submodules on the branch stay."""
    outer = project.root.parent / "outer"
    project.git("push", "--quiet", "origin", "main")
    project.git("init", "--quiet", str(outer))
    project.git("submodule", "--quiet", "add", "-b", "main", str(project.origin), "notes", at=outer)
    project.git("commit", "--quiet", "-m", "notes", at=outer)
    clone = project.others({"CNAME": "x"})
    link = project.git("rev-parse", "main", at=project.root)
    project.git("update-index", "--add", "--cacheinfo", f"160000,{link},theme", at=clone)
    project.git("commit", "--quiet", "-m", "a submodule", at=clone)
    project.git("push", "--quiet", "origin", "gh-pages", at=clone)
    inner = outer / "notes"
    done = project.publish(at=inner)

    assert 0 == done.status
    assert "index.html" in project.there()
    assert f"160000 commit {link}" in project.git("ls-tree", "gh-pages", "theme", at=project.origin)
    assert "" == project.tip(outer)


def test_killed(published, started_hortus):
    """Killed during the push: nothing has changed, and the next attempt succeeds."""
    published.write({"b.md": "changed\n"})
    here, before = published.tip(published.root), published.belongings(published.root)
    published.hook("pre-push", "kill -9 $(ps -o ppid= -p $PPID)")
    killed = started_hortus("publish", published.root)
    published.hook("pre-push", "exit 0")

    assert (-9, here, here) == (killed.returncode, published.tip(published.root), published.tip())
    assert before == published.belongings(published.root) and [] == list(published.root.rglob("*.lock"))
    assert 0 == published.publish().status
    assert b"changed" in published.there()["b.html"]
    assert "" == published.git("fsck", "--strict", "--no-dangling", at=published.origin)


@pytest.mark.parametrize("kilobytes", [0, 1, 8, 40])
def test_full_disk(published, repository, kilobytes):
    """If files cannot be written, there is a message, and nothing has changed."""
    published.write({"b.md": "changed\n", "x.png": os.urandom(50_000), "index.md": "[[b]] ![[x.png]]\n"})
    here, before = published.tip(published.root), published.belongings(published.root)
    script = f"ulimit -f {kilobytes}; exec {sys.executable} -m hortus publish {published.root} 2>&1"
    environment = os.environ | {"PYTHONPATH": str(repository / "generator"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["bash", "-c", script], env=environment, stdout=subprocess.PIPE, text=True)

    assert (1, here, here) == (done.returncode, published.tip(published.root), published.tip()), done.stdout
    assert "Traceback" not in done.stdout and "nothing was published" in done.stdout
    assert before == published.belongings(published.root)
    assert 0 == published.publish().status


def test_two_at_once(published, started_hortus):
    """Of two at the same time both report the truth, and the branch has one of their sites."""
    published.write({"b.md": "changed\n"})
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda _: started_hortus("publish", published.root), range(2)))
    statuses = sorted(one.returncode for one in done)

    assert statuses in ([0, 0], [0, 1])
    assert b"changed" in published.there()["b.html"]
    assert 0 == published.publish().status and published.tip() == published.tip(published.root)


# --- files of others ----------------------------------------------------------------------------


def test_foreign_site(project):
    """A page of somebody else at a path of the site is refused by name, and replaced with --replace."""
    project.others({"index.html": "by hand", "b.html/x.txt": "a folder", "about.html": "stays"})
    theirs = project.tip()
    refused = project.publish()

    assert (4, theirs) == (refused.status, project.tip())
    assert "\n  b.html/x.txt\n  index.html\n" in refused.printed
    assert "! index.html: " in (dry := project.publish("--dry-run")).printed and 4 == dry.status

    done = project.publish("--replace")

    assert 0 == done.status
    assert b"by hand" not in project.there()["index.html"] and b"stays" == project.there()["about.html"]
    assert "by hand" == project.git("show", f"{theirs}:index.html", at=project.origin)


def test_edited_page(published):
    """A page that somebody edited on the branch is neither replaced nor removed."""
    published.others({"b.html": "edited on the branch"})
    published.write({"b.md": "changed\n"})

    assert 4 == published.publish().status

    (published.root / "vault" / "b.md").unlink()
    published.write({"index.md": "# Home\n"})
    done = published.publish()

    assert 0 == done.status
    assert b"edited on the branch" == published.there()["b.html"] and "stays" in done.printed


def test_reverted(published):
    """If a publication is reverted, so is its receipt, and publishing restores the site."""
    published.write({"b.md": "changed\n"})
    published.publish()
    clone = published.others({"note.txt": "x"})
    published.git("revert", "--no-edit", "HEAD~1", at=clone)
    published.git("push", "--quiet", "origin", "gh-pages", at=clone)

    assert b"changed" not in published.there()["b.html"]
    assert 0 == published.publish().status
    assert b"changed" in published.there()["b.html"] and "note.txt" in published.there()


def test_bytes_are_not_filtered(project):
    """Git attributes and line end settings do not change published files."""
    project.git("config", "core.autocrlf", "true")
    project.write({".gitattributes": "* text eol=crlf\n*.html ident\n"}, at=".")
    picture = bytes(range(256)) + b"\r\n\n$Id$\n"
    project.write({"x.png": picture, "index.md": "![[x.png]] `$Id$`\n"})
    project.commit()
    project.publish()

    assert picture == project.there()["x.png"]
    assert b"\r\n" not in project.there()["index.html"] and b"$Id$" in project.there()["index.html"]


def test_odd_names(project):
    """Names with quotes, line breaks, any script and leading dashes are published unchanged."""
    names = ['q"uo te.png', "new\nline.png", "пейзаж.png", "--all.png", "a\\b.png", ":(top)x.png", "tab\t.png"]
    links = "".join(f"![](<{name}>)\n\n" for name in names if "\n" not in name)
    project.write(
        {**dict.fromkeys(names, b"picture"), "index.md": links + "![[new%0Aline.png]] ![x](new%0Aline.png)\n"}
    )
    done = project.publish()

    assert 0 == done.status, done.printed
    assert {name for name in names if "\n" not in name} <= project.there().keys()


def test_sha256(tmp_path, settings_of_git, capfd):
    """A repository with the longer hash works the same."""
    project = Project(tmp_path / "garden", tmp_path / "origin.git", capfd)
    project.root.mkdir()
    project.git("init", "--quiet", "--bare", "--object-format=sha256", str(project.origin))
    project.git("init", "--quiet", "--object-format=sha256")
    project.git("remote", "add", "origin", str(project.origin))
    project.write(NOTES)

    assert 0 == project.publish().status
    assert 64 == len(project.tip()) and "index.html" in project.there()


# --- what stops it --------------------------------------------------------------------------------

KEY = (
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU" * 3
    + "\n-----END OPENSSH PRIVATE KEY-----\n"
)
FAKE = "0123456789abcdefABCDEF0123456789abcdef"


@pytest.mark.parametrize(
    "secret",
    [
        pytest.param("AKIA" + "IOSFODNN7EXAMPLE", id="AWS"),
        pytest.param("ghp_" + FAKE, id="GitHub"),
        pytest.param("glpat-" + FAKE, id="GitLab"),
        pytest.param("xoxb-" + FAKE, id="Slack"),
        pytest.param("sk_live_" + FAKE, id="Stripe"),
        pytest.param("AIza" + "SyA-0123456789abcdefghijklmnopqrs_tuv"[:35], id="Google"),
        pytest.param("sk-proj-" + FAKE, id="OpenAI"),
        pytest.param("hf_" + FAKE, id="Hugging Face"),
        pytest.param("npm_" + FAKE[:36], id="npm"),
        pytest.param("https://ann:hunter22@db.example/x", id="password in an address"),
        pytest.param(f"```\n{KEY}```", id="private key in code"),
        pytest.param(f"```bash\nexport TOKEN=ghp_{FAKE}\n```", id="token in coloured code"),
        pytest.param(f"> {KEY.replace(chr(10), chr(10) + '> ')}", id="private key in a quotation"),
    ],
)
def test_secrets(project, secret):
    """A possible secret stops publishing with its position, without being printed; its mark allows it."""
    project.write({"b.md": f"First line.\n\n{secret}\n"})
    done = project.publish()

    assert (4, "") == (done.status, project.tip())
    assert "vault" not in done.printed.split(": looks like")[0] and FAKE not in done.printed

    marks = [line.rsplit(" ", 1)[1] for line in done.printed.splitlines() if "--allow" in line]
    allowed = project.publish(*[part for mark in marks for part in ("--allow", mark)])

    assert 0 == allowed.status, allowed.printed


def test_secret_in_an_attachment(project):
    """Attachments are searched as well."""
    project.write({"key.txt": KEY, "index.md": "[key](key.txt)\n"})
    done = project.publish()

    assert (4, "") == (done.status, project.tip())
    assert "key.txt: looks like a private key" in done.printed


def test_harmless(project):
    """Text about keys is no key, and unpublished secrets do not matter."""
    project.write(
        {
            "b.md": "Use `-----BEGIN PRIVATE KEY-----`, a token like `ghp_…`, sk-learn, https://user@host/.\n",
            "diary.md": f"---\nprivate: true\n---\nghp_{FAKE}\n",
            "key.txt": KEY,
        }
    )

    assert 0 == project.publish().status


def test_folder_of_this_machine(project):
    """A path of this machine in a note stops publishing."""
    project.write({"b.md": f"I keep it in {project.root}/vault.\n"})

    assert 4 == project.publish().status


def test_words_of_a_private_note(project):
    """Eight consecutive words that only a private note contains stop publishing."""
    words = "the quick brown fox jumps over the lazy dog at midnight"
    project.write({"diary.md": f"---\nprivate: true\n---\n{words}\n", "index.md": "![[copy.csv]]\n", "copy.csv": words})
    done = project.publish()

    assert (4, "") == (done.status, project.tip())
    assert "words of a private note" in done.printed

    project.write({"b.md": f"It is said: {words}.\n"})

    assert 0 == project.publish().status


def test_words_of_a_comment(project):
    """So do eight words of a comment; in the note itself they are removed."""
    words = "never to be seen by anybody who is not me"
    project.write({"b.md": f"Public. %%{words}%% [[index]]\n"})

    assert 0 == project.publish().status
    assert words.encode() not in b"".join(project.there().values())

    project.write({"index.md": "# Home\n\n[[b]] ![[copy.csv]]\n", "copy.csv": words})

    assert 4 == project.publish().status


def test_new_errors(published):
    """A new broken link stops publishing (2); earlier ones, and lines that moved, do not."""
    before = published.tip()
    published.write({"b.md": "\n\nSee [[index]] and [[nowhere]].\n"})
    stopped = published.publish()

    assert (2, before) == (stopped.status, published.tip())
    assert 'new: b.md:3:19: no note named "nowhere"' in stopped.printed

    published.publish("--anyway")
    published.write({"b.md": "\n\n\n\nSee, again, [[index]] and [[nowhere]].\n"})

    assert 0 == published.publish().status


def test_refused_before_anything_runs(project, tmp_path):
    """Invalid repositories and branches are refused before figures run."""
    script = f'"""Slow."""\nALT = "x"\nopen({str(tmp_path / "ran")!r}, "w")\n'
    project.write({"slow.py": script}, at="figures")

    assert 3 == project.publish("--remote", "nowhere").status
    assert 4 == project.publish("--branch", "main").status
    assert not (tmp_path / "ran").exists()


def test_failed_figure(project):
    """A figure that fails stops publishing (1)."""
    project.write(
        {"bad.py": '"""Bad.\n\nA figure that fails."""\nALT = "x"\ndef draw(result, theme):\n    raise ValueError\n'},
        at="figures",
    )
    done = project.publish()

    assert (1, "") == (done.status, project.tip())


def test_a_note_that_is_not_read(project):
    """It stops publishing (1) and is named, in a dry run too, unless the author wants the site without it."""
    project.write({"long.md": "x" * 8_000_001})
    tried, done = project.publish("--dry-run"), project.publish()

    assert ([1, 1], "") == ([tried.status, done.status], project.tip())
    assert "long.md:1:1: " in done.printed
    assert "because of notes that could not be read" in done.printed
    assert (0, True) == (project.publish("--anyway").status, project.tip() != "")


# --- what the branch already holds -------------------------------------------------------------------

DIARY = "---\nprivate: true\n---\nthe quick brown fox jumps over the lazy dog at midnight\n"


def listed(done: Outcome) -> set[str]:
    """Return the files that were listed as showing private content."""
    return {line[9:].partition(": ")[0] for line in done.printed.splitlines() if line.startswith("gh-pages:")} - {""}


@pytest.fixture
def copied(project) -> Project:
    """A branch that began as a copy of the notes' branch, with a private note and an ignored folder."""
    project.write({"secret.md": DIARY, "deep/old.md": "An old version, public once.\n", ".env": "TOKEN=x\n"})
    project.write({"hortus.toml": 'ignore = ["deep/**"]\n', "notes.txt": "not of the vault\n"}, at=".")
    project.commit()
    project.git("push", "--quiet", "origin", "main:gh-pages")
    return project


def test_branch_that_is_a_copy_of_the_notes(copied):
    """Files of the vault on the branch stop publishing and are listed (4)."""
    before = copied.tip()
    done = copied.publish()

    assert (4, before) == (done.status, copied.tip())
    assert {"hortus.toml", "vault/secret.md", "vault/deep/old.md", "vault/.env"} == listed(done)
    assert "--replace removes it" in done.printed
    assert 4 == copied.publish("--dry-run").status and before == copied.tip()


def test_copy_is_removed(copied):
    """--replace removes what is not public from the branch, and nothing else."""
    done = copied.publish("--replace")

    assert 0 == done.status, done.printed
    assert {"vault/index.md", "vault/b.md"} == {path for path in copied.there() if path.startswith("vault/")}
    assert {"notes.txt", "index.html"} <= copied.there().keys() and "hortus.toml" not in copied.there()
    assert 0 == copied.publish().status


def test_copy_is_allowed(copied):
    """A mark keeps one file."""
    marks = [line.rsplit(" ", 1)[1] for line in copied.publish().printed.splitlines() if "--allow" in line]
    done = copied.publish(*[part for mark in marks for part in ("--allow", mark)])

    assert 0 == done.status, done.printed
    assert "vault/secret.md" in copied.there()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda p: (p.root / "vault/secret.md").unlink(), id="deleted since"),
        pytest.param(lambda p: p.write({"secret.md": "---\nprivate: true\n---\nrewritten\n"}), id="rewritten since"),
        pytest.param(lambda p: (p.root / "vault/secret.md").rename(p.root / "vault/x.md"), id="renamed since"),
    ],
)
def test_copy_of_an_earlier_state(copied, change):
    """A copy is recognised even if the note was changed, moved or deleted since."""
    change(copied)

    assert "vault/secret.md" in listed(copied.publish())


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("backup/diary.txt", DIARY.replace("---\n", ""), id="its words in another file"),
        pytest.param("backup/diary.bin", DIARY, id="its bytes under another name"),
        pytest.param("old.html", "<p>the quick <b>brown</b> fox jumps over the lazy dog</p>", id="a page with its words"),
    ],
)  # fmt: skip
def test_private_words_on_the_branch(project, path, content):
    """Words of a private note in somebody else's file on the branch stop publishing."""
    project.write({"diary.md": DIARY})
    project.commit()
    project.others({path: content, "about.html": "by hand"})
    done = project.publish()

    assert 4 == done.status and {path} == listed(done)
    assert 0 == project.publish("--replace").status
    assert "about.html" in project.there() and path not in project.there()


def test_edited_page_of_a_note_that_became_private(published):
    """A page that somebody edited on the branch does not stay when its note is no longer published."""
    published.others({"b.html": "edited: short", "b.md": "edited"})
    published.write({"b.md": "---\nprivate: true\n---\nSee [[index]].\n"})
    done = published.publish()

    assert 4 == done.status and {"b.html", "b.md"} == listed(done)
    assert 0 == published.publish("--replace").status
    assert not {"b.html", "b.md"} & published.there().keys()


def test_harmless_files_on_the_branch(tmp_path, project):
    """A CNAME that the vault has too, a README and other pages do not stop publishing."""
    project.write({"CNAME": "example.org\n", "a.png": "x", "index.md": "# Home\n\n[[b]] ![[a.png]]\n"})
    project.commit()
    project.others({"CNAME": "example.org\n", "README.md": "The site.\n", "x.png": "x", "empty.txt": "", "p.html": "p"})

    assert 0 == project.publish().status


def test_vault_at_the_root_of_its_repository(project):
    """Where the vault is the repository itself, its files on the branch are recognised too."""
    project.git("rm", "-rq", "--cached", "vault")
    (project.root / "vault").rename(project.root.parent / "gone")
    project.write({"index.md": "# Home\n", "diary.md": DIARY, "README.md": "Of the notes.\n"}, at=".")
    project.commit()
    project.others({"diary.md": DIARY, "README.md": "Of the site.\n"})
    done = project.publish()

    assert 4 == done.status and {"diary.md"} == listed(done)


# --- references ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [["main"], ["other", "main"]])
def test_branch_is_an_alias(project, steps):
    """A branch that is a symbolic reference, through others too, is refused: publishing would move another."""
    names = ["gh-pages", *steps]
    for name, target in itertools.pairwise(names):
        project.git("symbolic-ref", f"refs/heads/{name}", f"refs/heads/{target}")
    before = project.git("rev-parse", "main")
    done = project.publish()

    assert 4 == done.status and "alias of main" in done.printed
    assert before == project.git("rev-parse", "main") and "" == project.tip()


def test_branch_is_an_alias_of_nothing(project):
    """An alias of a branch that is not there yet is refused as well."""
    project.git("symbolic-ref", "refs/heads/gh-pages", "refs/heads/nowhere")

    assert 4 == project.publish().status


def test_branch_is_an_alias_at_the_remote(project):
    """So is one that is an alias at the remote, where the push would move another branch."""
    project.git("push", "--quiet", "origin", "main")
    project.git("symbolic-ref", "refs/heads/gh-pages", "refs/heads/main", at=project.origin)
    before = project.git("rev-parse", "main", at=project.origin)
    done = project.publish()

    assert 4 == done.status and "alias of main" in done.printed
    assert before == project.git("rev-parse", "main", at=project.origin)


@pytest.mark.parametrize("name", ["@{-1}", "-x", "a..b", "HEAD^"])
def test_name_that_is_no_branch(project, name):
    """A name that git resolves to something else is refused."""
    assert 3 == project.publish(f"--branch={name}").status


# --- what is said -----------------------------------------------------------------------------------


def test_repository_of_the_environment(project, monkeypatch, tmp_path):
    """With GIT_DIR, the repository and the remote's URL are printed without password."""
    project.git("config", "remote.origin.pushurl", f"file://ann:hunter22@{project.origin}")
    monkeypatch.setenv("GIT_DIR", str(project.root / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(project.root))
    status = main(["publish", str(project.root), "--dry-run"])
    printed = project.capture.readouterr().out

    assert 0 == status
    assert f"repository {project.root}/.git (GIT_DIR)" in printed
    assert f"gh-pages at origin (file://{project.origin})" in printed and "hunter22" not in printed


def test_local_hook_fails_after_the_remote_accepted(project):
    """It is published, whatever a local hook reports afterwards."""
    project.hook("reference-transaction", "grep -q refs/remotes/origin/gh-pages && exit 1; exit 0")
    done = project.publish()

    assert project.tip() and "nothing was published" not in done.printed
    assert "pushed to origin" in done.printed


def test_push_that_fails_after_the_remote_accepted(project, tmp_path, monkeypatch):
    """The same if `git push` fails afterwards: status 1, and a report of what was done."""
    real = subprocess.run(["which", "git"], capture_output=True, text=True).stdout.strip()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(
        f'#!/bin/sh\n{real} "$@" || exit $?\ncase "$*" in *" push "*) echo "error: hook declined" >&2; exit 1;; esac\n'
    )
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    done = project.publish()

    assert 1 == done.status and project.tip()
    assert "nothing was published" not in done.printed and "accepted the site" in done.printed
    assert "hook declined" in done.printed


def test_sizes(tmp_path):
    """Files and sites over GitHub's limits are named; those at the limit are not."""
    sizes = {"a.mp4": (100 << 20) + 1, "b.mp4": 100 << 20, "c.mp4": 10**9 - (200 << 20) - 1 - 4}
    for name, size in sizes.items():
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    files = {name: tmp_path / name for name in sizes}

    assert ["a.mp4", "c.mp4"] == [line.partition(":")[0] for line in size_warnings({**files, "x": b"four"})]
    assert "the site has 1.0 GB" in size_warnings({**files, "x": b"fives"})[-1]


def test_large_file_is_named_before_the_push(project):
    """The warning comes with the list of changes, also in a dry run."""
    (project.root / "vault" / "film.mp4").touch()
    os.truncate(project.root / "vault" / "film.mp4", (100 << 20) + 1)
    project.write({"index.md": "# Home\n\n![[film.mp4]]\n"})

    assert "warning: film.mp4: 105 MB" in project.publish("--dry-run").printed


# --- served -----------------------------------------------------------------------------------------


def test_served_under_a_folder(project, read_page, tmp_path):
    """Under /repo/, as on GitHub, every page is reached by clicking."""
    project.write(
        {"notes/Deep Note.md": "# Deep\n\n[[b]]\n", "index.md": "# MOC\n\n[[b]] [[c]] [[Deep Note]] #tag/sub\n"}
    )
    project.publish()
    for url, content in project.there().items():
        file = tmp_path / "www" / "repo" / url
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "www"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    start = f"http://127.0.0.1:{server.server_port}/repo/"
    seen, waiting = {start}, [start]
    while waiting:
        address = waiting.pop()
        with urllib.request.urlopen(address) as answer:
            page = read_page(answer.read().decode()) if answer.headers.get_content_type() == "text/html" else None
        found = {urldefrag(urljoin(address, one))[0] for one in page.addresses} if page else set()
        fresh = {one for one in found if one.startswith(start)} - seen
        seen |= fresh
        waiting += fresh
    server.shutdown()
    server.server_close()
    pages = {f"{start}{url}".replace(" ", "%20") for url in project.there() if url.endswith(".html")}

    unlinked = {f"{start}{url}" for url in ("404.html", "notes/index.html", "recent.html")}

    assert set() == pages - seen - unlinked


# --- the report -------------------------------------------------------------------------------


def test_a_private_report_is_not_published(project):
    """Nothing on the branch contains problems; new ones cannot be determined, and stop nothing."""
    project.write({"hortus.toml": 'report = "private"\n'}, at="")
    project.write({"index.md": "# Home\n\n[[b]] [[not written]]\n"})
    assert 0 == project.publish().status
    files = project.there()

    assert not {"report.html", "wanted.html"} & files.keys()
    assert json.loads(files[".hortus-receipt.json"])["problems"] is None

    project.write({"b.md": "[[neither]]\n"})
    done = project.publish()

    assert 0 == done.status and "new since" not in done.printed
    assert 3 == main(["check", str(project.root), "--new"])
    assert "keeps its report private" in project.capture.readouterr().err


def test_words_of_a_private_notebook(project):
    """They are searched like those of a private note."""
    words = "the quick brown fox jumps over the lazy dog at midnight"
    cells = [{"cell_type": "markdown", "source": words}]
    notebook = json.dumps({"cells": cells, "metadata": {"hortus": {"private": True}}})
    project.write({"index.md": "[[n.ipynb]] ![[copy.csv]]\n", "n.ipynb": notebook, "copy.csv": words})
    done = project.publish()

    assert (4, "") == (done.status, project.tip())
    assert "words of a private note" in done.printed
