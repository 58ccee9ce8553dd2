"""Data sets that a program holds in memory, one kind per file: arrays, tables, and data sets of other libraries.

None of these libraries is imported: their objects are recognised by the module of their type, or by their attributes.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from labelaudit.errors import SettingsError
from labelaudit.kinds import shown
from labelaudit.records import Dataset, InMemory
from labelaudit.settings import Settings
from labelaudit.sources.objects.arrays import read_arrays
from labelaudit.sources.objects.frames import is_frame, read_frame
from labelaudit.sources.objects.hugging_face import is_hugging_face, read_hugging_face
from labelaudit.sources.objects.image_folder import is_image_folder, read_image_folder
from labelaudit.sources.objects.items import is_items, read_items
from labelaudit.sources.objects.listing import Listing
from labelaudit.user_arrays import as_features, as_probabilities

EXPECTED = (
    "a path, a pandas or polars table, a torchvision data set or a Hugging Face Dataset, "
    "or arrays: images= or features=, with labels="
)


class Kind(NamedTuple):
    """A kind of object: how it is recognised, and how it is read."""

    recognises: Callable[[Any], bool]
    read: Callable[[InMemory, Settings], Listing]


KINDS = (
    Kind(is_frame, read_frame),
    Kind(is_hugging_face, read_hugging_face),
    Kind(is_image_folder, read_image_folder),
    Kind(is_items, read_items),
)
"""In this order: the last kind is any object with a length and members."""


def read_object(given: InMemory, settings: Settings) -> Dataset:
    """Return the data set that a program holds in memory; no image is opened.

    Raises
    ------
    SettingsError
        Something is missing or contradictory, or the object is of another kind.
    DatasetError
        The data set cannot be audited.
    ModelError
        The features or the probabilities cannot be used.
    """
    _check_parts(given, settings)
    read = read_arrays if given.data is None else _kind_of(given.data).read
    dataset, rows, total, classes = read(given, settings)
    if given.features is not None:
        dataset = replace(dataset, features=as_features(given.features, total)[rows])
    if given.probs is not None:
        values = as_probabilities(given.probs, total)
        columns = classes.columns(dataset.classes, values.shape[1])
        dataset = replace(dataset, probabilities=values[rows][:, columns])
    return dataset


def _kind_of(data: Any) -> Kind:
    for kind in KINDS:
        if kind.recognises(data):
            return kind
    raise SettingsError(f"the data set is {shown(data)}, of type {type(data).__name__}; expected {EXPECTED}.")


def _check_parts(given: InMemory, settings: Settings) -> None:
    """Check that there is one data set, with labels.

    Raises
    ------
    SettingsError
        There is none, or more than one, or labels are missing.
    """
    arrays = given.images is not None or given.features is not None
    if given.data is None and not arrays:
        raise SettingsError(f"the data set is None, of type NoneType; expected {EXPECTED}.")
    if given.data is not None and (given.images is not None or given.labels is not None):
        found = "images=" if given.images is not None else "labels="
        raise SettingsError(f"there are both a data set and {found}; expected one of them.")
    if given.data is None and given.labels is None:
        raise SettingsError("labels= is missing; expected the name or the number of a class for each image.")
    if given.features is not None and ":" in settings.features:
        raise SettingsError("there are features= and Settings(features=...); expected one of them.")
    if given.probs is not None and settings.probs:
        raise SettingsError("there are probs= and Settings(probs=...); expected one of them.")
