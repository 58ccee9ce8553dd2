"""Values of typed tables as text."""

from typing import Any

from labelaudit.errors import DatasetError
from labelaudit.names import printable


def as_text(value: Any, where: str) -> str:
    """Return a text or a whole number as text, and empty text for no value.

    Raises
    ------
    DatasetError
        It is of another kind, such as a list.
    """
    if isinstance(value, str):
        return value
    if value is None or value != value:  # pandas writes NaN for no value
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    kind = "several values" if isinstance(value, list | tuple) else f"a value of type {type(value).__name__}"
    raise DatasetError(
        f"{where} has {kind}: {printable(repr(value)[:60])}. Expected one text or whole number for each image."
    )
