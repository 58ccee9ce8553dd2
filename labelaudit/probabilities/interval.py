"""Interval of the number of wrong labels."""

from copy import copy

import numpy as np
from numpy.typing import NDArray

from labelaudit.probabilities.axes import Doubles
from labelaudit.probabilities.explanations import Explanations
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
