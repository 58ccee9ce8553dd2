"""The stage: features and labels in, calibrated out-of-sample beliefs out."""

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from labelaudit.probabilities.ridge import Ridge, standardised
from labelaudit.probabilities.temperature import calibrated
from labelaudit.records import Beliefs, Dataset, Observations, Share
from labelaudit.settings import JUDGED_FROM, Settings

PENALTIES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def out_of_sample(dataset: Dataset, observed: Observations, settings: Settings, *, jobs: int = 1) -> Beliefs:
    labels, count = dataset.labels, len(dataset.classes)
    groups = np.unique(np.array(observed.pictures), return_inverse=True)[1]
    judged = _judged(labels, groups, count)
    targets = np.eye(count)[labels]
    with threadpool_limits(1):
        ridge = Ridge(standardised(observed.features), groups, jobs=jobs)
        best = None
        for penalty in PENALTIES:
            lp, ce = calibrated(ridge.leave_out(penalty * len(labels)).scores(targets), labels)
            if best is None or ce < best[1]:
                best = lp, ce
    p = np.exp(best[0])
    rows = np.arange(len(labels))
    given = p[rows, labels]
    other = best[0].copy()
    other[rows, labels] = -np.inf
    s = other.argmax(1)
    pe = 1 / (1 + np.exp(best[0][rows, labels] - other.max(1)))
    return Beliefs(
        p,
        np.where(judged, pe, 0),
        np.where(pe > 0.5, s, labels),
        judged,
        Share(pe.mean(), 0, 1),
        float((p.argmax(1) == labels)[judged].mean()),
    )


def _judged(labels: NDArray[np.int64], groups: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    pairs = np.unique(np.stack([labels, groups]), axis=1)
    different = np.bincount(pairs[0], minlength=count)
    return (different >= JUDGED_FROM)[labels]
