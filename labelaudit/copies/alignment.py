"""Align two small gray images by a shift and a scale along each axis."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]

FARTHEST = 0.14
"""Maximum shift or scale, in half edges: a crop of 6 % on each side."""

DAMPING = 0.001
"""Of the normal equations, so that a picture without edges along an axis is not moved along it."""


def align(fixed: Floats, moved: Floats, motion: Floats, steps: int) -> Floats:
    """Improve the motion under which one picture shows what another shows, by Gauss-Newton steps.

    Parameters
    ----------
    fixed, moved
        float32 (P, E, E), grey levels.
    motion
        float32 (P, 4), where to start: shift and scale down, shift and scale across; in halves of the edge, from the
        middle.
    steps
        How many.

    Returns
    -------
    The motion, (P, 4): what ``fixed`` shows at y stands in ``moved`` at ``shift + (1 + scale) y``.
    """
    pairs, edge, _ = fixed.shape
    places = _places(edge)
    down, across = np.zeros_like(fixed), np.zeros_like(fixed)
    down[:, 1:-1] = (fixed[:, 2:] - fixed[:, :-2]) * (edge / 4)
    across[:, :, 1:-1] = (fixed[:, :, 2:] - fixed[:, :, :-2]) * (edge / 4)
    slopes = np.stack([down, down * places[:, None], across, across * places], axis=1).reshape(pairs, 4, -1)
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
    """Return pictures (P, E, E) as they look after a motion (P, 4), and which of their pixels are known, (P, E, E)."""
    edge = pictures.shape[1]
    down, known_down = _weights(edge, motion[:, 0], motion[:, 1])
    across, known_across = _weights(edge, motion[:, 2], motion[:, 3])
    shown: Floats = np.matmul(np.matmul(down, pictures), across.transpose(0, 2, 1))
    return shown, known_down[:, :, None] & known_across[:, None]


def softened(pictures: NDArray[np.uint8]) -> Floats:
    """Return pictures (P, E, E) a little out of focus, so that it hardly matters where a detail falls on the pixels."""
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)), mode="edge").astype(np.float32)
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    soft: Floats = (rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]) / 16
    return soft


def _places(edge: int) -> Floats:
    """Return the middles of the pixels along an edge, -1 to 1."""
    return ((np.arange(edge, dtype=np.float32) + 0.5) / edge * 2 - 1).astype(np.float32)


def _weights(edge: int, shift: Floats, scale: Floats) -> tuple[Floats, Flags]:
    """Return the weights of the pixels at each place along a moved axis, (P, E, E), and which places are known, (P, E).

    Between two pixels, each counts by its nearness.
    """
    place = (_places(edge) * (1 + scale[:, None]) + shift[:, None] + 1) / 2 * edge - 0.5
    known = (place >= -0.5) & (place <= edge - 0.5)
    pixels = np.arange(edge, dtype=np.float32)
    weights: Floats = np.subtract(np.clip(place, 0, edge - 1)[:, :, None], pixels, dtype=np.float32)
    np.abs(weights, out=weights)  # in place: this is half of the time that a scan spends on copies
    np.subtract(1, weights, out=weights)
    np.maximum(weights, 0, out=weights)
    return weights, known
