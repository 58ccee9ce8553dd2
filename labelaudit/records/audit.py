"""The input of the checks, and the result of an audit."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from labelaudit.findings import Finding
from labelaudit.records.beliefs import Beliefs
from labelaudit.records.columns import brief
from labelaudit.records.copies import Copies
from labelaudit.records.dataset import Dataset
from labelaudit.records.decided import Decided
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
    decided: Decided | None = None

    __repr__ = brief


@dataclass(frozen=True, eq=False, slots=True)
class Audit:
    """The result of an audit: the readable images, what was measured and predicted, and the findings.

    ``second_opinion`` is cleanlab's noise matrix, (K, K) as ``Beliefs.noise``, if the settings request it; where images
    may have several labels, its expected missing and extra labels, (K, 2), and ``label_scores`` are its scores of
    single labels, (N, K), high where a label is probably wrong. ``decided`` is what people decided, if they were asked.
    """

    dataset: Dataset
    observed: Observations
    copies: Copies
    beliefs: Beliefs
    findings: tuple[Finding, ...]
    settings: Settings
    second_opinion: NDArray[np.float64] | None = None
    decided: Decided | None = None
    label_scores: NDArray[np.float64] | None = None

    def __repr__(self) -> str:
        rules = Counter(f"{finding.code} {finding.name}" for finding in self.findings)
        found = ", ".join(f"{rule}: {count:,}" for rule, count in sorted(rules.items())) or "none"
        images = f"{len(self.dataset):,} images in {len(self.dataset.names):,} classes"
        return f"<{type(self).__name__} of {images}; findings: {found}>"
