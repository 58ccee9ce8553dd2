"""What people decided: the file of it, and what it says about the labels of a data set.

The baseline is the part that says "accepted". It may also have a file of its own.
"""

from labelaudit.decisions.applying import apply
from labelaudit.decisions.deciding import accepting, asking, decide, merge, with_sample, withdraw
from labelaudit.decisions.document import SCHEMA_VERSION
from labelaudit.decisions.file import NAME, dump, load, parse

__all__ = [
    "NAME",
    "SCHEMA_VERSION",
    "accepting",
    "apply",
    "asking",
    "decide",
    "dump",
    "load",
    "merge",
    "parse",
    "with_sample",
    "withdraw",
]
