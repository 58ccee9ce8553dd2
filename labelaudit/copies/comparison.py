"""Compare two aligned small images tile by tile."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

NOISE = 10.0
"""Gray levels by which copies may differ even in plain areas; less if the image has little contrast anywhere."""

COLOURS = 16.0
"""Levels by which the colors of a tile may differ."""

TILES = 4
"""Number of tiles along the edge for the comparison of colors."""

LARGEST_GAIN = 1.36
"""Largest ratio of brightness that is compensated: a quarter darker is 1 : 1.33."""

SATURATED = 245
"""Gray level from which a pixel may have been clipped."""


def relative_gain(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> Floats:
    """Return the factors that map the levels of the second images to those of the first, (P,), by least squares.

    Parameters
    ----------
    one, other
        uint8 (P, E, E), gray levels. Pixels that are nearly white in one of them may be clipped and are ignored.

    Returns
    -------
    Between 1 / 1.36 and 1.36.
    """
    free = np.maximum(one, other) < SATURATED
    first, second = ((each * free).astype(np.float32).reshape(len(one), -1) for each in (one, other))
    gain = (first * second).sum(axis=1) / np.maximum(np.square(second).sum(axis=1), 1)
    limited: Floats = np.clip(np.where(free.any(axis=(1, 2)), gain, 1), 1 / LARGEST_GAIN, LARGEST_GAIN)
    return limited.astype(np.float32)


def equally_bright(one: NDArray[np.uint8], other: NDArray[np.uint8], gain: Floats) -> tuple[Floats, Floats]:
    """Return images (P, E, E, ...) with the darker of each pair scaled to the brightness of the other and clipped."""
    gain = gain.reshape(-1, *[1] * (one.ndim - 1))
    return np.minimum(one * np.maximum(1 / gain, 1), 255), np.minimum(other * np.maximum(gain, 1), 255)


def shared_contrast(one: Floats, other: Floats, inside: Flags) -> Floats:
    """Return the share of contrast that two images (P, E, E) have in common where they are *inside*, (P,), up to 1."""
    weight = inside / np.maximum(inside.sum(axis=(1, 2), keepdims=True), 1).astype(np.float32)
    difference = (np.square(one - other) * weight).sum(axis=(1, 2))
    first, second = (
        (np.square(each) * weight).sum(axis=(1, 2)) - np.square((each * weight).sum(axis=(1, 2)))
        for each in (one, other)
    )
    shared: Floats = 1 - difference / (first + second + NOISE**2 / 2)
    return shared


def worst_tile(one: Floats, other: Floats, inside: Flags, tiles: int) -> Floats:
    """Return the difference in the tile that differs most, (P,), relative to the contrast around it.

    Encoding and resizing change an image slightly at all edges. A different image of the same scene differs a lot in
    one place, which may be small.

    Parameters
    ----------
    one, other
        float32 (P, E, E), gray levels.
    inside
        bool (P, E, E): where both images are known.
    tiles
        Number of tiles along the edge.
    """
    pairs, edge, _ = one.shape

    def summed(values: Floats) -> Floats:
        total: Floats = (values * inside).reshape(pairs, tiles, edge // tiles, tiles, edge // tiles).sum(axis=(2, 4))
        return total

    count = summed(np.ones_like(one))
    around = np.maximum(_with_neighbours(count), 1)
    variances = [
        _with_neighbours(summed(each * each)) / around - np.square(_with_neighbours(summed(each)) / around)
        for each in (one, other)
    ]
    contrast = np.maximum(np.maximum(*variances), 0)
    contrast += np.minimum(contrast.mean(axis=(1, 2), keepdims=True), NOISE**2)
    difference = summed(np.square(one - other)) / np.maximum(count, 1) / contrast
    difference[count < (edge // tiles) ** 2 / 2] = 0
    worst: Floats = difference.max(axis=(1, 2))
    return worst


def _with_neighbours(tiles: Floats) -> Floats:
    """Return the sum over each tile and the eight around it, (P, T, T)."""
    padded = np.pad(tiles, ((0, 0), (1, 1), (1, 1)))
    rows = padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]
    total: Floats = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    return total


def same_colours(one: NDArray[np.generic], other: NDArray[np.generic], inside: Flags | None = None) -> Flags:
    """Tell which images have the same colors everywhere except for their brightness, (P,).

    Parameters
    ----------
    one, other
        (P, E, E, 3), RGB, 0 to 255.
    inside
        bool (P, E, E): where both images are known; None means everywhere.
    """
    difference = one.astype(np.float32) - other.astype(np.float32)
    if inside is not None:
        difference *= inside[..., None]
    difference -= difference.mean(axis=3, keepdims=True)
    pairs, edge = difference.shape[:2]
    tiles = difference.reshape(pairs, TILES, edge // TILES, TILES, edge // TILES, 3).mean(axis=(2, 4))
    same: Flags = np.abs(tiles).max(axis=(1, 2, 3)) <= COLOURS
    return same
