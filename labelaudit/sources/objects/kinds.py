"""Recognise objects of other libraries without importing these."""

from typing import Any


def is_of(value: Any, *libraries: str) -> bool:
    """Tell whether the type of a value, or one that it extends, belongs to one of these libraries."""
    return any(kind.__module__.partition(".")[0] in libraries for kind in type(value).__mro__)
