"""The whole audit as JSON: versioned, sorted, ASCII, the same bytes for the same input."""

import json as encoding
import os
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from labelaudit import __version__
from labelaudit.findings import Finding, Verdict
from labelaudit.names import printable
from labelaudit.records import Audit
from labelaudit.reports import FORMATS
from labelaudit.reports.explanation import explanation
from labelaudit.reports.noise import caught, class_noise, pair_noise

SCHEMA_VERSION = "1.0"
"""MAJOR.MINOR: a new key raises the second number, a key that changes or goes the first."""


@FORMATS.register("json")
def json(audit: Audit, verdict: Verdict) -> str:
    """Return the audit as one JSON object, with a line for each finding."""
    head = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "labelaudit", "version": __version__},
        "settings": asdict(audit.settings),
        "dataset": _dataset(audit),
        "summary": _summary(audit),
        "noise": _noise(audit),
        "gate": {
            "passed": verdict.passed,
            "counted": len(verdict.counted),
            "rate": round(verdict.rate, 6),
            "reason": verdict.reason,
        },
    }
    rows = {path: row for row, path in enumerate(audit.dataset.paths)}
    objects = [
        _finding(finding) | (_grounds(audit, rows[finding.path]) if finding.code == "LA101" else {})
        for finding in audit.findings
    ]
    findings = ",\n".join(f"    {encoding.dumps(each)}" for each in objects)
    body = f"[\n{findings}\n  ]" if findings else "[]"
    return f'{encoding.dumps(head, indent=2)[:-2]},\n  "findings": {body}\n}}\n'


def _dataset(audit: Audit) -> dict[str, Any]:
    dataset, observed = audit.dataset, audit.observed
    return {
        "classes": [
            {"name": printable(name), "images": int(count)}
            for name, count in zip(dataset.classes, dataset.class_counts, strict=True)
        ],
        "splits": sorted({split for split in dataset.splits if split}),
        "images": len(dataset),
        "unreadable": len(observed.skipped),
        "other_files": len(dataset.others) + len(observed.others),
    }


def _summary(audit: Audit) -> dict[str, Any]:
    beliefs = audit.beliefs
    return {
        "judged": int(beliefs.judged.sum()),
        "out_of_sample_accuracy": round(beliefs.accuracy, 4),
        "wrong_labels": {
            "estimate": round(beliefs.wrong.estimate, 2),
            "low": round(beliefs.wrong.low, 2),
            "high": round(beliefs.wrong.high, 2),
        },
        "caught_by_flags": round(caught(audit), 4),
        "believable": beliefs.believable,
        "findings": {code: len(found) for code, found in audit.by_rule().items()},
    }


def _noise(audit: Audit) -> dict[str, Any]:
    """Return how many labels are wrong by class and by pair of classes, as expected by us and by cleanlab."""
    return {
        "classes": [
            {
                "label": printable(each.label),
                "images": each.images,
                "wrong": round(each.wrong, 2),
                "mostly": printable(each.mostly),
            }
            for each in class_noise(audit)
        ],
        "pairs": [
            {
                "label": printable(pair.label),
                "true": printable(pair.true),
                "wrong": round(pair.wrong, 2),
                "cleanlab": None if pair.cleanlab is None else round(pair.cleanlab, 2),
            }
            for pair in pair_noise(audit)
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Return a finding; ``path`` is safe to print, ``uri`` holds the very bytes of the path."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "path": printable(finding.path),
        "uri": quote(os.fsencode(finding.path)),
        "label": printable(finding.label),
        "suggested": printable(finding.suggested) or None,
        "p_error": None if finding.p_error is None else round(finding.p_error, 6),
        "digest": finding.digest or None,
        "message": finding.message,
    }


def _grounds(audit: Audit, row: int) -> dict[str, Any]:
    """Return why a label was flagged."""
    grounds = explanation(audit, row)
    return {
        "voters": {
            name: {"p_label": round(p_label, 6), "p_suggested": round(p_suggested, 6)}
            for name, (p_label, p_suggested) in grounds.voters.items()
        },
        "nearest_of_label": [printable(path) for path in grounds.like_label],
        "nearest_of_suggested": [printable(path) for path in grounds.like_suggested],
    }
