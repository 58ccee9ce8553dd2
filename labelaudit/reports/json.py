"""The whole report as JSON: versioned, sorted, ASCII, the same bytes for the same input."""

import json as encoding
import os
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from labelaudit.findings import Finding
from labelaudit.names import printable
from labelaudit.records import Explanation, Listed, Report, Tally, labels_in
from labelaudit.reports import FORMATS

SCHEMA_VERSION = "1.2"
"""MAJOR.MINOR: a new key increases the second number, a changed or removed key the first."""


@FORMATS.register("json")
def json(report: Report) -> str:
    """Return the report as one JSON object, with a line for each finding and for each image."""
    verdict = report.verdict
    head = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "labelaudit", "version": report.version},
        "settings": _printable(report.settings),
        "dataset": _dataset(report),
        "summary": _summary(report),
        "noise": _noise(report),
        "gate": {
            "passed": verdict.passed,
            "counted": len(verdict.counted),
            "rate": round(verdict.rate, 6),
            "reason": verdict.reason,
            "changed_since": verdict.since or None,
            "not_judged": verdict.not_judged_message or None,
            "limits": verdict.limits._asdict(),
        },
    }
    numbers = {each.name: number for number, each in enumerate(report.classes)}
    lists: dict[str, list[Any]] = {
        "rules": [rule._asdict() for rule in report.rules],
        "findings": finding_objects(report),
        "accepted": [
            _finding(finding) | {"decision": entry.decision.value, "reason": printable(entry.reason)}
            for finding, entry in verdict.accepted
        ],
        "worth_a_look": _worth_a_look(report),
        "stale": [{name: printable(value) for name, value in entry._asdict().items()} for entry in verdict.stale],
        "images": [[_uri(image.path), _labels(report, image, numbers), image.digest] for image in report.images],
    }
    parts = [encoding.dumps(head, indent=2)[:-2], *(f'  "{name}": {_lines(rows)}' for name, rows in lists.items())]
    return ",\n".join(parts) + "\n}\n"


def _labels(report: Report, image: Listed, numbers: dict[str, int]) -> int | list[int]:
    """Return the index of the class of an image, or of each of its labels if it may have several."""
    return [numbers[name] for name in labels_in(image.label)] if report.several else numbers[image.label]


def _lines(rows: list[Any]) -> str:
    listed = ",\n".join(f"    {encoding.dumps(row)}" for row in rows)
    return f"[\n{listed}\n  ]" if rows else "[]"


def finding_objects(report: Report) -> list[dict[str, Any]]:
    """Return the findings, whether they count, whether their images changed, and why labels were flagged."""
    counted, unchanged = (set(map(id, each)) for each in (report.verdict.counted, report.verdict.unchanged))
    return [
        _finding(finding)
        | {"counted": id(finding) in counted, "unchanged": id(finding) in unchanged}
        | _grounds(report.explanations.get((finding.path, finding.about)))
        | _written(report, finding.path)
        for finding in report.findings
    ]


def _written(report: Report, path: str) -> dict[str, Any]:
    """Return where the label of an image is written, if it is not in the path of the image."""
    if path not in report.written:
        return {}
    file, line = report.written[path]
    return {"written_at": {"uri": _uri(file)} | ({"line": line} if line else {})}


def _dataset(report: Report) -> dict[str, Any]:
    return {
        "location": _uri(report.location),
        "classes": [{"name": printable(name), "images": images} for name, images in report.classes],
        "splits": [{"name": printable(name), "images": images} for name, images in report.splits],
        "images": len(report.images),
        "several_labels": report.several,
        "families": report.families or None,
        "unreadable": report.unreadable,
        "other_files": [printable(name) for name in report.others],
        "passed_over": [
            {"path": printable(each.path), "files": each.files, "reason": each.reason} for each in report.passed_over
        ],
        "rules_not_run": list(report.not_run),
    }


def _summary(report: Report) -> dict[str, Any]:
    return {
        "judged": report.judged,
        "out_of_sample_accuracy": round(report.accuracy, 4),
        "wrong_labels": {name: round(getattr(report.wrong, name), 2) for name in ("estimate", "low", "high")},
        "caught_by_flags": round(report.caught, 4),
        "believable": report.believable,
        "doubt": report.doubt and report.doubt._asdict(),
        "findings": {code: len(found) for code, found in report.by_rule().items()},
        "accepted": len(report.verdict.accepted),
        "stale": len(report.verdict.stale),
        "decisions": _decisions(report.tally),
    }


def _decisions(tally: Tally | None) -> dict[str, Any] | None:
    """Return how many decisions of people apply, and what a sample measured."""
    if tally is None:
        return None
    found = tally.measured
    if found is None:
        return tally._asdict()
    intervals = {
        name: each and {end: round(value, 4) for end, value in each._asdict().items()}
        for name, each in (("share", found.share), ("precision", found.precision), ("recall", found.recall))
    }
    return tally._asdict() | {"measured": found._asdict() | intervals | {"stale": found.stale or None}}


def _noise(report: Report) -> dict[str, Any]:
    """Return how many labels are wrong by class and by pair of classes, as estimated by labelaudit and by cleanlab."""
    return {
        "classes": [
            {
                "label": printable(each.label),
                "images": each.images,
                "wrong": round(each.wrong, 2),
                "mostly": printable(each.mostly),
                "missing": round(each.missing, 2),
            }
            for each in report.class_noise
        ],
        "pairs": [
            {
                "label": printable(pair.label),
                "true": printable(pair.true),
                "wrong": round(pair.wrong, 2),
                "cleanlab": None if pair.cleanlab is None else round(pair.cleanlab, 2),
            }
            for pair in report.pair_noise
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Return a finding; ``path`` is safe to print, ``uri`` and ``related`` represent paths exactly."""
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "path": printable(finding.path),
        "uri": _uri(finding.path),
        "label": printable(finding.label),
        "suggested": printable(finding.suggested) or None,
        "p_error": None if finding.p_error is None else round(finding.p_error, 6),
        "digest": finding.digest or None,
        "subject": printable(finding.subject) or None,
        "fingerprint": finding.fingerprint,
        "message": finding.message,
        "related": [_uri(path) for path in finding.related],
    }


def _worth_a_look(report: Report) -> list[dict[str, Any]]:
    """Return the most suspicious images that were not flagged, with explanations."""
    digests = {image.path: image.digest for image in report.images}
    return [
        {
            "path": printable(each.path),
            "uri": _uri(each.path),
            "label": printable(each.label),
            "suggested": printable(each.suggested) or None,
            "p_error": round(each.p_error, 6),
            "digest": digests.get(each.path),
        }
        | _grounds(each)
        for each in report.worth_a_look
    ]


def _grounds(grounds: Explanation | None) -> dict[str, Any]:
    """Return the predictions of the voters for an image, and the nearest images."""
    if grounds is None:
        return {}
    return {
        "voters": {
            name: {"p_label": round(p_label, 6), "p_suggested": round(p_suggested, 6)}
            for name, (p_label, p_suggested) in grounds.voters.items()
        },
        "nearest_of_label": [_uri(path) for path in grounds.like_label],
        "nearest_of_suggested": [_uri(path) for path in grounds.like_suggested],
    }


def _printable(setting: Any) -> Any:
    """Return the value of a setting, safe to print."""
    if isinstance(setting, dict):
        return {name: _printable(each) for name, each in setting.items()}
    if isinstance(setting, list | tuple):
        return [_printable(each) for each in setting]
    return printable(setting) if isinstance(setting, str) else setting


@lru_cache(maxsize=2**16)  # the same image is named many times
def _uri(path: str) -> str:
    return quote(os.fsencode(path))
