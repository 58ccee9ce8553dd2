"""Arrays of a record are read-only, and not printed with it."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

MEMBERS, CHARACTERS = 5, 200
"""Maximum length of a tuple, and of a string, that ``__repr__`` shows."""


def freeze(record: Any) -> None:
    """Make every array of a record read-only, including those in its mappings."""
    for field in fields(record):
        value = getattr(record, field.name)
        for column in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(column, np.ndarray):
                column.setflags(write=False)


def brief(record: Any) -> str:
    """Return the name of a record and of each field with its shape or length, for ``__repr__``."""
    shown = ", ".join(f"{field.name}={_brief(getattr(record, field.name))}" for field in fields(record))
    return f"{type(record).__name__}({shown})"


def _brief(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"<{value.dtype} {value.shape}>"
    if isinstance(value, tuple | Mapping) and len(value) > MEMBERS:
        return f"<{len(value):,} members>"
    if isinstance(value, Mapping):
        return f"<{', '.join(map(str, value))}>"
    text = repr(value)
    return text if len(text) <= CHARACTERS else f"<{type(value).__name__}>"
