"""Validate the values of a JSON report, which is not trusted.

All raise ``ValueError`` or ``TypeError``.
"""

import math
import os
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from labelaudit.names import printable

DEEPEST = 5
"""Maximum nesting depth of the value of a setting."""


def text(value: Any) -> str:
    """Return a text on one line, escaped."""
    if not isinstance(value, str):
        raise TypeError("expected text")
    return printable(value)


def lines(value: Any) -> str:
    """Return a text of several lines, each escaped."""
    if not isinstance(value, str):
        raise TypeError("expected text")
    return "\n".join(map(printable, value.split("\n")))


def text_or_none(value: Any) -> str:
    """Return a text, or an empty one for null."""
    return "" if value is None else text(value)


def whole(value: Any, least: int = 0) -> int:
    """Return a whole number."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("expected a whole number")
    if not least <= value < 2**53:
        raise ValueError("a number is out of its range")
    return value


def number(value: Any, most: float = 1e300) -> float:
    """Return a number from 0 to *most*."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("expected a number")
    if not 0 <= value <= most:
        raise ValueError("a number is out of its range")
    return float(value)


def share(value: Any) -> float:
    """Return a number from 0 to 1."""
    return number(value, 1)


def flag(value: Any) -> bool:
    """Return a truth value."""
    if not isinstance(value, bool):
        raise TypeError("expected true or false")
    return value


def listed(value: Any) -> list[Any]:
    """Return a list."""
    if not isinstance(value, list):
        raise TypeError("expected a list")
    return value


@lru_cache(maxsize=2**16)  # the same image is named many times
def path(uri: Any) -> str:
    """Return the path that was percent-encoded."""
    if not isinstance(uri, str):
        raise TypeError("expected a path")
    return os.fsdecode(unquote_to_bytes(uri))


def setting(value: Any, deep: int = DEEPEST) -> Any:
    """Return the value of a setting, escaped."""
    if not deep:
        raise ValueError("a setting is nested too deeply")
    if isinstance(value, list):
        return [setting(each, deep - 1) for each in value]
    if isinstance(value, dict):
        return {text(name): setting(each, deep - 1) for name, each in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError("a number is out of its range")
    return text(value) if isinstance(value, str) else value
