"""Find pairs of classes that the data do not distinguish, between which wrong labels cannot be detected."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles

Rows = NDArray[np.int64]

APART = 0.75
"""Area under the ROC curve below which two classes overlap: half-way from guessing to perfect separation."""

DRAW = 1e-4
"""Probabilities that differ by less are equal: sums in single precision are not exact."""

SWAPPED_AT_MOST = 0.5
"""Maximum share of swapped labels that the area is corrected for: if one class seems to contain only images of the
other, the two may as well be the same."""

MIXED = 0.5
"""Ratio of the shares of two classes whose images show either of the two, below which one of them is no second name
for the other: most of its images show various other classes, so it is a class of wrong labels."""

SURE = 2.0
"""Number of standard errors that the area has to be below the threshold."""


def overlapping_pairs(beliefs: Doubles, posterior: Doubles, candidates: Rows, classes: int) -> Rows:
    """Return the pairs of overlapping classes, int64 (P, 2), sorted, with the lower class first.

    The criterion is the area under the ROC curve: the probability that, of one image of each class, the image of the
    first class looks more like it. It is one half by chance, with the standard error of Mann and Whitney (1947), "On a
    Test of Whether one of Two Random Variables is Stochastically Larger than the Other". Swapped labels move the area
    towards one half, by the factor 1 minus the swapped shares (Menon et al. (2015), "Learning from Corrupted Binary
    Labels via Class-Probability Estimation", corollary 3), which is corrected here: two classes of which a third of the
    labels is swapped are not the same class.

    Parameters
    ----------
    beliefs
        float64 (N, M) of the candidates, out of sample, before the label was looked at.
    posterior
        float64 (N, M), after it was looked at.
    candidates
        int64 (N, M); column 0 is the given label.
    classes
        K.
    """
    labels = candidates[:, 0]
    taken = _taken_for(beliefs, candidates, classes)
    # If the area is small, so is the accuracy of the best threshold; only few pairs need a full ranking.
    near = np.argwhere(np.triu((taken + taken.T) / 2 > 1 - APART, 1))
    found = []
    for first, second in near.tolist():
        rows = np.flatnonzero((labels == first) | (labels == second))
        of_first = labels[rows] == first
        one, other = ((beliefs[rows] * (candidates[rows] == name)).sum(axis=1) for name in (first, second))
        true = [(posterior[rows] * (candidates[rows] == name)).sum(axis=1) for name in (first, second)]
        if not _apart(np.log(one + 1e-12) - np.log(other + 1e-12), of_first, *true):
            found.append((first, second))
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def counted_as_given(candidates: Rows, pairs: Rows, classes: int) -> NDArray[np.bool_]:
    """Return which candidates are the given label or a class that overlaps with it, bool (N, M)."""
    same = np.eye(classes, dtype=np.bool_)
    same[pairs, pairs[:, ::-1]] = True
    counted: NDArray[np.bool_] = same[candidates[:, :1], candidates]
    return counted


def _taken_for(beliefs: Doubles, candidates: Rows, classes: int) -> Doubles:
    """Return the share of the class in the row whose images look more like the class in the column, (K, K).

    A tie counts one half.
    """
    labels = candidates[:, 0]
    ahead = beliefs - beliefs[:, :1]
    preferred = np.where(np.abs(ahead) < DRAW, 0.5, ahead > 0)
    cell = labels[:, None] * classes + candidates
    counted = np.bincount(cell.ravel(), preferred.ravel(), classes**2).reshape(classes, classes)
    share: Doubles = counted / np.maximum(np.bincount(labels, minlength=classes), 1)[:, None]
    return share


def _apart(leaning: Doubles, of_first: NDArray[np.bool_], first: Doubles, second: Doubles) -> bool:
    """Tell whether two classes may be distinguishable, by the area under the curve or because there are too few images.

    *first* and *second* are the probabilities of the two classes after the labels were looked at. An image counts with
    their sum: one that shows a third class says nothing about these two.
    """
    weights = first + second
    shares = sorted(float(weights[its].mean()) for its in (of_first, ~of_first))
    if shares[0] < MIXED * shares[1]:
        return True
    swapped = second[of_first].sum() / max(weights[of_first].sum(), 1e-12)
    swapped += first[~of_first].sum() / max(weights[~of_first].sum(), 1e-12)
    order = np.argsort(leaning, kind="stable")
    starts = np.flatnonzero(np.diff(leaning[order], prepend=-np.inf) > 0)  # equal values are ties
    ones, others = (np.add.reduceat((weights * its)[order], starts) for its in (of_first, ~of_first))
    images, rest = ones.sum(), others.sum()
    area = (ones * (np.cumsum(others) - others / 2)).sum() / max(images * rest, 1e-12)  # a tie counts one half
    error = np.sqrt((images + rest + 1) / (12 * max(images * rest, 1e-12)))
    ahead = max(area - 0.5, 0)  # without the image itself, chance is a little below one half
    corrected = 0.5 + ahead / max(1 - swapped, 1 - SWAPPED_AT_MOST)
    return bool(0.5 + ahead + SURE * error >= APART or corrected >= APART)
