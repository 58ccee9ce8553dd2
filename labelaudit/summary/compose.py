"""Convert an audit and its verdict to a report."""

import os
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np

from labelaudit.features import shown
from labelaudit.findings import WHOLE
from labelaudit.records import Audit, ClassSize, Count, Estimate, Listed, Report, Rule, Verdict
from labelaudit.summary.explanation import explanation
from labelaudit.summary.noise import caught, class_noise, pair_noise
from labelaudit.summary.tally import tally
from labelaudit.summary.worth_a_look import worth_a_look

GIVEN = "given"
"""Stands for features or probabilities that a program passed as an array."""


def summarise(
    audit: Audit,
    verdict: Verdict,
    rules: tuple[Rule, ...],
    location: str,
    version: str,
    measured: Estimate | None = None,
    conflicts: int = 0,
) -> Report:
    """Return the report of an audit, without arrays and without the images.

    *measured* is what a sample says, and *conflicts* how often people contradict each other.
    """
    dataset, observed, beliefs = audit.dataset, audit.observed, audit.beliefs
    judged, doubt = beliefs.number_judged, beliefs.doubt
    wrong = Count(beliefs.wrong.estimate, 0.0, float(judged)) if doubt and doubt.blind else beliefs.wrong
    rows = {path: row for row, path in enumerate(dataset.paths)}
    flagged = [each for each in verdict.open if each.p_error is not None and each.path in rows]
    return Report(
        version=version,
        location=location,
        rules=rules,
        settings=asdict(audit.settings)
        | {
            "features": shown(audit.settings.features) if dataset.features is None else GIVEN,
            "probs": Path(audit.settings.probs).name if dataset.probabilities is None else GIVEN,
            "root": Path(audit.settings.root).name,
        },
        classes=tuple(map(ClassSize, dataset.names, dataset.counts.tolist())),
        splits=tuple(ClassSize(*each) for each in sorted(Counter(filter(None, dataset.splits)).items())),
        images=tuple(
            map(Listed, dataset.paths, (dataset.classes[label] for label in dataset.labels), observed.digests)
        ),
        unreadable=len(observed.skipped),
        others=tuple(sorted(dataset.others + observed.others)),
        passed_over=dataset.passed_over,
        judged=judged,
        families=len(np.unique(audit.copies.families)),
        accuracy=beliefs.accuracy,
        believable=beliefs.believable,
        wrong=wrong.rounded(),
        caught=caught(audit),
        class_noise=tuple(class_noise(audit)),
        pair_noise=tuple(pair_noise(audit)),
        findings=verdict.open,
        explanations={
            (finding.path, finding.about): explanation(audit, rows[finding.path], finding.about) for finding in flagged
        },
        verdict=verdict,
        doubt=doubt,
        worth_a_look=worth_a_look(audit),
        tally=tally(audit.decided, measured, conflicts),
        written=_written(audit, verdict),
        several=dataset.multi is not None,
    )


def _written(audit: Audit, verdict: Verdict) -> dict[str, tuple[str, int]]:
    """Return where the labels of images with findings are written, relative to the data set."""
    source = audit.dataset.source
    places = {finding.path: source.written_at(finding.path) for finding in verdict.open if finding.path != WHOLE}
    return {
        path: (Path(os.path.relpath(place.file, source.shown)).as_posix(), place.line)
        for path, place in places.items()
        if place
    }
