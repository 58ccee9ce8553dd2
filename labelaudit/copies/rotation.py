"""Find pairs of images of which one is the other rotated by any angle, mirrored or not."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.engine import in_order
from labelaudit.inverted_lists import Neighbourhood, neighbourhoods

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]

RINGS, ANGLES = 8, 32
"""Number of circles around the centre along which images are sampled, and of sampling points on each."""

FREQUENCIES = 8
"""Frequencies along a circle whose magnitudes are compared; rotating an image does not change them."""

AXES, FEWER = 48, 8
"""Maximum number of axes on which the magnitudes are compared, and the number of images that are needed for each."""

ALIKE = 0.85
"""Cosine on these axes from which a pair is looked at. Of photos of clothing turned by any angle 98 % have a relative
above .91, and of independent photos 1 % have another one above .85."""

AT_MOST = 4
"""Number of pairs that are examined for each image, the closest first."""

FAINT = 30.0
"""Norm of the magnitudes, in grey levels, below which an image is too uniform to be compared."""

SQUARE = 32
"""Edge length in pixels of the squares that are cut out."""

BLOCK = 128
"""Number of images that are compared with all others at once."""


class Turned(NamedTuple):
    """Pairs of images of which one may be the other rotated.

    Attributes
    ----------
    left, right
        int64 (P,), rows of the images, the lower one first.
    angle
        float32 (P,), angle in radians by which the right image has to be rotated.
    mirrored
        bool (P,), whether the right image has to be mirrored first.
    """

    left: Rows
    right: Rows
    angle: Floats
    mirrored: Flags

    def take(self, wanted: slice) -> "Turned":
        """Return some of the pairs."""
        return Turned(self.left[wanted], self.right[wanted], self.angle[wanted], self.mirrored[wanted])


def turned(greys: Bytes, shape: Floats, family: Rows, *, jobs: int = 1) -> Turned:
    """Return pairs of images of different families that are alike along circles around their middles.

    The strengths of the frequencies along a circle stay the same when a picture is turned or mirrored; their phases
    tell by how much it was turned (Reddy and Chatterji (1996), "An FFT-Based Technique for Translation, Rotation, and
    Scale-Invariant Image Registration", on the picture itself instead of its spectrum).

    Parameters
    ----------
    greys
        uint8 (N, E, E), small pictures.
    shape
        float32 (N, 2): the radius of the largest circle within each image, as a share of half its height and width.
    family
        int64 (N,).
    jobs
        Number of threads; the result does not depend on it.
    """

    def measure(rows: slice) -> tuple[Floats, Flags]:
        return _strengths(_waves(greys[rows], shape[rows]))

    strengths, shows = (
        np.concatenate(each) for each in zip(*in_order(measure, _blocks(len(greys), 8), jobs), strict=True)
    )
    unit, numbers = _whitened(strengths, shows), np.arange(len(greys))

    def look(part: Neighbourhood) -> tuple[Rows, Rows]:
        rows, others = numbers[part.rows], numbers[part.upwards().others]
        alike = unit[part.rows] @ unit[part.upwards().others].T
        left, right = np.nonzero(alike > ALIKE)
        new = (rows[left] < others[right]) & (family[rows[left]] != family[others[right]])
        left, right = left[new], right[new]
        order = np.lexsort((right, -alike[left, right], left))
        left, right = left[order], right[order]
        near = np.arange(len(left)) - np.searchsorted(left, left) < AT_MOST
        return rows[left[near]], others[right[near]]

    parts = neighbourhoods(unit, block=BLOCK, jobs=jobs)
    left, right = (np.concatenate(side) for side in zip(*in_order(look, parts, jobs), strict=True))
    order = np.argsort(left, kind="stable")
    left, right = left[order], right[order]

    def align(pairs: slice) -> tuple[Floats, Flags]:
        return _angles(*(_waves(greys[side[pairs]], shape[side[pairs]]) for side in (left, right)))

    angles = list(in_order(align, _blocks(len(left), 8), jobs)) or [(np.zeros(0, np.float32), np.zeros(0, np.bool_))]
    return Turned(left, right, *(np.concatenate(each) for each in zip(*angles, strict=True)))


def squares(greys: Bytes, shape: Floats, pairs: Turned) -> tuple[Bytes, Bytes]:
    """Return the squares within the circles of pairs of images, the right ones turned, uint8 (P, SQUARE, SQUARE).

    They exclude the corners that a rotation cuts off or fills.
    """
    place = ((np.arange(SQUARE, dtype=np.float32) + 0.5) / SQUARE * 2 - 1) * np.sqrt(0.5, dtype=np.float32)
    down, across = np.repeat(place, SQUARE), np.tile(place, SQUARE)
    cosine, sine = np.cos(pairs.angle)[:, None], np.sin(pairs.angle)[:, None]
    flip = np.where(pairs.mirrored, -1, 1).astype(np.float32)[:, None]
    left = _read(greys[pairs.left], shape[pairs.left], down[None], across[None])
    right = _read(
        greys[pairs.right], shape[pairs.right], cosine * down + sine * across, flip * (cosine * across - sine * down)
    )
    one, other = (np.rint(side).astype(np.uint8).reshape(-1, SQUARE, SQUARE) for side in (left, right))
    return one, other


def _waves(greys: Bytes, shape: Floats) -> NDArray[np.complex64]:
    """Return the frequencies along circles around the middle of pictures, complex64 (N, RINGS, ANGLES / 2 + 1)."""
    radius = (np.arange(RINGS, dtype=np.float32)[:, None] + 1) / (RINGS + 0.5)
    angle = np.arange(ANGLES, dtype=np.float32) * np.float32(2 * np.pi / ANGLES)
    circles = _read(greys, shape, (radius * np.sin(angle)).reshape(1, -1), (radius * np.cos(angle)).reshape(1, -1))
    weight = np.sqrt(radius)  # the area that a ring represents
    circles = circles.reshape(len(greys), RINGS, ANGLES)
    mean = (circles * weight**2).sum(axis=(1, 2)) / (np.square(weight).sum() * ANGLES)
    circles = (circles - mean[:, None, None]) * weight
    length = np.sqrt(np.square(circles).sum(axis=(1, 2), keepdims=True))
    circles /= np.maximum(length, FAINT)
    waves: NDArray[np.complex64] = np.fft.rfft(circles, axis=2, norm="ortho").astype(np.complex64)
    return waves


def _read(greys: Bytes, shape: Floats, down: Floats, across: Floats) -> Floats:
    """Return grey levels at places (N or 1, Q) in the largest circle, in radii from the middle; float32 (N, Q)."""
    edge = greys.shape[1]
    down, across = (
        np.clip((place * shape[:, side, None] + 1) * (edge / 2) - 0.5, 0, edge - 1.001).astype(np.float32)
        for side, place in enumerate((down, across))
    )
    row, column = down.astype(np.int32), across.astype(np.int32)
    down -= row
    across -= column
    flat = greys.reshape(-1).astype(np.float32)
    first = row * edge + column + np.arange(len(greys), dtype=np.int32)[:, None] * edge**2
    upper = flat[first] * (1 - across) + flat[first + 1] * across
    lower = flat[first + edge] * (1 - across) + flat[first + edge + 1] * across
    shown: Floats = upper * (1 - down) + lower * down
    return shown


def _strengths(waves: NDArray[np.complex64]) -> tuple[Floats, Flags]:
    """Return the magnitudes of the frequencies, (N, RINGS * FREQUENCIES), and whether the image is not uniform."""
    strengths = np.abs(waves[:, :, :FREQUENCIES])
    strengths[:, :, 0] = waves[:, :, 0].real
    return strengths.reshape(len(waves), -1), np.square(np.abs(waves)).sum(axis=(1, 2)) > 0.5


def _whitened(strengths: Floats, shows: Flags) -> Floats:
    """Return the magnitudes on whitened axes, normalized to length 1; 0 for images that do not show anything."""
    strengths -= strengths.mean(axis=0)
    spread, axes = np.linalg.eigh(strengths.T.astype(np.float64) @ strengths)
    count = min(AXES, max(1, len(strengths) // FEWER))
    used = np.maximum(spread[-count:], 1e-6 * spread[-1] + 1e-12)
    unit = (strengths @ (axes[:, -count:] / np.sqrt(used)).astype(np.float32)) * shows[:, None]
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-9)
    return np.asarray(unit, dtype=np.float32)


def _angles(left: NDArray[np.complex64], right: NDArray[np.complex64]) -> tuple[Floats, Flags]:
    """Return by what angle the right ones have to be turned, radians (P,), and whether to mirror them first."""
    signs = (-1.0) ** np.arange(left.shape[2])
    along = np.stack([np.fft.irfft((left * other).sum(axis=1), n=ANGLES) for other in (right.conj(), right * signs)])
    row = np.arange(left.shape[0])
    mirrored = along[1].max(axis=1) > along[0].max(axis=1)
    agree = along[mirrored.astype(np.int64), row]
    step = agree.argmax(axis=1)
    before, best, after = (agree[row, (step + side) % ANGLES] for side in (-1, 0, 1))
    between = (before - after) / 2 / np.minimum(before - 2 * best + after, -1e-9)  # the vertex of a parabola
    return (-(step + between) * (2 * np.pi / ANGLES)).astype(np.float32), mirrored


def _blocks(total: int, times: int) -> list[slice]:
    return [slice(start, min(start + times * BLOCK, total)) for start in range(0, total, times * BLOCK)]
