"""Register two small images by an affine motion and a change of brightness, and measure the remaining difference."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.copies.alignment import halved, pixel_centers
from labelaudit.engine import in_order

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


class Level(NamedTuple):
    """One resolution at which pairs are registered.

    Attributes
    ----------
    halvings
        How often the images are reduced by half.
    steps
        Gauss-Newton steps.
    enough
        A pair that differs by more than this multiple of its limit is rejected. Of the pairs that end below their
        limit, 99 % pass each level.
    """

    halvings: int
    steps: int
    enough: float


COARSE = Level(2, 6, 1)

LEVELS = (Level(2, 2, 10), Level(2, 4, 6), Level(1, 4, 2.4), Level(0, 3, 1))
"""Most unrelated pairs are rejected at 12 x 12 pixels, where a step costs a sixteenth of one at 48 x 48, and more than
half of them after two steps."""

Pyramid = tuple[Bytes, Bytes, Bytes]
"""Small pictures, uint8 (N, E, E), and the same shrunk by half once and twice."""

DAMPING = 0.001
"""Damping of the normal equations, so that an image without edges is not moved."""

FAINT = 5.0
"""Variance, in squared gray levels, that is attributed to noise: images with little contrast are similar by chance."""

GAIN = 3.0
"""Maximum ratio of the contrasts of two images that a change of brightness explains."""

COVERED = 0.4
"""Minimum share of an image that the other one has to cover."""

AT_ONCE = 2**16
"""Number of pixels that are registered at once, so that they fit into the cache of a core."""


def pyramid(greys: Bytes) -> Pyramid:
    """Return small pictures, uint8 (N, E, E) with E divisible by 4, at each resolution."""
    return greys, halved(greys, 1), halved(greys, 2)


def unexplained(
    greys: Pyramid,
    left: Rows,
    right: Rows,
    limit: Floats,
    levels: tuple[Level, ...] = LEVELS,
    *,
    mirrored: bool = False,
    jobs: int = 1,
) -> Floats:
    """Return the difference of pairs of images after an affine registration, float32 (P,).

    The motion is found by Gauss-Newton steps from coarse to fine (Lucas and Kanade (1981), "An Iterative Image
    Registration Technique"), starting from no motion: rotations up to about 20 degrees and shifts up to a quarter of
    the edge are found. Brightness and contrast do not matter.

    Parameters
    ----------
    greys
        Small pictures at each resolution.
    left, right
        int64 (P,), rows of the pictures.
    limit
        float32 (P,), the largest difference of interest.
    levels
        The resolutions.
    mirrored
        Whether the right ones are mirrored first.
    jobs
        Number of threads; the result does not depend on it.

    Returns
    -------
    One minus the correlation, 0 to 2, and infinity for pairs that were rejected because they differ by much more than
    their limit.
    """
    rows = np.arange(len(left))
    motion = np.tile(np.array([[1, 0, 0], [0, 1, 0]], np.float32), (len(left), 1, 1))
    found = np.full(len(left), np.inf, np.float32)
    for level in levels:
        small = greys[level.halvings]
        others = small[:, :, ::-1] if mirrored else small
        differs, motion = _registered(small, others, left[rows], right[rows], motion, level.steps, jobs)
        good = differs <= level.enough * limit[rows]
        found[rows] = np.inf
        rows, motion = rows[good], motion[good]
        found[rows] = differs[good]
    return found


def _registered(
    greys: Bytes, others: Bytes, left: Rows, right: Rows, motion: Floats, steps: int, jobs: int
) -> tuple[Floats, Floats]:
    """Return the improved motion of each pair, (P, 2, 3), and the remaining difference, (P,)."""
    size = max(1, AT_ONCE // greys.shape[1] ** 2)

    def improve(start: int) -> tuple[Floats, Floats]:
        part = slice(start, start + size)
        fixed, moved = greys[left[part]].astype(np.float32), others[right[part]].astype(np.float32, order="C")
        better = _aligned(fixed, moved, motion[part], steps)
        shown, inside = _warped(moved, better)
        return 1 - _correlation(_centred(fixed, inside), _centred(shown, inside), inside), better

    if not len(left):
        return np.zeros(0, np.float32), motion
    differs, better = zip(*in_order(improve, range(0, len(left), size), jobs), strict=True)
    return np.concatenate(differs), np.concatenate(better)


def _aligned(fixed: Floats, moved: Floats, motion: Floats, steps: int) -> Floats:
    """Improve the motions (P, 2, 3) that map positions in *fixed* to *moved*, in half edges."""
    pairs, edge, _ = fixed.shape
    centers = pixel_centers(edge)
    down, across = np.zeros_like(fixed), np.zeros_like(fixed)
    down[:, 1:-1] = (fixed[:, 2:] - fixed[:, :-2]) * (edge / 4)
    across[:, :, 1:-1] = (fixed[:, :, 2:] - fixed[:, :, :-2]) * (edge / 4)
    slopes = np.stack(
        [turn for slope in (down, across) for turn in (slope * centers[:, None], slope * centers, slope)], axis=1
    ).reshape(pairs, 6, -1)
    normal = slopes @ slopes.transpose(0, 2, 1)
    damping = DAMPING * (np.trace(normal, axis1=1, axis2=2) + 1)
    solve = np.linalg.inv(normal + damping[:, None, None] * np.eye(6, dtype=np.float32)) @ slopes
    for _ in range(steps):
        shown, inside = _warped(moved, motion)
        one, other = _centred(fixed, inside), _centred(shown, inside)
        missing = (one - _gain(one, other) * other).reshape(pairs, -1, 1)
        motion = np.clip(motion + (solve @ missing).reshape(pairs, 2, 3), -2, 2)
    return motion


def _gain(one: Floats, other: Floats) -> Floats:
    """Return the ratio of the contrasts of centered images, (P, 1, 1)."""
    first, second = (np.sqrt(np.square(each).sum(axis=(1, 2), keepdims=True)) for each in (one, other))
    gain: Floats = np.clip(first / np.maximum(second, 1), 1 / GAIN, GAIN).astype(np.float32)
    return gain


def _correlation(one: Floats, other: Floats, inside: Flags) -> Floats:
    """Return the correlation of centered images, (P,); 0 if too few of their pixels are known."""
    count = inside.sum(axis=(1, 2), dtype=np.float32)
    squares = np.square(one).sum(axis=(1, 2)) * np.square(other).sum(axis=(1, 2))
    found: Floats = (one * other).sum(axis=(1, 2)) / (np.sqrt(squares) + FAINT * np.maximum(count, 1))
    found[count < COVERED * one[0].size] = 0
    return found


def _centred(pictures: Floats, inside: Flags) -> Floats:
    """Return images with mean 0 where they are *inside*, and 0 elsewhere."""
    known = pictures * inside
    mean = known.sum(axis=(1, 2)) / np.maximum(inside.sum(axis=(1, 2), dtype=np.float32), 1)
    known -= mean[:, None, None] * inside
    return known


def _warped(pictures: Floats, motion: Floats) -> tuple[Floats, Flags]:
    """Apply motions (P, 2, 3) to images (P, E, E), and return which of their pixels are known as well."""
    pairs, edge, _ = pictures.shape
    centers = pixel_centers(edge)
    place = ((motion[:, :, 0, None] * centers)[..., None] + (motion[:, :, 1, None] * centers)[:, :, None]) + (
        motion[:, :, 2, None, None] + 1
    )
    place *= edge / 2
    place -= 0.5  # (P, 2, E, E): vertical and horizontal
    inside = ((place >= -0.5) & (place <= edge - 0.5)).all(axis=1)
    np.clip(place, 0, edge - 1.001, out=place)
    corner = place.astype(np.int32)
    place -= corner
    first = corner[:, 0] * edge + corner[:, 1] + np.arange(pairs, dtype=np.int32)[:, None, None] * edge**2
    down, across = place[:, 0], place[:, 1]

    def between(start: NDArray[np.int32]) -> Floats:
        one, other = flat.take(start), flat.take(start + 1)
        other -= one
        other *= across
        other += one
        return other

    flat = pictures.reshape(-1)
    shown, lower = between(first), between(first + edge)
    lower -= shown
    lower *= down
    shown += lower
    return shown, inside
