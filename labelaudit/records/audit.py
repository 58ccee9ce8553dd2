"""The input of the checks, and the result of an audit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.findings import Finding
from labelaudit.records.beliefs import Beliefs
from labelaudit.records.copies import Copies
from labelaudit.records.dataset import Dataset
from labelaudit.records.observations import Observations
from labelaudit.settings import Settings


@dataclass(frozen=True, eq=False, slots=True)
class Evidence:
    """The argument of every check: the readable images and everything that is known about them."""

    dataset: Dataset
    observed: Observations
    copies: Copies
    beliefs: Beliefs
    settings: Settings


@dataclass(frozen=True, eq=False, slots=True)
class Audit:
    """The result of an audit: the readable images, what was measured and predicted, and the findings.

    ``second_opinion`` is cleanlab's noise matrix, (K, K) as ``Beliefs.noise``, if the settings request it.
    """

    dataset: Dataset
    observed: Observations
    copies: Copies
    beliefs: Beliefs
    findings: tuple[Finding, ...]
    settings: Settings
    second_opinion: NDArray[np.float64] | None = None
