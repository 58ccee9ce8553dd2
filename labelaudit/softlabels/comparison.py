"""Compare what several modes make of the same labels."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.records import BINARY, ClassShare, Comparison, ModeFigures, MovedImage, SoftLabels
from labelaudit.softlabels.mode import Known
from labelaudit.softlabels.modes import soft_labels

USUAL_EPS = 0.1
"""Smoothing of the mode ``uniform`` if none is named: that of Szegedy et al. (2016)."""

IMAGES, CLASSES = 20, 3
"""Number of images that are shown, and of classes of each of them."""

LEAST = 0.005
"""Smallest probability that is shown: smaller ones are printed as zero."""


class _Measured(NamedTuple):
    """What a pass over soft labels finds: see :class:`~labelaudit.records.ModeFigures`.

    ``flow`` is (K, K), the probability moved from the class of the row to that of the column, and ``moved`` (N,) the
    probability that is not on the given label.
    """

    entropy: float
    changed: int
    flow: NDArray[np.float64]
    moved: NDArray[np.float64]


def compare_modes(known: Known, eps: float | None = None) -> Comparison:
    """Return what each mode makes of the labels: uniform, corrected, posterior, and votes where there are some.

    Parameters
    ----------
    known
        The images, and what is known of their labels.
    eps
        Smoothing of the mode ``uniform``, 0.1 if it is None. The others are compared without smoothing.
    """
    softened, figures = [], []
    for soft in _softened(known, USUAL_EPS if eps is None else eps):
        found = _measured(soft)
        name = f"{soft.mode}, eps {soft.eps:g}" if soft.eps else soft.mode
        softened.append(soft)
        figures.append(ModeFigures(name, found.entropy, found.changed, found.flow.sum(axis=1)))
    dataset = softened[-1].dataset  # without the images that people found not usable
    classes = dataset.classes
    most = np.argsort(-found.moved, kind="stable")[: min(IMAGES, int((found.moved >= LEAST).sum()))]
    shares = zip(*(_shares(soft, most) for soft in softened), strict=True)
    return Comparison(
        classes=classes,
        counts=dataset.class_counts,
        modes=tuple(figures),
        mostly=tuple(ClassShare(classes[k], float(row[k])) for row in found.flow for k in [int(row.argmax())]),
        images=tuple(
            MovedImage(dataset.paths[row], classes[dataset.labels[row]], each)
            for row, each in zip(most.tolist(), shares, strict=True)
        ),
        notes=softened[-1].notes,
    )


def _softened(known: Known, eps: float) -> Iterator[SoftLabels]:
    yield soft_labels(known, "uniform", eps)
    for mode in ("corrected", "posterior", *(["votes"] if known.consensus else [])):
        yield soft_labels(known, mode)


def _measured(soft: SoftLabels) -> _Measured:
    classes, given = len(soft.dataset.classes), soft.dataset.labels
    entropy, changed = 0.0, 0
    flow, moved = np.zeros((classes, classes)), np.empty(len(given))
    for rows, block in soft.blocks(BINARY):
        shares, labels = block / BINARY, given[rows]
        entropy -= float((shares * np.log(np.where(shares > 0, shares, 1))).sum())
        changed += int((shares.argmax(axis=1) != labels).sum())
        np.add.at(flow, labels, shares)
        moved[rows] = 1 - np.take_along_axis(shares, labels[:, None], axis=1)[:, 0]
    np.fill_diagonal(flow, 0)
    return _Measured(entropy / len(given), changed, flow, moved)


def _shares(soft: SoftLabels, rows: NDArray[np.int64]) -> list[tuple[ClassShare, ...]]:
    """Return the most probable classes of some rows."""
    found = []
    for row in soft.take(rows).probabilities:
        order = np.argsort(-row, kind="stable")[:CLASSES].tolist()
        found.append(tuple(ClassShare(soft.dataset.classes[k], float(row[k])) for k in order if row[k] >= LEAST))
    return found
