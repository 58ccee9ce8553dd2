"""Give each class the probability that it is the true one.

``soft[i, t] = P(true = t | given_i, x_i)``, which is the posterior of the noise model: the out-of-sample prediction
corrected by the noise model. It is the expected one-hot true label. Reed et al. (2015), "Training Deep Neural Networks
on Noisy Labels with Bootstrapping", section 3, mix the given label with the prediction in fixed proportions instead,
which was measured to be worse.
"""

import numpy as np

from labelaudit.records import Beliefs
from labelaudit.softlabels.mode import Known, Softened, hard


def posterior(known: Known) -> Softened:
    """Return the posterior of each label that could be judged, and the others as they are."""
    beliefs, labels = known.judged(), known.dataset.labels
    doubt = why_not(beliefs)
    if doubt:
        return hard(labels, f"all labels stay hard: they could not be judged ({doubt})")
    shares = beliefs.posterior / beliefs.posterior.sum(axis=1, keepdims=True)
    unjudged = ~beliefs.judged
    shares[unjudged] = np.arange(shares.shape[1]) == 0  # the given label is the first candidate
    notes: tuple[str, ...] = ()
    if unjudged.any():
        classes = len(np.unique(labels[unjudged]))
        notes = (f"{unjudged.sum():,} labels stay hard: {classes:,} classes are too small to be judged (LA401)",)
    return Softened(labels, beliefs.candidates, shares, notes)


def why_not(beliefs: Beliefs) -> str:
    """Return why the predictions cannot be used; empty if they can.

    An uncertain number of wrong labels is not a reason: single labels can still be judged.
    """
    return beliefs.doubt.reason if beliefs.doubt and beliefs.doubt.blind else ""
