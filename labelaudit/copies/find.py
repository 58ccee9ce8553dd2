"""The stage: small pictures in, groups of copies out."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.candidates import candidates
from labelaudit.copies.crops import cropped
from labelaudit.copies.grouping import middles
from labelaudit.copies.pictures import Pictures, different_pictures
from labelaudit.copies.whole import whole
from labelaudit.parallel import one_thread_each
from labelaudit.records import Copies, Likeness, Observations

Rows = NDArray[np.int64]


def find_copies(observed: Observations, *, jobs: int = 1) -> Copies:
    """Find the images that show the same picture: exact, resized, re-encoded, cropped a little or mirrored.

    Neither the order nor the names of the images matter.

    Parameters
    ----------
    observed
        Digests, small pictures and sizes of N images.
    jobs
        Threads; they change nothing of the result.
    """
    pictures, shown = different_pictures(observed)
    with one_thread_each():
        links = _links(pictures, jobs)
    areas = pictures.sizes.prod(axis=1)
    middle = middles(links, areas)  # (U,), of pictures
    likeness = tuple(
        _of_pixels(observed, row, int(pictures.first[middle[picture]]))
        if middle[picture] == picture
        else links[_pair(picture, middle[picture])]
        for row, picture in enumerate(shown.tolist())
    )
    return Copies(pictures.first[middle[shown]], likeness)


def _links(pictures: Pictures, jobs: int) -> dict[tuple[int, int], Likeness]:
    """Return how pairs of different pictures are copies of each other; the lower row of each pair first."""
    pairs = candidates(pictures.colours, jobs=jobs)
    complete = whole(pictures, pairs, jobs=jobs)
    partial = np.flatnonzero(~complete)[cropped(pictures, pairs.take(~complete), jobs=jobs)]
    resized = (pictures.sizes[pairs.left] != pictures.sizes[pairs.right]).any(axis=1)
    kinds = np.where(resized, Likeness.RESIZED, Likeness.REENCODED)
    kinds[partial] = Likeness.CROPPED
    kinds[pairs.mirrored] = Likeness.MIRRORED
    found = np.union1d(np.flatnonzero(complete), partial)
    return {
        (left, right): Likeness(kind)
        for left, right, kind in zip(
            pairs.left[found].tolist(), pairs.right[found].tolist(), kinds[found].tolist(), strict=True
        )
    }


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _of_pixels(observed: Observations, row: int, first: int) -> Likeness:
    """Tell how an image is a copy of another that decodes to the same small picture."""
    if observed.digests[row] == observed.digests[first]:
        return Likeness.IDENTICAL
    if (observed.sizes[row] != observed.sizes[first]).any():
        return Likeness.RESIZED
    return Likeness.SAME_PIXELS
