"""Records that stages exchange are read-only."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from labelaudit.records import Audit
from labelaudit.softlabels import smooth


def arrays(record: Any) -> Iterator[tuple[str, np.ndarray]]:
    for field in fields(record):
        value = getattr(record, field.name)
        for name, column in value.items() if isinstance(value, Mapping) else [("", value)]:
            if isinstance(column, np.ndarray):
                yield f"{type(record).__name__}.{field.name} {name}", column


def test_no_array_of_a_record_can_be_written_to(shapes_audit: Audit) -> None:
    parts = (
        shapes_audit.dataset,
        shapes_audit.observed,
        shapes_audit.observed.statistics,
        shapes_audit.copies,
        shapes_audit.beliefs,
        smooth(shapes_audit.dataset, 0.1),
    )
    found = [pair for part in parts for pair in arrays(part)]

    assert len(found) > 25
    assert [name for name, column in found if column.flags.writeable] == []
