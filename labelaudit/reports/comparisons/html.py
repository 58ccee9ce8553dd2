"""Several modes of soft labels side by side, as a page with the pictures of the images that change most."""

from labelaudit.records import Comparison, Illustration, Size
from labelaudit.reports.cards import LARGE
from labelaudit.reports.comparisons import COMPARISONS
from labelaudit.reports.comparisons.classes import LISTED, moved_share
from labelaudit.reports.pages import policy, styled, template

NOT_DRAWN = Illustration(b"", missing="no picture")


def compared_pictures(comparison: Comparison) -> dict[str, set[Size]]:
    """Return the paths of all images on the page, with their sizes."""
    return {each.path: {LARGE} for each in comparison.images}


@COMPARISONS.register("html")
def html(comparison: Comparison) -> str:
    """Return the page with the thumbnails of the comparison (:func:`labelaudit.softening.compare`)."""
    style = styled("style.css", "comparison.css")
    order = comparison.by_moved()
    return template("comparison.html").render(
        comparison=comparison,
        policy=policy(style),
        style=style,
        modes=[(each, moved_share(comparison, number)) for number, each in enumerate(comparison.modes)],
        ranked=order[:LISTED],
        left_out=len(order[LISTED:]),
        pictures=[
            (
                each,
                comparison.illustrations.get((each.path, LARGE), NOT_DRAWN),
                list(zip(comparison.modes, each.shares, strict=True)),
            )
            for each in comparison.images
        ],
    )
