"""The findings as a table."""

import csv as table
import io
import os
from urllib.parse import quote

from labelaudit.names import label_safe, printable, table_safe
from labelaudit.records import Report
from labelaudit.reports import FORMATS

COLUMNS = ("code", "name", "severity", "path", "label", "suggested", "p_error", "message", "related")


@FORMATS.register("csv")
def csv(report: Report) -> str:
    """Return a row for each finding; ``p_error`` is empty for rules that have none.

    ``path`` is the exact path, and labels are escaped. ``related`` holds further paths, percent-encoded and separated
    by spaces.
    """
    out = io.StringIO()
    writer = table.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in report.findings:
        writer.writerow(
            [
                finding.code,
                label_safe(finding.name),
                finding.severity.value,
                table_safe(finding.path),
                label_safe(printable(finding.label)),
                label_safe(printable(finding.suggested)),
                "" if finding.p_error is None else f"{finding.p_error:.6f}",
                label_safe(finding.message),
                " ".join(table_safe(quote(os.fsencode(path))) for path in finding.related),
            ]
        )
    return out.getvalue()
