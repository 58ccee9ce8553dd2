"""A data set that a program holds in memory."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from labelaudit.records.dataset import Dataset


@dataclass(frozen=True, eq=False, slots=True)
class InMemory:
    """A data set that a program holds in memory, as it was passed; :mod:`labelaudit.sources` checks and reads it.

    Attributes
    ----------
    data
        A table, or a data set of another library; None if there are arrays in place of it.
    images
        N images: an array, or a list of images, file paths or bytes.
    features
        Numbers (N, D).
    labels
        N names or numbers of classes.
    probs
        Out-of-sample predicted probabilities (N, K).
    classes
        K names, in the order of the numbers of classes and of the columns of *probs*.
    """

    data: Any = None
    images: Any = None
    features: Any = None
    labels: Any = None
    probs: Any = None
    classes: Any = None

    def __repr__(self) -> str:
        given = [field.name for field in fields(self) if getattr(self, field.name) is not None]
        return f"{type(self).__name__}({', '.join(given)})"


Data = str | Path | Dataset | InMemory
"""What can be audited: the path or address of a data set, one that was listed, or one in memory."""
