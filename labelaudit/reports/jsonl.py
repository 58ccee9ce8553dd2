"""One JSON object per line and finding."""

import json

from labelaudit.records import Report
from labelaudit.reports import FORMATS
from labelaudit.reports.json import finding_objects


@FORMATS.register("jsonl")
def jsonl(report: Report) -> str:
    """Return a line for each finding, with the same keys as in the JSON report."""
    return "".join(f"{json.dumps(each)}\n" for each in finding_objects(report))
