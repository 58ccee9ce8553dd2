"""Exact leave-group-out ridge regression: the quick classifier.

Ridge regression on one-hot labels has its out-of-sample scores in closed form: with ``H = X (X'X + penalty I)^-1 X'``
and the residuals ``R = Y - H Y``, the scores of a group G of images predicted from all others are
``Y_G - (I - H_GG)^-1 R_G`` (Cook and Weisberg (1982), "Residuals and Influence in Regression", section 2.2; for
single images Allen's PRESS, 1974). One factorisation gives all N of them, and no fold is ever drawn.

With more features than images the same follows from the dual form, ``I - H = penalty (X X' + penalty I)^-1``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve, cholesky, solve_triangular

from labelaudit.parallel import in_order

CHUNK = 1024
"""Images that are worked on at once: always as many, so that sums are added up in the same order."""

LARGE = 1000
"""A group with more images is left out of the (D, D) factor instead: the square of its size would be larger."""

Doubles = NDArray[np.float64]
Solve = Callable[[Doubles], Doubles]


@dataclass(frozen=True, eq=False, slots=True)
class LeaveOut:
    """Predicts every image from all others, for any labels: the regression is linear in them.

    Attributes
    ----------
    residuals
        From targets (N, K) to what the fit to all images leaves of them, (N, K).
    left
        Diagonal of ``I - H``, (N,).
    copies
        For each group of copies its rows, and what solves ``(I - H_GG) E = R_G``.
    """

    residuals: Solve
    left: Doubles
    copies: list[tuple[NDArray[np.int64], Solve]]

    def scores(self, targets: Doubles) -> Doubles:
        """Return the out-of-sample scores for *targets*, both (N, K)."""
        residuals = self.residuals(targets)
        scores = targets - residuals / self.left[:, None]
        for rows, solve in self.copies:
            scores[rows] = targets[rows] - solve(residuals[rows])
        return scores


class Ridge:
    """A regression on fixed features, for any penalty.

    Parameters
    ----------
    features
        float32 (N, D), standardised, with a constant feature if there is to be one.
    groups
        int64 (N,): images with the same number are copies of each other and held out together.
    jobs
        Threads.
    """

    def __init__(self, features: NDArray[np.float32], groups: NDArray[np.int64], *, jobs: int = 1) -> None:
        self._x = features
        self._jobs = jobs
        self._groups = rows_of_copies(groups)
        self._dual = len(features) <= features.shape[1]
        wide = features.astype(np.float64) if self._dual else None
        self._gram = wide @ wide.T if wide is not None else self._sum(lambda rows: self._x[rows].T @ self._x[rows])

    def leave_out(self, penalty: float) -> LeaveOut:
        """Return what predicts every image from all others, at a *penalty* of the squared coefficients above 0."""
        matrix = self._gram + penalty * np.eye(len(self._gram))
        lower = cholesky(matrix, lower=True, overwrite_a=True, check_finite=False)
        return self._dual_leave_out(lower, penalty) if self._dual else self._primal_leave_out(lower)

    def _dual_leave_out(self, lower: Doubles, penalty: float) -> LeaveOut:
        inverse = solve_triangular(lower, np.eye(len(lower)), lower=True, check_finite=False)
        return LeaveOut(
            residuals=lambda targets: penalty * cho_solve((lower, True), targets, check_finite=False),
            left=penalty * (inverse**2).sum(axis=0),
            copies=[(rows, _solver(penalty * inverse[:, rows].T @ inverse[:, rows])) for rows in self._groups],
        )

    def _primal_leave_out(self, lower: Doubles) -> LeaveOut:
        narrow = lower.astype(np.float32)

        def whitened(rows: slice | NDArray[np.int64]) -> NDArray[np.float32]:
            solved: NDArray[np.float32] = solve_triangular(narrow, self._x[rows].T, lower=True, check_finite=False)
            return solved  # (D, chunk): their products are H

        def leverages(rows: slice) -> Doubles:
            return np.square(whitened(rows)).sum(axis=0, dtype=np.float64)

        def residuals(targets: Doubles) -> Doubles:
            moments = self._sum(lambda rows: self._x[rows].T @ targets[rows].astype(np.float32))  # (D, K)
            weights = cho_solve((lower, True), moments, check_finite=False).astype(np.float32)
            fitted = in_order(lambda rows: self._x[rows] @ weights, chunks(len(self._x)), self._jobs)
            return targets - np.concatenate(list(fitted))

        def solver(rows: NDArray[np.int64]) -> Solve:
            if len(rows) > LARGE:
                return self._without(rows, lower)
            half = whitened(rows).astype(np.float64)
            return _solver(np.eye(len(rows)) - half.T @ half)

        left = 1 - np.concatenate(list(in_order(leverages, chunks(len(self._x)), self._jobs)))
        return LeaveOut(residuals, left, [(rows, solver(rows)) for rows in self._groups])

    def _without(self, rows: NDArray[np.int64], lower: Doubles) -> Solve:
        """Solve for a large group by taking it out of the factor (Woodbury's identity)."""
        x = self._x[rows].astype(np.float64)
        rest = cho_factor(lower @ lower.T - x.T @ x, lower=True)
        return lambda residuals: residuals + x @ cho_solve(rest, x.T @ residuals)

    def _sum(self, product: Callable[[slice], NDArray[np.float32]]) -> Doubles:
        parts = in_order(product, chunks(len(self._x)), self._jobs)
        total: Doubles = reduce(np.add, parts, np.zeros((), dtype=np.float64))
        return total


def _solver(block: Doubles) -> Solve:
    return partial(cho_solve, cho_factor(block, lower=True))


def chunks(total: int) -> Iterator[slice]:
    """Yield slices of CHUNK rows that cover *total*."""
    return (slice(start, min(start + CHUNK, total)) for start in range(0, total, CHUNK))


def rows_of_copies(groups: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the rows of every group that has more than one image."""
    order = np.argsort(groups, kind="stable")
    ends = np.flatnonzero(np.diff(groups[order])) + 1
    return [rows for rows in np.split(order, ends) if len(rows) > 1]


def standardised(features: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return features with mean 0 and deviation 1, and a constant one beside them: (N, D + 1).

    A feature that never changes becomes 0. No label is looked at, so nothing leaks by it.
    """
    x = np.empty((len(features), features.shape[1] + 1), dtype=np.float32)
    mean = features.mean(axis=0, dtype=np.float64)
    for rows in chunks(len(features)):
        x[rows, :-1] = features[rows] - mean
    deviation = np.sqrt(np.square(x[:, :-1]).mean(axis=0, dtype=np.float64))
    x[:, :-1] *= np.where(deviation > 1e-6, 1 / np.maximum(deviation, 1e-6), 0).astype(np.float32)
    x[:, -1] = 1
    return x
