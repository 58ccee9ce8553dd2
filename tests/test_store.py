"""Large arrays in temporary files."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labelaudit.cache import Cache, Store, release
from labelaudit.errors import OutputError
from labelaudit.probabilities.axes import principal_axes
from labelaudit.probabilities.chunks import summed_by_label


def test_a_large_array_is_a_file_without_a_name(tmp_path: Path) -> None:
    array = Store(tmp_path, large=100).empty((50, 3), np.float32)
    array[:] = np.arange(150).reshape(50, 3)
    release(array)

    assert array.base is not None
    assert np.array_equal(array, np.arange(150, dtype=np.float32).reshape(50, 3))
    assert not list(tmp_path.iterdir())


def test_a_small_array_is_in_memory(tmp_path: Path) -> None:
    array = Store(tmp_path / "never", large=601).empty((50, 3), np.float32)
    release(array)

    assert array.base is None
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems free the memory when they need it")
def test_what_is_released_is_no_memory_of_the_process(tmp_path: Path) -> None:
    """In a process of its own: the peak of this one is that of all tests so far."""
    code = (
        "import resource, sys\nimport numpy as np\nfrom pathlib import Path\n"
        "from labelaudit.cache import Store, release\n"
        "array = Store(Path(sys.argv[1]), large=1).empty((300, 2**18), np.float32)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for row in range(300):\n    array[row] = row\n    release(array)\n"
        "for row in range(300):\n    assert array[row, 0] == row\n    release(array)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)

    grown = int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 40e6  # of 315 MB


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="the system cannot limit the size of files")
def test_a_full_disk_is_said_at_once(tmp_path: Path) -> None:
    import resource

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2**20, limit[1]))
    try:
        with pytest.raises(OutputError, match=r"20\.0 MB .* cannot be written to .*: .*--cache-dir"):
            Store(tmp_path, large=1).empty((20_000_000,), np.uint8)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)

    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    array = Store(tmp_path / "file" / "below", large=1).empty((5,), np.uint8)
    array[:] = 7

    assert array.sum() == 35


def test_nothing_is_written_into_the_data(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "data" / "cache")
    cache.keep_out_of(tmp_path / "data")

    assert cache.store.folder is None


def test_axes_in_a_file_are_the_same_bytes(tmp_path: Path) -> None:
    features = np.random.default_rng(0).standard_normal((3000, 40)).astype(np.float32)
    there, here = principal_axes(features, (40,), Store(tmp_path, large=1), jobs=2), principal_axes(features, (40,))

    assert np.array_equal(there.z, here.z)
    assert np.array_equal(there.spread, here.spread)


def test_sums_by_label_do_not_depend_on_chunks() -> None:
    random = np.random.default_rng(0)
    values, labels = random.standard_normal((5000, 7)).astype(np.float32), random.integers(0, 3, 5000)
    found = summed_by_label(lambda rows: values[rows], labels, 4, np.float64, jobs=3)

    for label in range(3):
        assert np.array_equal(found[label], values[labels == label].sum(axis=0, dtype=np.float64))
    assert not found[3].any()
