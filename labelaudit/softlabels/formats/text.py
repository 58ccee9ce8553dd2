"""Check names for formats that can only contain text."""

from labelaudit.errors import OutputError
from labelaudit.names import printable


def check_text(paths: tuple[str, ...], classes: tuple[str, ...], ending: str) -> None:
    """Make sure that every name is text.

    Raises
    ------
    OutputError
        One holds bytes that are not UTF-8.
    """
    for name in (*classes, *paths):
        if not name.isascii():
            try:
                name.encode()
            except UnicodeEncodeError:
                raise OutputError(
                    f"the name {printable(name)} is not UTF-8, and {ending} holds nothing else. Rename the file, or "
                    "write labels.csv or labels.npz."
                ) from None
