"""What the HTML page shows in full: findings and images worth a look, each with further images for comparison."""

from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

from labelaudit.findings import Finding
from labelaudit.records import Explanation, Report, Size
from labelaudit.reports.annotation_levels import remarks
from labelaudit.reports.sides import sides

SHOWN = 500
"""Number of findings that are shown in full; with their thumbnails, the page stays below 10 MB."""

BESIDE = 6
"""Number of images next to the image of a finding."""

COPIES = ("LA102", "LA2")
"""Rules whose related images are copies of the image of the finding."""

LARGE, SMALL = Size(192, 5_000), Size(96, 1_200)
"""Sizes of the image of a finding, and of the images next to it."""


class Row(NamedTuple):
    """Images in one row: what they have in common, and their paths."""

    title: str
    tag: str
    paths: tuple[str, ...]


class Card(NamedTuple):
    """A finding as the page shows it.

    Attributes
    ----------
    finding
        The finding.
    remark
        A remark if it does not count although a reader would expect it to; otherwise empty.
    subject
        Path of its image; empty if it is not about one readable image.
    grounds
        Why the label was flagged, for findings with a suggested label.
    heading
        Heading of the images to compare it with.
    beside
        The images to compare it with: copies, examples, or the nearest images of both classes.
    size
        Size of their thumbnails: a single one is as large as the image of the finding.
    left_out
        Number of images that are not shown.
    """

    finding: Finding
    remark: str
    subject: str
    grounds: Explanation | None
    heading: str
    beside: tuple[Row, ...]
    size: Size
    left_out: int


class Look(NamedTuple):
    """An image worth a look as the page shows it: why it is suspicious, and the nearest images of both classes."""

    grounds: Explanation
    beside: tuple[Row, ...]


def cards(report: Report) -> list[Card]:
    """Return the findings that are shown in full, in their order."""
    readable = {image.path for image in report.images}
    shown = zip(report.findings[:SHOWN], remarks(report), strict=False)
    return [_card(report, finding, remark, readable) for finding, remark in shown]


def looks(report: Report) -> list[Look]:
    """Return the images that are worth a look, in their order."""
    readable = {image.path for image in report.images}
    return [Look(each, _nearest(each, readable)) for each in report.worth_a_look if each.path in readable]


def pictured(report: Report) -> dict[str, set[Size]]:
    """Return the paths of all images on the page, with their sizes."""
    wanted: dict[str, set[Size]] = {}
    for card in cards(report):
        if card.subject:
            wanted.setdefault(card.subject, set()).add(LARGE)
        for row in card.beside:
            for path in row.paths:
                wanted.setdefault(path, set()).add(card.size)
    for look in looks(report):
        wanted.setdefault(look.grounds.path, set()).add(LARGE)
        for row in look.beside:
            for path in row.paths:
                wanted.setdefault(path, set()).add(SMALL)
    return wanted


def _card(report: Report, finding: Finding, remark: str, readable: set[str]) -> Card:
    grounds = report.explanations.get((finding.path, finding.about)) if finding.suggested or report.several else None
    related = [path for path in finding.related if path in readable]
    heading = ("The same picture" if finding.code.startswith(COPIES) else "Examples") if related else "Nearest images"
    return Card(
        finding=finding,
        remark=remark,
        subject=finding.path if finding.path in readable else "",
        grounds=grounds,
        heading=heading,
        beside=_related(related[:BESIDE]) or (_nearest(grounds, readable) if grounds else ()),
        size=LARGE if len(related) == 1 else SMALL,
        left_out=max(0, len(related) - BESIDE),
    )


def _related(paths: list[str]) -> tuple[Row, ...]:
    """Return the related images of a finding, grouped by folder."""
    by_folder = groupby(sorted(paths), key=lambda path: str(PurePosixPath(path).parent))
    return tuple(Row(folder, "", tuple(group)) for folder, group in by_folder)


def _nearest(grounds: Explanation, readable: set[str]) -> tuple[Row, ...]:
    """Return the nearest images of the given and of the suggested class."""
    label, suggested = sides(grounds.label, grounds.suggested)
    both = ((label, "given", grounds.like_label), (suggested, "suggested", grounds.like_suggested))
    most = BESIDE // 2
    return tuple(Row(name, tag, tuple(path for path in paths if path in readable)[:most]) for name, tag, paths in both)
