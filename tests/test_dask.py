"""Images are read on a real Dask cluster with the results of one process, whatever happens to the cluster."""

import pickle
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result

import labelaudit
from labelaudit.audit import audit
from labelaudit.cache import NO_CACHE, Cache
from labelaudit.engine import Threads, connecting, engine_of
from labelaudit.engine import dask as dask_engine
from labelaudit.engine.worker import check_versions, versions
from labelaudit.errors import EngineError, MissingExtraError, SettingsError
from labelaudit.observations import observe
from labelaudit.records import Audit
from labelaudit.settings import Settings
from labelaudit.sources import read
from labelaudit.sources.files import Files

from .clusters import Cluster, cluster, slowly
from .conftest import Shapes
from .every_source import SOURCES
from .test_deep import deep, encoded, write

Run = Callable[..., Result]

BARE = Settings(features="none")


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        started.worker()
        started.worker()
        yield started


def test_findings_are_those_of_one_process(two_workers: Cluster, shapes: Shapes, shapes_audit: Audit) -> None:
    with engine_of(None, two_workers.address) as engine:
        result = audit(shapes.root, engine=engine)

    assert np.abs(result.beliefs.p_error - shapes_audit.beliefs.p_error).max() < 1e-6
    assert result.findings == shapes_audit.findings
    assert np.array_equal(result.observed.features, shapes_audit.observed.features)


def test_rows_that_are_cached_here_are_not_measured_there(
    two_workers: Cluster, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Among them those of images of more than 8 bits, which are read twice."""
    root = write(tmp_path / "deep", lambda number: encoded(deep(10, number)))
    write(tmp_path / "eight", lambda number: encoded((deep(8, number + 20) & 255).astype(np.uint8)))
    (tmp_path / "eight" / "a").rename(root / "eight")
    (root / "b" / "broken.png").write_bytes(b"\x89PNG")
    caplog.set_level("INFO", "labelaudit")
    cache, dataset = Cache(tmp_path / "cache"), read(root, BARE)
    expected = observe(dataset, BARE, NO_CACHE, Threads(2))
    with engine_of(None, two_workers.address) as engine:
        cold = observe(dataset, BARE, cache, engine)
        caplog.clear()
        warm = observe(dataset, BARE, cache, engine)

    for found in (cold, warm):
        assert np.array_equal(found.thumbnails, expected.thumbnails)
        assert (found.digests, found.skipped) == (expected.digests, expected.skipped)
    assert f"images: {len(expected.rows)} readable, 0 files decoded" in caplog.text


def test_a_worker_that_cannot_open_the_images_is_refused(two_workers: Cluster, own_shapes: Shapes) -> None:
    class Elsewhere(Files):
        """Is mounted at another place on the workers."""

        def __reduce__(self) -> tuple[Any, ...]:
            return Files, (own_shapes.root / "other",)

    dataset = replace(read(own_shapes.root, BARE), source=Elsewhere(own_shapes.root))
    with (
        engine_of(None, two_workers.address) as engine,
        pytest.raises(EngineError, match=r"a worker cannot open .*mount the data set at the same path"),
    ):
        observe(dataset, BARE, NO_CACHE, engine)


def test_what_cannot_be_sent_is_refused(two_workers: Cluster) -> None:
    with engine_of(None, two_workers.address) as engine, pytest.raises(EngineError, match="cannot be opened by Dask"):
        list(engine.map(lambda item: item, [1]))


def test_a_killed_worker_costs_only_its_items_and_a_late_one_helps(tmp_path: Path) -> None:
    with cluster(tmp_path) as started, engine_of(None, started.address) as engine:
        first = started.worker()
        results = engine.map(slowly, count())
        found = [next(results)]
        started.worker()
        while len({process for _, process in found}) == 1:
            found.append(next(results))
        first.kill()
        found += islice(results, 2 * dask_engine.LEAST)
        results.close()

    assert [square for square, _ in found] == [item * item for item in range(len(found))]


def test_what_was_read_is_kept_if_the_scheduler_goes_away(
    tmp_path: Path, draw_shapes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, cache = draw_shapes(tmp_path / "data", each=60, size=16).root, Cache(tmp_path / "cache")
    monkeypatch.setattr(dask_engine, "TOGETHER", 1)
    with cluster(tmp_path) as started:
        started.worker()

        def track(done: int, total: int) -> None:
            if done:
                started.scheduler.kill()

        with (
            pytest.raises(EngineError, match=r"does not answer any more. What was read is in the cache"),
            engine_of(None, started.address) as engine,
        ):
            observe(read(data, BARE), BARE, cache, engine, track=track)

    assert cache.files("rows")


def test_a_worker_with_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "old" / "labelaudit").mkdir(parents=True)
    (tmp_path / "old" / "labelaudit" / "__init__.py").write_text("__version__ = '0.0.1'\n", encoding="utf-8")
    with cluster(tmp_path) as started, engine_of(None, started.address) as engine:
        started.worker(package=tmp_path / "old")
        with pytest.raises(EngineError, match=rf"pip install 'labelaudit\[dask\]=={labelaudit.__version__}'"):
            list(engine.map(slowly, range(3)))


@pytest.mark.parametrize("name", ["labelaudit", "Python", "numpy", "openvino"])
def test_a_version_that_differs_is_named(name: str) -> None:
    check_versions(versions())
    with pytest.raises(EngineError, match=rf"has {name} .*, and this program 0\.1\b.*start it again"):
        check_versions({**versions(), name: "0.1"})


def test_a_scheduler_that_does_not_answer_is_an_error(
    own_shapes: Shapes, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "ANSWER", 1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        for _ in range(2):
            done = run("scan", own_shapes.root, "--dask", f"tcp://127.0.0.1:{port}")
            assert done.exit_code == 2
            assert f"no Dask scheduler that answers within 1 seconds at tcp://127.0.0.1:{port}" in done.stderr
            silent.listen()


def test_a_cluster_that_never_has_a_worker_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_engine, "WORKERS", 1)
    with (
        cluster(tmp_path) as started,
        engine_of(None, started.address) as engine,
        pytest.raises(EngineError, match="no worker for 1 seconds"),
    ):
        list(engine.map(slowly, range(3)))


def test_local_processes_are_started_and_ended(own_shapes: Shapes, run: Run) -> None:
    done = run("scan", own_shapes.root, "--dask", "local:1", "--quality", "fast", "--no-cache", "--exit-zero")

    assert done.exit_code == 0
    assert "Dask at tcp://127.0.0.1:" in done.stderr
    assert "1 workers with 1 threads, dashboard http://127.0.0.1:" in done.stderr


def test_an_adaptive_cluster_of_the_user_gets_workers(own_shapes: Shapes) -> None:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=0, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as local,
        Client(local, set_as_default=False) as client,
    ):
        local.adapt(minimum=0, maximum=2, interval="200ms")
        settings = Settings(features="efficientnet-lite0-small")
        result = labelaudit.audit(own_shapes.root, settings, dask=client, cache=NO_CACHE)
        assert client.status == "running"

    assert len(result.dataset) == 18


@pytest.mark.parametrize("where", ["local:0", "localhost", "8786", "file:///etc"])
def test_what_is_no_address_is_refused(where: str, own_shapes: Shapes) -> None:
    with pytest.raises(SettingsError, match="Expected the address of a scheduler"):
        labelaudit.audit(own_shapes.root, dask=where)


def test_a_configuration_cannot_choose_a_scheduler(own_shapes: Shapes, run: Run, tmp_path: Path) -> None:
    (tmp_path / "labelaudit.toml").write_text('dask = "tcp://127.0.0.1:9"\n', encoding="utf-8")
    done = run("scan", own_shapes.root, "--config", tmp_path / "labelaudit.toml")

    assert done.exit_code == 2
    assert "dask" in done.stderr


def test_without_the_extra_the_error_names_it(monkeypatch: pytest.MonkeyPatch, own_shapes: Shapes) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'labelaudit\[dask\]'"):
        labelaudit.audit(own_shapes.root, dask="local")


@pytest.mark.parametrize("name", SOURCES)
def test_every_source_opens_its_images_in_another_process(
    name: str, own_shapes: Shapes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if it was named by a relative path, and the other process has another working folder."""
    monkeypatch.chdir(tmp_path)
    data = SOURCES[name](own_shapes.root, tmp_path).relative_to(tmp_path)
    dataset = read(data, Settings(root=str(own_shapes.root) if data.name.startswith("labels") else ""))
    expected = [dataset.source.open(path) for path in dataset.paths]
    sent = pickle.dumps(dataset.source)
    monkeypatch.chdir(own_shapes.root)
    source = pickle.loads(sent)

    assert [source.open(path) for path in dataset.paths] == expected
