"""Arrays, tables and data sets that a program holds: what is said of wrong ones."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas
import polars
import pytest

import labelaudit
from labelaudit import LabelauditError, Settings
from labelaudit.cache import NO_CACHE

from .conftest import Shapes

IMAGES = np.zeros((4, 8, 8, 3), np.uint8)
LABELS = ["a", "b", "a", "b"]
FEATURES = np.eye(4)
PROBS = np.full((4, 2), 0.5)


def table(**columns: Any) -> pandas.DataFrame:
    return pandas.DataFrame(columns)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "expected a path, a pandas or polars table, a torchvision data set or a Hugging Face Dataset, or arrays"),
        ({"data": 7}, "the data set is 7, of type int; expected a path"),
        ({"data": ["a.png", "b.png"]}, "of type list; expected a path"),
        ({"data": IMAGES}, "of type ndarray; expected a path"),
        ({"images": IMAGES}, "labels= is missing"),
        ({"data": table(path=[]), "labels": LABELS}, "both a data set and labels="),
        ({"images": IMAGES, "labels": LABELS[:3]}, "images has 4 rows, and labels 3"),
        ({"features": FEATURES[:3], "labels": LABELS}, "features has 3 rows, and labels 4"),
        ({"images": "a.png", "labels": LABELS}, "images is 'a.png', of type str; expected a list or an array"),
        ({"images": IMAGES, "labels": "abab"}, "labels is 'abab', of type str; expected a list or an array"),
        ({"images": IMAGES / 255, "labels": LABELS}, "(images * 255).round().astype('uint8') converts"),
        ({"images": IMAGES.astype(int), "labels": LABELS}, "images is an array of int64; expected uint8, 0 to 255"),
        ({"images": np.moveaxis(IMAGES, 3, 1), "labels": LABELS}, "images.transpose(0, 2, 3, 1) moves the channels"),
        ({"images": [IMAGES[0]] * 3 + [7], "labels": LABELS}, "images[3] is of type int; expected an array of uint8"),
        ({"images": [np.moveaxis(IMAGES[0], 2, 0)] * 4, "labels": LABELS}, "images.transpose(1, 2, 0) moves"),
        (
            {"images": IMAGES, "labels": [0, 1, -1, 1]},
            "labels has -1 in row 2; expected the number of a class, 0 or more",
        ),
        ({"images": IMAGES, "labels": [0, 1, 2, 1], "classes": ["a", "b"]}, "labels has 2 in row 2; expected"),
        (
            {"images": IMAGES, "labels": LABELS, "classes": ["a", "c"]},
            "labels has 'b' in row 1, which is not in classes",
        ),
        ({"images": IMAGES, "labels": LABELS, "classes": ["a", "a"]}, "classes contains 'a' more than once"),
        ({"images": IMAGES, "labels": np.eye(4)}, "labels, row 0, has several values"),
        ({"images": IMAGES, "labels": [0.5, 1, 0, 1]}, "labels, row 0, has a value of type float: 0.5"),
        ({"images": IMAGES, "labels": [0, 0, 0, 0]}, "has one class, '0'"),
        ({"features": FEATURES[0], "labels": LABELS}, "features is an array with shape (4,)"),
        (
            {"features": np.where(FEATURES, np.nan, 0), "labels": LABELS},
            "4 vectors contain NaN or infinite values: 0, 1, 2",
        ),
        ({"features": FEATURES.astype(str), "labels": LABELS}, "expected a vector of numbers per image, (N, D)"),
        ({"images": IMAGES, "labels": LABELS, "probs": PROBS * 1.1}, "probs: 4 rows do not sum to one: 0, 1, 2"),
        (
            {"images": IMAGES, "labels": LABELS, "probs": PROBS[:2]},
            "probs is an array with shape (2, 2); expected a row for",
        ),
        (
            {"images": IMAGES, "labels": LABELS, "probs": np.eye(4)},
            "probs has 4 columns, and there are 2 classes: a, b.",
        ),
        (
            {"data": table(path=["a"], kind=["b"])},
            "the pandas table has no column 'label'; its columns are: path, kind",
        ),
        ({"data": table(path=["a.png", "b.png"], label=LABELS[:2])}, "none of its 2 images is in"),
        (
            {"data": polars.LazyFrame({"path": ["a"]})},
            "the polars table is lazy, of type LazyFrame; pass what its method",
        ),
        ({"data": SimpleNamespace(samples=[])}, "of type SimpleNamespace; expected a path"),
    ],
)
def test_wrong_input_is_told(given: dict[str, Any], said: str) -> None:
    with pytest.raises(LabelauditError) as error:
        labelaudit.audit(**given, cache=NO_CACHE)
    assert said in str(error.value)


def test_a_path_and_arrays_are_not_mixed(shapes: Shapes) -> None:
    with pytest.raises(LabelauditError, match=r"both a path and probs=.*Settings\(features='npz:FILE'\)"):
        labelaudit.audit(shapes.root, probs=PROBS)
    for settings, name in ((Settings(features="npz:a.npz"), "features"), (Settings(probs=__file__), "probs")):
        with pytest.raises(LabelauditError, match=rf"there are {name}= and Settings\({name}="):
            labelaudit.audit(None, settings, images=IMAGES, labels=LABELS, features=FEATURES, probs=PROBS)
