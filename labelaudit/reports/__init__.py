"""Report formats, one per file: each is a pure function from a report to text."""

from collections.abc import Callable
from pathlib import Path

from labelaudit.records import Report
from labelaudit.registry import Registry
from labelaudit.timing import timed

Format = Callable[[Report], str]

FORMATS: Registry[Format] = Registry("format", "labelaudit.formats")

from labelaudit.reports import (  # noqa: E402  imported to register them
    azure,  # noqa: F401
    concise,  # noqa: F401
    csv,  # noqa: F401
    github,  # noqa: F401
    gitlab,  # noqa: F401
    html,  # noqa: F401
    json,  # noqa: F401
    jsonl,  # noqa: F401
    junit,  # noqa: F401
    markdown,  # noqa: F401
    metrics,  # noqa: F401
    sarif,  # noqa: F401
    text,  # noqa: F401
)
from labelaudit.reports.cards import pictured  # noqa: E402  not a format

__all__ = ["FORMATS", "Format", "format_of", "pictured", "render"]


ENDINGS = {
    ".csv": "csv",
    ".html": "html",
    ".json": "json",
    ".jsonl": "jsonl",
    ".md": "markdown",
    ".sarif": "sarif",
    ".xml": "junit",
}
"""The format of a report by the ending of its file."""


def format_of(path: Path | None) -> str:
    """Return the format of a file name's extension; ``text`` if there is none."""
    return ENDINGS.get(path.suffix.lower(), "text") if path else "text"


def render(report: Report, name: str) -> str:
    """Return a report in the format *name*."""
    return timed(f"rendering {name}")(FORMATS[name])(report)
