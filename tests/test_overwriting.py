"""Outputs never overwrite the data set, each other, or a file that the command reads."""

import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from .conftest import Shapes

Run = Callable[..., Result]

OPTIONS = [
    ("scan", "--scores", "{}"),
    ("scan", "--out", "{}"),
    ("scan", "--report", "json={}"),
    ("scan", "--report", "html={}"),
    ("scan", "--metrics", "{}"),
    ("smooth", "--out", "{}"),
    ("baseline", "--reason", "seen", "--baseline", "{}"),
]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def data(own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data set in the working folder."""
    monkeypatch.chdir(own_shapes.root.parent)
    return Path(own_shapes.root.name)


def refused(run: Run, *words: object) -> None:
    """Run a command that has to be refused for an output in the data set, before it reads any image."""
    before = contents(Path.cwd())
    done = run(*words, "--cache-dir", "../cache")

    assert done.exit_code == 2
    assert "part of the data set data" in done.stderr
    assert contents(Path.cwd()) == before
    assert not Path("../cache").exists()


@pytest.mark.parametrize("words", OPTIONS)
def test_no_image_is_overwritten(run: Run, data: Path, words: tuple[str, ...]) -> None:
    command, *options = words
    # smooth takes names with two endings, and the baseline has to be readable before it could be written
    image = data / "cross" / ("labels.csv" if command == "smooth" else "accepted.json")
    image.write_text('{"schema_version": "1.0", "entries": []}')

    refused(run, command, data, *(word.format(image) for word in options))


def test_the_page_of_a_step_is_no_image(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(data / "cross" / "cross000.png"))

    refused(run, "scan", data, "--github-summary")


def test_paths_are_known_whatever_they_are_called(run: Run, data: Path) -> None:
    (Path("way")).mkdir()

    for path in (f"way/../{data}/cross/cross000.png", Path.cwd() / data / "cross" / "cross000.png"):
        refused(run, "scan", data, "--scores", path)


def test_an_image_is_known_through_links(run: Run, data: Path) -> None:
    image = data / "cross" / "cross000.png"
    links = {"link.csv": os.symlink, "hard.csv": os.link}
    for name, make in links.items():
        make(image.absolute(), name)
        refused(run, "scan", data, "--scores", name)
    Path("folder").symlink_to((data / "cross").absolute())
    refused(run, "scan", data, "--scores", "folder/new.csv")


def test_what_the_data_set_links_to_is_part_of_it(run: Run, data: Path) -> None:
    (data / "cross" / "cross000.png").replace("elsewhere.png")
    (data / "cross" / "cross000.png").symlink_to(Path("elsewhere.png").absolute())
    refused(run, "scan", data, "--out", "elsewhere.png")

    (data / "square").rename("squares")
    (data / "square").symlink_to(Path("squares").absolute())
    refused(run, "scan", data, "--follow-links", "--out", "squares/square000.png")


def test_images_of_a_split_that_is_left_out_are_kept(run: Run, own_shapes: Shapes, tmp_path: Path) -> None:
    (tmp_path / "split").mkdir()
    data = own_shapes.root.rename(tmp_path / "split" / "train").parent
    (data / "test" / "cross").mkdir(parents=True)
    image = data / "test" / "cross" / "1.png"
    image.write_bytes((data / "train" / "cross" / "cross000.png").read_bytes())
    before = image.read_bytes()
    done = run("scan", data, "--split", "train", "--out", image)

    assert done.exit_code == 2
    assert "part of the data set" in done.stderr
    assert image.read_bytes() == before


def test_a_new_file_would_join_a_class(run: Run, data: Path) -> None:
    refused(run, "scan", data, "--scores", data / "cross" / "scores.csv")


def test_beside_the_classes_a_report_may_be_written_again(run: Run, data: Path) -> None:
    for _ in range(2):
        assert run("scan", data, "--exit-zero", "--scores", data / "scores.csv").exit_code == 0
    (data / "stray.png").write_bytes(b"picture")
    refused(run, "scan", data, "--scores", data / "stray.png")


def test_an_older_report_is_overwritten(run: Run, data: Path) -> None:
    Path("scores.csv").write_text("old")
    assert run("scan", data, "--exit-zero", "--scores", "scores.csv").exit_code == 0

    assert Path("scores.csv").read_text().startswith("path,label,")


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_outputs_that_differ_only_by_links_case_or_accents_are_the_same(run: Run, data: Path) -> None:
    Path("one.json").write_text("old")
    os.link("one.json", "two.json")
    accents = [unicodedata.normalize(form, "é.json") for form in ("NFC", "NFD")]
    for first, second in (("one.json", "two.json"), ("a.json", "A.json"), accents):
        done = run("scan", data, "--out", first, "--report", f"json={second}")
        assert done.exit_code == 2
        assert "name the same file" in done.stderr


def test_what_a_command_reads_is_not_written(run: Run, data: Path) -> None:
    assert run("scan", data, "--exit-zero", "--format", "json", "--out", "audit.json").exit_code == 0
    Path("labelaudit.toml").write_text('seed = 0\ndata = "data"\n')
    before = contents(Path.cwd())
    for words in (
        ("report", "audit.json", "--format", "csv", "--out", "audit.json"),
        ("report", "audit.json", "--report", "html=./audit.json"),
        ("diff", "audit.json", "audit.json", "--out", "audit.json"),
        ("scan", "data", "--out", "labelaudit.toml"),
    ):
        done = run(*words)
        assert (done.exit_code, "name the same file" in done.stderr) == (2, True), words
    assert contents(Path.cwd()) == before


def test_a_report_of_a_saved_scan_keeps_the_images(run: Run, data: Path) -> None:
    assert run("scan", data, "--exit-zero", "--format", "json", "--out", "audit.json").exit_code == 0
    image = data / "cross" / "cross000.png"
    before = image.read_bytes()
    done = run("report", "audit.json", "--data", data, "--report", f"html={image}")

    assert (done.exit_code, image.read_bytes()) == (2, before)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights")
def test_names_that_no_file_can_have_are_refused(run: Run, data: Path) -> None:
    Path("loop").symlink_to("loop")
    for name in ("x" * 300, "loop/x"):
        done = run("scan", data, "--out", name)
        assert done.exit_code == 2
        assert done.stderr.startswith("error: cannot write ")
