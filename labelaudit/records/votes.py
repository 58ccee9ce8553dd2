"""Labels that several annotators gave to the same images."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.records.columns import freeze


@dataclass(frozen=True, eq=False, slots=True)
class Votes:
    """Labels that several annotators gave to the same images.

    Attributes
    ----------
    annotators
        A names, sorted.
    rows
        int64 (V,): the image of each vote, a row of the data set, ascending.
    by
        int64 (V,): the annotator.
    labels
        int64 (V,): the class.
    elsewhere
        Number of votes on images that are not in the data set or cannot be read.
    """

    annotators: tuple[str, ...]
    rows: NDArray[np.int64]
    by: NDArray[np.int64]
    labels: NDArray[np.int64]
    elsewhere: int

    def __post_init__(self) -> None:
        freeze(self)


class Annotator(NamedTuple):
    """The quality of the labels of one annotator.

    Attributes
    ----------
    name
        Name of the annotator.
    votes
        Number of images that the annotator labeled.
    quality
        Estimated share of these labels that are right, 0 to 1.
    agreement
        Share of these labels that are the consensus, 0 to 1.
    worst
        The class whose labels by this annotator are wrong most often.
    """

    name: str
    votes: int
    quality: float
    agreement: float
    worst: str


@dataclass(frozen=True, eq=False, slots=True)
class Consensus:
    """The consensus of the votes and the model about images.

    Attributes
    ----------
    rows
        int64 (V,): the images with votes, rows of the data set, ascending.
    posterior
        float64 (V, K): probabilities of the true class; rows sum to 1.
    annotators
        The annotators, the best first.
    elsewhere
        As in :class:`Votes`.
    """

    rows: NDArray[np.int64]
    posterior: NDArray[np.float64]
    annotators: tuple[Annotator, ...]
    elsewhere: int = 0

    def __post_init__(self) -> None:
        freeze(self)
