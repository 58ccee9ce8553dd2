"""Why the labels of a data set could not be judged."""

from typing import NamedTuple

from labelaudit.records.count import Count
from labelaudit.settings import JUDGED_FROM

JUDGEABLE_FROM = 30
"""Labels below which nothing is said of a data set as a whole: that a model agrees with so few may be luck."""


class Doubt(NamedTuple):
    """Why the labels of a data set could not be judged.

    Attributes
    ----------
    kind
        ``nothing-judged``: every class is too small. ``few-judged``: fewer than 30 labels were judged. ``near-chance``:
        the features do not see the classes. ``overlapping``: no class can be told apart from any other. ``undecided``:
        the interval of the number of wrong labels is too wide.
    reason
        The same in words, with the numbers; it follows "could not be judged:".
    """

    kind: str
    reason: str

    @property
    def blind(self) -> bool:
        """Whether nothing is known of the number of wrong labels, rather than too little."""
        return self.kind != "undecided"


def doubt(judged: int, wrong: Count, *, believable: bool, apart: bool = True) -> Doubt | None:
    """Return why the labels of a data set could not be judged; none if they could.

    Parameters
    ----------
    judged
        How many labels were judged.
    wrong
        How many of them are wrong.
    believable
        As ``Beliefs.believable``.
    apart
        Whether two of the judged classes at least can be told apart.
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
            "overlapping", "the classes can't be told apart; they are alike, or many of their labels are swapped"
        )
    if wrong.undecided(judged):
        between = f"between {wrong.low:,.0f} and {wrong.high:,.0f} of {judged:,} may be wrong"
        return Doubt("undecided", f"{between}, because the images are too hard for this model to tell")
    return None
