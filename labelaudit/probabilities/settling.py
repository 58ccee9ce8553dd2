"""The assessment of the images by the models, and its update by decisions."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.recalibration import Curve
from labelaudit.records import Decided

Rows = NDArray[np.int64]


class Thought(NamedTuple):
    """The assessment of N images.

    Attributes
    ----------
    candidates
        int64 (N, M), the label first.
    voters
        float64 (V, N, M), log-probabilities of the candidates by each voter.
    beliefs, posterior
        float64 (N, M), probabilities of the candidates without and with the evidence of the given label.
    """

    candidates: Rows
    voters: Doubles
    beliefs: Doubles
    posterior: Doubles


def with_truth(candidates: Rows, truth: Rows) -> Rows:
    """Return candidates that include the true class where it is known; if missing, it replaces the last candidate."""
    missing = np.flatnonzero((truth >= 0) & ~(candidates == truth[:, None]).any(axis=1))
    found = candidates.copy()
    found[missing, -1] = truth[missing]
    found[missing, 1:] = np.sort(found[missing, 1:], axis=1)
    return found


def certain(probabilities: Doubles, candidates: Rows, decided: Decided) -> Doubles:
    """Return the probabilities of candidates, (N, M), with certainty where the true class is known."""
    known = decided.known[:, None]
    return np.where(known, (candidates == decided.truth[:, None]).astype(np.float64), probabilities)


def calibrated(thought: Thought, right: NDArray[np.bool_], curve: Curve) -> Thought:
    """Return the assessment with calibrated probabilities that a label is wrong.

    Parameters
    ----------
    thought
        The assessment of N images.
    right
        bool (N, M): which candidates count as the label.
    curve
        The curve that calibrates the sum of the other candidates.
    """
    wrong = (thought.posterior * ~right).sum(axis=1, keepdims=True)
    after = curve.of(wrong)
    grown = after / np.maximum(wrong, np.finfo(np.float64).tiny)
    shrunk = (1 - after) / np.maximum(1 - wrong, np.finfo(np.float64).tiny)
    return thought._replace(posterior=thought.posterior * np.where(right, shrunk, grown))


def settled(thought: Thought, labels: Rows, decided: Decided) -> Thought:
    """Return the assessment of the current *labels*, (N,), with certainty where the true class is known."""
    posterior = certain(thought.posterior, thought.candidates, decided)
    order = label_first(thought.candidates, labels)

    def arranged(columns: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.take_along_axis(columns, order, axis=1)

    return Thought(
        arranged(thought.candidates).astype(np.int64),
        np.stack([arranged(each) for each in thought.voters]).astype(np.float64),
        arranged(thought.beliefs).astype(np.float64),
        arranged(posterior).astype(np.float64),
    )


def label_first(candidates: Rows, labels: Rows) -> NDArray[np.int64]:
    """Return the order in which the candidates of each image are sorted after its current label, int64 (N, M)."""
    return np.argsort(np.where(candidates == labels[:, None], -1, candidates), axis=1)


def exactly(right: NDArray[np.bool_], decided: Decided) -> NDArray[np.bool_]:
    """Return which candidates are as good as the label, (N, M): only the label itself for a decided image."""
    first = np.arange(right.shape[1]) == 0
    return np.where(decided.certain[:, None], first, right)


def p_error_after(p_error: Doubles, labels: Rows, decided: Decided) -> Doubles:
    """Return the probabilities that the current *labels* are wrong, (N,), with certainty for decided images."""
    wrong = ((decided.truth != labels) & ~decided.unusable).astype(np.float64)
    return np.where(decided.certain, wrong, p_error)
