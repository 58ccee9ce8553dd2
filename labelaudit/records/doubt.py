"""Why the labels of a data set could not be judged."""

from typing import NamedTuple

from labelaudit.records.count import Count
from labelaudit.settings import JUDGED_FROM

JUDGEABLE_FROM = 30
"""Minimum number of labels to assess a data set as a whole: agreement of a model with fewer may be chance."""


class Doubt(NamedTuple):
    """Why the labels of a data set could not be judged.

    Attributes
    ----------
    kind
        ``nothing-judged``: every class is too small. ``few-judged``: fewer than 30 labels were judged. ``near-chance``:
        the features do not distinguish the classes. ``overlapping``: no two classes can be distinguished.
        ``undecided``: the interval of the number of wrong labels is too wide.
    reason
        The same in words, with the numbers; it follows "could not be judged:".
    """

    kind: str
    reason: str

    @property
    def blind(self) -> bool:
        """Whether nothing at all is known about the number of wrong labels."""
        return self.kind != "undecided"


def doubt(judged: int, wrong: Count, *, believable: bool, apart: bool = True) -> Doubt | None:
    """Return why the labels of a data set could not be judged; None if they could.

    Parameters
    ----------
    judged
        Number of labels that were judged.
    wrong
        Estimated number of wrong labels among them.
    believable
        See ``Beliefs.believable``.
    apart
        Whether at least two of the judged classes can be distinguished.
    """
    if not judged:
        return Doubt("nothing-judged", f"every class has fewer than {JUDGED_FROM} independent images")
    if judged < JUDGEABLE_FROM:
        labels = "1 label" if judged == 1 else f"{judged} labels"
        needed = f"it takes {JUDGEABLE_FROM} to tell whether the model knows the classes"
        return Doubt("few-judged", f"only {labels} could be compared, and {needed}")
    if not believable:
        return Doubt(
            "near-chance", "the model predicts the labels hardly better than by always naming the largest class"
        )
    if not apart:
        return Doubt(
            "overlapping", "the classes cannot be distinguished; they are similar, or many of their labels are swapped"
        )
    if wrong.undecided(judged):
        between = f"between {wrong.low:,.0f} and {wrong.high:,.0f} of {judged:,} may be wrong"
        return Doubt("undecided", f"{between}, because the images are too hard for this model to tell")
    return None
