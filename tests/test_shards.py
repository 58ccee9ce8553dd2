"""Features that several machines write, each for a part of the images, and a scan of all parts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import Result

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.fixture
def parts(shapes: Shapes, tmp_path: Path, run: Run) -> Path:
    """Three parts of the shapes in a folder, and the pattern that they match."""
    for number in (1, 2, 3):
        done = run("embed", shapes.root, "--shard", f"{number}/3", "--out", tmp_path / f"part-{number}.npz")
        assert done.exit_code == 0, done.stderr
    return tmp_path / "part-*.npz"


def changed(path: Path, **arrays: Any) -> None:
    with np.load(path) as archive:
        kept = {name: archive[name] for name in archive.files}
    np.savez(path, **{name: array for name, array in (kept | arrays).items() if array is not None})


def test_a_scan_of_all_parts_finds_what_a_scan_of_the_whole_does(shapes: Shapes, parts: Path, run: Run) -> None:
    whole = json.loads(run("scan", shapes.root, "-f", "json").stdout)
    divided = json.loads(run("scan", shapes.root, "-f", "json", "--features", f"npz:{parts}").stdout)
    sizes = [len(np.load(parts.parent / f"part-{number}.npz")["paths"]) for number in (1, 2, 3)]

    assert divided["findings"] == whole["findings"]
    assert divided["settings"]["features"] == "npz:part-*.npz"
    assert sum(sizes) == len(whole["images"])
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (lambda folder: (folder / "part-2.npz").unlink(), "parts are missing; write them with embed --shard 2/3"),
        (lambda folder: (folder / "part-1.npz").replace(folder / "other.npz"), "embed --shard 1/3"),
        (lambda folder: changed(folder / "part-2.npz", shard=np.array([2, 4])), "expected the parts of one division"),
        (lambda folder: changed(folder / "part-2.npz", shard=np.array([4, 3])), "'shard' must be the number"),
        (lambda folder: changed(folder / "part-2.npz", shard=np.array(["2", "3"])), "'shard' must be the number"),
        (lambda folder: changed(folder / "part-2.npz", blocks=None), "expected files by the same model"),
        (lambda folder: changed(folder / "part-2.npz", paths=np.load(folder / "part-1.npz")["paths"]), "in one file"),
    ],
)
def test_parts_that_do_not_belong_together_are_named(
    break_it: Callable[[Path], object], said: str, shapes: Shapes, parts: Path, run: Run
) -> None:
    break_it(parts.parent)
    done = run("scan", shapes.root, "--features", f"npz:{parts}")

    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_a_pattern_that_no_file_matches_is_an_error(shapes: Shapes, tmp_path: Path, run: Run) -> None:
    done = run("scan", shapes.root, "--features", f"npz:{tmp_path / 'part-*.npz'}")

    assert done.exit_code == 2
    assert "matches 'part-*.npz'" in " ".join(done.stderr.split())


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(shapes: Shapes, tmp_path: Path, run: Run) -> None:
    assert run("embed", shapes.root, "--out", tmp_path / "a[1].npz").exit_code == 0
    done = run("scan", shapes.root, "--features", f"npz:{tmp_path / 'a[1].npz'}", "--exit-zero")

    assert done.exit_code == 0, done.stderr


@pytest.mark.parametrize("text", ["0/3", "4/3", "1", "a/b", "1/3/2", "-1/3", "1/0", "/"])
def test_a_shard_that_does_not_exist_is_an_error(text: str, shapes: Shapes, tmp_path: Path, run: Run) -> None:
    done = run("embed", shapes.root, "--shard", text, "--out", tmp_path / "a.npz")

    assert done.exit_code == 2
    assert "such as 2/8" in done.stderr
