"""Reports of saved scans, with what people decided since. Like :mod:`labelaudit.audit`, this module combines stages."""

from dataclasses import replace

import numpy as np

from labelaudit.checks.mislabeled import in_words
from labelaudit.decisions import apply
from labelaudit.errors import DatasetError
from labelaudit.findings import Finding
from labelaudit.gate import accepting
from labelaudit.names import printable
from labelaudit.records import (
    Acceptance,
    Accepted,
    Dataset,
    Decision,
    DecisionKey,
    Decisions,
    Entry,
    Report,
    Ruling,
    Source,
)
from labelaudit.sampling import estimate
from labelaudit.summary import tally

ABOUT_LABELS = ("LA101", "LA103")
"""The rules whose findings a decision about a label answers."""


class _NoImages(Source):
    """The source of a saved report, which lists images without holding them."""

    def open(self, path: str) -> bytes:
        raise DatasetError(f"{printable(path)} cannot be opened: a saved report holds no images.")


def with_decisions(report: Report, decisions: Decisions) -> Report:
    """Return a saved report with what people decided about its images.

    A finding about a label that a person kept, or about an image that is not usable, is accepted, and so is a finding
    that the decisions accept. A label that a person found to be wrong stays reported, with the class that was decided.
    The gate is applied again. Estimates, such as the number of wrong labels, remain those of the scan: only a new scan
    judges the labels by the decisions.

    Parameters
    ----------
    report
        The report of the scan.
    decisions
        What people decided; a decision applies to an image with the same bytes and the same label.
    """
    dataset, digests = _dataset(report), tuple(image.digest for image in report.images)
    decided = apply(decisions, dataset, digests)
    measured = estimate(decisions, dataset, digests, decided)
    settled = {key: each for key, each in decisions.settled().items() if each.by_person}
    findings = {id(each): _answered(each, settled) for each in report.verdict.open}
    verdict = replace(
        report.verdict,
        counted=tuple(findings[id(each)] for each in report.verdict.counted),
        open=tuple(findings.values()),
        unchanged=tuple(findings[id(each)] for each in report.verdict.unchanged),
    )
    entries = decisions.accepted.by_key()
    accepted = [Accepted(each, entry) for each in verdict.open if (entry := _entry(each, settled, entries))]
    verdict = accepting(verdict, accepted, len(report.images) + report.unreadable)
    flagged = {(each.path, each.about) for each in verdict.open if each.p_error is not None}
    keys = {image.path: (image.digest, printable(image.label)) for image in report.images}
    return replace(
        report,
        findings=verdict.open,
        verdict=verdict,
        explanations={key: each for key, each in report.explanations.items() if key in flagged},
        worth_a_look=tuple(each for each in report.worth_a_look if keys.get(each.path) not in settled),
        tally=tally(decided, measured, len(decisions.conflicts)) or report.tally,
    )


def _dataset(report: Report) -> Dataset:
    """Return the images of a report with their labels, or label sets."""
    names = (image.label for image in report.images) if report.several else (each.name for each in report.classes)
    classes = tuple(dict.fromkeys(names))
    number = {name: place for place, name in enumerate(classes)}
    labels = np.array([number[image.label] for image in report.images], dtype=np.int64)
    paths = tuple(image.path for image in report.images)
    return Dataset(_NoImages(report.location), classes, paths, labels, ("",) * len(paths))


def _answered(finding: Finding, settled: dict[DecisionKey, Decision]) -> Finding:
    """Return a finding about a label with the class that a person decided; any other finding as it is."""
    decision = _decision(finding, settled)
    if finding.code != "LA101" or decision is None or decision.ruling is not Ruling.RELABEL:
        return finding
    message = in_words(printable(finding.label), decision.decided, 1.0, decided=True)
    return replace(finding, suggested=decision.decided, p_error=1.0, message=message)


def _entry(
    finding: Finding, settled: dict[DecisionKey, Decision], entries: dict[tuple[str, str, str], Entry]
) -> Entry | None:
    """Return what accepts a finding; None if nothing does."""
    decision = _decision(finding, settled)
    if decision is None or (finding.code == "LA101" and decision.ruling in (Ruling.RELABEL, Ruling.UNSURE)):
        return entries.get(finding.key)
    checked = Acceptance.DEFERRED if decision.ruling is Ruling.UNSURE else Acceptance.CORRECT
    return Entry(*finding.key, printable(finding.path), checked, f"decided: {decision.says}")


def _decision(finding: Finding, settled: dict[DecisionKey, Decision]) -> Decision | None:
    """Return what a person said about the label that a finding is about; None if nothing."""
    return settled.get((finding.digest, printable(finding.label))) if finding.code in ABOUT_LABELS else None
