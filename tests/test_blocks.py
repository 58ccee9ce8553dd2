"""A large data set is judged in blocks, and its results are written piece by piece."""

from pathlib import Path

import numpy as np
import pytest

from labelaudit.cache import Cache, Store, store
from labelaudit.probabilities import chunks, embed, out_of_sample
from labelaudit.records import Beliefs
from labelaudit.settings import Settings

from .test_out_of_sample import TRUE, copies_of, drawn, flipped


def judged(jobs: int, large: Store) -> Beliefs:
    dataset, observed = drawn(flipped(TRUE, 0.1), TRUE, apart=3.5)
    embedding = embed(observed, large, jobs=jobs)
    families = np.arange(len(TRUE)) // 3 * 3
    return out_of_sample(dataset, observed, embedding, copies_of(dataset, families), Settings(), jobs=jobs)


def test_blocks_and_files_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """500 images at a time, in arrays that are all files, with three threads."""
    whole = judged(1, Store(large=2**40))
    monkeypatch.setattr(chunks, "BLOCK", 500)
    parts = judged(3, Store(tmp_path, large=1))

    np.testing.assert_allclose(parts.p_error, whole.p_error, atol=1e-12)
    np.testing.assert_allclose(parts.posterior, whole.posterior, atol=1e-12)
    assert np.array_equal(parts.suggested, whole.suggested)
    assert np.array_equal(parts.candidates, whole.candidates)


def test_a_block_is_filled_with_its_own_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "BLOCK", 7)
    table = np.arange(60.0).reshape(20, 3)
    same, twice = chunks.in_blocks(lambda rows: (table[rows], np.stack([table[rows], -table[rows]])), 20, 2)

    assert np.array_equal(same, table)
    assert np.array_equal(twice, np.stack([table, -table]))


def test_a_large_result_is_read_from_the_cache_into_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PIECE", 1000)
    cache = Cache(tmp_path)
    cache.store = Store(tmp_path, large=5000)
    first = cache.recall(Beliefs, "0" * 32, lambda: judged(2, Store()))
    found = cache.find(Beliefs, "0" * 32)

    assert found is not None
    assert found.posterior.base is not None
    assert np.array_equal(found.posterior, first.posterior)
    assert np.array_equal(found.voters["nearest"], first.voters["nearest"])
    assert found.wrong == first.wrong
    assert [path.name for path in tmp_path.iterdir()] == [f"record-{'0' * 32}.cache"]
