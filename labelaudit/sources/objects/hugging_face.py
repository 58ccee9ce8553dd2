"""Data sets of Hugging Face's ``datasets``: images are taken as the bytes of their files, without decoding them."""

from bisect import bisect_right
from itertools import accumulate
from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import InMemory
from labelaudit.settings import Settings
from labelaudit.sources.objects.images import image_bytes
from labelaudit.sources.objects.kinds import is_of
from labelaudit.sources.objects.labels import labels_of
from labelaudit.sources.objects.listing import Listing, listed


def is_hugging_face(data: Any) -> bool:
    """Recognise a ``Dataset``, or a ``DatasetDict`` with a data set for each split."""
    return is_of(data, "datasets") and (hasattr(data, "features") or isinstance(data, dict))


def read_hugging_face(given: InMemory, settings: Settings) -> Listing:
    """Read the columns of images and of labels; those of a ``DatasetDict`` one split after the other.

    Raises
    ------
    DatasetError
        A column is missing, or the data set is streamed.
    """
    splits = given.data if isinstance(given.data, dict) else {"": given.data}
    parts = list(splits.values())
    name = f"the {type(given.data).__name__}"
    for part in parts:
        if not hasattr(part, "__len__"):
            raise DatasetError(f"{name} is streamed; expected a Dataset, which load_dataset returns without streaming.")
    if not parts:
        raise DatasetError(f"{name} has no splits.")
    image, label = (_column(parts[0].features, role, settings, name) for role in ("path", "label"))
    names = getattr(parts[0].features[label], "names", None)
    numbers = [_number(value, names) for part in parts for value in part.with_format(None)[label][:]]
    stored = [_undecoded(part, image) for part in parts]
    starts = [0, *accumulate(map(len, parts))]

    def load(row: int) -> bytes:
        part = bisect_right(starts, row) - 1
        return image_bytes(stored[part][row - starts[part]][image])

    return listed(
        name,
        load,
        labels_of(numbers, given.classes if given.classes is not None else names, f"{name}, column '{label}'"),
        settings,
        [split for split, part in splits.items() for _ in range(len(part))] if "" not in splits else (),
    )


def _column(features: Any, role: str, settings: Settings, name: str) -> str:
    """Return the column of the images (*role* ``path``) or of the labels: the user's, or the only one of its type."""
    for word in settings.columns:
        said, _, column = word.partition("=")
        if said == role and column in features:
            return column
        if said == role:
            there = ", ".join(map(printable, features))
            raise DatasetError(f"{name} has no column '{printable(column)}'; its columns are: {there}.")
    kind = "Image" if role == "path" else "ClassLabel"
    found = [column for column, feature in features.items() if type(feature).__name__ == kind]
    if not found and role == "label" and role in features:
        return role
    if len(found) != 1:
        what = f"no column of type {kind}" if not found else f"several columns of type {kind}"
        there = ", ".join(map(printable, features))
        raise DatasetError(
            f"{name} has {what}; its columns are: {there}. Name the one: Settings(columns=('{role}=NAME',))"
        )
    return str(found[0])


def _number(value: Any, names: Any) -> Any:
    """Return a label; None for -1, which stands for a hidden label where labels are numbers of classes."""
    return None if names is not None and value == -1 else value


def _undecoded(part: Any, column: str) -> Any:
    """Return the column of images, whose rows are the bytes and the path of each image."""
    only, feature = part.with_format(None).select_columns([column]), part.features[column]
    return only.cast_column(column, type(feature)(decode=False)) if type(feature).__name__ == "Image" else only
