"""What a page shows in full: findings and images worth a look, each with what stands beside its picture."""

from itertools import groupby
from pathlib import PurePosixPath
from typing import NamedTuple

from labelaudit.findings import Finding
from labelaudit.records import Explanation, Report, Size
from labelaudit.reports.annotation_levels import remarks

SHOWN = 500
"""Findings that are shown in full: with their pictures they stay below 10 MB."""

BESIDE = 6
"""Pictures beside one that is shown."""

COPIES = ("LA102", "LA2")
"""Rules whose further images are copies of the one they found."""

LARGE, SMALL = Size(192, 5_000), Size(96, 1_200)
"""The picture that a finding is about, and one of several beside it."""


class Row(NamedTuple):
    """Images side by side: what they have in common, and their paths."""

    title: str
    tag: str
    paths: tuple[str, ...]


class Card(NamedTuple):
    """A finding as it is shown.

    Attributes
    ----------
    finding
        What was found.
    remark
        That it does not count, where a person would expect it to; else empty.
    subject
        The path of its picture; empty if it is about no readable image.
    grounds
        Why the label was flagged, for findings that suggest another.
    heading
        What the images to compare it with are, in words.
    beside
        These images: its copies, or examples, else the nearest of both classes.
    size
        Of their pictures: one that stands alone is as large as the picture of the finding.
    left_out
        How many more there are.
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
    """An image that is worth a look as it is shown: why it is suspicious, and the nearest images of both classes."""

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
    """Return the paths of all images that are shown, with the sizes in which they are."""
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
    grounds = report.explanations.get(finding.path) if finding.suggested else None
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
    """Return further images of a finding, those of one folder side by side."""
    by_folder = groupby(sorted(paths), key=lambda path: str(PurePosixPath(path).parent))
    return tuple(Row(folder, "", tuple(group)) for folder, group in by_folder)


def _nearest(grounds: Explanation, readable: set[str]) -> tuple[Row, ...]:
    """Return the nearest images of the class that was given, and of the one that is suggested."""
    both = ((grounds.label, "given", grounds.like_label), (grounds.suggested, "suggested", grounds.like_suggested))
    most = BESIDE // 2
    return tuple(Row(name, tag, tuple(path for path in paths if path in readable)[:most]) for name, tag, paths in both)
