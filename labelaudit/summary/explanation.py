"""Why an image was judged as it was: the predictions of each classifier, and the nearest neighbors."""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path, PurePath

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError
from labelaudit.names import printable
from labelaudit.records import Audit, Explanation, MultiBeliefs
from labelaudit.settings import JUDGED_FROM

SHOWN = 3


def explanation(audit: Audit, row: int, name: str = "") -> Explanation:
    """Return why the image in *row* was judged as it was.

    *name* is the label that is explained if images may have several; the one that is most probably wrong if it is
    empty or none of them.
    """
    dataset, beliefs = audit.dataset, audit.beliefs
    if isinstance(beliefs, MultiBeliefs):
        number = dataset.names.index(name) if name in dataset.names else int(beliefs.p_wrong[row].argmax())
        return of_label(audit, beliefs, row, number)
    label, suggested = int(dataset.labels[row]), int(beliefs.suggested[row])
    candidates, near, families = beliefs.candidates[row], beliefs.neighbours[row], audit.copies.families
    near = near[families[near] != families[row]]  # relatives do not vote, and are no evidence

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
        not_judged=_not_judged(audit, row),
    )


def of_label(audit: Audit, beliefs: MultiBeliefs, row: int, number: int) -> Explanation:
    """Return why one of several labels of the image in *row* was judged as it was."""
    dataset, families = audit.dataset, audit.copies.families
    name, given = dataset.names[number], bool(dataset.has(number, np.array([row]))[0])
    near = beliefs.neighbours[row]
    near = near[families[near] != families[row]]
    reason = beliefs.reasons[number]

    def like(wanted: bool) -> tuple[str, ...]:
        return tuple(dataset.paths[other] for other in near[dataset.has(number, near) == wanted][:SHOWN])

    def said(present: float) -> tuple[float, float]:
        return (present, 1 - present) if given else (1 - present, present)

    return Explanation(
        path=dataset.paths[row],
        label=name if given else "",
        suggested="" if given else name,
        p_error=float(beliefs.p_wrong[row, number]),
        voters={voter: said(float(present[row, number])) for voter, present in beliefs.by_voter.items()},
        like_label=like(given),
        like_suggested=like(not given),
        not_judged=f"the label '{printable(name)}': {reason}" if reason else "",
    )


def row_of(audit: Audit, path: str) -> int:
    """Return the row of an image, given by a path relative to the data set or to the working folder.

    Raises
    ------
    DatasetError
        It is not among the readable images.
    """
    paths = audit.dataset.paths
    if path:
        for name in _names(path, audit.dataset.source.folder):
            if name in paths:
                return paths.index(name)
    close = difflib.get_close_matches(path, [each for each in paths if PurePath(each).name == PurePath(path).name], n=1)
    close = close or difflib.get_close_matches(path, paths, n=1)
    hint = f"; did you mean '{printable(close[0])}'?" if close else "."
    raise DatasetError(
        f"'{printable(path)}' is not among the readable images of {printable(audit.dataset.source.shown)}{hint} "
        f"Name it relative to the data, such as {printable(paths[0])}."
    )


def _names(path: str, folder: Path | None) -> Iterator[str]:
    """Yield the possible paths in the data set of an image that a user names."""
    yield path
    yield Path(path).as_posix()
    if folder:
        yield Path(os.path.relpath(Path(path).absolute(), folder.absolute())).as_posix()


def _not_judged(audit: Audit, row: int) -> str:
    """Return why an image was not judged; an empty string if it was."""
    dataset, label = audit.dataset, audit.dataset.labels[row]
    if audit.beliefs.judged[row]:
        return ""
    different = len(np.unique(audit.copies.families[dataset.labels == label]))
    images = "1 independent image" if different == 1 else f"{different} independent images"
    return f"class '{printable(dataset.classes[label])}' has {images}; it needs {JUDGED_FROM} to be judged"
