"""Calibrate probabilities with the decisions of people.

The decisions show how often labels with a given probability are wrong. A logistic curve that is fitted to them (Platt
(1999), "Probabilistic Outputs for Support Vector Machines") corrects the probabilities of the other images. The decided
images are not a random sample, since the most suspicious ones are shown first. This does not bias the curve, because
the selection depends only on the probability, and on nothing else that is related to whether the label is wrong.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from labelaudit.probabilities.axes import Doubles
from labelaudit.records import Count

LEAST = 1e-6
"""Probabilities below this, or above 1 less this, are as good as certain."""

INTERCEPT, SLOPE = 0.3, 0.1
"""Prior standard deviations of the intercept (in nats, the minimum) and of the slope.

Measured on 76 data sets with known errors, with as many images decided as labels are wrong: of .15 to 1, and of 0 to
.4, these values give the best estimates of the number of wrong labels that are left."""

FOLLOWS = 1.3
"""Change of the intercept, in nats, that changes the count by one nat: probabilities close to 1 hardly change.
On labels that people gave, 1.2 to 1.3 was measured where the count is most uncertain."""

STEPS, LONGEST = 60, 0.5
"""Maximum number and length of Newton's steps; about six are enough, and longer ones may diverge."""

DRAWS = 400
"""Number of draws of the curve, for the interval."""

NINETY = 1.645
"""Standard deviations on each side of a 90 % interval."""


@dataclass(frozen=True, eq=False, slots=True)
class Curve:
    """A logistic curve that calibrates probabilities, and how certain it is.

    Attributes
    ----------
    mean
        float64 (2,): intercept, and slope on the logit of a probability; (0, 1) changes nothing.
    covariance
        float64 (2, 2).
    """

    mean: Doubles
    covariance: Doubles

    def of(self, probabilities: Doubles) -> Doubles:
        """Return calibrated probabilities; 0 stays 0."""
        return _curve(self.mean, probabilities)

    def count(self, before: Doubles, p_error: Doubles, fixed: NDArray[np.bool_], seed: int) -> Count:
        """Return how many labels of n images are wrong, with a 90 % interval.

        Parameters
        ----------
        before
            float64 (n,), probabilities that the original labels are wrong, not calibrated.
        p_error
            float64 (n,), calibrated probabilities that the current labels are wrong.
        fixed
            bool (n,), whether a label was changed since: it is right if the original one was wrong.
        seed
            Seed of the random draws.
        """
        total = float(p_error.sum())
        base = fixed.astype(np.float64)
        part = (p_error - base) / np.maximum(self.of(before), np.finfo(np.float64).tiny)
        random = np.random.default_rng(seed)
        drawn = random.multivariate_normal(self.mean, self.covariance, DRAWS, method="cholesky")
        expected = np.array([(base + part * _curve(each, before)).sum() for each in drawn])
        low, high = np.quantile(random.poisson(np.maximum(expected, 0)), (0.05, 0.95))
        return Count(total, min(float(low), total), min(max(float(high), total), float(len(before))))


def calibrate(before: Doubles, wrong: NDArray[np.bool_], rows: NDArray[np.int64], count: Count) -> Curve:
    """Fit the curve to the decisions: the mode of its posterior, and Laplace's approximation around it.

    Parameters
    ----------
    before
        float64 (N,), probabilities that the labels are wrong, according to the noise model alone.
    wrong
        bool (n,), whether the label of each decided image was wrong.
    rows
        int64 (n,), rows of the decided images.
    count
        The number of wrong labels according to the noise model alone: the wider its interval, the wider the prior.
    """
    start = mean = np.array([0.0, 1.0])
    of_count = np.log(max(count.high, 1.0) / max(count.low, 1.0)) / (2 * NINETY)
    precision = np.diag([max(FOLLOWS * of_count, INTERCEPT) ** -2, SLOPE**-2])
    columns = np.stack([np.ones(len(rows)), logit(np.clip(before[rows], LEAST, 1 - LEAST))], axis=1)
    for _ in range(STEPS):
        expected = expit(columns @ mean)
        curvature = (columns.T * (expected * (1 - expected))) @ columns + precision
        step = np.linalg.solve(curvature, columns.T @ (wrong - expected) - precision @ (mean - start))
        mean = mean + np.clip(step, -LONGEST, LONGEST)
        if np.abs(step).max() < LEAST:
            break
    return Curve(mean, np.linalg.inv(curvature))


def _curve(curve: Doubles, probabilities: Doubles) -> Doubles:
    calibrated = expit(curve[0] + curve[1] * logit(np.clip(probabilities, LEAST, 1 - LEAST)))
    return np.where(probabilities > 0, calibrated, 0.0)
