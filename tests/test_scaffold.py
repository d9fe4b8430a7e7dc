"""New notes, new vaults, and the GitHub workflow."""

import json
import os
import subprocess
import sys

import pytest
import yaml

from hortus.cli.main import main
from hortus.core.model import HortusError, Report, Wanted
from hortus.scaffold.new_note import Place, find_place, make_note
from hortus.scaffold.new_vault import Workflow, find_source, has_notes, render_workflow

NOBODY = ["-c", "user.name=N", "-c", "user.email=n@example.org"]
OWN = Workflow(
    hortus="--constraint constraints.txt --editable '.[diagrams]'",
    figures="--constraint constraints.txt --editable '.[diagrams,figures]'",
    torch="--constraint constraints.txt --editable '.[torch]'",
    dependencies="constraints.txt",
)
"""The project's own: from its checkout, with the versions it is tested with."""


# --- where a note goes ----------------------------------------------------------------------------


def report(*wanted: Wanted) -> Report:
    return Report((), {}, wanted, (), (), ())


WANTED = report(
    Wanted("notes/Stable Diffusion.md", ("a.md", "AI MOC.md"), ("AI MOC.md",)),
    Wanted("SGD.md", ("a.md", "b.md", "figures/f.py", "c.md"), ()),
    Wanted("notes/SGD.md", ("c.md",), ()),
)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        pytest.param(
            "Stable Diffusion", Place("notes/Stable Diffusion.md", ("AI MOC.md",), True), id="where the link wants it"
        ),
        pytest.param(
            "stable diffusion.md", Place("notes/Stable Diffusion.md", ("AI MOC.md",), True), id="spelled as the link"
        ),
        pytest.param(
            "notes/stable diffusion", Place("notes/Stable Diffusion.md", ("AI MOC.md",), True), id="by its path"
        ),
        pytest.param("SGD", Place("SGD.md", ("a.md", "b.md"), True), id="the path itself before others of the name"),
        pytest.param("notes/SGD", Place("notes/SGD.md", ("c.md",), True), id="the other one by its path"),
        pytest.param("New", Place("New.md", (), False), id="nobody asked: the root"),
        pytest.param("deep/er/New", Place("deep/er/New.md", (), False), id="in the folder it names"),
        pytest.param("  Note 1.2 ", Place("Note 1.2.md", (), False), id="dots are no extension"),
    ],
)
def test_place(title, expected):
    """A note is created where links point to, otherwise at the path in its title."""
    assert expected == find_place(title, WANTED, ["a.md"])


@pytest.mark.parametrize(
    "title",
    [
        "", " ", ".md", "../x", "/etc/x", "a/../../x", "a//b", "./x", ".hidden", "a/.git/x", "a /b", "x" * 300,
        "a[b", "a]b", "a#b", "a^b", "a|b", "a\\b", "a:b", "a?", 'a"', "a<b", "a\nb", "a\0b",
    ],
)  # fmt: skip
def test_no_name(title):
    """Invalid names, and paths out of the vault, are refused."""
    with pytest.raises(HortusError):
        find_place(title, WANTED, [])


@pytest.mark.parametrize("taken", ["New.md", "NEW.md", "deep/new.md"])
def test_taken(taken):
    """A name exists only once, in any spelling and folder."""
    with pytest.raises(HortusError, match="already"):
        find_place("New", WANTED, [taken])


@pytest.mark.parametrize(
    ("texts", "parents", "expected"),
    [
        ([], ("AI MOC.md",), "Links to: [AI MOC](AI%20MOC.md)"),
        (["---\nLinks to: [[x]]\n"], ("AI MOC.md", "maps/B.md"), "Links to: [[AI MOC]], [[maps/B|B]]"),
        (["Links to: [x](x.md)\n", "Links to: [[x]]\n", "Links to: [y](y.md)"], ("a/B (C).md",),
         "Links to: [B (C)](a/B%20(C).md)"),
        ([], (), "Links to:"),
    ],
)  # fmt: skip
def test_footer(texts, parents, expected):
    """The footer's links have the syntax of other footers in the vault."""
    text = make_note(Place("x/New $Note.md", parents, True), "20261123", texts)

    assert expected in text.split("\n")
    assert text.startswith("# New $Note\n\n") and "\n\n---\nDate: 20261123\n" in text
    assert not any(line != line.rstrip() for line in text.split("\n"))


# --- `hortus new` ---------------------------------------------------------------------------------


@pytest.fixture
def vault_with_map(write_vault):
    return write_vault({"A MOC.md": "# A MOC\n\n1. [[b]]\n2. [X](deep/My%20Note.md)\n", "b.md": "[[My Other]]\n"})


def test_new(vault_with_map, capsys):
    """The link is fixed, the note is below its map, and there are no issues."""
    assert 0 == main(["new", "my note", "--vault", str(vault_with_map)])

    file = vault_with_map / "deep" / "My Note.md"
    capsys.readouterr()
    main(["check", str(vault_with_map), "--format", "json"])
    issues = json.loads(capsys.readouterr().out)["issues"]

    assert "Links to: [A MOC](A%20MOC.md)" in file.read_text()
    assert [("broken_link", "b.md")] == [(one["kind"], one["path"]) for one in issues]


def test_new_writes_over_nothing(vault_with_map, capsys):
    """An existing note or other file is never overwritten."""
    (vault_with_map / "deep").mkdir()
    (vault_with_map / "deep" / "my note.md").symlink_to("elsewhere")
    before = sorted(vault_with_map.rglob("*"))

    assert 3 == main(["new", "b", "--vault", str(vault_with_map)])

    os.unlink(vault_with_map / "deep" / "my note.md")
    (vault_with_map / "deep" / "My Note.md").symlink_to("elsewhere")

    assert 3 == main(["new", "My Note", "--vault", str(vault_with_map)])
    assert (
        len(before) == len(sorted(vault_with_map.rglob("*")))
        and "[[My Other]]\n" == (vault_with_map / "b.md").read_text()
    )


def test_new_stays_in_the_vault(vault_with_map, tmp_path):
    """A symlinked folder that leads out of the vault is not followed."""
    (tmp_path / "outside").mkdir()
    (vault_with_map / "deep").symlink_to(tmp_path / "outside")

    assert 4 == main(["new", "My Note", "--vault", str(vault_with_map)])
    assert [] == list((tmp_path / "outside").iterdir())


def test_new_from_a_template(vault_with_map, tmp_path):
    """The template may be the author's; unknown placeholders stay."""
    (tmp_path / "mine.md").write_text("---\ndate: $date\n---\n# $title costs 3 $ and $x\n")
    main(["new", "Fresh", "--vault", str(vault_with_map), "--template", str(tmp_path / "mine.md")])

    assert "# Fresh costs 3 $ and $x\n" in (vault_with_map / "Fresh.md").read_text()


def test_wanted(vault_with_map, capsys):
    """The ranking is printed; without a terminal nothing is asked."""
    assert 0 == main(["new", "--wanted", "--vault", str(vault_with_map)])

    lines = capsys.readouterr().out.splitlines()

    assert ["  1  deep/My Note  (wanted by 1 note, in 1 map)", "  2  My Other  (wanted by 1 note)"] == lines
    assert 3 == main(["new", "--vault", str(vault_with_map)])


def test_wanted_on_a_terminal(vault_with_map, repository):
    """On a terminal the number of a wanted note creates it."""
    import pty

    first, second = pty.openpty()
    command = [sys.executable, "-m", "hortus", "new", "--wanted", "--vault", str(vault_with_map)]
    environment = os.environ | {"PYTHONPATH": str(repository / "generator")}
    running = subprocess.Popen(command, stdin=second, stdout=subprocess.PIPE, env=environment)
    os.write(first, b"2\n")
    running.communicate(timeout=60)
    os.close(first)
    os.close(second)

    assert 0 == running.returncode
    assert (vault_with_map / "My Other.md").exists() and not (vault_with_map / "deep").exists()


# --- `hortus init` --------------------------------------------------------------------------------


def test_init(tmp_path, capsys):
    """A new vault builds without broken links."""
    folder = tmp_path / "my-vault"

    assert 0 == main(["init", str(folder)])
    assert 0 == main(["check", str(folder)])
    assert 0 == main(["build", str(folder)])
    assert 'title = "My vault"' in (folder / "hortus.toml").read_text()
    assert (folder / "site" / "index.html").exists() and not (folder / ".github").exists()
    assert 0 == main(["new", "Second Note", "--vault", str(folder)])
    assert "Links to: [Home](Home.md)" in (folder / "vault" / "Second Note.md").read_text()


def test_init_of_notes(write_vault):
    """In a folder of notes only settings are added, and the folder is the vault."""
    folder = write_vault({"a.md": "# A\n", ".obsidian/app.json": "{}"})

    assert 0 == main(["init", str(folder), "--workflow"])
    assert {"a.md", ".obsidian", "hortus.toml", ".github"} == {one.name for one in folder.iterdir()}


def test_init_writes_over_nothing(write_vault, capsys):
    """Existing files are unchanged, and listed."""
    mine = {
        "hortus.toml": "# mine\n",
        ".github/workflows/pages.yml": "mine\n",
        "site/.gitignore": "mine\n",
        "vault/Home.md": "mine\n",
    }
    folder = write_vault(mine)

    assert 0 == main(["init", str(folder), "--workflow"])
    assert mine == {path: (folder / path).read_text() for path in mine}
    assert 3 == capsys.readouterr().out.count("kept")


def test_init_twice(tmp_path):
    """The second time nothing is written."""
    main(["init", str(tmp_path / "g"), "--workflow"])
    before = {file: file.read_bytes() for file in (tmp_path / "g").rglob("*") if file.is_file()}
    main(["init", str(tmp_path / "g"), "--workflow"])

    assert before == {file: file.read_bytes() for file in (tmp_path / "g").rglob("*") if file.is_file()}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, False),
        ({"README.md": ""}, False),
        ({".git/x.md": ""}, False),
        ({"a/b.md": ""}, True),
        ({".obsidian/x": ""}, True),
    ],
)
def test_has_notes(write_vault, files, expected):
    assert expected is has_notes(write_vault(files))


def test_settings_that_come_along_are_the_defaults(tmp_path):
    """Every setting in the new file exists, with its default value."""
    from dataclasses import asdict, replace

    from hortus.core.settings import Settings, read_settings

    main(["init", str(tmp_path / "g")])
    text = (tmp_path / "g" / "hortus.toml").read_text()
    shown = "\n".join(
        line.removeprefix("# ") if "=" in line or line.startswith("# [") else line for line in text.split("\n")
    )
    (tmp_path / "all.toml").write_text(shown)
    read = read_settings(tmp_path / "all.toml")

    assert asdict(Settings()) == asdict(replace(read, title="", site_url="", ignore=[]))


# --- the workflow ---------------------------------------------------------------------------------


def read_workflow(text: str) -> dict:
    """Parse YAML as GitHub does, with `on` as a string."""
    found = yaml.safe_load(text)
    return {"on" if key is True else key: value for key, value in found.items()}


def test_own_workflow(repository):
    """The project's own workflow is what `hortus init --workflow` would write for it."""
    assert render_workflow(OWN) == (repository / ".github" / "workflows" / "pages.yml").read_text()


@pytest.mark.parametrize("workflow", [OWN, Workflow(), Workflow("docs/my notes: #1", "trunk/2")])
def test_workflow(workflow):
    """It is YAML, with minimal permissions, and with versions of all actions."""
    text = render_workflow(workflow)
    found = read_workflow(text)
    build, deploy = found["jobs"]["build"], found["jobs"]["deploy"]
    steps = [*build["steps"], *deploy["steps"]]
    uses = [step["uses"].split("@") for step in steps if "uses" in step]

    assert "__" not in text
    assert {"name", "on", "permissions", "concurrency", "env", "defaults", "jobs"} == found.keys()
    assert {"push": {"branches": [workflow.branch]}, "pull_request": None, "workflow_dispatch": None} == found["on"]
    assert workflow.folder == found["defaults"]["run"]["working-directory"]
    assert {"contents": "read"} == found["permissions"] and "permissions" not in build
    assert {"pages": "write", "id-token": "write"} == deploy["permissions"]
    assert "build" == deploy["needs"] and "github-pages" == deploy["environment"]["name"]
    assert deploy["environment"]["url"] == f"${{{{ steps.{deploy['steps'][-1]['id']}.outputs.page_url }}}}"
    assert ["checkout", "setup-python", "cache", "upload-pages-artifact", "configure-pages", "deploy-pages"] == [
        name.removeprefix("actions/") for name, _ in uses
    ]
    assert all(version[0] == "v" and version[1:].isdecimal() for _, version in uses)
    assert all(("uses" in step) != ("run" in step) for step in steps)
    assert not any("${{" in step["run"] for step in steps if "run" in step)  # nothing foreign reaches a shell
    assert "pull_request_target" not in text and "secrets" not in text


def test_pull_requests_deploy_nothing():
    """Pull requests are checked against their base, and neither uploaded nor deployed."""
    found = read_workflow(render_workflow(Workflow()))
    steps = {step.get("uses", step.get("name", "")).split("@")[0]: step for step in found["jobs"]["build"]["steps"]}

    assert "github.event_name == 'pull_request'" == steps["Report new problems of a pull request"]["if"]
    assert "--format github --since HEAD^1" in steps["Report new problems of a pull request"]["run"]
    assert 0 == steps["actions/checkout"]["with"]["fetch-depth"]
    assert (
        "github.event_name != 'pull_request'"
        == steps["actions/upload-pages-artifact"]["if"]
        == found["jobs"]["deploy"]["if"]
    )


def test_caches():
    """The cached folder is where Hortus looks for it; the uploaded folder is the built site."""
    found = read_workflow(render_workflow(Workflow()))
    steps = {step.get("uses", step.get("name", "")).split("@")[0]: step for step in found["jobs"]["build"]["steps"]}

    assert found["env"]["HORTUS_CACHE"] == steps["actions/cache"]["with"]["path"]
    assert steps["actions/cache"]["with"]["key"].startswith(steps["actions/cache"]["with"]["restore-keys"])
    assert "pip" == steps["actions/setup-python"]["with"]["cache"]
    for name in ("Build with cached figures", "Draw figures whose sources changed"):
        assert f"--out {steps['actions/upload-pages-artifact']['with']['path']}" in steps[name]["run"]


@pytest.fixture
def run_step(tmp_path, repository):
    """Run the script of the frozen build in GitHub's shell; return its status and its outputs."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin" / "hortus"
    command.write_text(f'#!/bin/sh\nPYTHONPATH={repository / "generator"} exec {sys.executable} -m hortus "$@"\n')
    command.chmod(0o755)
    steps = read_workflow(render_workflow(Workflow()))["jobs"]["build"]["steps"]
    script = next(step["run"] for step in steps if step.get("id") == "frozen").replace("/tmp/site", f"{tmp_path}/out")

    def run(vault):
        (tmp_path / "output").write_text("")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=vault,
            env=os.environ
            | {"PATH": f"{command.parent}:{os.environ['PATH']}", "GITHUB_OUTPUT": str(tmp_path / "output")},
            capture_output=True,
        )
        return done.returncode, (tmp_path / "output").read_text().strip()

    return run


def test_frozen_step(run_step, write_vault):
    """If all figures are cached, nothing more is installed; if one is missing, it is; other failures end the job."""
    folder = write_vault({"vault/a.md": "# A\n"})

    assert (0, "status=0") == run_step(folder)

    write_vault({"figures/f.py": '"""F."""\nALT = "x"\ndef draw(result, theme):\n    ...\n'})

    assert (0, "status=1") == run_step(folder)

    write_vault({"hortus.toml": "nonsense = 1\n"})

    assert (1, "status=3") == run_step(folder)


def test_what_is_installed():
    """The version that wrote the workflow is pinned."""
    from hortus import __version__

    text = render_workflow(Workflow())

    assert f"pip install 'hortus[diagrams]=={__version__}'\n" in text
    assert f"pip install 'hortus[diagrams,figures]=={__version__}'\n" in text
    assert f"whl/cpu 'hortus[torch]=={__version__}'\n" in text


def test_torch_is_installed_only_for_scripts_that_use_it(tmp_path, write_vault):
    """The step looks for imports of torch in scripts and in the fences of notes."""
    steps = read_workflow(render_workflow(Workflow()))["jobs"]["build"]["steps"]
    script = next(step["run"] for step in steps if step.get("name") == "Draw figures whose sources changed")
    for name in ("pip", "hortus"):
        (tmp_path / name).write_text(f'#!/bin/sh\necho {name} "$@"\n')
        (tmp_path / name).chmod(0o755)
    folder = write_vault({"figures/a.py": "import numpy, torchic\n# torch\n"})
    subprocess.run(["git", "init", "-q"], cwd=folder, check=True)

    def installed() -> list[str]:
        subprocess.run(["git", "add", "."], cwd=folder, check=True)
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        path = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        lines = subprocess.run(command, cwd=folder, env=os.environ | path, capture_output=True, text=True).stdout
        return [line.split("[")[1].split("]")[0] for line in lines.splitlines() if line.startswith("pip")]

    assert ["diagrams,figures"] == installed()

    write_vault({"vault/a.md": "```python figure\nfrom torch import nn\n```\n"})

    assert ["diagrams,figures", "torch"] == installed()


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        pytest.param({}, "", id="an index"),
        pytest.param(
            {"url": "https://git.example/h.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            " @ git+https://git.example/h.git@abc",
            id="git",
        ),
        pytest.param({"url": "file:///no/such/folder", "dir_info": {}}, None, id="a folder"),
        pytest.param({"url": "https://h.example/h.whl", "archive_info": {}}, " @ https://h.example/h.whl", id="a file"),
        pytest.param({"url": "file:///h.whl", "archive_info": {}}, None, id="a file of this machine"),
    ],
)
def test_where_hortus_came_from(origin, expected):
    assert expected == find_source(origin)


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/a/b.git", "https://github.com/a/b.git"),
        ("git@github.com:a/b.git", "https://github.com/a/b.git"),
        ("ssh://git@github.com/a/b", "https://github.com/a/b"),
        ("https://token@github.com/a/b.git", None),
        ("/srv/b.git", None),
    ],
)
def test_a_checkout_that_was_pushed(tmp_path, remote, address):
    """Installed from a checkout: its public commit; nothing local, and no password."""
    folder = tmp_path / "a checkout"
    for command in (["init", "-q", str(folder)], ["-C", str(folder), *NOBODY, "commit", "-q", "--allow-empty", "-mx"]):
        subprocess.run(["git", *command], check=True)
    subprocess.run(["git", "-C", folder, "remote", "add", "origin", remote], check=True)
    origin = {"url": folder.as_uri(), "dir_info": {"editable": True}}

    assert find_source(origin) is None

    subprocess.run(["git", "-C", folder, "update-ref", "refs/remotes/origin/main", "HEAD"], check=True)
    head = subprocess.run(["git", "-C", folder, "rev-parse", "HEAD"], capture_output=True, text=True).stdout.strip()

    assert (address and f" @ git+{address}@{head}") == find_source(origin)


def test_builds_of_a_branch_come_one_after_the_other():
    """So that no older build is deployed last; older checks of a pull request are cancelled."""
    found = read_workflow(render_workflow(Workflow()))

    assert "pages-${{ github.ref }}" == found["concurrency"]["group"]
    assert "${{ github.event_name == 'pull_request' }}" == found["concurrency"]["cancel-in-progress"]
    assert found["concurrency"]["group"] != found["jobs"]["deploy"]["concurrency"]["group"], "it would wait for itself"


def test_extras_exist(repository):
    """The extras in the workflow exist."""
    import tomllib

    extras = tomllib.loads((repository / "pyproject.toml").read_text())["project"]["optional-dependencies"]

    assert {"diagrams", "figures", "torch"} <= extras.keys()


def test_workflow_goes_to_the_root(write_vault, tmp_path):
    """GitHub reads workflows only in the repository's root; the vault's folder is in it."""
    folder = write_vault({"notes/a.md": "# A\n"})
    subprocess.run(["git", "-C", folder, "init", "-q", "-b", "trunk"], check=True)
    main(["init", str(folder / "notes"), "--workflow"])
    found = read_workflow((folder / ".github" / "workflows" / "pages.yml").read_text())

    assert "notes" == found["defaults"]["run"]["working-directory"]
    assert ["trunk"] == found["on"]["push"]["branches"]
    assert not (folder / "notes" / ".github").exists()
