"""Combine the labels of several annotators with the audit."""

import csv
import difflib
from pathlib import Path

import numpy as np

from labelaudit.errors import VotesError
from labelaudit.names import printable
from labelaudit.records import Dataset, Votes
from labelaudit.softlabels.mode import Known, Softened
from labelaudit.softlabels.posterior import posterior

COLUMNS = ("image", "annotator", "label")


def votes(known: Known) -> Softened:
    """Return the consensus posterior of each image with votes, and the posterior of the others."""
    consensus = known.consensus
    if consensus is None:
        raise VotesError("there are no votes. Name the table: --votes votes.csv (image, annotator, label).")
    rest, rows = posterior(known), consensus.rows
    order = np.argsort(-consensus.posterior, axis=1, kind="stable")
    width = max(rest.candidates.shape[1], order.shape[1])
    candidates, shares = _widened(rest, width, len(known.dataset.classes))
    candidates[rows], shares[rows] = order[:, :width], np.take_along_axis(consensus.posterior, order, axis=1)[:, :width]
    labels = rest.labels.copy()
    labels[rows] = order[:, 0]
    without = len(labels) - len(rows)
    said = [f"{len(rows):,} images have votes; {without:,} without take the posterior"]
    if consensus.elsewhere:
        said.append(f"{consensus.elsewhere:,} votes are on images that are not in the data set or cannot be read")
    return Softened(labels, candidates, shares, (*said, *(rest.notes if without else ())))


def _widened(rest: Softened, width: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """Return candidates and shares with *width* columns; those that are added have no share."""
    present = np.zeros((len(rest.labels), classes), dtype=np.bool_)
    np.put_along_axis(present, rest.candidates, True, axis=1)
    others = np.argsort(present, axis=1, kind="stable")[:, : width - rest.candidates.shape[1]]
    candidates = np.concatenate([rest.candidates, others], axis=1)
    shares = np.concatenate([rest.shares, np.zeros(others.shape)], axis=1)
    return candidates, shares


def read_votes(path: Path, dataset: Dataset) -> Votes:
    """Read a table with a row for each vote: the image (its path in the data set), the annotator, and the label.

    Raises
    ------
    VotesError
        It cannot be read, or a row of it is not a vote.
    """
    shown = printable(str(path))
    rows = {name: row for row, name in enumerate(dataset.paths)}
    classes = {name: number for number, name in enumerate(dataset.classes)}
    seen: dict[tuple[int, str], int] = {}
    elsewhere = 0
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="surrogateescape") as file:
            table = csv.DictReader(file)
            missing = [name for name in COLUMNS if name not in (table.fieldnames or ())]
            if missing:
                found = printable(", ".join(table.fieldnames or ())) or "nothing"
                raise VotesError(
                    f"{shown}: the column {', '.join(missing)} is missing. Expected the columns {', '.join(COLUMNS)} "
                    f"and a row for each vote; found {found}."
                )
            for vote in table:
                image, annotator, label = (vote[name] or "" for name in COLUMNS)
                where = f"{shown}, line {table.line_num}"
                if not annotator or label not in classes:
                    raise VotesError(f"{where}: {_mistake(annotator, label, classes)}")
                row = rows.get(image, rows.get(image.removeprefix("./")))
                if row is None:
                    elsewhere += 1
                elif seen.setdefault((row, annotator), classes[label]) != classes[label]:
                    raise VotesError(
                        f"{where}: {printable(annotator)} has labelled {printable(image)} before, as something else. "
                        "Keep one of the two."
                    )
    except (OSError, csv.Error) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise VotesError(f"cannot read the votes {shown}: {why}.") from error
    if not seen:
        raise VotesError(
            f"{shown}: none of its {elsewhere:,} votes is on an image of the data set. Expected paths as in a report, "
            f"such as {printable(dataset.paths[0])}."
        )
    annotators = tuple(sorted({annotator for _, annotator in seen}))
    number = {name: place for place, name in enumerate(annotators)}
    columns = np.array(sorted((row, number[name], label) for (row, name), label in seen.items()), dtype=np.int64)
    images, by, labels = columns.T.copy()
    return Votes(annotators, images, by, labels, elsewhere)


def _mistake(annotator: str, label: str, classes: dict[str, int]) -> str:
    if not annotator:
        return "the annotator is missing."
    close = difflib.get_close_matches(label, classes, n=1)
    hint = f"; did you mean '{printable(close[0])}'?" if close else ""
    return f"no class is called '{printable(label)}'{hint}. Expected the name of a class folder."
