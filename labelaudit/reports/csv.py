"""The findings as a table."""

import csv as table
import io

from labelaudit.findings import Verdict
from labelaudit.names import label_safe, table_safe
from labelaudit.records import Audit
from labelaudit.reports import FORMATS

COLUMNS = ("code", "name", "severity", "path", "label", "suggested", "p_error", "message")


@FORMATS.register("csv")
def csv(audit: Audit, verdict: Verdict) -> str:
    """Return a row for each finding; ``p_error`` is empty where a rule does not speak of it."""
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in audit.findings:
        writer.writerow(
            [
                finding.code,
                finding.name,
                finding.severity.value,
                table_safe(finding.path),
                label_safe(finding.label),
                label_safe(finding.suggested),
                "" if finding.p_error is None else f"{finding.p_error:.6f}",
                finding.message,
            ]
        )
    return out.getvalue()
