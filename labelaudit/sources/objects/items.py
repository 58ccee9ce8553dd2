"""Any data set with a length, whose members are pairs of an image and a label, as PyTorch's map-style data sets."""

from threading import Lock
from typing import Any

import numpy as np

from labelaudit.errors import DatasetError
from labelaudit.records import InMemory
from labelaudit.settings import Settings
from labelaudit.sources.objects.images import check_image, image_bytes
from labelaudit.sources.objects.labels import labels_of
from labelaudit.sources.objects.listing import Listing, listed

LABELS = ("targets", "labels")
"""Attributes in which data sets of torchvision hold their labels, so that no image has to be loaded for them."""


def is_items(data: Any) -> bool:
    """Recognise an object with a length and members, that is no list or array."""
    plain = isinstance(data, str | bytes | list | tuple | dict | set | np.ndarray)
    return not plain and hasattr(data, "__len__") and hasattr(data, "__getitem__")


def read_items(given: InMemory, settings: Settings) -> Listing:
    """Read a data set by its members, which are loaded one at a time: its code may not be made for threads.

    Raises
    ------
    DatasetError
        Its members are no pairs of an image and a label.
    """
    data, name, loading = given.data, f"the data set {type(given.data).__name__}", Lock()
    _check_first(data, name)
    numbers = _labels_in(data)
    if numbers is None:
        numbers = [data[row][1] for row in range(len(data))]
    classes = given.classes if given.classes is not None else _classes_of(data)

    def load(row: int) -> bytes:
        with loading:
            return image_bytes(data[row][0])

    return listed(name, load, labels_of(numbers, classes, f"{name}: its labels"), settings)


def _check_first(data: Any, name: str) -> None:
    """Check the first member."""
    if not len(data):
        raise DatasetError(f"{name} is empty; expected pairs of an image and a label.")
    first = data[0]
    if not isinstance(first, tuple | list) or len(first) < 2:
        raise DatasetError(f"{name}: its first member is of type {type(first).__name__}; expected (image, label).")
    try:
        check_image(first[0], f"{name}: its first image")
    except DatasetError as error:
        hint = " Make the data set without its transform, or with one that returns an image."
        raise DatasetError(f"{error}{hint if getattr(data, 'transform', None) else ''}") from error


def _labels_in(data: Any) -> Any:
    """Return the labels that a data set, or the one that it is a subset of, holds as a whole; None if it does not."""
    for name in LABELS:
        found: Any = getattr(data, name, None)
        if hasattr(found, "__len__") and len(found) == len(data):
            return found
    if hasattr(data, "dataset") and hasattr(data, "indices"):
        found = _labels_in(data.dataset)
        return None if found is None else [found[row] for row in data.indices]
    return None


def _classes_of(data: Any) -> Any:
    """Return the names of the classes; None if the data set does not hold them."""
    found = getattr(data, "classes", getattr(getattr(data, "dataset", None), "classes", None))
    return found if isinstance(found, list | tuple) else None
