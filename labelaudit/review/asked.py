"""Validates the requests of a window: a browser may send anything."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from labelaudit.records import Ruling

if TYPE_CHECKING:
    from labelaudit.review.session import Session

LONGEST = 64
"""Maximum number of characters in the name that a window gives itself."""


class Malformed(ValueError):  # noqa: N818  an answer to a browser, not an error of the program
    """An invalid request, which the review page never sends; the message is a constant, or names what is missing."""


def read_asked(
    session: "Session", asked: dict[str, Any]
) -> tuple[str, int, Sequence[int], Sequence[Ruling], Sequence[int]]:
    """Return the window, the version that it knows, and for each image its row, the ruling and the true class.

    Raises
    ------
    Malformed
        A field is missing or has the wrong type.
    """
    window, rows, classes = asked.get("window"), asked.get("rows"), asked.get("classes")
    if not isinstance(window, str) or not 0 < len(window) <= LONGEST:
        raise Malformed("a window has a name")
    if not isinstance(rows, list) or not rows:
        raise Malformed("expected images")
    of_classes = classes if isinstance(classes, list) else [0] * len(rows)
    if len(of_classes) != len(rows):
        raise Malformed("expected a class for each image")
    numbers = [number(row, below=len(session.dataset)) for row in rows]
    if len(set(numbers)) != len(numbers):
        raise Malformed("expected each image once")
    ruling = asked.get("ruling", Ruling.KEEP.value)
    if ruling not in list(Ruling):
        raise Malformed("there is no such ruling")
    truths = [number(each, below=len(session.classes)) for each in of_classes]
    return window, number(asked.get("since")), numbers, [Ruling(ruling)] * len(rows), truths


def number(value: Any, below: int = 2**53) -> int:
    """Return an integer from 0 to *below*, exclusive, also from digits in a URL.

    Raises
    ------
    Malformed
        The value is no such integer.
    """
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < below:
        raise Malformed("there is no such number here")
    return value
