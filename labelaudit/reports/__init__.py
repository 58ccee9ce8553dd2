"""Report formats: one a file, each a pure function from all that a report says to text."""

from collections.abc import Callable

from labelaudit.records import Report
from labelaudit.registry import Registry

Format = Callable[[Report], str]

FORMATS: Registry[Format] = Registry("format", "labelaudit.formats")

from labelaudit.reports import csv, json, text  # noqa: E402, F401  they register themselves


def render(report: Report, name: str) -> str:
    """Return a report in the format *name*."""
    return FORMATS[name](report)
