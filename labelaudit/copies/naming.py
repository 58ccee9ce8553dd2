"""Finds related images by their file names."""

import re
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import SettingsError
from labelaudit.names import printable
from labelaudit.records import Dataset
from labelaudit.settings import Settings

Rows = NDArray[np.int64]

SHARE, FEWEST = 12, 10
"""A name that more than a twelfth of the images share, and more than ten, is taken for the name of the data set."""

LAST_PART = re.compile(r"(?<=[^_\-. ])[_\-. ]+[^_\-. ]+$")
"""The last part of a name, with the separators before it."""


def named_groups(dataset: Dataset, settings: Settings) -> Rows:
    """Return the groups that the user specifies, int64 (N,): the first row of each image's group.

    They are given by ``group_by``, or else by the data set.

    Raises
    ------
    SettingsError
        No image is in a group by that rule.
    """
    alone = np.arange(len(dataset), dtype=np.int64)
    if settings.group_by == "none" or not (settings.group_by or dataset.groups):
        return alone
    rules: dict[str, Callable[[Dataset], list[str]]] = {"stem": _by_stem, "parent": _by_parent}
    rule = rules.get(settings.group_by)
    if not settings.group_by:
        keys = list(dataset.groups)
    else:
        keys = rule(dataset) if rule else _by_pattern(dataset, re.compile(settings.group_by))
    first: dict[str, int] = {}
    for row, key in enumerate(keys):
        if key:
            alone[row] = first.setdefault(key, row)
    if not first and settings.group_by:
        example = printable(dataset.paths[0]) if len(dataset) else "cat/1.jpg"
        raise SettingsError(
            f"--group-by {printable(settings.group_by)}: no image belongs to a group by this rule. It is applied to "
            f"paths such as {example}; expected stem (img_7_aug1.jpg belongs to img_7), parent (cat/patient7/1.jpg "
            "belongs to patient7), or a regular expression that is found in the paths, such as 'patient[0-9]+'."
        )
    return alone


def _by_stem(dataset: Dataset) -> list[str]:
    """Return the name of each image without its last part; where some are named so in full, of their variants only."""
    whole = [PurePosixPath(path).stem for path in dataset.paths]
    short = [LAST_PART.sub("", name) for name in whole]
    originals = set(whole) & {name for name, full in zip(short, whole, strict=True) if name != full}
    if originals:
        return [
            full if full in originals else name if name in originals else ""
            for name, full in zip(short, whole, strict=True)
        ]
    return [name if name != full else "" for name, full in zip(short, whole, strict=True)]


def _by_parent(dataset: Dataset) -> list[str]:
    """Return the folders between the folder of the class and each image; nothing where the image lies in the former."""
    keys = []
    for path, label in zip(dataset.paths, dataset.labels.tolist(), strict=True):
        folders = PurePosixPath(path).parts[:-1]
        name = dataset.classes[label]
        start = folders.index(name) + 1 if name in folders else len(folders)
        keys.append("/".join(folders[start:]))
    return keys


def _by_pattern(dataset: Dataset, pattern: re.Pattern[str]) -> list[str]:
    """Return what the groups of a regular expression match in each path, or all that it matches if it has none."""
    keys = []
    for path in dataset.paths:
        match = pattern.search(path)
        parts = (match.groups("") or (match.group(0),)) if match else ()
        keys.append("\n".join(parts))
    return keys


def like_named(dataset: Dataset) -> tuple[Rows, Rows]:
    """Return pairs of images whose names differ in the last part only: neighbours in the order of their names.

    Such names are evidence of frames, tiles or augmentations, but photos are numbered in the same way: the pictures
    have to agree as well.
    """
    whole = [PurePosixPath(path).stem for path in dataset.paths]
    short = [LAST_PART.sub("", name) for name in whole]
    shared, most = Counter(short), max(FEWEST, len(whole) // SHARE)
    order = sorted(range(len(whole)), key=lambda row: (short[row], len(whole[row]), whole[row], row))
    pairs = [
        (one, other)
        for one, other in pairwise(order)
        if short[one] == short[other] and whole[one] != short[one] and shared[short[one]] <= most
    ]
    left, right = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    return left, right
