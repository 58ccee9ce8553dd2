"""The noise between classes as a table whose cells are darker where there is more of it."""

from typing import NamedTuple

from labelaudit.names import printable
from labelaudit.records import PairNoise, Report

SHADES = 6

MOST = 20
"""Classes along each side of the table."""


class Cell(NamedTuple):
    """Expected wrong labels, in words, and how dark that is: 0 for none, up to ``SHADES``."""

    text: str
    shade: int


class NoiseMatrix(NamedTuple):
    """Rows of cells by given class, columns by true class, and how many pairs of classes have no place in it."""

    given: tuple[str, ...]
    true: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int


def noise_matrix(report: Report) -> NoiseMatrix:
    """Return the table of the classes between which most labels are wrong; in order of their names."""
    pairs, given, true = [], set[str](), set[str]()
    for each in report.pair_noise:
        pair = each._replace(wrong=round(each.wrong, 2))  # as JSON keeps it: a page made from it is the same
        if len(given | {pair.label}) <= MOST and len(true | {pair.true}) <= MOST:
            pairs.append(pair)
            given.add(pair.label)
            true.add(pair.true)
    most = max((pair.wrong for pair in pairs), default=1.0)
    cells = {(pair.label, pair.true): _cell(pair, most) for pair in pairs}
    rows, columns = (tuple(sorted(names, key=printable)) for names in (given, true))  # as JSON keeps the names
    return NoiseMatrix(
        given=rows,
        true=columns,
        rows=tuple(tuple(cells.get((row, column), Cell("", 0)) for column in columns) for row in rows),
        left_out=len(report.pair_noise) - len(pairs),
    )


def _cell(pair: PairNoise, most: float) -> Cell:
    text = f"{pair.wrong:,.0f}"
    return Cell(text, 0) if text == "0" else Cell(text, min(SHADES, 1 + int(SHADES * pair.wrong / most)))
