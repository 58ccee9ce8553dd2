"""What commands and Python make of images with several labels."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result as Run

from labelaudit import Settings, audit
from labelaudit.audit import audit as run_audit
from labelaudit.audit import bench, conclude
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import DatasetError
from labelaudit.reports.scores import scores
from labelaudit.reviewing import open_review
from labelaudit.softening import soften

from .several import Several, several_shapes


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Several:
    return several_shapes(tmp_path_factory.mktemp("several") / "data")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (lambda table: soften(table), "labelaudit smooth needs one label"),
        (lambda table: open_review(table), "labelaudit review needs one label"),
        (lambda table: bench(table, 0.1), "labelaudit bench needs one label"),
    ],
)
def test_what_needs_one_label_says_so(drawn: Several, command: Callable[[Path], object], message: str) -> None:
    with pytest.raises(DatasetError, match=message):
        command(drawn.table)


def test_commands_refuse_with_a_way_out(drawn: Several, run: Callable[..., Run], tmp_path: Path) -> None:
    fixed = run("fix", drawn.table, "--duplicates", "exact", "--quarantine", tmp_path / "copies")
    assert fixed.exit_code == 2
    assert "Correct the labels in the table" in fixed.stderr


def test_scan_explains_one_label_and_counts_at_the_gate(drawn: Several, run: Callable[..., Run]) -> None:
    told = run("scan", drawn.table, "--explain", "000.png", "--noise")
    assert told.exit_code == 1
    assert "the voter ridge: " in told.stdout
    assert re.search(r"LA10[45] .* \(line \d+\)", told.stdout)
    assert "fix: correct the labels where they are written" in told.stderr


def test_a_table_in_python_has_a_row_for_each_label(drawn: Several, own_cache: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = audit(drawn.table).to_pandas()
    assert isinstance(frame, pandas.DataFrame)
    assert len(frame) == drawn.given.size
    np.testing.assert_array_equal(frame["given"].to_numpy().reshape(drawn.given.shape), drawn.given)


def test_what_was_judged_is_recalled(drawn: Several, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    first = run_audit(drawn.table, Settings(), cache=cache, engine=Threads(2))
    again = run_audit(drawn.table, Settings(), cache=cache, engine=Threads(2))
    assert scores(again) == scores(first)
    assert conclude(again) == conclude(first)
