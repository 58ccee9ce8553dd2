"""LA405."""

from collections.abc import Iterator

import numpy as np

from labelaudit.checks import rule
from labelaudit.findings import WHOLE, Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Evidence, MultiBeliefs
from labelaudit.settings import JUDGED_FROM


@rule("LA405", "not-judged", Severity.WARNING)
def not_judged(evidence: Evidence) -> Iterator[Finding]:
    """The labels of this data set, split or class could not be judged.

    What it finds
        One finding for a data set whose labels could not be judged; its path is `.`, the data set itself. Also one for
        each split of which no label was judged, and one for each class of which none was judged although it has three
        different images or more.

    Why it matters
        Where labels could not be judged, the absence of LA101 says nothing about them. A run that passes with this
        finding ends with "passed; the labels could not be judged" and the reason, JUnit reports the classes as skipped,
        and `--strict` or `--fail-on error,LA405` lets the run fail.

    How it decides
        A data set could not be judged in five cases. Every class has fewer than three independent images. Fewer than 30
        labels were compared. The out-of-sample accuracy is near chance: less than a tenth of the way from the accuracy
        of always naming the largest class to 100 %. No two classes can be told apart (LA403), which is also what many
        swapped labels look like. The 90 % interval of the number of wrong labels spans more than 5 % of the labels, and
        more than the estimate plus its variation by chance (3.29 times its square root): the labels then fit a clean
        data set nearly as well as a bad one.

    What to do
        Add images, or merge classes, where there are too few. Near chance, try `--quality best`, and check that the
        folders are classes at all. Where the interval is wide, look at the most suspicious images, which
        `--report html=report.html` shows, to learn whether they are wrong or merely hard. If the data has to stay as it
        is, accept the finding with `labelaudit baseline DATA --path . --reason "..."`.

    Limits
        LA401 reports that a class is small, which is a fact about the data that more images change; this rule reports
        what that or anything else means for the verdict. A class that is too small is therefore named by LA401 alone,
        and by this rule only if no other class could be judged either. Two of several classes that cannot be
        distinguished are named by LA403 alone. The last line of a run that passes takes all three rules into account. A
        data set that could be judged as a whole may still have single images that are too hard: see LA103.

    Source
        Rates of wrong labels in ten public test sets, .2 to 10 %: Northcutt, Athalye and Mueller (2021), "Pervasive
        Label Errors in Test Sets Destabilize Machine Learning Benchmarks". The limits themselves are conventions.
    """
    doubt = evidence.beliefs.doubt
    if doubt:
        yield not_judged.finding(WHOLE, f"the labels could not be judged: {doubt.reason}")
    if not doubt or doubt.kind != "nothing-judged":
        yield from _labels(evidence) if isinstance(evidence.beliefs, MultiBeliefs) else _splits_and_classes(evidence)


def _splits_and_classes(evidence: Evidence) -> Iterator[Finding]:
    yield from _splits(evidence)
    yield from _classes(evidence)


def _labels(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding for each label that could not be judged against the rest, unless LA401 says that it is rare."""
    dataset, beliefs = evidence.dataset, evidence.beliefs
    if not isinstance(beliefs, MultiBeliefs):
        return
    for number, (name, reason) in enumerate(zip(dataset.names, beliefs.reasons, strict=True)):
        if reason and len(np.unique(evidence.copies.groups[dataset.rows_of(number)])) >= JUDGED_FROM:
            yield not_judged.finding(
                f"{name}/", f"the label '{printable(name)}' could not be judged: {reason}", label=name
            )


def _splits(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding for each split of which no label was judged."""
    splits, judged = np.array(evidence.dataset.splits), evidence.beliefs.judged
    for name in sorted({*splits.tolist()} - {"", *splits[judged].tolist()}):
        yield not_judged.finding(
            f"{name}/",
            f"the labels of split '{printable(name)}' could not be judged: every class in it has fewer than "
            f"{JUDGED_FROM} independent images",
            subject=f"split {name}/",
        )


def _classes(evidence: Evidence) -> Iterator[Finding]:
    """Yield a finding for each class of which no label was judged, unless it is small: LA401 says that."""
    dataset, judged = evidence.dataset, evidence.beliefs.judged
    for number, name in enumerate(dataset.classes):
        rows = np.flatnonzero(dataset.labels == number)
        if not judged[rows].any() and len(np.unique(evidence.copies.groups[rows])) >= JUDGED_FROM:
            yield not_judged.finding(
                f"{name}/",
                f"the labels of class '{printable(name)}' could not be judged: of its {len(rows):,} images fewer than "
                f"{JUDGED_FROM} are independent",
                label=name,
            )
