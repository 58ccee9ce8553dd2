"""Describe the soft labels that ``labelaudit smooth`` wrote, and how to train on them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit.names import printable

if TYPE_CHECKING:
    from labelaudit.records import Annotator, SoftLabels
    from labelaudit.softlabels.formats import Write

SHOWN = 20
"""The largest number of annotators that are listed; if there are more, the ten best and the ten worst."""


def describe(soft: "SoftLabels", out: Path | None, write: "Write", *, chosen: bool) -> Iterator[str]:
    """Yield what was written and why, and what to observe in training; safe to print.

    Parameters
    ----------
    soft
        The soft labels.
    out
        The file they were written to; stdout if None.
    write
        The format.
    chosen
        Whether the user chose the method.
    """
    rows, classes = len(soft.dataset), len(soft.dataset.classes)
    yield from _lost(soft, out, write)
    kind = "hard" if soft.mode == "corrected" and not soft.eps else "soft"
    yield f"{printable(str(out)) if out else 'stdout'}: {kind} labels of {rows:,} images in {classes:,} classes"
    smoothed = f", with eps {soft.eps:g}" if soft.eps else ""
    default = "" if chosen else "; it is the default. --eps 0.1 smooths all labels alike instead"
    yield f"mode {soft.mode}{smoothed}{default}"
    yield from soft.notes
    yield from _annotators(soft.annotators)
    if soft.eps and soft.mode in ("posterior", "votes"):
        yield (
            f"warning: these labels are smoothed twice: mode {soft.mode} already gives probabilities. With --eps the "
            "trained model's probabilities were worse in our benchmarks; leave it out."
        )
    if len(soft.weights):
        yield "The column weight belongs to the hard label in the column label, not to the probabilities."
    if kind == "hard":
        yield "These labels are hard: the column label holds the corrected label, and label smoothing may be used."
    else:
        yield (
            "These labels are smoothed: train with a loss that takes probabilities, and with its own label smoothing "
            "at 0."
        )


def _lost(soft: "SoftLabels", out: Path | None, write: "Write") -> Iterator[str]:
    from labelaudit.softlabels.formats import smallest

    share, least, ending = soft.eps / len(soft.dataset.classes), smallest(write), out.suffix.lower() if out else ".csv"
    if 0 < share < least:
        other = "" if ending in (".npz", ".parquet") else ", or --out labels.npz"
        yield (
            f"warning: each class should get eps / K = {share:.2g}, but the smallest value in {ending} is {least:.2g}, "
            f"so some or all get 0. Use a larger --eps{other}."
        )


def _annotators(annotators: "tuple[Annotator, ...]") -> Iterator[str]:
    if not annotators:
        return
    shown = [*annotators[: SHOWN // 2], *annotators[SHOWN // 2 :][-SHOWN // 2 :]]
    wide = max(len("annotator"), *(len(printable(each.name)) for each in shown))
    yield f"{'annotator':{wide}}  labels  quality  agrees  worst class"
    for each in shown:
        figures = f"{each.votes:>6,}  {each.quality:>7.3f}  {each.agreement:>6.0%}  {printable(each.worst)}"
        yield f"{printable(each.name):{wide}}  {figures}"
    if len(shown) < len(annotators):
        yield f"the {SHOWN // 2} best and the {SHOWN // 2} worst of {len(annotators):,} annotators"
