"""What the checks are given, and what an audit results in."""

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
    """The one argument of every check: the readable images and all that is known about them."""

    dataset: Dataset
    observed: Observations
    copies: Copies
    beliefs: Beliefs
    settings: Settings


@dataclass(frozen=True, eq=False, slots=True)
class Audit:
    """The result: the readable images, what was observed and believed of them, and what was found.

    The second opinion is cleanlab's table of noise, (K, K) as ``Beliefs.noise``, where the settings ask for it.
    """

    dataset: Dataset
    observed: Observations
    copies: Copies
    beliefs: Beliefs
    findings: tuple[Finding, ...]
    settings: Settings
    second_opinion: NDArray[np.float64] | None = None
