"""The noise matrix as a table with darker cells for more wrong labels."""

from typing import NamedTuple

from labelaudit.names import printable
from labelaudit.records import PairNoise, Report

SHADES = 6

MOST = 20
"""Number of classes on each side of the table."""


class Cell(NamedTuple):
    """Expected wrong labels as text, and the shade of the cell: 0 for none, up to ``SHADES``."""

    text: str
    shade: int


class NoiseMatrix(NamedTuple):
    """Cells by given class (rows) and true class (columns), and the number of pairs of classes that are not shown."""

    given: tuple[str, ...]
    true: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int


def noise_matrix(report: Report) -> NoiseMatrix:
    """Return the table of the classes with the most wrong labels between them, sorted by name.

    It is empty if images may have several labels, since none of them stands for another one.
    """
    pairs, given, true = [], set[str](), set[str]()
    for each in () if report.several else report.pair_noise:
        pair = each._replace(wrong=round(each.wrong, 2))  # as in JSON, for the same page
        if len(given | {pair.label}) <= MOST and len(true | {pair.true}) <= MOST:
            pairs.append(pair)
            given.add(pair.label)
            true.add(pair.true)
    most = max((pair.wrong for pair in pairs), default=1.0)
    cells = {(pair.label, pair.true): _cell(pair, most) for pair in pairs}
    rows, columns = (tuple(sorted(names, key=printable)) for names in (given, true))  # as in JSON
    return NoiseMatrix(
        given=rows,
        true=columns,
        rows=tuple(tuple(cells.get((row, column), Cell("", 0)) for column in columns) for row in rows),
        left_out=0 if report.several else len(report.pair_noise) - len(pairs),
    )


def _cell(pair: PairNoise, most: float) -> Cell:
    text = f"{pair.wrong:,.0f}"
    return Cell(text, 0) if text == "0" else Cell(text, min(SHADES, 1 + int(SHADES * pair.wrong / most)))
