"""A self-contained HTML page that is readable without JavaScript and safe against hostile file names."""

from itertools import groupby
from operator import itemgetter

from labelaudit.names import printable
from labelaudit.records import Illustration, Report, Rule, Size
from labelaudit.reports import FORMATS
from labelaudit.reports.annotation_levels import messages
from labelaudit.reports.cards import LARGE, SHOWN, SMALL, cards, looks
from labelaudit.reports.headlines import headlines
from labelaudit.reports.noise import noise_lines
from labelaudit.reports.noise_matrix import noise_matrix
from labelaudit.reports.pages import policy, resource, styled, template
from labelaudit.reports.sides import sides

LISTED = 5_000
"""Number of further findings that get a line; browsers still open such a page quickly."""

CLASSES = 20
"""Number of noisy classes that are listed."""

SCRIPTS = ("filter.js", "closely.js", "decisions.js")
"""Concatenated to one script; each uses the ones before it."""

NOT_DRAWN = Illustration(b"", missing="no picture")


@FORMATS.register("html")
def html(report: Report) -> str:
    """Return the page with the thumbnails of the report (:func:`labelaudit.audit.illustrate`)."""
    style, script = styled("style.css", "grid.css"), "".join(map(resource, SCRIPTS))
    shown, suspicious = cards(report), looks(report)
    rest = list(zip(report.findings, messages(report), strict=True))[SHOWN:]
    by_rule = report.by_rule()
    rules = [rule for rule in report.rules if rule.code in by_rule]
    numbers = {printable(each.name): number for number, each in enumerate(report.classes)}

    def picture(path: str, size: Size) -> Illustration:
        return report.illustrations.get((path, size), NOT_DRAWN)

    def classes_of(*names: str) -> str:
        """Return the numbers of classes, for the filter."""
        return " ".join(str(numbers[name]) for name in map(printable, names) if name in numbers)

    return template("page.html").render(
        report=report,
        policy=policy(style, script),
        style=style,
        script=script,
        headlines=[
            (name, [value for _, value in said])
            for name, said in groupby([*headlines(report), *noise_lines(report)], itemgetter(0))
        ],
        cards=shown,
        rest=rest[:LISTED],
        left_out=len(rest[LISTED:]),
        illustrated=bool(report.illustrations) or not (suspicious or any(card.subject for card in shown)),
        looks=suspicious,
        digests={image.path: image.digest for image in report.images},
        by_rule=by_rule,
        matrix=noise_matrix(report),
        noisy=report.class_noise[:CLASSES],
        rules=[(rule, _advice(rule)) for rule in rules],
        picture=picture,
        classes_of=classes_of,
        sides=sides,
        LARGE=LARGE,
        SMALL=SMALL,
    )


def _advice(rule: Rule) -> str:
    """Return the section *What to do* of a rule's page on one line."""
    _, _, after = rule.page.partition("\nWhat to do\n")
    return " ".join(after.partition("\n\n")[0].split())
