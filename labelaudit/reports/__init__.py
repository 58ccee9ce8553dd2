"""Report formats: one a file, each a pure function from an audit and its verdict to text."""

from collections.abc import Callable

from labelaudit.findings import Verdict
from labelaudit.records import Audit
from labelaudit.registry import Registry

Format = Callable[[Audit, Verdict], str]

FORMATS: Registry[Format] = Registry("format", "labelaudit.formats")

from labelaudit.reports import csv, json, text  # noqa: E402, F401  they register themselves


def render(audit: Audit, verdict: Verdict, name: str) -> str:
    """Return the report of an audit in the format *name*."""
    return FORMATS[name](audit, verdict)
