"""Sizes as they are typed, and how much memory there is."""

import re
from collections.abc import Callable

import pytest
from typer.testing import Result

from labelaudit.cache import Store
from labelaudit.errors import SettingsError
from labelaudit.memory import available_memory, parsed_size, shown_size

from .conftest import Shapes

Run = Callable[..., Result]


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4 * 10**9), ("500 mb", 500 * 10**6), ("1.5GiB", 3 * 2**29), ("2k", 2000), ("123", 123), ("1TB", 10**12)],
)
def test_a_size_is_read(text: str, size: int) -> None:
    assert parsed_size("--max-memory", text) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "0", "4 GBit", "GB", "1e9", "nan", "4,5GB", "٣GB"])
def test_another_text_is_an_error(text: str) -> None:
    with pytest.raises(SettingsError, match=r"--max-memory is '.*'; expected a size such as 4GB or 500MB\."):
        parsed_size("--max-memory", text)


@pytest.mark.parametrize(
    ("size", "shown"), [(4.01e9, "4.1GB"), (4e9, "4GB"), (350e6, "350MB"), (341e6, "350MB"), (1, "10MB")]
)
def test_a_size_that_is_shown_is_enough(size: float, shown: str) -> None:
    assert shown_size(size) == shown
    assert parsed_size("", shown) >= size


def test_this_machine_has_memory() -> None:
    assert 10**8 < available_memory() < 10**14


def test_a_scan_that_needs_more_is_refused_with_what_would_do(run: Run, own_shapes: Shapes) -> None:
    refused = run("scan", own_shapes.root, "--quality", "fast", "--max-memory", "300MB")
    enough = re.search(r"images need about (\S+) of memory, and a scan may use 300MB\.", refused.stderr)

    assert refused.exit_code == 2
    assert enough, refused.stderr
    words = ("scan", own_shapes.root, "--quality", "fast", "--exit-zero", "--format", "json")
    allowed = run(*words, "--max-memory", enough[1])
    assert allowed.exit_code == 0
    assert allowed.stdout == run(*words).stdout


def test_more_arrays_are_files_with_less_memory() -> None:
    assert Store(memory=320 * 10**6).large == 10**7
    assert Store(memory=10**12).large == Store().large
