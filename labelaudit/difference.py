"""Compare the findings of two reports."""

from collections import defaultdict

from labelaudit.findings import Finding
from labelaudit.records import Difference, End, Fixed, Moved, Report, labels_in


def compare(old: Report, new: Report) -> Difference:
    """Compare the findings of two reports. Findings are identified by rule, content and given label."""
    before = {finding.key: finding for finding in old.findings}
    now = {finding.key: finding for finding in new.findings}
    accepted = {finding.key for finding, _ in new.verdict.accepted}
    labels: dict[str, set[str]] = defaultdict(set)
    for image in new.images:
        labels[image.digest].add(image.label)
    images = {image.digest for image in old.images}

    def ended(finding: Finding) -> Fixed:
        if finding.key in accepted:
            return Fixed(finding, End.ACCEPTED)
        if finding.digest not in images:  # a finding about a group of images or a class
            return Fixed(finding, End.QUIET)
        there = labels.get(finding.digest, set())
        if not there:
            return Fixed(finding, End.REMOVED)
        return Fixed(finding, End.QUIET) if _as_before(finding, there) else Fixed(finding, End.RELABELLED, min(there))

    kept = [(before[key], finding) for key, finding in now.items() if key in before]
    return Difference(
        new=tuple(finding for key, finding in now.items() if key not in before),
        fixed=tuple(ended(finding) for key, finding in before.items() if key not in now),
        moved=tuple(Moved(finding, was.path) for was, finding in kept if was.path != finding.path),
        kept=sum(was.path == finding.path for was, finding in kept),
    )


def _as_before(finding: Finding, labels: set[str]) -> bool:
    """Tell whether an image still has the label that a finding is about, or still lacks it; by its *labels* now."""
    several = {each for label in labels for each in labels_in(label)}
    return finding.label in labels | several if finding.label else finding.suggested not in several
