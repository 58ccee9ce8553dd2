"""Metrics as nested numbers, for DVC, MLflow, or a chart over time."""

import json

from labelaudit.records import Report
from labelaudit.reports import FORMATS


@FORMATS.register("metrics")
def metrics(report: Report) -> str:
    """Return numbers and booleans under names that do not change between scans, without lists."""
    verdict = report.verdict
    found = {code: len(findings) for code, findings in report.by_rule().items()}
    figures = {
        "images": len(report.images),
        "classes": len(report.classes),
        "unreadable": report.unreadable,
        "judged": report.judged,
        "out_of_sample_accuracy": round(report.accuracy, 4),
        "wrong_labels": {name: round(getattr(report.wrong, name), 2) for name in ("estimate", "low", "high")},
        "findings": {
            "all": len(report.findings),
            "counted": len(verdict.counted),
            "accepted": len(verdict.accepted),
            "stale": len(verdict.stale),
            **{rule.code: found.get(rule.code, 0) for rule in report.rules},
        },
        "rate": round(verdict.rate, 6),
        "passed": verdict.passed,
    }
    return json.dumps(figures, indent=2) + "\n"
