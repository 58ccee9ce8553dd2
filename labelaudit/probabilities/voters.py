"""From linear scores to calibrated probabilities of the candidate classes of each image."""

from collections.abc import Callable
from copy import copy
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from labelaudit.engine import in_order
from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.chunks import chunks
from labelaudit.probabilities.linear import Linear, Rows
from labelaudit.probabilities.softmax import softmax

PENALTIES = tuple(10.0 ** (half / 2) for half in range(-3, 4))
"""Penalties to try, in units of the mean spread of an axis."""

TUNED_ON = 6000
"""Number of images on which penalty and temperature are chosen; a fixed sample of larger data sets."""

STEPS = 40
"""Maximum number of steps to find the temperature; about five are enough."""

CANDIDATES = 24
"""Number of candidate classes per image, including the given one; with it, 1,000 classes cost as little as 24."""

Pick = Callable[[Rows, Doubles], NDArray[np.generic]]


class Tuned:
    """A linear classifier whose penalty and temperature maximize the out-of-sample likelihood of the given labels.

    No clean labels are needed: the best penalty on noisy labels is the best on clean ones, or the one next to it. The
    temperature is that of Guo et al. (2017), "On Calibration of Modern Neural Networks", section 4.2.

    Parameters
    ----------
    model
        The classifier.
    labels
        int64 (N,), given.
    sample
        Rows that are used to choose them.
    jobs
        Threads.
    """

    def __init__(self, model: Linear, labels: Rows, sample: Rows, *, jobs: int = 1) -> None:
        self._model, self._jobs, self._total = model, jobs, len(labels)
        tried = []
        for penalty in PENALTIES:
            model.penalise(penalty)
            scores = self._scores(sample)
            tried.append((*_temperature(scores, model.prior, labels[sample]), penalty))
        self.cross_entropy, self._sharpness, self.penalty = min(tried)
        model.penalise(self.penalty)

    def with_model(self, model: Linear) -> Self:
        """Return the same penalty and temperature for a model of other labels of the same images."""
        other = copy(self)
        other._model = model
        model.penalise(self.penalty)
        return other

    def beliefs(self, pick: Pick) -> NDArray[np.generic]:
        """Return ``pick(rows, log-probabilities)`` of all images, computed in chunks instead of an (N, K) array."""

        def picked(rows: Rows, scores: Doubles) -> NDArray[np.generic]:
            return pick(rows, log_softmax(scores * self._sharpness + self._model.prior, axis=1))

        def work(part: slice) -> NDArray[np.generic]:
            rows = np.arange(part.start, part.stop)
            return picked(rows, self._model.scores(rows))

        everyone = np.ones(self._total, dtype=np.bool_)
        result = np.concatenate(list(in_order(work, chunks(self._total), self._jobs)))
        for rows, scores in self._model.scores_of_families(everyone):
            result[rows.ravel()] = picked(rows.ravel(), np.ascontiguousarray(scores.reshape(rows.size, -1)))
        return result

    def _scores(self, sample: Rows) -> Doubles:
        parts = in_order(lambda part: self._model.scores(sample[part]), chunks(len(sample)), self._jobs)
        scores = np.concatenate(list(parts))
        place = np.full(self._total, -1)
        place[sample] = np.arange(len(sample))
        for rows, together in self._model.scores_of_families(place >= 0):
            here = place[rows] >= 0
            scores[place[rows[here]]] = together[here]
        return scores


def _temperature(scores: Doubles, prior: Doubles, labels: Rows) -> tuple[float, float]:
    """Return the minimum cross-entropy of the labels over all factors on the scores, in nats, and the factor.

    It is convex in the factor and found by Newton steps; a step that leaves the bracket is replaced by bisection.
    """
    columns = np.ascontiguousarray(scores.T)  # (K, R)
    given = scores[np.arange(len(labels)), labels]
    typical = max(float(np.abs(scores - scores.mean(axis=1, keepdims=True)).mean()), 1e-12)
    low, factor, high = np.exp(-4.0) / typical, 1 / typical, np.exp(5.0) / typical
    for _ in range(STEPS):
        beliefs = softmax(factor * columns + prior[:, None])
        expected = (beliefs * columns).sum(axis=0)
        slope = (expected - given).mean()
        curvature = (beliefs * columns * columns).sum(axis=0).mean() - np.square(expected).mean()
        low, high = (factor, high) if slope < 0 else (low, factor)
        before, factor = factor, factor - slope / max(curvature, 1e-300)
        if not low < factor < high:
            factor = np.sqrt(low * high)
        if abs(factor - before) <= 1e-4 * before:
            break
    beliefs = softmax(factor * columns + prior[:, None])
    return float(-np.log(np.maximum(beliefs[labels, np.arange(len(labels))], 1e-300)).mean()), float(factor)


def shortlist(log_beliefs: Doubles, labels: Rows) -> NDArray[np.int64]:
    """Return int64 (R, M): the given label, and the M - 1 most probable others in the order of classes."""
    row, count = np.arange(len(labels)), min(CANDIDATES, log_beliefs.shape[1])
    ranked = log_beliefs.copy()
    ranked[row, labels] = np.inf
    best = np.sort(np.argpartition(-ranked, count - 1, axis=1)[:, :count], axis=1)
    first = np.argsort(best != labels[:, None], axis=1, kind="stable")
    return np.take_along_axis(best, first, axis=1)
