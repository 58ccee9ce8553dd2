"""Scores to probabilities."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax

Doubles = NDArray[np.float64]


def calibrated(scores: Doubles, labels: NDArray[np.int64]) -> tuple[Doubles, float]:
    """Turn scores into probabilities by the temperature that makes the given labels most likely.

    Guo et al. (2017), "On Calibration of Modern Neural Networks", section 4.2; here on out-of-sample scores.

    Parameters
    ----------
    scores
        float64 (N, K).
    labels
        int64 (N,).

    Returns
    -------
    Log-probabilities (N, K), and the mean cross-entropy of the labels, in nats.
    """
    rows = np.arange(len(labels))

    def cross_entropy(log_sharpness: float) -> float:
        return float(-log_softmax(scores * np.exp(log_sharpness), axis=1)[rows, labels].mean())

    best = minimize_scalar(cross_entropy, bounds=(-4.0, 8.0), method="bounded")
    return log_softmax(scores * np.exp(best.x), axis=1), float(best.fun)
