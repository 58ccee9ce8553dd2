"""How many decisions apply to a data set."""

from typing import NamedTuple

from labelaudit.records.samples import Estimate


class Tally(NamedTuple):
    """How many decisions apply to a data set, and what a sample measured.

    Attributes
    ----------
    looked_at
        Images that a person decided about.
    wrong
        How many of their labels were wrong as they came.
    unsure, bad_images
        How many of them the person could not tell, and how many are not usable.
    fixed
        Labels that were changed since to what a person decided.
    followed
        Labels that were changed because a scan suggested it; nobody looked at them.
    conflicts
        Images and labels about which people contradict each other; none of these decisions applies.
    measured
        What a sample says about the labels as they came; None if none was answered.
    """

    looked_at: int
    wrong: int
    unsure: int
    bad_images: int
    fixed: int
    followed: int
    conflicts: int
    measured: Estimate | None = None
