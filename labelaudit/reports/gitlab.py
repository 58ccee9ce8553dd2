"""GitLab's code quality report."""

import hashlib
import json
from collections import Counter

from labelaudit.findings import Severity
from labelaudit.names import printable
from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import with_levels

SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


@FORMATS.register("gitlab")
def gitlab(report: Report) -> str:
    """Return a JSON array with a line for each finding. Fingerprints are unique, since GitLab drops duplicates.

    Findings that do not count have severity *info*, since GitLab treats a missing finding as fixed.
    """
    seen: Counter[str] = Counter()
    rows = []
    for finding, weight in with_levels(report):
        seen[finding.fingerprint] += 1
        file, line = report.written_at(finding.path)
        about = f"{printable(finding.path)}: " if finding.path in report.written else ""
        unique = f"{finding.fingerprint}:{seen[finding.fingerprint]}"
        rows.append(
            {
                "description": f"{finding.code} {about}{printable(finding.message)}",
                "check_name": finding.code,
                "fingerprint": hashlib.sha256(unique.encode()).hexdigest()[:32],
                "severity": SEVERITIES[weight],
                "location": {"path": printable(file), "lines": {"begin": line}},
            }
        )
    listed = ",\n".join(json.dumps(row) for row in rows)
    return f"[\n{listed}\n]\n" if rows else "[]\n"
