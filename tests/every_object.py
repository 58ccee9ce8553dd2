"""The same images as every kind of object that a program can hold."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from labelaudit.records import InMemory

from .every_source import images_of


def paths_of(root: Path) -> list[Path]:
    return [root / path for path, _ in images_of(root)]


def labels_of(root: Path) -> list[str]:
    return [label for _, label in images_of(root)]


def classes_of(root: Path) -> list[str]:
    return sorted(set(labels_of(root)))


def numbers_of(root: Path) -> list[int]:
    return [classes_of(root).index(label) for label in labels_of(root)]


def array(root: Path) -> InMemory:
    pixels = np.stack([np.asarray(Image.open(path)) for path in paths_of(root)])
    return InMemory(images=pixels, labels=np.array(numbers_of(root)), classes=classes_of(root))


def list_of_arrays(root: Path) -> InMemory:
    return InMemory(images=[np.asarray(Image.open(path)) for path in paths_of(root)], labels=labels_of(root))


def pillow(root: Path) -> InMemory:
    return InMemory(
        images=[Image.open(io.BytesIO(path.read_bytes())) for path in paths_of(root)], labels=np.array(labels_of(root))
    )


def content(root: Path) -> InMemory:
    return InMemory(images=[path.read_bytes() for path in paths_of(root)], labels=labels_of(root))


def paths(root: Path) -> InMemory:
    return InMemory(images=paths_of(root), labels=labels_of(root))


def pandas_table(root: Path) -> InMemory:
    import pandas

    return InMemory(pandas.DataFrame({"image": list(map(str, paths_of(root))), "label": labels_of(root)})[::-1])


def pandas_categories(root: Path) -> InMemory:
    import pandas

    images = pandas.Series([Image.open(io.BytesIO(path.read_bytes())) for path in paths_of(root)], dtype=object)
    return InMemory(pandas.DataFrame({"image": images, "label": pandas.Categorical(labels_of(root))}))


def polars_table(root: Path) -> InMemory:
    import polars

    return InMemory(polars.DataFrame({"path": list(map(str, paths_of(root))), "label": labels_of(root)}))


def image_folder(root: Path) -> InMemory:
    """Return an object with the attributes of torchvision's ``ImageFolder``."""
    classes = classes_of(root)
    samples = list(zip(map(str, paths_of(root)), numbers_of(root), strict=True))
    numbers = {name: number for number, name in enumerate(classes)}
    return InMemory(SimpleNamespace(root=str(root), samples=samples, classes=classes, class_to_idx=numbers))


class Items:
    """A map-style data set, which opens images as those of torchvision do."""

    def __init__(self, root: Path) -> None:
        self.classes = classes_of(root)
        self._paths, self._numbers = paths_of(root), numbers_of(root)

    def __len__(self) -> int:
        return len(self._paths)

    def __getitem__(self, row: int) -> tuple[Image.Image, int]:
        with Image.open(self._paths[row]) as image:
            return image.convert("RGB"), self._numbers[row]


def items(root: Path) -> InMemory:
    return InMemory(Items(root))


def hugging_face(root: Path) -> InMemory:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(image=datasets.Image(), label=datasets.ClassLabel(names=classes_of(root)))
    rows = [
        {"image": {"bytes": path.read_bytes(), "path": None}, "label": number}
        for path, number in zip(paths_of(root), numbers_of(root), strict=True)
    ]
    return InMemory(datasets.Dataset.from_list(rows, features=features))


def torchvision_folder(root: Path) -> InMemory:
    return InMemory(pytest.importorskip("torchvision").datasets.ImageFolder(str(root)))


OBJECTS: dict[str, Callable[[Path], InMemory]] = {
    made.__name__: made
    for made in (
        array,
        list_of_arrays,
        pillow,
        content,
        paths,
        pandas_table,
        pandas_categories,
        polars_table,
        image_folder,
        items,
        hugging_face,
        torchvision_folder,
    )
}

OF_PIXELS = ("array", "list_of_arrays", "pillow", "pandas_categories", "items")
"""Objects without the bytes of files: the pixels are the same, but their digests are not."""


def named_by(root: Path) -> dict[str, Any]:
    """Return the path below the root of each image by the number that it has in an object."""
    return {f"{row:06d}": path for row, (path, _) in enumerate(images_of(root))}
