"""Arrays of a record are read-only."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np


def freeze(record: Any) -> None:
    """Make every array of a record read-only, including those in its mappings."""
    for field in fields(record):
        value = getattr(record, field.name)
        for column in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(column, np.ndarray):
                column.setflags(write=False)
