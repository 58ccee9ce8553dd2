"""Input and output of the methods of softening."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import SettingsError
from labelaudit.records import Beliefs, Consensus, Dataset, Decided
from labelaudit.settings import Settings


@dataclass(frozen=True, eq=False, slots=True)
class Known:
    """What is known about the labels.

    Attributes
    ----------
    dataset
        The N readable images and their given labels.
    beliefs
        The predictions of an audit; None if the method does not need them.
    consensus
        The consensus of several annotators and the audit; None without votes.
    decided
        What people decided about the labels; None without a file of decisions.
    settings
        Settings with the threshold for wrong labels.
    """

    dataset: Dataset
    beliefs: Beliefs | None = None
    consensus: Consensus | None = None
    decided: Decided | None = None
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
    """Return hard labels."""
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
    """Check that a table of votes is given if and only if the method needs one.

    Raises
    ------
    SettingsError
        It is missing, or would not be used.
    """
    if mode == "votes" and not given:
        raise SettingsError("--mode votes needs the table of votes: --votes votes.csv (image, annotator, label).")
    if mode != "votes" and given:
        raise SettingsError(f"--mode {mode} does not use votes. Type --mode votes, or leave --votes out.")
