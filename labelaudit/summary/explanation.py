"""Why an image was judged as it was: what each voter said, and which images it is most like."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Audit, Explanation

SHOWN = 3


def explanation(audit: Audit, row: int) -> Explanation:
    """Return the grounds on which image *row* was judged."""
    dataset, beliefs = audit.dataset, audit.beliefs
    label, suggested = int(dataset.labels[row]), int(beliefs.suggested[row])
    candidates, near = beliefs.candidates[row], beliefs.neighbours[row]

    def like(wanted: int) -> tuple[str, ...]:
        return tuple(dataset.paths[other] for other in near[dataset.labels[near] == wanted][:SHOWN])

    def said(probabilities: NDArray[np.float64]) -> tuple[float, float]:
        own, other = (float(probabilities[row, candidates == each].sum()) for each in (label, suggested))
        return own, other

    return Explanation(
        path=dataset.paths[row],
        label=dataset.classes[label],
        suggested=dataset.classes[suggested],
        p_error=float(beliefs.p_error[row]),
        voters={name: said(probabilities) for name, probabilities in beliefs.voters.items()},
        like_label=like(label),
        like_suggested=like(suggested),
    )


def row_of(audit: Audit, path: str) -> int:
    """Return the row of an image, named relative to the data or to the working folder.

    Raises
    ------
    DatasetError
        It is not among the readable images.
    """
    names = [path.replace(os.sep, "/"), os.path.relpath(Path(path).absolute(), audit.dataset.root.absolute())]
    for name in names:
        shown = Path(name).as_posix()
        if shown in audit.dataset.paths:
            return audit.dataset.paths.index(shown)
    raise DatasetError(
        f"{printable(path)} is not among the readable images of {printable(str(audit.dataset.root))}. "
        f"Name it relative to the data, such as {printable(audit.dataset.paths[0])}."
    )
