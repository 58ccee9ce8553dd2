"""Arrays: images or features, and labels."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from labelaudit.errors import DatasetError, SettingsError
from labelaudit.images import netpbm
from labelaudit.kinds import shown
from labelaudit.records import InMemory
from labelaudit.settings import Settings
from labelaudit.sources.objects.files import read_files
from labelaudit.sources.objects.images import check_image, image_bytes, pixels_of
from labelaudit.sources.objects.labels import Labels, labels_of
from labelaudit.sources.objects.listing import Listing, listed


def read_arrays(given: InMemory, settings: Settings) -> Listing:
    """Read images and their labels, or labels alone where there are only features.

    Raises
    ------
    DatasetError
        There are not as many labels as images, an image is of another type, or there are fewer than two classes.
    """
    labels = labels_of(given.labels, given.classes)
    if given.images is None:
        check_lengths("features", given.features, labels)
        return listed("the array of features", None, labels, settings)
    return read_images(given.images, labels, settings)


def read_images(images: Any, labels: Labels, settings: Settings, splits: Sequence[str] = ()) -> Listing:
    """Read images: an array, or a list of arrays, images of Pillow, file paths or bytes."""
    check_lengths("images", images, labels)
    if is_paths(images):
        return read_files(images, labels, settings, "the list of images", splits)
    return listed("the images", loader(images), labels, settings, splits)


def loader(images: Any) -> Callable[[int], bytes]:
    """Return a function that returns the bytes of the image with a number.

    Raises
    ------
    DatasetError
        An image is of another type.
    """
    if hasattr(images, "__array__"):
        pixels = pixels_of(images, "images", axes=1)
        return lambda row: netpbm(pixels[row])
    for row, image in enumerate(images):
        check_image(image, f"images[{row}]")
    return lambda row: image_bytes(images[row])


def is_paths(images: Any) -> bool:
    """Tell whether all images are given by their paths."""
    return not hasattr(images, "__array__") and all(isinstance(image, str | os.PathLike) for image in images)


def check_lengths(name: str, values: Any, labels: Labels) -> None:
    """Check that there is a label for each image.

    Raises
    ------
    SettingsError
        There are no values at all.
    DatasetError
        There are not as many.
    """
    if isinstance(values, str | bytes | dict) or not hasattr(values, "__len__") or getattr(values, "ndim", 1) == 0:
        raise SettingsError(f"{name} is {shown(values)}, of type {type(values).__name__}; expected a list or an array.")
    if len(values) != len(labels.names):
        raise DatasetError(f"{name} has {len(values):,} rows, and labels {len(labels.names):,}; expected as many.")
