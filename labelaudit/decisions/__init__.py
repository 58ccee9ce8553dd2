"""What people decided: the file of it, and what it says about the labels of a data set.

The baseline is the part that says "accepted". It may also have a file of its own.
"""

from labelaudit.decisions.applying import apply
from labelaudit.decisions.deciding import accepting, decide, merge, with_sample, withdraw
from labelaudit.decisions.file import NAME, SCHEMA_VERSION, dump, parse

__all__ = [
    "NAME",
    "SCHEMA_VERSION",
    "accepting",
    "apply",
    "decide",
    "dump",
    "merge",
    "parse",
    "with_sample",
    "withdraw",
]
