"""Out-of-sample predicted probabilities of the user's own model, read from a file and matched by path."""

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import ModelError
from labelaudit.names import printable
from labelaudit.probabilities.axes import Doubles
from labelaudit.records import Beliefs, Dataset
from labelaudit.user_arrays import check_once, check_probabilities, check_readable, names_in, read_npz, rows_of

SMALLEST = 1e-6
"""Smaller probabilities are raised to this, since a single row with a probability of 0 would outweigh all others."""

SEEN_FROM = 3.0
"""Minimum number of wrong labels needed to detect probabilities of a model that was trained on them."""


def read_probabilities(path: Path, dataset: Dataset) -> Doubles:
    """Return predicted probabilities, (N, K), in the order of the images and classes of a data set.

    Parameters
    ----------
    path
        An npz file with ``paths`` (n,), ``classes`` (K,) and ``probabilities`` (n, K); or a CSV file with a column
        ``path`` and one for each class.
    dataset
        N images and K classes. If images may have several labels, each probability is that of one label.

    Raises
    ------
    ModelError
        The file cannot be used; the message says what was found and what was expected.
    """
    where = printable(str(path))
    check_readable(path)
    paths, classes, values = (_from_csv if path.suffix.lower() == ".csv" else _from_npz)(path, where)
    names = dataset.names
    missing, unknown = sorted(set(names) - set(classes)), sorted(set(classes) - set(names))
    if missing or unknown:
        what = f"has no class '{printable(missing[0])}'" if missing else f"has a class '{printable(unknown[0])}'"
        found = ", ".join(map(printable, names[:10]))
        raise ModelError(f"{where} {what}{'' if missing else ', which the data set has not'}; expected {found}.")
    several = dataset.multi is not None
    check_probabilities(values, paths, where, several=several)
    order = [classes.index(name) for name in names]
    chosen = values[rows_of(dataset.paths, paths, where)][:, order]
    return np.clip(chosen.astype(np.float64), SMALLEST, 1 - SMALLEST) if several else bounded(chosen)


def bounded(values: NDArray[np.generic]) -> Doubles:
    """Return probabilities (N, K) none of which is 0, and whose rows sum to one."""
    raised = np.maximum(values, SMALLEST)
    scaled: Doubles = raised / raised.sum(axis=1, keepdims=True)
    return scaled


def check_out_of_sample(given: Doubles, before: Beliefs, dataset: Dataset) -> None:
    """Check that probabilities are out-of-sample: a model that was trained on the labels agrees with wrong ones.

    A model that has not seen the labels contradicts most wrong ones. If it contradicts less than half of the minimum
    number of wrong labels according to *before*, it has seen them.

    Parameters
    ----------
    given
        Predicted probabilities (N, K).
    before
        The predictions of labelaudit's own classifiers.
    dataset
        N images with their labels.

    Raises
    ------
    ModelError
        They are not.
    """
    if dataset.multi:
        contradicted, labels = int(((given >= 0.5) != dataset.given).sum()), before.number_judged
    else:
        contradicted, labels = int((given.argmax(axis=1) != dataset.labels).sum()), len(dataset)
    low, high = before.wrong.low, before.wrong.high
    blind = before.doubt is not None and before.doubt.blind
    if not blind and low >= SEEN_FROM and contradicted < low / 2:
        raise ModelError(
            f"the predicted probabilities look in-sample: their most probable class differs from {contradicted:,} of "
            f"{labels:,} labels, but {low:,.0f} to {high:,.0f} labels are wrong by classifiers that did not see "
            "them. A model that was trained on these labels repeats their errors. Predict each image with a model that "
            "was trained without it, as sklearn.model_selection.cross_val_predict(..., method='predict_proba') does."
        )


def _from_npz(path: Path, where: str) -> tuple[list[str], list[str], NDArray[np.generic]]:
    arrays = read_npz(path)
    missing = [name for name in ("paths", "classes", "probabilities") if name not in arrays]
    if missing:
        found = ", ".join(map(printable, sorted(arrays))) or "nothing"
        raise ModelError(f"{where}: expected the arrays paths, classes and probabilities, found {found}.")
    paths, classes = (names_in(arrays[name], name, where) for name in ("paths", "classes"))
    return paths, classes, arrays["probabilities"]


def _from_csv(path: Path, where: str) -> tuple[list[str], list[str], NDArray[np.generic]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = [row for row in csv.reader(file) if row] or [[]]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ModelError(f"{where} is not a CSV file in UTF-8: {printable(str(error))}.") from error
    if "path" not in header:
        raise ModelError(f"{where}: expected a header with 'path' and the names of the classes.")
    kept = [place for place, name in enumerate(header) if name not in ("path", "label")]
    classes, paths, values = [header[place] for place in kept], [], []
    check_once(classes, "classes", where)
    for number, row in enumerate(rows, 2):
        try:
            values.append([float(row[place]) for place in kept])
            paths.append(row[header.index("path")])
        except (ValueError, IndexError):
            raise ModelError(f"{where}: row {number} has no number in the column of each class.") from None
    check_once(paths, "path", where)
    return paths, classes, np.array(values).reshape(len(paths), len(classes))
