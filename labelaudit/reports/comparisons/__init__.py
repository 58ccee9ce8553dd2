"""Several modes of soft labels side by side, one format per file."""

from collections.abc import Callable

from labelaudit.records import Comparison
from labelaudit.registry import Registry

COMPARISONS: Registry[Callable[[Comparison], str]] = Registry("format", "labelaudit.comparisons")

from labelaudit.reports.comparisons import html, text  # noqa: E402, F401  imported to register them
