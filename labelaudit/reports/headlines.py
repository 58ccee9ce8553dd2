"""What every report for a person begins with: what was audited, and what came of it."""

import shlex

from labelaudit.names import printable
from labelaudit.records import ClassNoise, Count, Report
from labelaudit.settings import JUDGED_FROM

CLASSES_SHOWN = 5

DOUBT = (
    "the out-of-sample accuracy is hardly better than that of always naming the largest class, or fewer than 30 labels "
    "could be judged"
)

NOT_BELIEVABLE = (
    f"{DOUBT}; what is flagged as mislabeled means little, and does not count at the gate unless "
    "--fail-on LA101 says so"
)

NOT_JUDGED = (
    f"every class has fewer than {JUDGED_FROM} different images; nothing is known of the labels, wrong or right. "
    "Add images, or join classes that are alike"
)


def headlines(report: Report) -> list[tuple[str, str]]:
    """Return pairs of what and how much, safe to print."""
    lines = []
    if not report.judged:
        lines.append(("NOTHING WAS JUDGED", NOT_JUDGED))
    elif not report.believable:
        lines.append(("NOT TO BE BELIEVED", NOT_BELIEVABLE))
    lines.append(("images", f"{len(report.images):,} in {len(report.classes)} classes{_splits(report)}"))
    if report.others:
        named = ", ".join(printable(name) for name in report.others[:3])
        more = ", ..." if len(report.others) > 3 else ""
        files = "1 other file" if len(report.others) == 1 else f"{len(report.others):,} other files"
        lines.append(("passed over", f"{files}: {named}{more}"))
    if report.judged:
        lines += _judged(report)
    rules = [f"{code} {found[0].name}: {len(found):,}" for code, found in report.by_rule().items()]
    verdict = report.verdict
    lines.append(("findings", (", ".join(rules) or "none") + _counting(report)))
    if verdict.accepted:
        lines.append(("accepted before", f"{len(verdict.accepted):,}"))
    if verdict.stale:
        lines.append(("stale in the baseline", f"{len(verdict.stale):,} ({_pruning(report)} removes them)"))
    return lines


def _pruning(report: Report) -> str:
    return f"labelaudit baseline {shlex.quote(printable(report.location)) if report.location else 'DATA'} --prune"


def _counting(report: Report) -> str:
    """Return how many findings count where that is only for what changed."""
    counted, since = len(report.verdict.counted), report.verdict.since
    if not (since and report.findings):
        return ""
    return f" ({counted:,} {'counts' if counted == 1 else 'count'}: only images changed since {printable(since)})"


def _judged(report: Report) -> list[tuple[str, str]]:
    lines = [("out-of-sample accuracy", f"{report.accuracy:.1%}")]
    lines.append(("wrong labels, estimated", _estimate(report.wrong, report.judged)))
    lines += [("by class", _class(each)) for each in report.class_noise[:CLASSES_SHOWN]]
    lines.append(("caught by the flags", f"about {report.caught:.0%} of the wrong labels"))
    return lines


def _estimate(wrong: Count, judged: int) -> str:
    interval = f"90% interval: {wrong.low:,.0f} to {wrong.high:,.0f}"
    return f"{wrong.estimate:,.0f} of {judged:,} ({wrong.estimate / judged:.1%}; {interval})"


def _class(noise: ClassNoise) -> str:
    share = f"about {noise.wrong / noise.images:.0%} of '{printable(noise.label)}'"
    return f"{share}, {noise.wrong:,.0f} of {noise.images:,}; most look like '{printable(noise.mostly)}'"


def _splits(report: Report) -> str:
    named = [f"{printable(split)} {images:,}" for split, images in report.splits]
    return f" (splits: {', '.join(named)})" if named else ""
