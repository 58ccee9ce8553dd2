"""Replace each label that is flagged by the one that fits best."""

import numpy as np

from labelaudit.softlabels.mode import Known, Softened, hard
from labelaudit.softlabels.posterior import why_not


def corrected(known: Known) -> Softened:
    """Return hard labels: the suggested class where LA101 flags the label, the given one elsewhere."""
    beliefs, dataset = known.judged(), known.dataset
    doubt = why_not(beliefs)
    if doubt:
        return hard(dataset.labels, f"no label was corrected: they could not be judged ({doubt})")
    flagged = beliefs.flagged(dataset, known.settings)
    labels = np.where(flagged, beliefs.suggested, dataset.labels)
    return hard(labels, f"{flagged.sum():,} labels were corrected")
