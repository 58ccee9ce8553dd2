"""Large features of the user are read from the file when they are needed."""

import mmap
from pathlib import Path

import numpy as np
import pytest

from labelaudit import user_arrays
from labelaudit.cache import Store
from labelaudit.errors import ModelError
from labelaudit.observations.extractors.given import Given
from labelaudit.user_arrays import read_npz

from .test_out_of_sample import TRUE, drawn

PATHS = np.array([f"{number:05d}.png" for number in range(len(TRUE))])


@pytest.fixture(autouse=True)
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(user_arrays, "LARGE", 1)


def is_map(array: np.ndarray) -> bool:
    while isinstance(array.base, np.ndarray):
        array = array.base
    return isinstance(array.base.obj if isinstance(array.base, memoryview) else array.base, mmap.mmap)


@pytest.mark.parametrize("dtype", ["<f4", "<f8", "<i2"])
def test_an_uncompressed_array_is_mapped(dtype: str, tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(-99, 99, (50, 7)).astype(dtype)
    np.savez(tmp_path / "a.npz", paths=PATHS[:50], features=values)
    found = read_npz(tmp_path / "a.npz")

    assert is_map(found["features"])
    assert not is_map(found["paths"])
    assert np.array_equal(found["features"], values)


def test_another_array_is_read(tmp_path: Path) -> None:
    values = np.random.default_rng(0).standard_normal((50, 7))
    np.savez_compressed(tmp_path / "compressed.npz", features=values)
    np.savez(tmp_path / "columns.npz", features=np.asfortranarray(values))

    for name in ("compressed.npz", "columns.npz"):
        found = read_npz(tmp_path / name)["features"]
        assert not is_map(found)
        assert np.array_equal(found, values)


def test_features_in_the_order_of_the_images_are_never_copied(tmp_path: Path) -> None:
    _, observed = drawn(TRUE, TRUE)
    np.savez(tmp_path / "a.npz", paths=PATHS, features=observed.features)
    given = Given.read(tmp_path / "a.npz")
    same = given.added_to(observed, list(PATHS)).features
    turned = given.added_to(observed, list(PATHS[::-1]), Store(tmp_path, large=1)).features

    assert is_map(same)
    assert np.array_equal(same, observed.features)
    assert is_map(turned)
    assert np.array_equal(turned, observed.features[::-1])


def test_a_vector_that_is_not_finite_is_named(tmp_path: Path) -> None:
    features = np.zeros((9000, 3), np.float32)
    features[8500, 1] = np.nan
    np.savez(tmp_path / "a.npz", paths=np.arange(9000).astype(str), features=features)

    with pytest.raises(ModelError, match="1 vectors contain NaN or infinite values: 8500"):
        Given.read(tmp_path / "a.npz")
