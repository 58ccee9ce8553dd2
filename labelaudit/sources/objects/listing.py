"""Images that a program holds, listed by their numbers."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import UnreadableImage
from labelaudit.records import Dataset, PassedOver, Source
from labelaudit.settings import Settings
from labelaudit.sources.listing import dataset_of
from labelaudit.sources.objects.labels import Classes, Labels
from labelaudit.sources.rows import UNLABELLED
from labelaudit.sources.splits import check_splits, usual

DIGITS = 6
"""Digits of the number that an image is called by, at least: as text, the names are in the order of the numbers."""


class Listing(NamedTuple):
    """A data set, and where its images are in the object that it was read from.

    Attributes
    ----------
    dataset
        N images.
    rows
        int64 (N,), the place of each image in the object.
    total
        Number of images in the object, with those that have no label or are in another split.
    classes
        The classes in the order of their numbers.
    """

    dataset: Dataset
    rows: NDArray[np.int64]
    total: int
    classes: Classes


class Held(Source):
    """Images that a program holds in memory.

    Parameters
    ----------
    shown
        The data set, for messages.
    rows
        The number of each image by its path.
    load
        Returns the bytes of the image with a number; called from several threads. None if there are no images.
    """

    only_images = True

    def __init__(self, shown: str, rows: dict[str, int], load: Callable[[int], bytes] | None) -> None:
        super().__init__(shown)
        self._rows, self._load = rows, load
        self.has_images = load is not None

    def open(self, path: str) -> bytes:
        """Return the bytes of an image."""
        if self._load is None or path not in self._rows:
            raise UnreadableImage("not listed" if self._load else "there is no image, only its features")
        return self._load(self._rows[path])


def listed(
    shown: str,
    load: Callable[[int], bytes] | None,
    labels: Labels,
    settings: Settings,
    splits: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Listing:
    """Return the data set of images that are called by their numbers.

    Parameters
    ----------
    shown
        The data set, for messages.
    load
        Returns the bytes of the image with a number; None if there are no images.
    labels
        The label of each image; those without one are left out.
    settings
        Which splits are wanted.
    splits
        The split of each image, whose images are numbered for themselves; none if there are no splits.
    groups
        The group of each image, empty for an image without a group; none if there are no groups.

    Raises
    ------
    DatasetError
        There is no such split, or there are fewer than two classes.
    """
    total = len(labels.names)
    parts = [usual(split) if split else "" for split in splits] or [""] * total
    wanted = check_splits(shown, set(parts) - {""}, settings.splits)
    names = _numbered(parts)
    kept = [row for row in range(total) if labels.names[row] and (not wanted or parts[row] in wanted)]
    dataset = dataset_of(
        Held(shown, {names[row]: row for row in kept}, load),
        [names[row] for row in kept],
        [labels.names[row] for row in kept],
        [parts[row] for row in kept] if any(parts) else (),
        [groups[row] for row in kept] if any(groups) else (),
    )
    unlabelled = labels.names.count("")
    if unlabelled:
        dataset = replace(dataset, passed_over=(PassedOver(".", unlabelled, UNLABELLED),))
    order = {name: row for row, name in enumerate(names)}
    return Listing(dataset, np.array([order[path] for path in dataset.paths], np.int64), total, labels.classes)


def _numbered(splits: Sequence[str]) -> list[str]:
    """Return a name for each image: its number in its split, with as many digits for all."""
    digits = max(DIGITS, len(str(len(splits) - 1)))
    counts: dict[str, int] = {}
    names = []
    for split in splits:
        number = counts.get(split, 0)
        counts[split] = number + 1
        names.append(f"{split}/{number:0{digits}}" if split else f"{number:0{digits}}")
    return names
