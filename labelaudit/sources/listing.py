"""Builds a data set from images and labels in any order."""

from collections.abc import Sequence

import numpy as np

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Dataset, MultiLabels, Source


def dataset_of(
    source: Source,
    paths: Sequence[str],
    labels: Sequence[str],
    splits: Sequence[str] = (),
    groups: Sequence[str] = (),
    others: Sequence[str] = (),
    *,
    several: bool = False,
) -> Dataset:
    """Return the data set of some images.

    Parameters
    ----------
    source
        Opens the images.
    paths
        N different paths, POSIX, in any order.
    labels
        N names of classes, or of label sets.
    splits
        N names of splits; none if the data set has no splits.
    groups
        N names of groups of images that are not independent, empty for an image without a group; None without groups.
    others
        Files that were ignored because they are not part of the data set.
    several
        Whether images may have several labels; *labels* are then names of label sets.

    Raises
    ------
    DatasetError
        There are fewer than two classes.
    """
    order = sorted(range(len(paths)), key=paths.__getitem__)
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        kind = "label set" if several else "class"
        found = f"one {kind}, '{printable(classes[0])}'" if classes else "no image with a label"
        raise DatasetError(f"{printable(source.shown)} has {found}; a label can only be judged against another one.")
    index = {name: number for number, name in enumerate(classes)}
    return Dataset(
        source=source,
        classes=classes,
        paths=tuple(paths[row] for row in order),
        labels=np.fromiter((index[labels[row]] for row in order), dtype=np.int64, count=len(order)),
        splits=tuple(splits[row] for row in order) if splits else ("",) * len(order),
        groups=tuple(groups[row] for row in order) if groups else (),
        others=tuple(sorted(others)),
        multi=MultiLabels.of(classes) if several else None,
    )
