"""Interval of the number of wrong labels."""

from copy import copy

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.explanations import TRUST, Explanations
from labelaudit.probabilities.noise import Noise
from labelaudit.records import Count

RESAMPLED = 12
"""Bootstrap samples for each end of the interval."""

LEFT_OUT = 0.05
"""Explanations with less weight are ignored: a 90 % interval leaves out 5 % at each end."""

MODEL_LOW, MODEL_HIGH = 0.92, 1.08
"""Factors on the two ends, since every explanation is only a model."""


def count_wrong(
    explanations: Explanations, right: NDArray[np.bool_], p_error: Doubles, unknown: float, seed: int
) -> Count:
    """Return the estimated number of wrong labels and its 90 % interval.

    The interval reaches from the explanation with the fewest wrong labels to the one with the most, among those that
    the labels allow, and includes the variation between samples of images (a bootstrap of the rates). In classes of few
    images it also allows for all contradictions to be right.

    Parameters
    ----------
    explanations
        The explanations, for the n images that they were fitted to.
    right
        bool (M, n): which candidates count as the given label.
    p_error
        float64 (N,), of all images.
    unknown
        How many labels are contradicted by their images and believed on the evidence of few.
    seed
        Seed of the bootstrap.
    """
    weighted = zip(explanations.models, explanations.weights, strict=True)
    allowed = [model for model, weight in weighted if weight >= LEFT_OUT]
    expected = [_wrong(model, right, np.ones(right.shape[1])) for model in allowed]
    random, total = np.random.default_rng(seed), float(p_error.sum())
    low, high = (
        np.quantile(_resampled(allowed[place], right, random), quantile) * len(p_error)
        for place, quantile in ((int(np.argmin(expected)), 0.05), (int(np.argmax(expected)), 0.95))
    )
    lowest, highest = min(MODEL_LOW * float(low), total) - unknown, max(MODEL_HIGH * float(high), total) + unknown
    return Count(total, max(lowest, 0.0), min(highest, float(len(p_error))))


def reach_of_explanations(
    explanations: Explanations, named: NDArray[np.bool_], order: NDArray[np.int64], wrong: NDArray[np.bool_]
) -> tuple[float, float]:
    """Return how far explanations reach, relative to their average: factors for the least and the most wrong labels.

    What people decided makes some explanations more likely than others, with the same weight as the given labels.

    Parameters
    ----------
    explanations
        The explanations, for N images.
    named
        bool (N, M), the candidate that a person named as the true class; none in a row without a decision.
    order
        int64 (N, M), how the candidates of each image are sorted so that its current label is first.
    wrong
        bool (N, M), which candidates, so sorted, make the current label of an image wrong, if it may still be wrong.
    """
    tiny = np.finfo(np.float64).tiny
    told, weights, expected = named.any(axis=1), [], []
    for model, weight in zip(explanations.models, explanations.weights, strict=True):
        posterior = model.posterior(model.beliefs())[0].T
        said = np.maximum((posterior * named)[told].sum(axis=1), tiny)
        weights.append(np.log(max(weight, tiny)) + TRUST * np.log(said).sum())
        expected.append(float((np.take_along_axis(posterior, order, axis=1) * wrong).sum()))
    likely = np.exp(np.array(weights) - max(weights))
    likely /= likely.sum()
    allowed = [each for each, weight in zip(expected, likely, strict=True) if weight >= LEFT_OUT]
    average = max(float(np.dot(likely, expected)), tiny)
    return min(min(allowed, default=average) / average, 1.0), max(max(allowed, default=average) / average, 1.0)


def _resampled(model: Noise, right: NDArray[np.bool_], random: np.random.Generator) -> list[float]:
    """Return the share of wrong labels in bootstrap samples of the images."""
    beliefs, shares = model.beliefs(), []
    for _ in range(RESAMPLED):
        often: Doubles = random.poisson(1.0, (beliefs.shape[1],)).astype(np.float64)
        sampled = copy(model)
        sampled.count_rates(beliefs, often=often)
        shares.append(_wrong(sampled, right, often))
    return shares


def _wrong(model: Noise, right: NDArray[np.bool_], often: Doubles) -> float:
    posterior, _ = model.posterior(model.beliefs())
    return float((posterior * ~right).sum(axis=0) @ often / max(often.sum(), 1))
