"""The results of planting errors as a table."""

from collections.abc import Sequence
from itertools import groupby

from labelaudit.records import JUDGEABLE_FROM, Trial, together
from labelaudit.reports.headlines import LOW_CONFIDENCE

HEADINGS = (
    "planted",
    "wrong",
    "found",
    "flagged",
    "precision",
    "corrected",
    "expected",
    "calibration error",
    "wrong at .5 or more",
)

LEGEND = (
    "found: planted errors that were flagged. precision: share of the flags that were planted.",
    "corrected: found errors whose true label was suggested. expected: sum of p_error over all labels.",
    "calibration error: mean difference of p_error and the share that was planted. wrong at .5 or more: of the",
    "labels with a p_error of .5 or more, the share that was planted.",
)

UNKNOWN = (
    "the model predicts the labels hardly better than by always naming the largest class, or fewer than "
    f"{JUDGEABLE_FROM} could be compared"
)


def bench_table(trials: Sequence[Trial]) -> str:
    """Return a row for each trial and one for each kind of errors, followed by an explanation of the columns.

    If the results mean little, or there are none, the first line says so.
    """
    named: list[tuple[str, ...]] = [HEADINGS]
    for kind, group in groupby(trials, key=lambda trial: trial.kind):
        draws = list(group)
        if len(draws) > 1:
            named += [_row(f"{kind}, draw {number}", draw) for number, draw in enumerate(draws, start=1)]
        named.append(_row(f"{kind}, all {len(draws)}" if len(draws) > 1 else kind, together(draws)))
    widths = [max(len(row[column]) for row in named) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in named]
    return "\n".join([*_doubts(trials), *lines, "", *LEGEND]) + "\n"


def _doubts(trials: Sequence[Trial]) -> list[str]:
    """Return why the results mean little, or why there are none."""
    labels = max(trial.labels for trial in trials)
    if not labels:
        return ["NOTHING TO SHOW: no label was made wrong, because none was judged and seems correct.", ""]
    if not any(trial.planted for trial in trials):
        return [f"NOTHING TO SHOW: no label was made wrong, because the share is too small for {labels:,} labels.", ""]
    if together(trials).believable:
        return []
    return [f"{LOW_CONFIDENCE}: {UNKNOWN}; these figures mean little.", ""]


def _row(name: str, trial: Trial) -> tuple[str, ...]:
    if not trial.planted:
        return (name, *("-" for _ in HEADINGS[1:]))
    likely = trial.likely
    return (
        name,
        str(trial.planted),
        f"{trial.found} ({_share(trial.found, trial.planted)})",
        str(trial.flagged),
        _share(trial.found, trial.flagged),
        _share(trial.corrected, trial.found),
        f"{trial.expected:.0f}",
        f"{trial.calibration_error:.3f}",
        f"{_share(likely.planted, likely.labels)} of {likely.labels}",
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"
