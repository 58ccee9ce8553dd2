"""The labels of a data set with the changes that are wanted."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Judgement(NamedTuple):
    """What a scan says about a label.

    Attributes
    ----------
    p_error
        Probability that the given label is wrong, 0 to 1.
    predicted
        The most probable class after the label was looked at.
    flagged
        Whether LA101 flags the label.
    """

    p_error: float
    predicted: str
    flagged: bool


class CorrectedLabel(NamedTuple):
    """The label of one image.

    Attributes
    ----------
    path
        The image, as the data set names it now.
    label
        The corrected label; the given one if it is not changed; empty if the image is to be moved out.
    given
        The given label.
    split
        The split; empty if there is none.
    reason
        Why the image is changed; empty if it is not.
    file
        The local file that is the image; none if it is elsewhere, or part of an archive.
    judgement
        What a scan says; none if the label was not judged.
    """

    path: str
    label: str
    given: str
    split: str
    reason: str = ""
    file: Path | None = None
    judgement: Judgement | None = None

    @property
    def stays(self) -> bool:
        """Whether the image stays in the data set."""
        return bool(self.label)


@dataclass(frozen=True, slots=True)
class CorrectedLabels:
    """The labels of all images, sorted by path, and the classes, sorted."""

    images: tuple[CorrectedLabel, ...]
    classes: tuple[str, ...]

    @property
    def staying(self) -> tuple[CorrectedLabel, ...]:
        """The images that stay in the data set."""
        return tuple(image for image in self.images if image.stays)
