"""Soft labels of a folder that was scanned before."""

import logging
import os
from pathlib import Path

import numpy as np
import pytest

from labelaudit import Settings, audit, soften
from labelaudit.cache import Cache, state_of, unchanged
from labelaudit.records import SoftLabels

from .conftest import Shapes

READING = "reading images"


@pytest.fixture(autouse=True)
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat files that were just written as settled."""
    monkeypatch.setattr(unchanged, "SETTLED", 0.0)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "kept")


def same(one: SoftLabels, other: SoftLabels) -> bool:
    return one.dataset.paths == other.dataset.paths and bool((one.millionths == other.millionths).all())


@pytest.mark.parametrize("asked", [{}, {"eps": 0.2}, {"mode": "corrected", "weigh": True}, {"eps": 0.1, "drop": True}])
def test_after_a_scan_no_image_is_read(
    asked: dict[str, object], shapes: Shapes, cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    audit(shapes.root, Settings(min_p_error=0.6, second_opinion=True), cache=cache)
    caplog.set_level(logging.INFO, "labelaudit")
    caplog.clear()
    found = soften(shapes.root, cache=cache, **asked)

    assert READING not in caplog.text
    assert same(found, soften(shapes.root, **asked))
    assert READING in caplog.text


def test_uniform_smoothing_alone_is_recalled_as_well(
    shapes: Shapes, cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    first = soften(shapes.root, 0.2, cache=cache)
    caplog.set_level(logging.INFO, "labelaudit")

    assert same(soften(shapes.root, 0.2, cache=cache), first)
    assert READING not in caplog.text
    assert "judging labels" not in caplog.text


def test_a_file_that_changed_is_read_again(own_shapes: Shapes, cache: Cache) -> None:
    root = own_shapes.root
    soften(root, 0.2, cache=cache)
    path = root / "circle" / "circle000.png"
    before, content = path.stat(), path.read_bytes()
    path.write_bytes(b"x" * len(content))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert "circle/circle000.png" not in soften(root, 0.2, cache=cache).dataset.paths
    path.write_bytes(content)
    assert "circle/circle000.png" in soften(root, 0.2, cache=cache).dataset.paths


def test_a_label_or_a_setting_that_changed_is_judged_again(
    own_shapes: Shapes, cache: Cache, caplog: pytest.LogCaptureFixture
) -> None:
    root = own_shapes.root
    soften(root, cache=cache)
    caplog.set_level(logging.INFO, "labelaudit")
    soften(root, settings=Settings(seed=1), cache=cache)
    assert READING in caplog.text

    (root / "circle" / "circle000.png").rename(root / "cross" / "circle000.png")
    assert "cross/circle000.png" in soften(root, cache=cache).dataset.paths


def test_files_that_may_still_change_unseen_are_not_recognised(
    own_shapes: Shapes, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = ["circle/circle000.png"]
    assert state_of(own_shapes.root, paths)
    monkeypatch.setattr(unchanged, "SETTLED", 3600.0)
    assert not state_of(own_shapes.root, paths)
    assert not state_of(own_shapes.root, ["no/such.png"])


def test_the_state_is_of_each_file(own_shapes: Shapes) -> None:
    names = ["circle/circle000.png", "circle/circle001.png"]

    assert len({state_of(own_shapes.root, some) for some in (names, names[::-1], names[:1])}) == 3


def test_uniform_is_the_formula(shapes: Shapes) -> None:
    soft = soften(shapes.root, 0.2)

    onehot = np.eye(3)[soft.dataset.labels]
    np.testing.assert_allclose(soft.probabilities, onehot * 0.8 + 0.2 / 3, atol=1e-7)
