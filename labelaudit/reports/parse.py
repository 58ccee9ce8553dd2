"""From JSON back to all that a report says, so that a scan can be reported again without being made again."""

import json
import os
from typing import Any
from urllib.parse import unquote_to_bytes

from labelaudit.errors import ReportError
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import (
    Accepted,
    ClassNoise,
    ClassSize,
    Count,
    Decision,
    Entry,
    Explanation,
    Listed,
    PairNoise,
    Report,
    Rule,
    Verdict,
)
from labelaudit.reports.json import SCHEMA_VERSION


def parse(text: str) -> Report:
    """Return the report that was written as JSON; class names come back as they were printed.

    Raises
    ------
    ReportError
        It is no report of labelaudit, or of a version that this one can't read.
    """
    try:
        data = json.loads(text)
        version = str(data["schema_version"])
        if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
            raise ReportError(
                f"it has the schema version {version}, this labelaudit reads {SCHEMA_VERSION}. "
                "Scan again with --format json."
            )
        return _report(data)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, ReportError):
            raise
        raise ReportError("it is no report that labelaudit scan --format json wrote.") from error


def _report(data: dict[str, Any]) -> Report:
    dataset, summary, gate = data["dataset"], data["summary"], data["gate"]
    findings = tuple(_read_finding(each) for each in data["findings"])
    verdict = Verdict(
        counted=tuple(
            finding for finding, each in zip(findings, data["findings"], strict=True) if each["counted"] is True
        ),
        rate=float(gate["rate"]),
        reason=str(gate["reason"]),
        open=findings,
        accepted=tuple(
            Accepted(finding, _entry(finding, each))
            for finding, each in ((_read_finding(each), each) for each in data["accepted"])
        ),
        stale=tuple(Entry(**{**each, "decision": Decision(each["decision"])}) for each in data["stale"]),
    )
    classes = tuple(ClassSize(each["name"], int(each["images"])) for each in dataset["classes"])
    return Report(
        version=str(data["tool"]["version"]),
        location=_path(dataset["location"]),
        rules=tuple(Rule(**{name: str(value) for name, value in each.items()}) for each in data["rules"]),
        settings=dict(data["settings"]),
        classes=classes,
        splits=tuple(ClassSize(each["name"], int(each["images"])) for each in dataset["splits"]),
        images=tuple(Listed(_path(uri), classes[number].name, str(digest)) for uri, number, digest in data["images"]),
        unreadable=int(dataset["unreadable"]),
        others=tuple(map(str, dataset["other_files"])),
        judged=int(summary["judged"]),
        accuracy=float(summary["out_of_sample_accuracy"]),
        believable=bool(summary["believable"]),
        wrong=Count(**{name: float(value) for name, value in summary["wrong_labels"].items()}),
        caught=float(summary["caught_by_flags"]),
        class_noise=tuple(ClassNoise(**each) for each in data["noise"]["classes"]),
        pair_noise=tuple(PairNoise(**each) for each in data["noise"]["pairs"]),
        findings=findings,
        explanations={
            finding.path: _explanation(finding, each)
            for finding, each in zip(findings, data["findings"], strict=True)
            if "voters" in each
        },
        verdict=verdict,
    )


def _read_finding(each: dict[str, Any]) -> Finding:
    return Finding(
        code=str(each["code"]),
        name=str(each["name"]),
        severity=Severity(each["severity"]),
        path=_path(each["uri"]),
        message=printable(str(each["message"])),
        label=str(each["label"]),
        suggested=str(each["suggested"] or ""),
        p_error=None if each["p_error"] is None else float(each["p_error"]),
        digest=str(each["digest"] or ""),
        related=tuple(_path(uri) for uri in each["related"]),
        subject=str(each["subject"] or ""),
    )


def _entry(finding: Finding, each: dict[str, Any]) -> Entry:
    return Entry(*finding.key, printable(finding.path), Decision(each["decision"]), str(each["reason"]))


def _explanation(finding: Finding, each: dict[str, Any]) -> Explanation:
    return Explanation(
        path=finding.path,
        label=finding.label,
        suggested=finding.suggested,
        p_error=finding.p_error or 0.0,
        voters={
            str(name): (float(said["p_label"]), float(said["p_suggested"])) for name, said in each["voters"].items()
        },
        like_label=tuple(_path(uri) for uri in each["nearest_of_label"]),
        like_suggested=tuple(_path(uri) for uri in each["nearest_of_suggested"]),
    )


def _path(uri: str) -> str:
    return os.fsdecode(unquote_to_bytes(uri))
