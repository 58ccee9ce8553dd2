"""What became of planted errors, as a table."""

from collections.abc import Sequence

from labelaudit.records import Trial

HEADINGS = ("planted", "wrong", "found", "flagged", "precision", "corrected", "expected", "calibration error")


def trials_table(trials: Sequence[Trial]) -> str:
    """Return a row for each trial, then what the columns mean."""
    rows = [HEADINGS, *(_row(trial) for trial in trials)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, "", *LEGEND]) + "\n"


LEGEND = (
    "found: planted errors that were flagged. precision: share of the flags that were planted.",
    "corrected: found errors whose true label was suggested. expected: wrong labels that p_error speaks of in all.",
    "calibration error: how far p_error is from the share that was planted, on average.",
)


def _row(trial: Trial) -> tuple[str, ...]:
    return (
        trial.kind,
        str(trial.planted),
        f"{trial.found} ({_share(trial.found, trial.planted)})",
        str(trial.flagged),
        _share(trial.found, trial.flagged),
        _share(trial.corrected, trial.found),
        f"{trial.expected:.0f}",
        f"{trial.calibration_error:.3f}",
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "-"
