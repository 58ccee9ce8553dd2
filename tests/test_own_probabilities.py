"""Out-of-sample predicted probabilities of the user's own model."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import Result

from labelaudit import Settings
from labelaudit.audit import audit
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import ModelError
from labelaudit.probabilities.given import read_probabilities
from labelaudit.records import Audit, Dataset
from labelaudit.settings import QUALITIES

from .conftest import SHAPES, Shapes

EACH, WRONG = 60, 18
Arrays = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def noisy(tmp_path_factory: pytest.TempPathFactory, draw_shapes: Callable[..., Shapes]) -> Shapes:
    """Shapes of which one in ten is in the folder of another class."""
    root = draw_shapes(tmp_path_factory.mktemp("noisy") / "data", each=EACH, wrong=0).root
    random, wrong = np.random.default_rng(0), {}
    files = sorted(root.rglob("*.png"))
    for number in random.choice(len(files), WRONG, replace=False):
        file = files[number]
        folder = [shape for shape in SHAPES if shape != file.parent.name][random.integers(2)]
        file.rename(root / folder / file.name)
        wrong[f"{folder}/{file.name}"] = file.parent.name
    return Shapes(root, wrong)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def alone(noisy: Shapes, cache: Cache) -> Audit:
    return audit(noisy.root, Settings(features=QUALITIES["fast"]), cache=cache, engine=Threads(2))


def predicted(dataset: Dataset, classes: list[str], sure: float = 0.9) -> Arrays:
    """Return what a model predicts that takes each image for one class."""
    names = list(dataset.classes)[::-1]
    rows = np.full((len(dataset), len(names)), (1 - sure) / (len(names) - 1))
    rows[np.arange(len(dataset)), [names.index(name) for name in classes]] = sure
    return {"paths": np.array(dataset.paths), "classes": np.array(names), "probabilities": rows}


def true_classes(shapes: Shapes, dataset: Dataset) -> list[str]:
    given = (dataset.classes[label] for label in dataset.labels)
    return [shapes.wrong.get(path, name) for path, name in zip(dataset.paths, given, strict=True)]


def with_probs(noisy: Shapes, cache: Cache, path: Path) -> Audit:
    return audit(noisy.root, Settings(features=QUALITIES["fast"], probs=str(path)), cache=cache, engine=Threads(2))


def write_csv(path: Path, arrays: Arrays) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "label", *arrays["classes"]])
        for name, row in zip(arrays["paths"], arrays["probabilities"], strict=True):
            writer.writerow([name, "x", *(f"{value:.3f}" for value in row)])


def test_a_model_that_knows_the_classes_is_one_more_voter(
    noisy: Shapes, alone: Audit, cache: Cache, tmp_path: Path
) -> None:
    arrays = predicted(alone.dataset, true_classes(noisy, alone.dataset))
    order = np.random.default_rng(0).permutation(len(arrays["paths"]))
    shuffled = {**arrays, "paths": arrays["paths"][order], "probabilities": arrays["probabilities"][order]}
    np.savez(tmp_path / "a.npz", **shuffled)
    write_csv(tmp_path / "a.csv", arrays)
    result = with_probs(noisy, cache, tmp_path / "a.npz")
    wrong = np.array([path in noisy.wrong for path in alone.dataset.paths])

    assert list(result.beliefs.voters) == ["ridge", "discriminant", "given", "neighbours", "nearest"]
    assert result.beliefs.p_error[wrong].min() > result.beliefs.p_error[~wrong].max()
    np.testing.assert_allclose(
        with_probs(noisy, cache, tmp_path / "a.csv").beliefs.p_error, result.beliefs.p_error, atol=1e-6
    )

    np.savez(tmp_path / "a.npz", **predicted(alone.dataset, true_classes(noisy, alone.dataset), sure=0.5))
    assert not np.array_equal(with_probs(noisy, cache, tmp_path / "a.npz").beliefs.p_error, result.beliefs.p_error)


def test_a_model_makes_up_for_features_that_see_nothing(noisy: Shapes, alone: Audit, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).normal(size=(len(alone.dataset), 16))
    np.savez(tmp_path / "features.npz", paths=np.array(alone.dataset.paths), features=noise)
    np.savez(tmp_path / "a.npz", **predicted(alone.dataset, true_classes(noisy, alone.dataset)))
    blind = Settings(features=f"npz:{tmp_path / 'features.npz'}")
    seeing = replace(blind, probs=str(tmp_path / "a.npz"))
    wrong = np.array([path in noisy.wrong for path in alone.dataset.paths])
    without, beliefs = (audit(noisy.root, settings, engine=Threads(2)).beliefs for settings in (blind, seeing))

    assert without.accuracy < 0.5
    assert beliefs.accuracy > 0.85
    assert beliefs.p_error[wrong].min() > beliefs.p_error[~wrong].max()


def test_a_model_that_has_seen_the_labels_is_refused(noisy: Shapes, alone: Audit, cache: Cache, tmp_path: Path) -> None:
    given = [alone.dataset.classes[label] for label in alone.dataset.labels]
    np.savez(tmp_path / "a.npz", **predicted(alone.dataset, given))
    with pytest.raises(ModelError, match="look in-sample: their most probable class differs from 0 of 180 labels"):
        with_probs(noisy, cache, tmp_path / "a.npz")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a["probabilities"].__setitem__((2, 0), np.nan), "1 rows contain NaN or infinite values: {2}"),
        (lambda a: a["probabilities"].__setitem__((2, 0), 0.5), "1 rows do not sum to one: {2}"),
        (lambda a: a["probabilities"].__setitem__(2, [-1, 1, 1]), "1 rows contain negative values: {2}"),
        (lambda a: a["classes"].__setitem__(0, "circel"), "has no class 'square'; expected circle, cross, square"),
        (lambda a: a["classes"].__setitem__(0, "cross"), "'cross' occurs twice in 'classes'"),
        (lambda a: a["paths"].__setitem__(1, "x"), "images are missing: {1};"),
        (lambda a: a["paths"].__setitem__(1, a["paths"][0]), "'{0}' occurs twice"),
    ],
)
@pytest.mark.parametrize("ending", ["npz", "csv"])
def test_probabilities_that_cannot_be_used_are_named(
    ending: str, change: Callable[[Arrays], Any], said: str, alone: Audit, tmp_path: Path
) -> None:
    dataset, file = alone.dataset, tmp_path / f"a.{ending}"
    arrays = predicted(dataset, [dataset.classes[label] for label in dataset.labels])
    change(arrays)
    if ending == "npz":
        np.savez(file, **arrays)
    else:
        write_csv(file, arrays)
    with pytest.raises(ModelError) as raised:
        read_probabilities(file, dataset)

    assert said.format(*dataset.paths) in str(raised.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "expected a header with 'path'"),
        (b"a,b\n1,2\n", "expected a header with 'path'"),
        (b"path,circle,cross,square\na.png,1,0\n", "row 2 has no number"),
        (b"path,circle,cross,square\na.png,1,0,x\n", "row 2 has no number"),
        (b"path,circle,cross,square\n\xff,1,0,0\n", "not a CSV file in UTF-8"),
        (b"path,circle,cross,square\n", "images are missing"),
        (b"path,circle,cross,square,star\na.png,1,0,0,0\n", "has a class 'star', which the data set has not"),
    ],
)
def test_a_csv_file_that_is_none_is_an_error(content: bytes, said: str, alone: Audit, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(ModelError, match=said):
        read_probabilities(tmp_path / "a.csv", alone.dataset)


def test_an_npz_file_without_classes_is_an_error(alone: Audit, tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", paths=np.array(["a"]), probabilities=np.ones((1, 1)))
    with pytest.raises(ModelError, match="found paths, probabilities"):
        read_probabilities(tmp_path / "a.npz", alone.dataset)


def test_the_command_takes_them(noisy: Shapes, alone: Audit, tmp_path: Path, run: Run) -> None:
    np.savez(tmp_path / "a.npz", **predicted(alone.dataset, true_classes(noisy, alone.dataset)))
    done = run("scan", noisy.root, "--quality", "fast", "-f", "json", "--probs", tmp_path / "a.npz")
    missing = run("scan", noisy.root, "--quality", "fast", "--probs", tmp_path / "none.csv")
    same = run("scan", noisy.root, "--probs", tmp_path / "a.npz", "--out", tmp_path / "a.npz")
    report = json.loads(done.stdout)

    found = [each for each in report["findings"] if each["code"] == "LA101"]
    assert {each["path"] for each in found} <= set(noisy.wrong)
    assert all("given" in each["voters"] for each in found)
    assert found
    assert report["settings"]["probs"] == "a.npz"
    assert missing.exit_code == same.exit_code == 2
    assert "No such file" in missing.stderr
    assert "name the same file" in same.stderr
