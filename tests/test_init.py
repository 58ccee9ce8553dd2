"""``labelaudit init``: the files that it writes and keeps, and that they work."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from .conftest import Shapes, draw

Run = Callable[..., Result]

WORKFLOW = ".github/workflows/labelaudit.yml"
BASELINE = ".labelaudit-baseline.json"


INSTALL = "pip install git+https://example.org/labelaudit"


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the install command in the environment."""
    monkeypatch.setenv("LABELAUDIT_INSTALL", INSTALL)


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def tree(folder: Path) -> dict[str, bytes]:
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(".git/")}


def written(folder: Path, before: dict[str, bytes]) -> set[str]:
    """Return what is new in a folder, and make sure that all that was there is as it was."""
    after = tree(folder)
    assert {name: after.get(name) for name in before} == before
    return after.keys() - before.keys()


def test_from_nothing_to_a_gate(project: Path, run: Run) -> None:
    git(project, "remote", "add", "origin", "git@github.com:somebody/project.git")
    before = tree(project)
    assert run("scan", "data").exit_code == 1
    done = run("init")

    assert done.exit_code == 0, done.stderr
    assert done.stdout == ""
    assert written(project, before) == {"labelaudit.toml", BASELINE, WORKFLOW}
    assert {entry["decision"] for entry in json.loads((project / BASELINE).read_text())["entries"]} == {"deferred"}
    assert f"wrote {Path(WORKFLOW)}\n" in done.stderr
    assert run("scan").exit_code == 0

    draw("circle", np.random.default_rng(9)).save(project / "data" / "cross" / "new.png")
    red = run("scan")
    assert red.exit_code == 1
    assert red.stdout.startswith("cross/new.png: LA101 ")


def test_a_second_time_changes_nothing(project: Path, run: Run) -> None:
    git(project, "remote", "add", "origin", "https://gitlab.example.org/somebody/project.git")
    assert run("init").exit_code == 0
    before = tree(project)
    done = run("init")

    assert done.exit_code == 0, done.stderr
    assert tree(project) == before
    assert "wrote" not in done.stderr
    for name in ("labelaudit.toml", BASELINE, ".gitlab-ci.yml", ".gitlab/labelaudit.yml"):
        assert f"kept {Path(name)}, which exists already\n" in done.stderr


def test_the_projects_own_configuration_gets_a_table(project: Path, run: Run) -> None:
    own = b'[project]\r\nname = "p\xc3\xa9"\r\n[tool.other]\r\nx = 1'
    (project / "pyproject.toml").write_bytes(own)
    done = run("init", "data", "--no-baseline")

    text = (project / "pyproject.toml").read_bytes()
    assert done.exit_code == 0, done.stderr
    assert text.startswith(own + b"\r\n\r\n[tool.labelaudit]\r\n")
    assert text.count(b"\n") == text.count(b"\r\n")
    assert tomllib.loads(text.decode())["tool"]["labelaudit"] == {"data": "data"}
    assert "added to pyproject.toml\n" in done.stderr
    assert not (project / "labelaudit.toml").exists()
    assert run("scan").exit_code == 1
    assert run("init", "--no-baseline").exit_code == 0
    assert (project / "pyproject.toml").read_bytes() == text


def test_a_configuration_that_is_there_decides(project: Path, run: Run) -> None:
    (project / "labelaudit.toml").write_text('data = "data"\nselect = "LA4"\nbaseline = "accepted.json"\n')
    before = tree(project)
    assert run("init").exit_code == 0

    assert written(project, before) == {"accepted.json"}
    assert "LA101" not in (project / "accepted.json").read_text()


MARKS = [
    ((".github/dependabot.yml",), "", {WORKFLOW}),
    ((), "https://token:x@github.com/a/b", {WORKFLOW}),
    ((), "ssh://git@github.example.org:22/a/b", {WORKFLOW}),
    ((), "https://example.org/github.com/gitlab", set()),
    ((".gitlab/CODEOWNERS",), "", {".gitlab/labelaudit.yml", ".gitlab-ci.yml"}),
    ((".gitlab-ci.yml",), "", {".gitlab/labelaudit.yml"}),
    (("azure-pipelines.yml",), "", {".azure-pipelines/labelaudit.yml"}),
    ((), "https://me@dev.azure.com/a/b/_git/c", {".azure-pipelines/labelaudit.yml"}),
    (
        (".gitlab-ci.yml",),
        "git@github.com:a/b",
        {WORKFLOW, ".gitlab/labelaudit.yml"},
    ),
]


@pytest.mark.parametrize(("files", "remote", "workflows"), MARKS)
def test_each_ci_is_known_by_its_files_and_remotes(
    project: Path, run: Run, files: tuple[str, ...], remote: str, workflows: set[str]
) -> None:
    for name in files:
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("x: y\n")
    if remote:
        git(project, "remote", "add", "origin", remote)
    before = tree(project)
    done = run("init", "--no-baseline")

    assert done.exit_code == 0, done.stderr
    assert written(project, before) == {"labelaudit.toml", *workflows}
    assert ("wrote no workflow" in done.stderr) == (not workflows)
    assert ("add to .gitlab-ci.yml: include:" in done.stderr) == (".gitlab-ci.yml" in files)


def test_data_that_git_ignores_is_told(project: Path, run: Run) -> None:
    assert "git ignores" not in run("init", "--no-baseline").stderr
    (project / ".gitignore").write_text("/data\n")

    assert "git ignores data, so CI has to fetch it" in run("init", "--no-baseline").stderr


def test_files_that_git_ignores_are_told(project: Path, run: Run) -> None:
    git(project, "remote", "add", "origin", "git@github.com:somebody/project.git")
    (project / ".gitignore").write_text("*.json\n.github\n")
    told = run("init").stderr

    for name in (BASELINE, Path(WORKFLOW)):
        assert (
            f"git ignores {name}, and CI would not have it. Change .gitignore, or type: git add --force {name}\n"
            in told
        )
    assert "git ignores labelaudit.toml" not in told
    git(project, "add", "--force", BASELINE)
    assert f"git ignores {BASELINE}" not in run("init").stderr


def test_without_git_there_is_a_configuration_and_a_baseline(
    tmp_path: Path, draw_shapes: Callable[..., Shapes], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_shapes(tmp_path / "images")
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)

    assert run("init").exit_code == 0
    assert written(tmp_path, before) == {"labelaudit.toml", BASELINE}
    assert run("scan").exit_code == 0


def refused(project: Path, done: Result, message: str, before: dict[str, bytes]) -> None:
    assert done.exit_code == 2, done.stderr
    assert message in " ".join(done.stderr.replace("│", " ").split())
    assert tree(project) == before


MISTAKES = {
    "no data": (["init", "nowhere"], {}, "there is no folder nowhere"),
    "two that may be it": (["init"], {"images/a/1.png": "", "images/b/1.png": ""}, "both data and images contain"),
    "broken project": (["init"], {"pyproject.toml": "[project"}, "pyproject.toml is not valid TOML"),
    "tool is no table": (["init"], {"pyproject.toml": "tool = 3"}, "pyproject.toml is not valid TOML"),
    "names no data": (["init"], {"labelaudit.toml": "max-rate = 0.1\n"}, 'Add this line to it: data = "data"'),
    "names other data": (["init", "data"], {"labelaudit.toml": 'data = "x"\n'}, "names other data"),
    "unknown setting": (["init"], {"labelaudit.toml": 'dta = "x"\n'}, "did you mean 'data'"),
    "a file for a folder": (["init"], {".github": ""}, "there is no folder"),
    "unknown rule": (["init"], {"labelaudit.toml": 'data="data"\nselect="LX"\n'}, "no rule has the code or name"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_where_something_is_wrong_nothing_is_written(project: Path, run: Run, name: str) -> None:
    words, files, message = MISTAKES[name]
    for path, text in files.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)

    before = tree(project)
    refused(project, run(*words), message, before)


def test_no_data_to_guess_says_what_to_type(project: Path, run: Run) -> None:
    (project / "data").rename(project / "pictures")

    refused(project, run("init"), "Name the folder: labelaudit init DATA", tree(project))
    assert run("init", "pictures", "--no-baseline").exit_code == 0


def test_only_at_the_root_and_never_in_the_data(project: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "data")
    refused(project, run("init", "."), f"Type: cd {project}", tree(project))

    shutil.rmtree(project / ".git")
    refused(project, run("init", "."), "this folder is inside the data set", tree(project))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own")
def test_a_link_into_the_data_is_not_followed(project: Path, run: Run) -> None:
    (project / ".github").symlink_to("data/cross")
    refused(project, run("init"), "is a link into the data set", tree(project))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own")
def test_a_link_that_leads_nowhere_is_left_alone(project: Path, run: Run) -> None:
    (project / ".gitlab-ci.yml").symlink_to("elsewhere.yml")
    (project / ".gitlab").mkdir()
    done = run("init", "--no-baseline")

    assert done.exit_code == 0, done.stderr
    assert not (project / "elsewhere.yml").exists()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights do not hold here")
def test_a_folder_that_cannot_be_written_to(project: Path, run: Run) -> None:
    project.chmod(0o555)
    try:
        refused(project, run("init"), "no permission", tree(project))
    finally:
        project.chmod(0o755)


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any character")
@pytest.mark.parametrize("name", ['a"b', "new\nline", "-x", "\x7f\U0001f600 é", "$(touch x)", "[a]\\u0041", "#'"])
def test_any_name_of_the_data_is_read_back(project: Path, run: Run, name: str) -> None:
    (project / "data").rename(project / name)
    done = run("init", "--no-baseline", "--", name)

    assert done.exit_code == 0, done.stderr
    assert tomllib.loads((project / "labelaudit.toml").read_text())["data"] == name
    assert run("scan", "--exit-zero").exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a name hold any bytes")
def test_a_name_that_is_no_text_is_refused(project: Path, run: Run) -> None:
    name = os.fsdecode(b"bad\xff")
    (project / "data").rename(project / name)

    refused(
        project,
        run("init", "--no-baseline", name),
        r"the name of the data, bad\xff, cannot be written in TOML",
        tree(project),
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
def test_ctrl_c_leaves_nothing_behind(project: Path, draw_shapes: Callable[..., Shapes]) -> None:
    draw_shapes(project / "data", each=400, wrong=0)
    before = tree(project)
    slowly = {"LABELAUDIT_QUALITY": "best", "LABELAUDIT_JOBS": "1", "LABELAUDIT_NO_CACHE": "1"}
    command = [sys.executable, "-m", "labelaudit", "init"]
    with subprocess.Popen(command, env={**os.environ, **slowly}, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=30)

    assert (process.returncode, told.strip()) == (130, "interrupted")
    assert tree(project) == before
