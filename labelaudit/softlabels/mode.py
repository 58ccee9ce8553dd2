"""What a method of softening is given, and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import SettingsError
from labelaudit.records import Beliefs, Consensus, Dataset
from labelaudit.settings import Settings


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What is known of the labels.

    Attributes
    ----------
    dataset
        The N readable images and their given labels.
    beliefs
        What the audit says of them; none if no method asks for it.
    consensus
        What several annotators and the audit say of them; none without votes.
    settings
        From which probability on a label counts as wrong.
    """

    dataset: Dataset
    beliefs: Beliefs | None = None
    consensus: Consensus | None = None
    settings: Settings = Settings()

    def judged(self) -> Beliefs:
        """Return the beliefs.

        Raises
        ------
        SettingsError
            There are none.
        """
        if self.beliefs is None:
            raise SettingsError("this needs the labels to be judged; pass the beliefs of an audit.")
        return self.beliefs


class Softened(NamedTuple):
    """What a method returns: see :class:`~labelaudit.records.SoftLabels` for the columns."""

    labels: NDArray[np.int64]
    candidates: NDArray[np.int64]
    shares: NDArray[np.float64]
    notes: tuple[str, ...] = ()


Mode = Callable[[Known], Softened]


def hard(labels: NDArray[np.int64], *notes: str) -> Softened:
    """Return labels as they are, without a doubt."""
    return Softened(labels, labels[:, None], np.ones((len(labels), 1)), notes)


def check_eps(eps: float) -> float:
    """Return *eps* if it is a valid smoothing parameter.

    Raises
    ------
    SettingsError
        It is not at least 0 and below 1.
    """
    if not 0 <= eps < 1:
        raise SettingsError(f"eps is {eps:g}; it must be at least 0 and below 1, such as 0.1.")
    return eps


def check_votes(mode: str, *, given: bool) -> None:
    """Make sure that a table of votes is there if, and only if, the method takes one.

    Raises
    ------
    SettingsError
        It is missing, or nothing would look at it.
    """
    if mode == "votes" and not given:
        raise SettingsError("--mode votes needs the table of votes: --votes votes.csv (image, annotator, label).")
    if mode != "votes" and given:
        raise SettingsError(f"--mode {mode} does not look at votes. Type --mode votes, or leave --votes out.")
