"""A sample as a CSV table, in which a person fills in the true classes where there is no browser."""

import csv
import difflib
import io
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from labelaudit.errors import DecisionsError
from labelaudit.names import label_safe, printable, table_safe
from labelaudit.records import Decision, Ruling

SEPARATORS = (",", ";", "\t")
"""Separators of values: spreadsheets in countries with a decimal comma write semicolons."""

WORDS = (Ruling.KEEP, Ruling.UNSURE, Ruling.BAD_IMAGE)
"""What may stand in place of a class, unless a class has that name."""


class Line(NamedTuple):
    """One image of a sample.

    Attributes
    ----------
    path
        The image, for the person who looks at it.
    label
        The given label.
    true
        What the person says: the true class, or one of ``WORDS``; empty if nothing yet.
    digest
        SHA-256 of the bytes of the image.
    """

    path: str
    label: str
    true: str
    digest: str


def dump_sheet(lines: Iterable[Line]) -> str:
    """Return a CSV table with the columns of :class:`Line`, safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Line._fields)
    for line in lines:
        label, true = (label_safe(printable(name)) for name in (line.label, line.true))
        writer.writerow((table_safe(printable(line.path)), label, true, line.digest))
    return out.getvalue()


def parse_sheet(text: str) -> tuple[Line, ...]:
    """Return the lines of a table that a person filled in; its columns may be in any order.

    Raises
    ------
    DecisionsError
        The text is no such table.
    """
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=max(SEPARATORS, key=header.count)))
    except csv.Error as error:
        raise DecisionsError(f"it is no CSV table: {error}.") from error
    columns = set(rows[0]) if rows else set()
    if not columns.issuperset(Line._fields):
        raise DecisionsError(f"it has no columns {', '.join(Line._fields)}: write it with --sample N --out FILE.")
    return tuple(Line(*((row[name] or "").strip() for name in Line._fields)) for row in rows)


def answer_of(line: Line, classes: Mapping[str, str]) -> Decision | None:
    """Return the decision of a person about one image; None if there is none yet.

    Parameters
    ----------
    line
        The image.
    classes
        The printable names of the classes, by what a table shows of them.

    Raises
    ------
    DecisionsError
        The label or the true class is no class of the data set.
    """
    if not line.true:
        return None
    label = classes.get(line.label)
    if label is None:
        raise DecisionsError(f"{printable(line.path)}: there is no class '{printable(line.label)}'.")
    if line.true in classes:
        true = classes[line.true]
        ruling, decided = (Ruling.KEEP, "") if true == label else (Ruling.RELABEL, true)
    elif line.true in WORDS:
        ruling, decided = Ruling(line.true), ""
    else:
        close = difflib.get_close_matches(line.true, [*classes, *WORDS], n=1)
        hint = f"; did you mean '{printable(close[0])}'?" if close else "."
        raise DecisionsError(
            f"{printable(line.path)}: '{printable(line.true)}' is neither a class nor one of {', '.join(WORDS)}{hint}"
        )
    return Decision(line.digest, label, ruling, decided, printable(line.path))


def names_in_sheet(classes: Iterable[str]) -> dict[str, str]:
    """Return the printable names of classes by what a table shows of them."""
    names = tuple(map(printable, classes))
    return {label_safe(name).strip(): name for name in names} | {name: name for name in names}
