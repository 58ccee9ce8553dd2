"""What an installed plugin adds is found, listed, explained, selected and run like built-in rules."""

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import Shapes

EXAMPLE = Path(__file__).parent / "plugin_example"
Labelaudit = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Lay down what an installer makes of the example: its module, and a dist-info that names the entry points."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    folder = tmp_path_factory.mktemp("site")
    info = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = []
    for group, entries in project["entry-points"].items():
        lines += [f"[{group}]", *(f"{name} = {value}" for name, value in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n")
    for module in EXAMPLE.glob("*.py"):
        (folder / module.name).write_bytes(module.read_bytes())
    return folder


@pytest.fixture
def labelaudit(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Labelaudit:
    known = os.environ.get("PYTHONPATH")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(installed), known] if known else [str(installed)]))

    def call(*words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "labelaudit", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")

    return call


def test_it_is_listed(labelaudit: Labelaudit) -> None:
    lines = labelaudit("rules").stdout.splitlines()
    codes = [line.split()[0] for line in lines]

    assert codes == sorted(set(codes))
    assert "LA101" in codes
    assert lines[-1].split(maxsplit=3) == [
        "OUR101",
        "file-names",
        "warning",
        "The name of the file says another class.",
    ]


def test_it_is_explained(labelaudit: Labelaudit) -> None:
    shown = labelaudit("explain", "OUR101")

    assert shown.returncode == 0, shown.stderr
    assert "Our cameras name a file after the class that was chosen" in shown.stdout


def test_it_runs_with_all_others_and_counts_at_the_gate(labelaudit: Labelaudit, shapes: Shapes) -> None:
    done = labelaudit("scan", shapes.root, "--format", "json", "--fail-on", "OUR101")
    findings = json.loads(done.stdout)["findings"]
    ours = {finding["path"]: finding["suggested"] for finding in findings if finding["code"] == "OUR101"}

    assert done.returncode == 1, done.stderr
    assert ours == shapes.wrong
    assert {finding["code"] for finding in findings} >= {"LA101", "OUR101"}


def test_it_is_chosen_by_its_code(labelaudit: Labelaudit, shapes: Shapes) -> None:
    for words, codes in ((["--select", "OUR"], {"OUR101"}), (["--ignore", "LA,OUR101"], set())):
        done = labelaudit("scan", shapes.root, "--format", "json", "--exit-zero", *words)

        assert done.returncode == 0, done.stderr
        assert {finding["code"] for finding in json.loads(done.stdout)["findings"]} == codes


@pytest.fixture
def filed(shapes: Shapes, tmp_path: Path) -> Path:
    """The shapes as the source of the package keeps them."""
    folder = tmp_path / "filed"
    folder.mkdir()
    lines = []
    for number, path in enumerate(sorted(shapes.root.rglob("*.png"))):
        (folder / f"{number:03d}.png").write_bytes(path.read_bytes())
        lines.append(f"{number:03d} {path.parent.name}\n")
    (folder / "filed.txt").write_text("".join(lines), encoding="utf-8")
    return folder


def test_its_source_reads_what_it_recognises(labelaudit: Labelaudit, shapes: Shapes, filed: Path) -> None:
    done, usual = (labelaudit("scan", data, "--format", "json", "--ignore", "LA2,OUR") for data in (filed, shapes.root))
    found, expected = (
        sorted((each["code"], each["label"], each["p_error"]) for each in json.loads(run.stdout)["findings"])
        for run in (done, usual)
    )

    assert found == expected
    assert found


def test_its_source_is_chosen_by_its_name(labelaudit: Labelaudit, filed: Path) -> None:
    assert labelaudit("scan", filed, "--source", "filed", "--exit-zero").returncode == 0
    as_folder = labelaudit("scan", filed, "--source", "folder")
    unknown = labelaudit("scan", filed, "--source", "field")

    assert (as_folder.returncode, unknown.returncode) == (2, 2)
    assert "no class folders" in as_folder.stderr
    assert "no source is called 'field'; did you mean 'filed'?" in unknown.stderr


def test_it_is_not_there_where_it_is_not_installed() -> None:
    done = subprocess.run([sys.executable, "-m", "labelaudit", "explain", "OUR101"], capture_output=True, text=True)

    assert done.returncode == 2
    assert "no rule has the code or name 'OUR101'" in done.stderr
