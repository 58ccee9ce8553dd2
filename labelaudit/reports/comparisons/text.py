"""Several modes of soft labels side by side, as text."""

from collections.abc import Iterator

from labelaudit.names import line_safe, printable
from labelaudit.records import ClassShare, Comparison
from labelaudit.reports.comparisons import COMPARISONS
from labelaudit.reports.comparisons.classes import LISTED, moved_share

LEGEND = (
    "entropy: mean of a row, in nats; 0 for hard labels. moved: probability that is not on the given label.",
    "changed: images whose most probable class is not the given one.",
)


@COMPARISONS.register("text")
def text(comparison: Comparison) -> str:
    """Return a table of the modes, one of the classes, and a line for each of the images that changed most."""
    parts = [_modes(comparison), *_classes(comparison), *_images(comparison)]
    return "\n".join([*(f"{part}\n" for part in parts), *LEGEND, *comparison.notes]) + "\n"


def in_words(shares: tuple[ClassShare, ...]) -> str:
    """Return classes and their probabilities, safe to print."""
    return ", ".join(f"{printable(each.name)} {each.share:.2f}" for each in shares)


def _modes(comparison: Comparison) -> str:
    rows: list[tuple[str, ...]] = [("mode", "entropy", "moved", "changed")]
    for number, each in enumerate(comparison.modes):
        moved = f"{moved_share(comparison, number):.1%}"
        rows.append((each.mode, f"{each.entropy:.3f}", moved, f"{each.changed:,}"))
    return _aligned(rows)


def _classes(comparison: Comparison) -> Iterator[str]:
    order = comparison.by_moved()
    if not order:
        return
    rows = [("class", "images", *(each.mode for each in comparison.modes), "mostly to")]
    for k in order[:LISTED]:
        moved, to = (f"{each.moved[k]:,.1f}" for each in comparison.modes), comparison.mostly[k]
        name, images = line_safe(comparison.classes[k]), f"{comparison.counts[k]:,}"
        rows.append((name, images, *moved, f"{printable(to.name)} {to.share:,.1f}"))
    more = f"\nand {len(order) - LISTED:,} classes from which less is moved" if len(order) > LISTED else ""
    last = len(rows[0]) - 1
    yield f"probability moved away from each class, in images:\n{_aligned(rows, words=(0, last))}{more}"


def _images(comparison: Comparison) -> Iterator[str]:
    if comparison.images:
        lines = [
            f"  {line_safe(each.path)}: given {printable(each.label)}; {in_words(each.shares[-1])}"
            for each in comparison.images
        ]
        yield "\n".join([f"changed most by {comparison.modes[-1].mode}:", *lines])


def _aligned(rows: list[tuple[str, ...]], *, words: tuple[int, ...] = (0,)) -> str:
    """Return a table with the columns of *words* to the left, and those of numbers to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell.ljust(width) if column in words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
