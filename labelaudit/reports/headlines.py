"""The first lines of every text report: what was scanned, and the result."""

import shlex
from collections.abc import Iterable, Sequence

from labelaudit.findings import Finding
from labelaudit.names import printable
from labelaudit.records import ClassNoise, Estimate, Interval, PassedOver, Report

CLASSES_SHOWN = 5
NAMED = 3

LOW_CONFIDENCE = "LOW CONFIDENCE"
"""Heading if the classifier does not distinguish the classes."""

MEANS_LITTLE = "an LA101 finding means little here, and fails the run only with --fail-on LA101"

MEANINGS = {
    "nothing-judged": "nothing is known about the labels, right or wrong. Add images, or merge similar classes",
    "overlapping": "LA101 accepts either label for the other. Look at some images of each class",
}
"""The consequence of other doubts for a reader of the findings."""

LOOK = "to find out, look at the 50 images that the HTML page lists as worth a look"


def headlines(report: Report) -> list[tuple[str, str]]:
    """Return pairs of a name and a value, escaped for output."""
    lines = []
    if report.doubt and report.doubt.blind:
        heading = LOW_CONFIDENCE if report.judged else "NOTHING WAS JUDGED"
        lines.append((heading, f"{report.doubt.reason}; {MEANINGS.get(report.doubt.kind, MEANS_LITTLE)}"))
    images = f"{len(report.images):,}{_families(report)} in {len(report.classes)} classes{_splits(report)}"
    lines.append(("images", images))
    lines += [("passed over", line) for line in passed_over(report.passed_over, report.others)]
    if report.not_run:
        lines.append(("not run", f"{', '.join(report.not_run)}: they need images, and there are only features"))
    if report.judged:
        lines += _judged(report)
    lines += decided(report)
    rules = [f"{code} {found[0].name}: {len(found):,}" for code, found in report.by_rule().items()]
    verdict = report.verdict
    lines.append(("findings", (", ".join(rules) or "none") + _counting(report)))
    if verdict.accepted:
        lines.append(("accepted before", f"{len(verdict.accepted):,}"))
    if verdict.stale:
        lines.append(("stale in the baseline", f"{len(verdict.stale):,} ({_pruning(report)} removes them)"))
    return lines


def decided(report: Report) -> list[tuple[str, str]]:
    """Return what people decided about labels, and what a sample of them measured; nothing if nobody decided."""
    tally = report.tally
    if not tally:
        return []
    parts = [f"{tally.wrong:,} were wrong"]
    others = (
        (tally.unsure, "unsure"),
        (tally.bad_images, "bad image" if tally.bad_images == 1 else "bad images"),
        (tally.fixed, "corrected since"),
    )
    parts += [f"{count:,} {words}" for count, words in others if count]
    lines = [("decided by people", f"{tally.looked_at:,} images: {', '.join(parts)}")] if tally.looked_at else []
    if tally.followed:
        lines.append(("followed suggestions", f"{tally.followed:,} labels were changed, and nobody looked"))
    if tally.conflicts:
        lines.append(("contradictory decisions", f"{tally.conflicts:,}; none applies until somebody decides again"))
    if tally.measured:
        lines += measured(tally.measured)
    return lines


def measured(found: Estimate) -> list[tuple[str, str]]:
    """Return what a sample says about the labels as they came."""
    stale = f"; {found.stale}" if found.stale else ""
    sample = f"by a sample of {found.answered:,}" + (f" of {found.drawn:,}" if found.answered < found.drawn else "")
    lines = [("wrong labels, measured", f"{_percent(found.share)} of {found.images:,} as they came, {sample}{stale}")]
    flags = [("precision", found.precision), ("recall", found.recall)]
    said = [f"{name} {_percent(each)}" for name, each in flags if each]
    return [*lines, *([("the flags, measured", ", ".join(said))] if said else [])]


def _percent(interval: Interval) -> str:
    return f"{interval.estimate:.1%} (90% interval: {interval.low:.1%} to {interval.high:.1%})"


def the_rest(report: Report, shown: int) -> str:
    """Return how many findings are not shown, and how to see them; empty if all are shown."""
    left = len(report.findings) - shown
    return f"... and {left:,} more; to see all, type: --limit {len(report.findings)}" if left > 0 else ""


def passed_over(folders: Iterable[PassedOver], others: Sequence[str]) -> list[str]:
    """Return a line for each reason for which folders were not read, and one for the other files."""
    by_reason: dict[str, list[PassedOver]] = {}
    for folder in folders:
        by_reason.setdefault(folder.reason, []).append(folder)
    lines = []
    for reason, alike in by_reason.items():
        total = sum(folder.files for folder in alike)
        files = "1 file" if total == 1 else f"{total:,} files"
        named = ", ".join(f"{printable(folder.path)}/" for folder in alike[:NAMED])
        where = f"{len(alike):,} folders: {named}, ..." if len(alike) > NAMED else named
        lines.append(f"{files} in {where} ({reason})")
    if others:
        named = ", ".join(map(printable, others[:NAMED])) + (", ..." if len(others) > NAMED else "")
        lines.append(f"{'1 other file' if len(others) == 1 else f'{len(others):,} other files'}: {named}")
    return lines


def _pruning(report: Report) -> str:
    return f"labelaudit baseline {shlex.quote(printable(report.location)) if report.location else 'DATA'} --prune"


def _counting(report: Report) -> str:
    """Return how many findings count, if only those on changed images do."""
    counted, since = len(report.verdict.counted), report.verdict.since
    if not (since and report.findings):
        return ""
    return f" ({counted:,} {'counts' if counted == 1 else 'count'}: only images changed since {printable(since)})"


def _judged(report: Report) -> list[tuple[str, str]]:
    lines = [("out-of-sample accuracy", f"{report.accuracy:.1%}")]
    lines.append(("wrong labels, estimated", _estimate(report)))
    if not (report.doubt and report.doubt.blind):
        lines += [("by class", _class(each)) for each in report.class_noise[:CLASSES_SHOWN]]
        if report.wrong.estimate >= 0.5:  # otherwise there is nothing to find
            lines.append(("caught by the flags", f"about {report.caught:.0%} of the wrong labels"))
    return lines


def _estimate(report: Report) -> str:
    """Return the estimated number of wrong labels with its interval, or what is known instead."""
    wrong, judged = report.wrong, report.judged
    if report.doubt:
        return f"unknown, of {judged:,}" if report.doubt.blind else f"{report.doubt.reason}; {LOOK}"
    interval = f"90% interval: {wrong.low:,.0f} to {wrong.high:,.0f}"
    found = (*report.findings, *(finding for finding, _ in report.verdict.accepted))
    overlapping = " beside those between overlapping classes (LA403)" if any(map(_overlaps, found)) else ""
    return f"{wrong.estimate:,.0f} of {judged:,} ({wrong.estimate / judged:.1%}; {interval}){overlapping}"


def _overlaps(finding: Finding) -> bool:
    return finding.code == "LA403"


def _class(noise: ClassNoise) -> str:
    if not noise.mostly:  # images may have several labels
        return f"'{printable(noise.label)}': {noise.wrong:,.0f} of {noise.images:,} wrong, {noise.missing:,.0f} missing"
    share = f"about {noise.wrong / noise.images:.0%} of '{printable(noise.label)}'"
    return f"{share}, {noise.wrong:,.0f} of {noise.images:,}; most look like '{printable(noise.mostly)}'"


def _families(report: Report) -> str:
    """Return the number of families, if any images are related."""
    return f", {report.families:,} families," if 0 < report.families < len(report.images) else ""


def _splits(report: Report) -> str:
    named = [f"{printable(split)} {images:,}" for split, images in report.splits]
    return f" (splits: {', '.join(named)})" if named else ""
