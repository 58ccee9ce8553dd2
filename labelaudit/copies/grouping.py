"""From pairs of copies to groups: each group is an image and its copies, never a chain of similar images."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import ORIENTATIONS, Likeness


def middles(links: Mapping[tuple[int, int], Likeness], areas: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the center of each image's group, (U,): the image itself, or the one that it is a copy of.

    The image with the most copies is the first center, and all of them belong to it; the next is chosen among the rest.
    Among several with equally many, the center is the one with the fewest copies in another orientation, then the
    largest, then the first.

    Parameters
    ----------
    links
        In which way pairs of images, by row, are copies; each pair once.
    areas
        int64 (U,), width times height in the file.
    """
    copies: dict[int, list[int]] = {}
    turned: dict[int, int] = {}
    for pair, likeness in links.items():
        for one, other in (pair, pair[::-1]):
            copies.setdefault(one, []).append(other)
            turned[one] = turned.get(one, 0) + (likeness in ORIENTATIONS)
    found = np.arange(len(areas))
    free = set(copies)
    for middle in sorted(copies, key=lambda row: (-len(copies[row]), turned[row], -areas[row], row)):
        if middle in free:
            members = free.intersection((middle, *copies[middle]))
            found[list(members)] = middle
            free -= members
    return found
