"""Smooth every label alike.

``soft = onehot * (1 - eps) + eps / K``: the mixture with the uniform distribution of Szegedy et al. (2016),
"Rethinking the Inception Architecture for Computer Vision", section 7, as Keras, PyTorch and timm have it. (Some
code spreads ``eps`` over the K - 1 other classes instead; that is another convention.)
"""

from labelaudit.softlabels.mode import Known, Softened, hard


def uniform(known: Known) -> Softened:
    """Return the given labels; ``eps`` is applied to every mode alike."""
    return hard(known.dataset.labels)
