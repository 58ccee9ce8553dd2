"""From pairs of copies to groups: each group is a picture and its copies, never a chain of look-alikes."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray


def middles(pairs: Iterable[tuple[int, int]], areas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the middle of each picture's group, (U,): the picture itself, or the one it is a copy of.

    The picture with the most copies is the first middle and takes all of them; then the next among the rest. Where
    two have as many, the larger is the middle, then the first.

    Parameters
    ----------
    pairs
        Rows of pictures that are copies of each other, each pair once.
    areas
        int64 (U,), width times height in the file.
    """
    copies: dict[int, list[int]] = {}
    for one, other in pairs:
        copies.setdefault(one, []).append(other)
        copies.setdefault(other, []).append(one)
    found = np.arange(len(areas))
    free = set(copies)
    for middle in sorted(copies, key=lambda row: (-len(copies[row]), -areas[row], row)):
        if middle in free:
            members = free.intersection((middle, *copies[middle]))
            found[list(members)] = middle
            free -= members
    return found
