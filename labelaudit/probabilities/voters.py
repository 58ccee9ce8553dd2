"""From linear scores to calibrated beliefs, for the few classes that each image may belong to."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

from labelaudit.parallel import in_order
from labelaudit.probabilities.axes import Doubles, chunks
from labelaudit.probabilities.linear import Linear, Rows

PENALTIES = tuple(10.0 ** (half / 2) for half in range(-3, 4))
"""What is tried, in units of the mean spread of an axis."""

TUNED_ON = 6000
"""Images on which penalty and temperature are chosen; of a larger data set a fixed sample."""

CANDIDATES = 24
"""Classes that an image may truly be of, its own among them: this keeps a thousand classes as cheap as two dozen."""

Pick = Callable[[Rows, Doubles], NDArray[np.generic]]


class Tuned:
    """A linear classifier with the penalty and the temperature that make the given labels most likely, out of sample.

    No clean label is needed for that: the best penalty on noisy labels is the best, or next to it, on clean ones. The
    temperature is that of Guo et al. (2017), "On Calibration of Modern Neural Networks", section 4.2.

    Parameters
    ----------
    model
        The classifier.
    labels
        int64 (N,), given.
    sample
        Rows to choose on.
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

    def beliefs(self, pick: Pick) -> NDArray[np.generic]:
        """Return ``pick(rows, log-beliefs)`` of all images, made chunk by chunk so that no (N, K) array need exist."""

        def work(part: slice) -> NDArray[np.generic]:
            rows = np.arange(part.start, part.stop)
            scores = self._model.scores(rows)
            for row, kept in copies.items():
                if part.start <= row < part.stop:
                    scores[row - part.start] = kept
            return pick(rows, log_softmax(scores * self._sharpness + self._model.prior, axis=1))

        everyone = np.ones(self._total, dtype=np.bool_)
        copies = {
            int(row): score
            for rows, scores in self._model.scores_of_copies(everyone)
            for row, score in zip(rows, scores, strict=True)
        }
        return np.concatenate(list(in_order(work, chunks(self._total), self._jobs)))

    def _scores(self, sample: Rows) -> Doubles:
        parts = in_order(lambda part: self._model.scores(sample[part]), chunks(len(sample)), self._jobs)
        scores = np.concatenate(list(parts))
        place = np.full(self._total, -1)
        place[sample] = np.arange(len(sample))
        for rows, together in self._model.scores_of_copies(place >= 0):
            here = place[rows] >= 0
            scores[place[rows[here]]] = together[here]
        return scores


def _temperature(scores: Doubles, prior: Doubles, labels: Rows) -> tuple[float, float]:
    """Return the least cross-entropy of the labels that a factor on the scores can give, in nats, and that factor."""
    rows = np.arange(len(labels))
    typical = max(float(np.abs(scores - scores.mean(axis=1, keepdims=True)).mean()), 1e-12)

    def cross_entropy(log_sharpness: float) -> float:
        beliefs = log_softmax(scores * (np.exp(log_sharpness) / typical) + prior, axis=1)
        return float(-beliefs[rows, labels].mean())

    best = minimize_scalar(cross_entropy, bounds=(-4.0, 5.0), method="bounded")
    return float(best.fun), float(np.exp(best.x) / typical)


def shortlist(log_beliefs: Doubles, labels: Rows) -> NDArray[np.int64]:
    """Return int64 (R, M): the given label, then the M - 1 likeliest others in the order of classes."""
    row, count = np.arange(len(labels)), min(CANDIDATES, log_beliefs.shape[1])
    ranked = log_beliefs.copy()
    ranked[row, labels] = np.inf
    best = np.sort(np.argpartition(-ranked, count - 1, axis=1)[:, :count], axis=1)
    first = np.argsort(best != labels[:, None], axis=1, kind="stable")
    return np.take_along_axis(best, first, axis=1)
