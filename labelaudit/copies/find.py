"""From small images to groups of copies."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.candidates import Pairs, candidates
from labelaudit.copies.crops import cropped
from labelaudit.copies.grouping import middles
from labelaudit.copies.letterbox import contents, same_shape
from labelaudit.copies.orientation import FLIP, MIRROR, TRANSPOSE
from labelaudit.copies.pictures import Pictures, different_pictures, relative_brightness
from labelaudit.copies.whole import whole
from labelaudit.engine import one_thread_each
from labelaudit.records import Copies, Likeness, Observations
from labelaudit.records.copies import first_rows

Rows = NDArray[np.int64]

BRIGHTER = 0.04
"""Logarithm of the ratio of brightness from which a copy is described as brighter or darker."""


def find_copies(observed: Observations, *, jobs: int = 1) -> Copies:
    """Find the images that show the same picture, in any of the ways of :class:`labelaudit.records.Likeness`.

    Neither the order nor the names of the images matter. Without images, those with the same features are identical.

    Parameters
    ----------
    observed
        Digests, small images and sizes of N images.
    jobs
        Number of threads; the result does not depend on it.
    """
    if not observed.has_images:
        same = np.unique(np.array(observed.pictures), return_inverse=True)[1]
        return Copies(first_rows(same), (Likeness.IDENTICAL,) * len(same))
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
    """Return in which way pairs of different images are copies; the lower row of each pair comes first."""
    between, boxed = contents(pictures)
    views = pictures.with_more(between)
    shown = np.append(np.arange(len(pictures.first)), boxed)  # (V,): the image of each view
    is_content = np.arange(len(shown)) >= len(pictures.first)

    pairs = candidates(views.colours, jobs=jobs)
    unboxed = is_content[pairs.left] | is_content[pairs.right]
    pairs = pairs.take((shown[pairs.left] != shown[pairs.right]) & (~unboxed | _same_shape(views, pairs)))
    unboxed = is_content[pairs.left] | is_content[pairs.right]
    complete = whole(views, pairs, jobs=jobs)
    rest = np.flatnonzero(~complete & ~unboxed & (pairs.orientation <= MIRROR))
    partial = rest[cropped(views, pairs.take(rest), jobs=jobs)]

    kinds = _kinds(views, pairs)
    kinds[partial] = np.where(pairs.orientation[partial] == 0, Likeness.CROPPED, kinds[partial])
    kinds[unboxed] = Likeness.LETTERBOXED
    found = np.union1d(np.flatnonzero(complete), partial)
    found = found[np.argsort(unboxed[found], kind="stable")]
    links: dict[tuple[int, int], Likeness] = {}
    for left, right, kind in zip(shown[pairs.left[found]], shown[pairs.right[found]], kinds[found], strict=True):
        links.setdefault(_pair(int(left), int(right)), Likeness(kind))
    return links


def _same_shape(views: Pictures, pairs: Pairs) -> NDArray[np.bool_]:
    """Tell which pairs have the same aspect ratio in the orientation in which they are similar."""
    transposed = pairs.orientation >= TRANSPOSE
    right = np.where(transposed[:, None], views.sizes[pairs.right][:, ::-1], views.sizes[pairs.right])
    return same_shape(views.sizes[pairs.left], right)


def _kinds(views: Pictures, pairs: Pairs) -> NDArray[np.object_]:
    """Return in which way the pairs are copies, assuming that they are and show the whole image, (P,)."""
    resized = (views.sizes[pairs.left] != views.sizes[pairs.right]).any(axis=1)
    brightness = relative_brightness(views.greys)
    ratio = np.abs(np.log(brightness[pairs.left] / brightness[pairs.right]))
    kinds = np.where(resized, Likeness.RESIZED, Likeness.REENCODED).astype(object)
    kinds[ratio > BRIGHTER] = Likeness.BRIGHTNESS
    kinds[pairs.orientation == MIRROR] = Likeness.MIRRORED
    kinds[pairs.orientation == FLIP] = Likeness.FLIPPED
    kinds[pairs.orientation > FLIP] = Likeness.ROTATED
    return kinds


def _pair(one: int, other: int) -> tuple[int, int]:
    return min(one, other), max(one, other)


def _of_pixels(observed: Observations, row: int, first: int) -> Likeness:
    """Tell in which way an image is a copy of another that decodes to the same small image."""
    if observed.digests[row] == observed.digests[first]:
        return Likeness.IDENTICAL
    if (observed.sizes[row] != observed.sizes[first]).any():
        return Likeness.RESIZED
    return Likeness.SAME_PIXELS
