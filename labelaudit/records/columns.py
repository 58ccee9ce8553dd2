"""Arrays as columns of a record."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np


def freeze(record: Any) -> None:
    """Take away the write permission of every array in a record, also of those in its mappings."""
    for field in fields(record):
        value = getattr(record, field.name)
        for column in value.values() if isinstance(value, Mapping) else (value,):
            if isinstance(column, np.ndarray):
                column.setflags(write=False)
