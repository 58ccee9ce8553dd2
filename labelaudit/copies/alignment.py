"""Align two small gray images by a shift and a scale along each axis."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

FARTHEST = 0.14
"""Maximum shift or scale, in half edges: a crop of 6 % on each side."""

DAMPING = 0.001
"""Damping of the normal equations, so that an image without edges along an axis is not moved along it."""

AT_ONCE = 4096
"""Number of images that are reduced at once."""


def align(fixed: Floats, moved: Floats, motion: Floats, steps: int) -> Floats:
    """Improve the motion that maps one image to another by Gauss-Newton steps.

    Parameters
    ----------
    fixed, moved
        float32 (P, E, E), gray levels.
    motion
        float32 (P, 4), the initial motion: vertical shift and scale, horizontal shift and scale, in half edges,
        relative to the center.
    steps
        Number of steps.

    Returns
    -------
    The motion, (P, 4): position y in ``fixed`` corresponds to ``shift + (1 + scale) y`` in ``moved``.
    """
    pairs, edge, _ = fixed.shape
    centers = pixel_centers(edge)
    down, across = np.zeros_like(fixed), np.zeros_like(fixed)
    down[:, 1:-1] = (fixed[:, 2:] - fixed[:, :-2]) * (edge / 4)
    across[:, :, 1:-1] = (fixed[:, :, 2:] - fixed[:, :, :-2]) * (edge / 4)
    slopes = np.stack([down, down * centers[:, None], across, across * centers], axis=1).reshape(pairs, 4, -1)
    normal = slopes @ slopes.transpose(0, 2, 1)
    damping = DAMPING * (np.trace(normal, axis1=1, axis2=2) + 1)
    normal += damping[:, None, None] * np.eye(4, dtype=np.float32)
    for _ in range(steps):
        shown, inside = warp(moved, motion)
        missing = ((fixed - shown) * inside).reshape(pairs, -1, 1)
        motion = motion + np.linalg.solve(normal, slopes @ missing)[:, :, 0]
        motion = np.clip(motion, -FARTHEST, FARTHEST)
    return motion


def warp(pictures: Floats, motion: Floats) -> tuple[Floats, Flags]:
    """Apply a motion (P, 4) to images (P, E, E), and return which of their pixels are known as well, (P, E, E)."""
    edge = pictures.shape[1]
    down, known_down = _weights(edge, motion[:, 0], motion[:, 1])
    across, known_across = _weights(edge, motion[:, 2], motion[:, 3])
    shown: Floats = np.matmul(np.matmul(down, pictures), across.transpose(0, 2, 1))
    return shown, known_down[:, :, None] & known_across[:, None]


def softened(pictures: NDArray[np.uint8]) -> Floats:
    """Blur images (P, E, E) slightly, so that the position of details within pixels hardly matters."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), mode="edge").astype(np.float32)
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    soft: Floats = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16
    return soft


def halved(greys: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """Reduce images (P, E, E) by half, *times* times."""
    for _ in range(times):
        half = np.empty((len(greys), greys.shape[1] // 2, greys.shape[2] // 2), np.uint8)
        for start in range(0, len(greys), AT_ONCE):
            some = greys[start : start + AT_ONCE]
            rows = some[:, ::2].astype(np.uint16) + some[:, 1::2]
            half[start : start + AT_ONCE] = (rows[:, :, ::2] + rows[:, :, 1::2] + 2) // 4
        greys = half
    return greys


def pixel_centers(edge: int) -> Floats:
    """Return the centers of the pixels along an edge, -1 to 1."""
    return ((np.arange(edge, dtype=np.float32) + 0.5) / edge * 2 - 1).astype(np.float32)


def _weights(edge: int, shift: Floats, scale: Floats) -> tuple[Floats, Flags]:
    """Return the weights of linear interpolation along a moved axis, (P, E, E), and the known positions, (P, E)."""
    place = (pixel_centers(edge) * (1 + scale[:, None]) + shift[:, None] + 1) / 2 * edge - 0.5
    known = (place >= -0.5) & (place <= edge - 0.5)
    pixels = np.arange(edge, dtype=np.float32)
    weights: Floats = np.subtract(np.clip(place, 0, edge - 1)[:, :, None], pixels, dtype=np.float32)
    np.abs(weights, out=weights)  # in place: this takes half of the time for finding duplicates
    np.subtract(1, weights, out=weights)
    np.maximum(weights, 0, out=weights)
    return weights, known
