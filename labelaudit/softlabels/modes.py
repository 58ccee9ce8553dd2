"""The methods by name, and options that apply to all of them: smoothing, weights, and leaving images out."""

import difflib
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelaudit.errors import DatasetError, SettingsError
from labelaudit.names import printable
from labelaudit.records import Dataset, SoftLabels, undecided
from labelaudit.softlabels.confirmed import confirm, unfit
from labelaudit.softlabels.corrected import corrected
from labelaudit.softlabels.mode import Known, Mode, check_eps
from labelaudit.softlabels.posterior import posterior, why_not
from labelaudit.softlabels.uniform import uniform
from labelaudit.softlabels.votes import votes
from labelaudit.softlabels.weights import weights

MODES: dict[str, Mode] = {"posterior": posterior, "uniform": uniform, "corrected": corrected, "votes": votes}
"""Methods by name."""


def mode_of(mode: str | None, eps: float | None) -> str:
    """Return the name of the method: with neither it is the posterior, with ``eps`` alone uniform smoothing.

    Raises
    ------
    SettingsError
        There is no such method.
    """
    chosen = mode or ("posterior" if eps is None else "uniform")
    if chosen not in MODES:
        close = difflib.get_close_matches(chosen.lower(), MODES, n=1)
        hint = f"; did you mean '{close[0]}'?" if close else "."
        raise SettingsError(f"no mode is called '{printable(chosen)}'{hint} There are: {', '.join(MODES)}.")
    return chosen


def needs_beliefs(mode: str, *, weigh: bool, drop: bool) -> bool:
    """Tell whether the labels have to be judged first."""
    return mode != "uniform" or weigh or drop


def smooth(dataset: Dataset, eps: float) -> SoftLabels:
    """Smooth the labels of a data set uniformly.

    Parameters
    ----------
    dataset
        The readable images and their labels.
    eps
        Share of each label that is spread over all K classes, in [0, 1).

    Raises
    ------
    SettingsError
        ``eps`` is out of its range.
    """
    return soft_labels(Known(dataset), "uniform", eps)


def soft_labels(known: Known, mode: str, eps: float = 0.0, *, weigh: bool = False, drop: bool = False) -> SoftLabels:
    """Soften the labels of a data set.

    Parameters
    ----------
    known
        The images, and what is known of their labels.
    mode
        Name of the method.
    eps
        Share of each row that is spread over all K classes at the end, in [0, 1).
    weigh
        Whether to add the probability that each hard label is right.
    drop
        Whether to leave out images whose label is flagged.

    Raises
    ------
    SettingsError
        ``eps`` is out of its range, or the method needs something that is not known.
    DatasetError
        Nothing is left.
    """
    check_eps(eps)
    found = MODES[mode](known)
    soft = SoftLabels(
        dataset=known.dataset,
        labels=found.labels,
        candidates=found.candidates,
        shares=found.shares,
        eps=eps,
        weights=weights(known, found.labels) if weigh else np.zeros(0),
        certain=np.zeros(len(known.dataset), dtype=np.bool_),
        mode=mode,
        notes=found.notes,
        annotators=known.consensus.annotators if known.consensus else (),
    )
    if known.decided is not None:
        soft = confirm(soft, known.decided)
    return _without(soft, *_left_out(known, drop=drop))


class _LeftOut(NamedTuple):
    """Images that are left out, bool (N,), and what is said of them."""

    rows: NDArray[np.bool_]
    note: str


def _left_out(known: Known, *, drop: bool) -> Iterator[_LeftOut]:
    decided = undecided(known.dataset.labels) if known.decided is None else known.decided
    without = unfit(decided)
    if without.any():
        said = "images were left out: a person found them not usable, or of no class of this data set"
        yield _LeftOut(without, f"{without.sum():,} {said}")
    if drop and why_not(known.judged()):
        yield _LeftOut(np.zeros_like(without), "no image was left out: the labels could not be judged")
    elif drop:
        flagged = known.judged().flagged(known.dataset, known.settings) & ~decided.known
        yield _LeftOut(flagged, f"{flagged.sum():,} images whose label is flagged were left out")


def _without(soft: SoftLabels, *left_out: _LeftOut) -> SoftLabels:
    if not left_out:
        return soft
    kept = np.flatnonzero(~np.any([each.rows for each in left_out], axis=0))
    if not len(kept):
        raise DatasetError(
            "nothing would be left: every label is flagged, or every image was found not usable. Leave --drop or "
            "--confirmed out."
        )
    return replace(soft.take(kept), notes=(*soft.notes, *(each.note for each in left_out)))
