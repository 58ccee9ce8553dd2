"""Sums over chunks of images, computed in the same order whatever the number of threads."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.engine import in_order

CHUNK = 1024
"""Number of images per chunk; it is fixed, so that sums are always computed in the same order."""


def chunks(total: int) -> Iterator[slice]:
    """Yield slices of CHUNK rows that cover *total* rows."""
    return (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))


BLOCK = 20_000
"""Number of images whose noise is modelled at once, as many as a noise model is fitted to: .2 GB with 24 candidates."""


def in_blocks(
    work: Callable[[slice], tuple[NDArray[np.float64], ...]], total: int, jobs: int
) -> tuple[NDArray[np.float64], ...]:
    """Return arrays of *total* rows that *work* computes for BLOCK rows at once; their last axis but one is the rows.

    Parameters
    ----------
    work
        Returns arrays (..., R, M) for R rows; it is called from several threads.
    total
        N.
    jobs
        Threads.
    """
    blocks = [slice(start, min(start + BLOCK, total)) for start in range(0, total, BLOCK)]
    filled: list[NDArray[np.float64]] = []
    for rows, parts in zip(blocks, in_order(work, blocks, jobs, ahead=1), strict=True):
        if len(blocks) == 1:
            return parts
        filled = filled or [np.empty((*part.shape[:-2], total, part.shape[-1])) for part in parts]
        for column, part in zip(filled, parts, strict=True):
            column[..., rows, :] = part
    return tuple(filled)


def summed(part: Callable[[slice], NDArray[np.float32]], total: int, jobs: int) -> NDArray[np.float32]:
    """Return the sum of a matrix over chunks of *total* rows, computed in the order of the chunks."""
    parts = in_order(part, chunks(total), jobs, ahead=1)
    result = next(parts)
    for each in parts:
        result += each
    return result


def summed_by_label(
    part: Callable[[slice], NDArray[np.floating]],
    labels: NDArray[np.int64],
    classes: int,
    dtype: type[np.floating],
    jobs: int = 1,
) -> NDArray[np.floating]:
    """Return the sums over the images of each class, (K, W).

    The rows of a class are added one after the other, so that the sum does not depend on the size of the chunks.

    Parameters
    ----------
    part
        Returns the values of a chunk of images, (R, W).
    labels
        int64 (N,).
    classes
        K.
    dtype
        In which they are added.
    jobs
        Threads.
    """
    totals: dict[int, NDArray[np.floating]] = {}
    width = 0
    for rows, values in zip(chunks(len(labels)), in_order(part, chunks(len(labels)), jobs, ahead=1), strict=True):
        width = values.shape[1]
        for label in np.unique(labels[rows]).tolist():
            own = values[labels[rows] == label]
            if label in totals:
                own = np.concatenate([totals[label][None], own], dtype=dtype)
            totals[label] = own.sum(axis=0, dtype=dtype)
    return np.stack([totals.get(label, np.zeros(width, dtype)) for label in range(classes)])
