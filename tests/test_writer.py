"""Writing a site: all or nothing, only changed files, and nothing of others."""

import json
import os
import random
import shutil
import subprocess
import sys
import time
from multiprocessing import get_context
from pathlib import Path

import pytest

from hortus.cli.main import main
from hortus.core.model import HortusError, Site
from hortus.site.writer import MANIFEST, Written, check_output, read_manifest, write_site

OLD = {"index.html": b"old", "a/b.html": b"old b", "same.html": b"same", "gone.html": b"gone"}
NEW = {"index.html": b"new", "a/b.html": b"new b", "same.html": b"same", "c/d.html": b"new d"}


def files(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder but the manifest."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name != MANIFEST}


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {name: ((folder / name).stat().st_ino, (folder / name).stat().st_mtime_ns) for name in files(folder)}


@pytest.fixture
def out(tmp_path) -> Path:
    """A folder that holds the old site."""
    write_site(Site(OLD), tmp_path / "site")
    return tmp_path / "site"


def test_first_writing(tmp_path):
    """All files, in new folders."""
    written = write_site(Site(OLD), tmp_path / "deep" / "er" / "site")

    assert Written(tuple(sorted(OLD)), (), ()) == written
    assert OLD == files(tmp_path / "deep" / "er" / "site")


def test_writing_anew(out):
    """Added, changed and removed files are counted and written."""
    assert Written(("a/b.html", "c/d.html", "index.html"), ("gone.html",), ()) == write_site(Site(NEW), out)
    assert NEW == files(out)


def test_only_what_changed_is_touched(out):
    """An unchanged file stays the same file."""
    before = stamps(out)
    write_site(Site(NEW), out)

    assert {"same.html": before["same.html"]} == {
        name: stamp for name, stamp in stamps(out).items() if stamp in before.values()
    }


def test_nothing_changed_nothing_touched(out):
    """Not even the folder is touched."""
    before = (out.stat().st_ino, out.stat().st_mtime_ns, stamps(out))

    assert Written((), (), ()) == write_site(Site(OLD), out)
    assert before == (out.stat().st_ino, out.stat().st_mtime_ns, stamps(out))


def test_files_copied_from_the_vault(tmp_path, out):
    """An attachment is copied, so the vault's file is independent of the site."""
    picture = tmp_path / "p.png"
    picture.write_bytes(b"one")
    write_site(Site({**OLD, "p.png": picture}), out)
    picture.write_bytes(b"another")

    assert b"one" == (out / "p.png").read_bytes()
    assert ("p.png",) == write_site(Site({**OLD, "p.png": picture}), out).changed
    assert b"another" == (out / "p.png").read_bytes()


def test_manifest(out):
    """Every file by its hash, and nothing else."""
    assert set(OLD) == set(read_manifest(out))
    assert len(set(read_manifest(out).values())) == len(OLD)


# --- what is not ours -------------------------------------------------------------------------------


def test_foreign_files_stay(out):
    """Files and folders of others stay, as the same files."""
    (out / "CNAME").write_text("x.org")
    (out / "mine").mkdir()
    (out / "mine" / "notes.txt").write_text("mine")
    (out / "mine" / "empty").mkdir()
    (out / "link").symlink_to("CNAME")
    before = (out / "mine" / "notes.txt").stat().st_ino
    write_site(Site(NEW), out)

    assert {**NEW, "CNAME": b"x.org", "mine/notes.txt": b"mine", "link": b"x.org"} == files(out)
    assert before == (out / "mine" / "notes.txt").stat().st_ino
    assert (out / "mine" / "empty").is_dir()
    assert "CNAME" == os.readlink(out / "link")


def test_a_folder_with_a_few_harmless_files(tmp_path):
    """Files such as .gitkeep are no obstacle, and stay."""
    out = tmp_path / "site"
    out.mkdir()
    (out / ".gitignore").write_text("*")
    check_output(out, tmp_path / "vault", tmp_path / "figures")
    write_site(Site(OLD), out)

    assert {**OLD, ".gitignore": b"*"} == files(out)


def test_edited_files_are_kept(out):
    """An edited page is moved out of the site, whether its note still exists or not."""
    (out / "index.html").write_bytes(b"edited")
    (out / "gone.html").write_bytes(b"edited too")
    written = write_site(Site(NEW), out)

    kept = out.with_name("site.kept")
    assert ((), ("site.kept/gone.html", "site.kept/index.html")) == (written.kept, written.moved)
    assert NEW == files(out)
    assert {"index.html": b"edited", "gone.html": b"edited too"} == files(kept)
    assert 0o700 == kept.stat().st_mode & 0o777


def test_an_edited_page_of_a_private_note(write_vault, tmp_path, monkeypatch, capsys):
    """An edited page leaves the site if its note becomes private; the author learns its new path."""
    monkeypatch.setenv("HORTUS_CACHE", str(tmp_path / "cache"))
    vault, out = write_vault({"index.md": "x", "a.md": "kanariwords"}), tmp_path / "site"
    assert 0 == main(["build", str(vault), "--out", str(out)])
    for url in ("a.html", "a.md"):
        (out / url).write_bytes((out / url).read_bytes() + b" ")
    (vault / "a.md").write_text("---\nprivate: true\n---\nkanariwords")
    assert 0 == main(["build", str(vault), "--out", str(out)])

    assert not [url for url, content in files(out).items() if b"kanari" in content]
    assert b"kanariwords" in (tmp_path / "site.kept" / "a.html").read_bytes()
    assert f"{tmp_path}/site.kept/a.html: edited" in capsys.readouterr().out


@pytest.mark.parametrize("umask", [0o077, 0o000])
def test_modes(tmp_path, umask):
    """Everybody can read the site and nobody else write it, whatever the umask, also files of earlier builds."""
    source = tmp_path / "secret.png"
    source.write_bytes(b"x")
    source.chmod(0o600)
    out, before = tmp_path / "site", os.umask(umask)
    try:
        write_site(Site({"a/b/c.html": b"c", "d.html": b"d", "p.png": source}), out)
        (out / "d.html").chmod(0o600)
        write_site(Site({"a/b/c.html": b"new", "d.html": b"d", "p.png": source}), out)
    finally:
        os.umask(before)
    modes = {path.relative_to(out).as_posix(): path.stat().st_mode & 0o777 for path in [out, *out.rglob("*")]}

    assert {".", "a", "a/b"} == {name for name, mode in modes.items() if mode == 0o755}
    assert {"a/b/c.html", "d.html", "p.png", ".hortus.json"} == {name for name, mode in modes.items() if mode == 0o644}


def test_edited_files_are_kept_again_and_again(out):
    """No moved file is ever overwritten by the next."""
    for number in range(3):
        (out / "index.html").write_text(f"edit {number}")
        write_site(Site({**OLD, "index.html": f"{number}".encode()}), out)

    kept = set(files(out.with_name("site.kept")).values())
    assert {b"edit 0", b"edit 1", b"edit 2"} == kept


def test_a_folder_in_the_way_of_a_file(out):
    """And a file in the way of a folder: both are moved."""
    (out / "c").write_bytes(b"a file where a folder must be")
    (out / "e.html").mkdir()
    (out / "e.html" / "x").write_bytes(b"a folder where a file must be")
    write_site(Site({**NEW, "e.html": b"new e"}), out)
    found = files(out)

    assert {**NEW, "e.html": b"new e"} == {name: found[name] for name in [*NEW, "e.html"]}
    assert {b"a file where a folder must be", b"a folder where a file must be"} <= set(found.values())


def test_a_page_that_becomes_a_folder(out):
    """And back: ours give way to ours."""
    write_site(Site({"index.html": b"i", "a/b.html/c": b"c"}), out)
    assert {"index.html": b"i", "a/b.html/c": b"c"} == files(out)

    write_site(Site(OLD), out)
    assert OLD == files(out)


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{",
        '{"files": 3}',
        '{"files": {"index.html": 3}}',
        '{"version": 1}',
        '{"files": {"../x": "y", "/etc/passwd": "z"}}',
    ],
)
def test_a_manifest_that_vouches_for_nothing(out, manifest):
    """With a damaged manifest every file may be somebody's: none is lost."""
    (out / MANIFEST).write_text(manifest)
    write_site(Site(NEW), out)
    found, kept = files(out), out.with_name("site.kept")

    assert NEW == {name: found[name] for name in NEW}
    assert {b"old", b"old b", b"gone"} <= {*found.values(), *(files(kept).values() if kept.exists() else ())}


def test_a_manifest_that_names_files_elsewhere(tmp_path, out):
    """Nothing outside the folder is ever removed or replaced."""
    precious = tmp_path / "precious.txt"
    precious.write_bytes(b"precious")
    manifest = json.loads((out / MANIFEST).read_text())
    manifest["files"] |= {"../precious.txt": "0" * 40, str(precious): "0" * 40}
    (out / MANIFEST).write_text(json.dumps(manifest))
    write_site(Site(NEW), out)

    assert b"precious" == precious.read_bytes()


def test_links_of_the_file_system_are_not_written_through(tmp_path, out):
    """A page replaced by a symlink: the target is unchanged."""
    precious = tmp_path / "precious.html"
    precious.write_bytes(b"precious")
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(precious)
    shutil.rmtree(out / "a")
    (tmp_path / "folder").mkdir()
    (out / "a").symlink_to(tmp_path / "folder")
    write_site(Site(NEW), out)

    assert b"precious" == precious.read_bytes()
    assert [] == list((tmp_path / "folder").iterdir())
    assert (b"new", b"new b") == ((out / "index.html").read_bytes(), (out / "a" / "b.html").read_bytes())


# --- folders that are refused -----------------------------------------------------------------------


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A vault, scripts, a repository and a home."""
    for name in ("vault/sub", "figures/sub", "repository/.git", "home/site", "foreign", "full/.git/x"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "vault" / "a.md").write_text("text")
    (tmp_path / "foreign" / "thesis.tex").write_text("text")
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to("foreign")
    (tmp_path / "to-vault").symlink_to("vault")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.mark.parametrize(
    "name",
    [
        "/",
        "home",
        "home/site/..",
        "vault",
        "vault/sub/..",
        "vault/site",
        "to-vault/a/b",
        "to-vault",
        ".",
        "figures",
        "repository",
        "full",
        "foreign",
        "file",
        "link",
    ],
)
def test_dangerous_folders(project, name):
    """Status 4, with reason and hint; nothing is changed."""
    before = files(project)

    with pytest.raises(HortusError, match=r"not written: .*; pass an empty or new folder with --out") as error:
        check_output(project / name, project / "vault", project / "figures")

    assert (4, before) == (error.value.status, files(project))


@pytest.mark.parametrize("name", ["new", "home/site", "a/b/c", "repository/public"])
def test_folders_that_are_fine(project, name):
    """New or empty ones."""
    check_output(project / name, project / "vault", project / "figures")


def test_a_folder_of_ours_is_fine(project, out):
    """One that Hortus wrote, with what others put there since."""
    (out / "thesis.tex").write_text("text")
    check_output(out, project / "vault", project / "figures")


def test_the_command_refuses_before_it_reads(project, hortus):
    """The folder is checked first; vault, notes and folder are unchanged."""
    before = files(project)
    done = hortus("build", project / "vault", "--out", project / "foreign")

    assert (4, "") == (done.returncode, done.stdout)
    assert "thesis.tex" in done.stderr and "Traceback" not in done.stderr
    assert before == files(project)


# --- when writing fails -----------------------------------------------------------------------------


def leftovers(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir() if path.name.startswith(f".{out.name}."))


def test_a_file_that_cannot_be_read(tmp_path, out):
    """If an attachment has vanished, the old site is complete, without temporary files."""
    before = stamps(out)

    with pytest.raises(HortusError, match="the site was left unchanged") as error:
        write_site(Site({**NEW, "z.png": tmp_path / "vanished.png"}), out)

    assert (1, OLD, before, []) == (error.value.status, files(out), stamps(out), leftovers(out))


def test_an_exception_while_writing(out):
    """Also in the last file, it leaves the old site complete."""
    before = stamps(out)

    with pytest.raises((TypeError, AttributeError, ValueError)):
        write_site(Site({**NEW, "z.html": 3}), out)

    assert (OLD, before, []) == (files(out), stamps(out), leftovers(out))


WRITE = """
import resource, signal, sys
from pathlib import Path
from hortus.core.model import HortusError, Site
from hortus.site.writer import write_site
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    write_site(Site({f"{number}.html": sys.argv[3].encode() * 2000 for number in range(40)}), Path(sys.argv[1]))
except HortusError as error:
    print(error)
    sys.exit(error.status)
"""


def write_apart(out: Path, repository: Path, limit: int = 0, word: str = "new", **how) -> subprocess.Popen:
    """Write a site in a process of its own, that may write files of at most *limit* bytes."""
    environment = os.environ | {"PYTHONPATH": str(repository / "generator")}
    command = [sys.executable, "-c", WRITE, str(out), str(limit), word]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **how)


def test_files_that_may_not_grow(out, repository):
    """A write error: status 1, a message, the old site."""
    before = stamps(out)
    process = write_apart(out, repository, limit=4000)
    said, errors = process.communicate(timeout=60)

    assert (1, "") == (process.returncode, errors)
    assert "the site was left unchanged" in said
    assert (OLD, before, []) == (files(out), stamps(out), leftovers(out))


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 200 kB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", place], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


def test_a_full_disk(small_disk):
    """The old site is complete, and the space is freed."""
    out = small_disk / "site"
    write_site(Site(OLD), out)

    with pytest.raises(HortusError, match="No space left on device; the site was left unchanged"):
        write_site(Site({f"{number}.html": b"x" * 10_000 for number in range(40)}), out)

    assert (OLD, []) == (files(out), leftovers(out))
    assert NEW == (write_site(Site(NEW), out), files(out))[1]


def test_killed_while_writing(tmp_path):
    """Killed at any moment, the site is the old or the new one, and the next build cleans up."""
    out = tmp_path / "site"
    old = {f"{number}.html": b"old" * 2000 for number in range(60)}
    new = {f"{number}.html": b"new" * 2000 for number in range(60)}
    moments = random.Random(7)
    wholes = []
    for _ in range(25):
        write_site(Site(old), out)
        process = get_context("fork").Process(target=write_site, args=(Site(new), out))
        process.start()
        while process.is_alive() and not leftovers(out):
            time.sleep(0.0002)
        time.sleep(moments.random() * 0.01)
        process.kill()
        process.join()
        wholes.append({"old": files(out) == old, "new": files(out) == new})
        write_site(Site(new), out)
        assert (new, []) == (files(out), leftovers(out))

    assert [] == [whole for whole in wholes if not any(whole.values())]
    assert any(whole["old"] for whole in wholes), "no writer was killed in time"


def test_what_a_killed_build_left_is_healed(tmp_path, out):
    """Without an atomic exchange, the moment between two renames is repaired by the next build."""
    out.rename(tmp_path / ".site.hortus-1-old")
    (tmp_path / ".site.hortus-1").mkdir()
    write_site(Site(OLD), out)

    assert (OLD, []) == (files(out), leftovers(out))


def test_files_of_others_next_to_the_site_stay(tmp_path, out):
    """Only temporary folders of Hortus are removed."""
    for name in (".site.backup", ".site.hortus-backup", "site.hortus-1", ".site2.hortus-1", ".site.hortus-1-older"):
        (tmp_path / name).mkdir()
    (tmp_path / ".site.hortus-notes.txt").write_text("mine")
    write_site(Site(NEW), out)

    assert "mine" == (tmp_path / ".site.hortus-notes.txt").read_text()
    assert 5 == len([path for path in tmp_path.iterdir() if path.is_dir() and path != out])


def test_two_builds_at_once(tmp_path, repository):
    """One waits for the other: the site is one of the two."""
    out = tmp_path / "site"
    writers = [write_apart(out, repository, word=word) for word in ("one", "two", "six")]
    ends = [writer.communicate(timeout=60) and writer.returncode for writer in writers]
    found = files(out)

    assert [0, 0, 0] == ends
    assert found in [{f"{number}.html": word * 2000 for number in range(40)} for word in (b"one", b"two", b"six")]
    assert [] == leftovers(out)


def test_modes_of_files(out):
    """A server of another user can read the files, within the umask."""
    mask = os.umask(0o022)
    os.umask(mask)

    assert {0o666 & ~mask} == {path.stat().st_mode & 0o777 for path in out.rglob("*.html")}


# --- a vault that is gone -------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path, hortus):
    """A project whose site has been built."""
    project = tmp_path / "built"
    (project / "vault").mkdir(parents=True)
    (project / "hortus.toml").write_text('title = "Garden"\n')
    (project / "README.md").write_text("# About this repository\n")
    (project / "vault" / "a.md").write_text("# A\n")
    assert 0 == hortus("build", cwd=project).returncode
    return project


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_vault_that_is_gone_is_refused(built, hortus, command):
    """Status 3 with a message; notes next to it are not used instead, and the last site stays."""
    before = files(built / "site")
    (built / "vault").rename(built / "elsewhere")
    done = hortus(command, cwd=built)

    assert (3, before) == (done.returncode, files(built / "site"))
    assert "vault: the vault is gone" in done.stderr


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("way", ["settings", "figures", "site", "site elsewhere", "file", "dangling link"])
def test_a_vault_that_is_gone_is_missed_without_a_cache(built, hortus, tmp_path, way, command):
    """Other traces of a vault suffice: a README is not taken for the notes."""
    site = tmp_path / "deep" / "out" if way == "site elsewhere" else built / "site"
    if way in ("site", "site elsewhere"):
        (built / "hortus.toml").unlink()
        (built / "Draft.md").write_text("# Next to the vault\n")
        assert 0 == hortus("build", "--out", site, cwd=built).returncode
    if way in ("settings", "figures"):
        shutil.rmtree(site)
    if way == "figures":
        (built / "hortus.toml").unlink()
        (built / "figures").mkdir()
    before = files(site) if site.exists() else {}
    shutil.rmtree(built / "vault")
    if way == "file":
        (built / "vault").write_text("not a folder")
    elif way == "dangling link":
        (built / "vault").symlink_to("nowhere")
    more = ("--out", site) * (way == "site elsewhere" and command == "build")
    if way == "site elsewhere" and command == "check":
        return
    done = hortus(command, *more, cwd=built, HORTUS_CACHE=str(tmp_path / "fresh"))

    assert (3, before) == (done.returncode, files(site) if site.exists() else {})
    assert "vault: the vault is gone" in done.stderr


def test_a_folder_of_notes_with_settings_is_a_vault(tmp_path, hortus):
    """With and without a README."""
    vault = tmp_path / "notes"
    (vault / "figures").mkdir(parents=True)
    (vault / "hortus.toml").write_text('title = "Notes"\n')
    (vault / "README.md").write_text("# Read me\n")
    (vault / "deep").mkdir()
    (vault / "deep" / "a.md").write_text("# A\n")

    assert 0 == hortus("build", cwd=vault).returncode
    assert 0 == hortus("build", cwd=vault).returncode


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("place", ["cache", ".cache", "deep/cache", "."])
def test_a_cache_inside_the_vault_is_refused(built, hortus, command, place):
    """Status 4, and no file is written there."""
    before = files(built / "vault")
    done = hortus(command, cwd=built, HORTUS_CACHE=str(built / "vault" / place))

    assert (4, before) == (done.returncode, files(built / "vault"))
    assert "inside the vault" in done.stderr


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_vault_that_is_suddenly_empty_is_refused(built, hortus, command):
    """Status 3, and the last site stays, unless --allow-empty is passed."""
    before = files(built / "site")
    (built / "vault" / "a.md").unlink()
    done = hortus(command, cwd=built)

    assert (3, before) == (done.returncode, files(built / "site"))
    assert "contains no notes; pass --allow-empty" in done.stderr
    assert 0 == hortus(command, "--allow-empty", cwd=built).returncode
    assert (built / "site" / "a.html").exists() == (command == "check")


def test_a_vault_whose_notes_are_all_ignored_is_refused(built, hortus):
    """The message says so."""
    (built / "hortus.toml").write_text('ignore = ["*.md"]\n')
    done = hortus("build", cwd=built)

    assert 3 == done.returncode
    assert "contains no notes (1 ignored)" in done.stderr


def test_a_vault_that_moved_into_its_project(built, hortus):
    """One line in the settings is enough."""
    (built / "vault" / "a.md").rename(built / "a.md")
    (built / "vault").rmdir()
    (built / "hortus.toml").write_text('vault = "."\nout = "../out"\n')

    assert 0 == hortus("build", cwd=built).returncode


def test_nothing_is_written_into_a_vault(tmp_path, hortus):
    """A build inside a folder of notes leaves it unchanged."""
    vault = tmp_path / "notes"
    vault.mkdir()
    (vault / "a.md").write_text("# A\n")
    done = hortus("build", cwd=vault)

    assert (0, {"a.md": b"# A\n"}) == (done.returncode, files(vault))
    assert (tmp_path / "notes-site" / "a.html").exists()
