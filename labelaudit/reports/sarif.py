"""SARIF 2.1.0 for GitHub code scanning."""

import json
import os
from typing import Any
from urllib.parse import quote

from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Report, Rule
from labelaudit.reports import FORMATS

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}

MOST = 25_000
"""Number of results of a run above which GitHub refuses the file; it shows the first 5,000."""


RELATED = 100
"""Number of related images of a finding, as many as GitHub keeps."""


@FORMATS.register("sarif")
def sarif(report: Report) -> str:
    """Return one run with a line for each finding; findings that count come first.

    Accepted findings are only counted, in the properties of the run: GitHub ignores suppressions and closes alerts that
    are no longer reported.
    """
    numbers = {rule.code: number for number, rule in enumerate(report.rules)}
    driver = {
        "name": "labelaudit",
        "semanticVersion": report.version,
        "rules": [_rule(rule) for rule in report.rules],
    }
    about = {
        "tool": {"driver": driver},
        "automationDetails": {"id": _category(report)},
        "properties": report.verdict.beside,
    }
    head = json.dumps(about, indent=2)
    results = ",\n".join(json.dumps(_result(report, each, numbers)) for each in report.findings[:MOST])
    run = f'{head[:-2]},\n  "results": [\n{results}\n]\n}}'
    return f'{{"$schema": "{SCHEMA}", "version": "2.1.0", "runs": [\n{run}\n]}}\n'


def _category(report: Report) -> str:
    """Return the category that distinguishes scans of several data sets in one repository."""
    return f"labelaudit/{_uri(report.location)}/" if report.location else "labelaudit/"


def _rule(rule: Rule) -> dict[str, Any]:
    severity = Severity(rule.severity)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.markdown},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {"tags": ["data-quality"], "precision": "high", "problem.severity": PROBLEMS[severity]},
    }


def _result(report: Report, finding: Finding, numbers: dict[str, int]) -> dict[str, Any]:
    rank = {} if finding.p_error is None else {"rank": round(100 * finding.p_error, 2)}
    return {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": LEVELS[finding.severity],
        "message": {"text": _text(f"{finding.path}: {finding.message}")},
        "locations": [_location(*report.written_at(finding.path))],
        "relatedLocations": [_location(*report.written_at(path)) for path in finding.related[:RELATED]],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "labelauditFinding/v1": finding.fingerprint,
        },
        **rank,
    }


def _text(words: str) -> str:
    """Return the text without links: SARIF interprets ``[this](place)``."""
    return printable(words).replace("](", "\\](")


def _location(path: str, line: int) -> dict[str, Any]:
    region = {"startLine": line, "startColumn": 1, "endLine": line, "endColumn": 1}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    return quote(os.fsencode(path))
