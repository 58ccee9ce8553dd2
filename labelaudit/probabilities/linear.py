"""Two linear classifiers with closed-form predictions for each image without itself and without its family.

Let ``H = Z (Z'Z + penalty I)^-1 Z'``. The predictions for a group G of images by a model that was fitted without them
follow from the fit to all images and from ``(I - H_GG)^-1`` alone (Cook and Weisberg (1982), "Residuals and Influence
in Regression", section 2.2; for single images Allen's PRESS, 1974). There are no folds. On the principal axes the
inverse is diagonal, so that each additional penalty takes little time.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.cache import release
from labelaudit.probabilities.axes import Axes, Doubles, Floats
from labelaudit.probabilities.chunks import summed_by_label

Rows = NDArray[np.int64]

AT_ONCE = 2**20
"""Number of coordinates of families that are held out in one step, 8 MiB."""

ALMOST_ONE = 1 - 1e-6
"""Upper bound of the leverage of an image: at 1, there would be no data left to predict it from."""


class Linear(ABC):
    """A linear classifier on the principal axes.

    Parameters
    ----------
    axes
        Principal axes of N images.
    labels
        int64 (N,).
    classes
        K.
    families
        Rows of every family that has more than one image.
    """

    def __init__(self, axes: Axes, labels: Rows, classes: int, families: list[Rows]) -> None:
        self._z, self._spread, self._labels = axes.z, axes.spread, labels
        self._families = list(of_one_size(families, AT_ONCE // max(axes.z.shape[1], 1)))
        self._counts = np.bincount(labels, minlength=classes).astype(np.float64)  # (K,)
        sums = summed_by_label(self._rows, labels, classes, np.float64)
        self._sums = np.ascontiguousarray(sums.T).astype(np.float64)  # (A, K)
        self.penalise(1.0)

    def penalise(self, penalty: float) -> None:
        """Fit with a penalty of *penalty* (above 0) times the mean spread of an axis."""
        self._inverse = 1 / (self._spread + penalty * max(self._spread.mean(), 1e-12))  # (A,)
        self._weights = self._fit()

    def scores(self, rows: Rows) -> Doubles:
        """Return the leave-one-out scores of *rows*, (R, K), without regard to families."""
        z = self._rows(rows)
        fitted = (z @ self._weights.astype(np.float32)).astype(np.float64)
        leverage = (np.square(z) @ self._inverse.astype(np.float32)).astype(np.float64)
        return self._alone(rows, fitted, np.minimum(leverage, ALMOST_ONE)[:, None])

    def scores_of_families(self, among: NDArray[np.bool_]) -> Iterator[tuple[Rows, Doubles]]:
        """Yield the rows of each family with an image in *among*, and their scores by the fit without the family.

        Several families of one size at a time: rows (F, R) and scores (F, R, K).
        """
        for several in self._families:
            rows = several[among[several].any(axis=1)]
            if len(rows):
                yield rows, self._together(rows, self._rows(rows).astype(np.float64))

    def _rows(self, rows: Rows | slice) -> Floats:
        """Return a copy of the coordinates of some images, (R, A)."""
        part = self._z[rows].copy() if isinstance(rows, slice) else self._z[rows]
        release(self._z)
        return part

    def _onehot(self, rows: Rows) -> Doubles:
        onehot: Doubles = (self._labels[rows][..., None] == np.arange(len(self._counts))).astype(np.float64)
        return onehot

    @property
    @abstractmethod
    def prior(self) -> Doubles:
        """The logarithmic prior that is added to the scaled scores, (K,)."""

    @abstractmethod
    def _fit(self) -> Doubles:
        """Return the weights of the axes, (A, K), and prepare everything that does not depend on the image."""

    @abstractmethod
    def _alone(self, rows: Rows, fitted: Doubles, leverage: Doubles) -> Doubles:
        """Return leave-one-out scores (R, K).

        *fitted* are the weighted sums of the fit to all, (R, K), and *leverage* is the diagonal of H, (R, 1).
        """

    @abstractmethod
    def _together(self, rows: Rows, z: Doubles) -> Doubles:
        """Return leave-one-family-out scores (F, R, K) of families of *rows* (F, R) with coordinates *z*."""


class Ridge(Linear):
    """Ridge regression on one-hot labels, with an unpenalized intercept."""

    @property
    def prior(self) -> Doubles:
        """Zero: the intercept represents the class frequencies."""
        return np.zeros(len(self._counts))

    def _fit(self) -> Doubles:
        self._share = self._counts / len(self._labels)
        centred: Doubles = self._sums - self._sums.sum(axis=1, keepdims=True) * self._share
        weights: Doubles = centred * self._inverse[:, None]
        return weights

    def _alone(self, rows: Rows, fitted: Doubles, leverage: Doubles) -> Doubles:
        hat = np.minimum(leverage + 1 / len(self._labels), ALMOST_ONE)
        scores: Doubles = (self._share + fitted - hat * self._onehot(rows)) / (1 - hat)
        return scores

    def _together(self, rows: Rows, z: Doubles) -> Doubles:
        with_intercept = np.concatenate([z, np.ones((*rows.shape, 1))], axis=2)
        inverse = np.append(self._inverse, 1 / len(self._labels))
        own = projected(with_intercept, inverse, self._onehot(rows))
        return solve_left(with_intercept, inverse, self._share + z @ self._weights - own)


class Discriminant(Linear):
    """Linear discriminant analysis: distances to the class means in the metric of the total covariance.

    Fisher (1936), regularised towards the identity (Friedman (1989), "Regularized Discriminant Analysis"). An image is
    removed from the mean of its class and from the covariance.
    """

    @property
    def prior(self) -> Doubles:
        """Logarithm of the class frequencies."""
        return np.log((self._counts + 0.5) / len(self._labels))

    def _fit(self) -> Doubles:
        means = self._sums / np.maximum(self._counts, 1)
        solved: Doubles = means * self._inverse[:, None]
        self._lengths = np.einsum("ak,ak->k", means, solved)
        return solved

    def _alone(self, rows: Rows, fitted: Doubles, leverage: Doubles) -> Doubles:
        row, label = np.arange(len(rows)), self._labels[rows]
        count = self._counts[label]
        others, h = np.maximum(count - 1, 1), leverage[:, 0]
        inner = fitted.copy()  # z' A^-1 mean
        lengths = np.tile(self._lengths, (len(rows), 1))  # mean' A^-1 mean
        own = inner[row, label]
        shortened = (count**2 * self._lengths[label] - 2 * count * own + h) / others**2
        inner[row, label] = np.where(count > 1, (count * own - h) / others, 0)
        lengths[row, label] = np.where(count > 1, shortened, self._lengths.max())
        inner_left = inner / (1 - leverage)
        scores: Doubles = len(self._labels) * (inner_left - (lengths + inner * inner_left) / 2)
        return scores

    def _together(self, rows: Rows, z: Doubles) -> Doubles:
        onehot = self._onehot(rows)
        counts = self._counts - onehot.sum(axis=1)  # (F, K)
        inner = z @ self._weights * self._counts  # with class sums instead of class means
        own = projected(z, self._inverse, onehot)
        lengths = self._counts**2 * self._lengths - (onehot * (2 * inner - own)).sum(axis=1)
        lengths = np.where(counts > 0, lengths / np.maximum(counts, 1) ** 2, self._lengths.max())
        inner = np.where(counts > 0, 1 / np.maximum(counts, 1), 0)[:, None] * (inner - own)
        inner_left = solve_left(z, self._inverse, inner)
        longer = np.einsum("frk,frk->fk", inner, inner_left)
        scores: Doubles = len(self._labels) * (inner_left - (lengths + longer)[:, None] / 2)
        return scores


def of_one_size(families: list[Rows], rows: int) -> Iterator[Rows]:
    """Yield the rows of families of one size, (F, R), with at most about *rows* rows at once."""
    for size in sorted({len(family) for family in families}):
        alike = np.stack([family for family in families if len(family) == size])
        count = max(1, rows // size)
        yield from (alike[start : start + count] for start in range(0, len(alike), count))


def projected(z: Doubles, inverse: Doubles, values: Doubles) -> Doubles:
    """Return ``z diag(inverse) z' values`` for families, (F, R, K); *z* are (F, R, A)."""
    if z.shape[1] <= z.shape[2]:
        return np.asarray(((z * inverse) @ z.swapaxes(1, 2)) @ values)
    return np.asarray(z @ (inverse[:, None] * (z.swapaxes(1, 2) @ values)))


def solve_left(z: Doubles, inverse: Doubles, values: Doubles) -> Doubles:
    """Return ``(I - z diag(inverse) z')^-1 values`` for families, (F, R, K).

    For a family with more images than axes, Woodbury's identity is used, so that the matrix stays small.
    """
    inverse = inverse * ALMOST_ONE  # avoids a division by zero for exact copies
    across = z.swapaxes(1, 2)
    if z.shape[1] <= z.shape[2]:
        return np.asarray(np.linalg.solve(np.eye(z.shape[1]) - (z * inverse) @ across, values))
    return np.asarray(values + z @ np.linalg.solve(np.diag(1 / inverse) - across @ z, across @ values))
