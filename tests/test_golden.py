"""Each format of a report that was made by hand, byte for byte as somebody looked at it and found it right."""

import sys

import pytest

from .sample import GOLDEN, encoded, written


@pytest.mark.skipif(sys.platform == "win32", reason="a name is no row of bytes there")
@pytest.mark.parametrize("name", written())
def test_a_format_is_as_it_was_looked_at(name: str) -> None:
    assert encoded(written()[name]()) == (GOLDEN / name).read_bytes(), "see tests/sample.py"


def test_every_golden_file_is_of_a_format() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(written())
