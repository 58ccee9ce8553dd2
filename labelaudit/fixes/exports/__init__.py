"""Writes corrected labels for other programs, one format per file; the data set is not changed."""

from collections.abc import Callable

from labelaudit.records import CorrectedLabels
from labelaudit.registry import Registry

Export = Callable[[CorrectedLabels], str]

EXPORTS: Registry[Export] = Registry("format", "labelaudit.exports")

LINKS = "links"
"""The format that is written as a folder instead of a file."""

from labelaudit.fixes.exports import cleanlab_table, fiftyone, label_studio, table  # noqa: E402, F401  they register
from labelaudit.fixes.exports.links import check_new_folder, link_tree  # noqa: E402

__all__ = ["EXPORTS", "LINKS", "Export", "check_new_folder", "link_tree"]
