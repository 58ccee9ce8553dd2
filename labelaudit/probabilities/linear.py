"""Two linear classifiers with closed-form predictions for each image without itself and without its family.

Let ``H = Z (Z'Z + penalty I)^-1 Z'``. What a model that was fitted without a group G of images says of them follows
from the fit to all and from ``(I - H_GG)^-1`` alone (Cook and Weisberg (1982), "Residuals and Influence in Regression",
section 2.2; for single images Allen's PRESS, 1974). No fold is ever drawn. On the principal axes the inverse is a
diagonal, so that every penalty costs as little as the first.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Axes, Doubles

Rows = NDArray[np.int64]

ALMOST_ONE = 1 - 1e-6
"""Upper bound of the leverage of an image: at 1, there would be no data left to predict it from."""


class Linear(ABC):
    """A linear classifier on the principal axes.

    Parameters
    ----------
    axes
        Of N images.
    labels
        int64 (N,).
    classes
        K.
    families
        Rows of every family that has more than one image.
    """

    def __init__(self, axes: Axes, labels: Rows, classes: int, families: list[Rows]) -> None:
        self._z, self._spread, self._labels, self._families = axes.z, axes.spread, labels, families
        self._counts = np.bincount(labels, minlength=classes).astype(np.float64)  # (K,)
        sums = [axes.z[labels == label].sum(axis=0, dtype=np.float64) for label in range(classes)]
        self._sums = np.stack(sums, axis=1)  # (A, K)
        self.penalise(1.0)

    def penalise(self, penalty: float) -> None:
        """Fit with a penalty of *penalty* (above 0) times the mean spread of an axis."""
        self._inverse = 1 / (self._spread + penalty * max(self._spread.mean(), 1e-12))  # (A,)
        self._weights = self._fit()

    def scores(self, rows: Rows) -> Doubles:
        """Return the out-of-sample scores of *rows*, (R, K), as if none of them had a relative."""
        z = self._z[rows]
        fitted = (z @ self._weights.astype(np.float32)).astype(np.float64)
        leverage = (np.square(z) @ self._inverse.astype(np.float32)).astype(np.float64)
        return self._alone(rows, fitted, np.minimum(leverage, ALMOST_ONE)[:, None])

    def scores_of_families(self, among: NDArray[np.bool_]) -> Iterator[tuple[Rows, Doubles]]:
        """Yield the rows of every family with an image *among* them, and their scores without the family."""
        for rows in self._families:
            if among[rows].any():
                yield rows, self._together(rows, self._z[rows].astype(np.float64))

    def _onehot(self, rows: Rows) -> Doubles:
        onehot = np.zeros((len(rows), len(self._counts)))
        onehot[np.arange(len(rows)), self._labels[rows]] = 1
        return onehot

    @property
    @abstractmethod
    def prior(self) -> Doubles:
        """The logarithmic prior that is added to the scaled scores, (K,)."""

    @abstractmethod
    def _fit(self) -> Doubles:
        """Return the weights of the axes, (A, K); prepare what else does not depend on the image."""

    @abstractmethod
    def _alone(self, rows: Rows, fitted: Doubles, leverage: Doubles) -> Doubles:
        """Return scores (R, K), each row predicted without itself.

        *fitted* are the weighted sums of the fit to all, (R, K), and *leverage* is the diagonal of H, (R, 1).
        """

    @abstractmethod
    def _together(self, rows: Rows, z: Doubles) -> Doubles:
        """Return scores (R, K), all rows, on the axes *z*, predicted without all of them."""


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
        with_intercept = np.column_stack([z, np.ones(len(z))])
        inverse = np.append(self._inverse, 1 / len(self._labels))
        own = with_intercept @ (inverse[:, None] * (with_intercept.T @ self._onehot(rows)))
        return solve_left(with_intercept, inverse, self._share + z @ self._weights - own)


class Discriminant(Linear):
    """Linear discriminant analysis: distances to the class means in the metric of the total covariance.

    Fisher (1936), regularised towards the identity (Friedman (1989), "Regularized Discriminant Analysis"). An image is
    taken out of the mean of its class and out of the covariance.
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
        counts = self._counts - onehot.sum(axis=0)
        means = np.where(counts > 0, (self._sums - z.T @ onehot) / np.maximum(counts, 1), 0)  # (A, K)
        inner = (z * self._inverse) @ means
        lengths = (means * self._inverse[:, None] * means).sum(axis=0)
        lengths[counts == 0] = self._lengths.max()
        inner_left = solve_left(z, self._inverse, inner)
        longer = np.einsum("rk,rk->k", inner, inner_left)
        scores: Doubles = len(self._labels) * (inner_left - (lengths + longer) / 2)
        return scores


def solve_left(z: Doubles, inverse: Doubles, values: Doubles) -> Doubles:
    """Return ``(I - z diag(inverse) z')^-1 values`` for a family, (R, K).

    A family with more images than axes is taken out of the fit itself (Woodbury's identity): the matrix stays small.
    """
    inverse = inverse * ALMOST_ONE  # so that exact copies of an image leave something to divide by
    if len(z) <= len(inverse):
        return np.asarray(np.linalg.solve(np.eye(len(z)) - (z * inverse) @ z.T, values))
    return np.asarray(values + z @ np.linalg.solve(np.diag(1 / inverse) - z.T @ z, z.T @ values))
