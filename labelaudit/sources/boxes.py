"""Boxes of detection data sets, each read as a separate image, so that wrong labels of boxes are found."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from threading import local
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError, UnreadableImage
from labelaudit.images import netpbm, upright_pixels
from labelaudit.names import printable
from labelaudit.records import Dataset, PassedOver, Place, Source
from labelaudit.settings import Settings
from labelaudit.sources.files import Files
from labelaudit.sources.listed import check_files
from labelaudit.sources.listing import dataset_of
from labelaudit.sources.splits import check_splits

EMPTY = "boxes without an area"


class Box(NamedTuple):
    """A labelled box.

    Attributes
    ----------
    image
        Path of the image below the root.
    label, split
        Name of the class and of the split; the latter may be empty.
    left, top, right, bottom
        Its edges in the upright image: shares of its width and height, from 0 to 1.
    place
        The file and the line that contain it.
    """

    image: str
    label: str
    split: str
    left: float
    top: float
    right: float
    bottom: float
    place: Place


class Crops(Source):
    """Boxes of images, each cut out losslessly as an image.

    Parameters
    ----------
    data
        The data set, for messages.
    root
        The folder of the images.
    boxes
        By path, ``images/1.jpg#000`` for the first box of an image.
    """

    only_images = True

    def __init__(self, data: str, root: Path, boxes: dict[str, Box]) -> None:
        super().__init__(data, Path(data) if Path(data).is_dir() else None)
        self._root, self._boxes, self._last = root, boxes, local()
        self._files = Files(root)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle what another process needs to open the images."""
        return Crops, (self.shown, self._root.absolute(), self._boxes)

    def open(self, path: str) -> bytes:
        """Return the contents of a box as a PPM file."""
        if path not in self._boxes:
            raise UnreadableImage("not listed")
        box = self._boxes[path]
        pixels = self._pixels(box.image)
        height, width = pixels.shape[:2]
        left, right = _edges(box.left, box.right, width)
        top, bottom = _edges(box.top, box.bottom, height)
        return netpbm(pixels[top:bottom, left:right])

    def file_of(self, path: str) -> Path:
        """Return the image that a box is in."""
        return self._files.file_of(self._boxes[path].image)

    def written_at(self, path: str) -> Place | None:
        """Return the file and the line of a box."""
        return self._boxes[path].place if path in self._boxes else None

    def _pixels(self, image: str) -> NDArray[np.uint8]:
        """Return the pixels of an image; each thread keeps its last one, since its boxes come one after the other."""
        if getattr(self._last, "image", None) != image:
            self._last.image = None
            self._last.pixels = upright_pixels(self._files.open(image))
            self._last.image = image
        found: NDArray[np.uint8] = self._last.pixels
        return found


def _edges(low: float, high: float, length: int) -> tuple[int, int]:
    """Return the first and the last pixel of a box, the latter exclusive: at least one, within the image."""
    first = min(max(round(low * length), 0), length - 1)
    return first, min(max(round(high * length), first + 1), length)


def dataset_of_boxes(data: str, root: Path, boxes: Iterable[Box], settings: Settings) -> Dataset:
    """Return the data set of some boxes. Those of one image are not independent.

    Raises
    ------
    DatasetError
        No image is there, a link leads out of the folder, there is no such split, or fewer than two classes.
    """
    every = list(boxes)
    chosen = check_splits(data, {box.split for box in every} - {""}, settings.splits)
    counts: defaultdict[str, int] = defaultdict(int)
    named: dict[str, Box] = {}
    empty = 0
    for box in every:
        number = counts[box.image]
        counts[box.image] += 1
        if not (box.right > box.left and box.bottom > box.top and box.left < 1 and box.top < 1):
            empty += 1
        elif not chosen or box.split in chosen:
            named[f"{box.image}#{number:03d}"] = box
    if not named:
        raise DatasetError(f"{printable(data)} holds no boxes. Expected images with labelled boxes.")
    images = {box.image: box for box in named.values()}
    places = [box.place for box in images.values()]
    check_files(root, list(images), places.__getitem__, follow_links=settings.follow_links)
    kept = list(named.values())
    splits = [box.split for box in kept]
    dataset = dataset_of(
        Crops(data, root, named),
        list(named),
        [box.label for box in kept],
        splits if any(splits) else (),
        [box.image for box in kept],
    )
    return replace(dataset, passed_over=(PassedOver(".", empty, EMPTY),)) if empty else dataset
