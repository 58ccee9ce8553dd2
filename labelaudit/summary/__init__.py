"""Convert an audit and its verdict to the contents of a report, as plain values."""

from labelaudit.summary.compose import summarise
from labelaudit.summary.explanation import explanation, row_of
from labelaudit.summary.tally import tally

__all__ = ["explanation", "row_of", "summarise", "tally"]
