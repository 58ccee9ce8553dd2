"""Weights for trainers that take hard labels: the probability that a label is right."""

import numpy as np
from numpy.typing import NDArray

from labelaudit.softlabels.mode import Known


def weights(known: Known, labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the probability that each hard label is right, float64 (N,), 0 to 1.

    It is ``1 - p_error`` of a label as it was given, the posterior of a label that was corrected, and the consensus
    posterior of an image with votes.
    """
    beliefs = known.judged()
    chosen = (beliefs.posterior * (beliefs.candidates == labels[:, None])).sum(axis=1)
    given = labels == known.dataset.labels
    chosen[given] = 1 - beliefs.p_error[given]
    if known.consensus:
        rows = known.consensus.rows
        chosen[rows] = known.consensus.posterior[np.arange(len(rows)), labels[rows]]
    clipped: NDArray[np.float64] = np.clip(chosen, 0, 1)
    return clipped
