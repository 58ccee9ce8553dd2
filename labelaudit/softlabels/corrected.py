"""Replace each label that is flagged by the one that fits best."""

import numpy as np

from labelaudit.softlabels.mode import Known, Softened, hard
from labelaudit.softlabels.posterior import why_not

MORE_LIKELY = 0.5
"""From this probability on a label is more likely wrong than right. Flags below it are for people to check."""


def corrected(known: Known) -> Softened:
    """Return hard labels: the suggested class where LA101 flags a label that is probably wrong, else the given one."""
    beliefs, dataset = known.judged(), known.dataset
    doubt = why_not(beliefs)
    if doubt:
        return hard(dataset.labels, f"no label was corrected: they could not be judged ({doubt})")
    flagged = beliefs.flagged(dataset, known.settings) & (beliefs.p_error >= MORE_LIKELY)
    labels = np.where(flagged, beliefs.suggested, dataset.labels)
    return hard(labels, f"{flagged.sum():,} labels were corrected")
