"""Data sets at an address: the same results as from the folder, retries, and what is said where a server fails."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from labelaudit.audit import audit
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import DatasetError, MissingExtraError
from labelaudit.names import address_of
from labelaudit.records import Audit
from labelaudit.reports.scores import scores
from labelaudit.settings import Settings
from labelaudit.sources import read
from labelaudit.sources.addresses import Remote, ahead, requests

from .conftest import Shapes
from .servers import Behaviour, serving
from .test_folder import tree

pytest.importorskip("fsspec")
Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "PAUSE", 0.001)


@pytest.fixture(scope="module")
def bucket(shapes: Shapes) -> Iterator[str]:
    """The shapes in a bucket of an S3 server."""
    server = pytest.importorskip("moto.server")
    boto3 = pytest.importorskip("boto3")
    with pytest.MonkeyPatch.context() as patch:
        running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        running.start()
        host, port = running.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "somebody"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", endpoint),
        ):
            patch.setenv(name, value)
        client = boto3.client("s3")
        client.create_bucket(Bucket="shapes")
        for path in sorted(shapes.root.rglob("*.png")):
            client.put_object(
                Bucket="shapes", Key=f"data/{path.relative_to(shapes.root).as_posix()}", Body=path.read_bytes()
            )
        yield "s3://shapes/data"
        running.stop()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("observations"))


def check_same(found: Audit, expected: Audit) -> None:
    assert found.findings == expected.findings
    assert scores(found) == scores(expected)


@pytest.mark.parametrize("data", ["s3://bucket/a", "s3:/bucket/a", r"s3:\bucket\a"])
def test_an_address_is_recognised_after_pathlib_had_it(data: str) -> None:
    assert address_of(data) == "s3://bucket/a"


@pytest.mark.parametrize("data", ["data", "/data/a", "C:/data", r"C:\data", "./s3:/x", "a:", "file:", "x://"])
def test_a_path_is_no_address(data: str) -> None:
    assert not address_of(data)


def test_a_bucket_gives_the_results_of_the_folder(bucket: str, shapes_audit: Audit, cache: Cache) -> None:
    result = audit(bucket, cache=cache, engine=Threads(2))

    check_same(result, shapes_audit)
    source = result.dataset.source
    assert source.state(result.dataset.paths)
    assert source.size(result.dataset.paths[0]) == len(source.open(result.dataset.paths[0]))
    with pytest.raises(ValueError, match="not listed"):
        source.open("../secret.png")


def test_a_second_scan_of_a_bucket_reads_only_what_changed(
    bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import boto3

    put, first = boto3.client("s3"), sorted(read(bucket, Settings()).paths)[:6]
    get = lambda path: put.get_object(Bucket="shapes", Key=f"data/{path}")["Body"].read()  # noqa: E731
    for path in first[:3]:
        put.put_object(Bucket="shapes", Key=f"few/a/{path.rpartition('/')[2]}", Body=get(path))
    for path in first[3:]:
        put.put_object(Bucket="shapes", Key=f"few/b/{path.rpartition('/')[2]}", Body=get(path))
    opened: list[str] = []
    fetch = Remote._fetch
    monkeypatch.setattr(Remote, "_fetch", lambda source, path: opened.append(path) or fetch(source, path))
    settings, cache = Settings(features="efficientnet-lite0-small"), Cache(tmp_path / "cache")

    before = audit("s3://shapes/few", settings, cache=cache, engine=Threads(2))
    assert sorted(opened) == list(before.dataset.paths)
    opened.clear()
    assert scores(audit("s3://shapes/few", settings, cache=cache, engine=Threads(2))) == scores(before)
    assert not opened
    changed = before.dataset.paths[0]
    put.put_object(Bucket="shapes", Key=f"few/{changed}", Body=get(first[4]))
    after = audit("s3://shapes/few", settings, cache=cache, engine=Threads(2))
    assert opened == [changed]
    assert after.observed.digests[0] != before.observed.digests[0]
    opened.clear()
    audit("s3://shapes/few", settings, engine=Threads(2))
    assert len(opened) == 6, "without a cache everything is read"


def test_a_bucket_from_the_command_line(bucket: str, run: Run, tmp_path: Path) -> None:
    done = run("scan", bucket, "--quality", "fast", "-f", "json", "-o", tmp_path / "a.json", "--jobs", 2)

    assert done.exit_code == 1, done.output
    assert f"labelaudit scan {bucket}" in done.stderr
    assert run("smooth", "--mode", "posterior", "--quality", "fast").exit_code == 0
    page = run("report", tmp_path / "a.json", "--data", bucket, "-f", "html")
    assert "<img" in page.stdout
    refused = run("scan", bucket, "--changed-since", "main")
    assert refused.exit_code == 2
    assert "is in no git repository" in refused.stderr


def test_nothing_at_an_address(bucket: str) -> None:
    for address in ("s3://shapes/none", "s3://none/data"):
        with pytest.raises(DatasetError, match=f"{address} (lists no files|cannot be read)"):
            read(address, Settings())


def test_a_server_gives_the_results_of_the_folder(shapes: Shapes, shapes_audit: Audit, cache: Cache) -> None:
    its = Behaviour()
    with serving(shapes.root, its) as address:
        check_same(audit(address, cache=cache, engine=Threads(2)), shapes_audit)

    assert set(its.asked.values()) == {1}


def test_requests_that_fail_once_change_nothing(shapes: Shapes, shapes_audit: Audit, cache: Cache) -> None:
    its = Behaviour(once=10)
    with serving(shapes.root, its) as address:
        check_same(audit(address, cache=cache, engine=Threads(2)), shapes_audit)

    assert 3 < sum(count == 2 for count in its.asked.values()) < 30


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (Behaviour(status=500), "cannot be read: 500.*; tried 5 times. What was read is in the cache"),
        (Behaviour(status=403), r"is refused \(403.*Check the credentials"),
        (Behaviour(cut=True), "cannot be read: .*tried 5 times"),
    ],
)
def test_a_server_that_fails_ends_the_scan(behaviour: Behaviour, said: str, own_shapes: Shapes) -> None:
    with (
        serving(own_shapes.root, behaviour) as address,
        pytest.raises(DatasetError, match=f"{address}/.*png {said}"),
    ):
        audit(address, Settings(features="efficientnet-lite0-small"), engine=Threads(2))


def test_an_image_that_ends_early_is_fetched_again() -> None:
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.pipe({"/shrinks/cat/1.png": b"0123456789", "/shrinks/dog/2.png": b"x"})
    source = read("memory://shrinks", Settings()).source
    memory.pipe("/shrinks/cat/1.png", b"01234")

    assert source.open("dog/2.png") == b"x"
    with pytest.raises(DatasetError, match=r"cat/1.png cannot be read: 5 of 10 bytes came; tried 5 times"):
        source.open("cat/1.png")


@pytest.mark.parametrize(("status", "said"), [(403, "is refused"), (500, "cannot be read: 500")])
def test_a_folder_that_cannot_be_listed_is_not_left_out(status: int, said: str, own_shapes: Shapes) -> None:
    with (
        serving(own_shapes.root, Behaviour(hidden="/cross/", status=status)) as address,
        pytest.raises(DatasetError, match=f"{address} {said}"),
    ):
        read(address, Settings())


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(DatasetError, match=r"127\.0\.0\.1:9/data cannot be read: .*tried 5 times"):
        read("http://127.0.0.1:9/data", Settings())


def test_missing_credentials_are_told_at_once(bucket: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    with pytest.raises(DatasetError, match=f"{bucket} is refused .*Check the credentials"):
        read(bucket, Settings())


def test_an_image_that_is_gone_is_a_finding(own_shapes: Shapes) -> None:
    settings = Settings(features="efficientnet-lite0-small", select=("LA301",))
    with (
        serving(own_shapes.root, Behaviour(status=404)) as address,
        pytest.raises(
            DatasetError, match=r"holds no image that can be read.*18 files cannot be read; the first: .*No such file"
        ),
    ):
        audit(address, settings, engine=Threads(2))


def test_a_server_lists_nothing_outside(tmp_path: Path) -> None:
    tree(tmp_path / "data", "cat/1 a.png", "dog/2.png")
    links = (
        '<a href="cat/">c</a><a href="dog/">d</a><a href="../secret.png">s</a><a href="http://example.org/x.png">x</a>'
    )
    (tmp_path / "data" / "index.html").write_text(links)
    with serving(tmp_path, Behaviour()) as address:
        dataset = read(f"{address}/data", Settings())
        assert dataset.paths == ("cat/1 a.png", "dog/2.png")
        assert dataset.source.open("cat/1 a.png") == b"x"


def test_what_is_fetched_ahead_is_bounded(shapes: Shapes, monkeypatch: pytest.MonkeyPatch, bucket: str) -> None:
    dataset = read(bucket, Settings())
    source = dataset.source
    assert isinstance(source, Remote)
    monkeypatch.setattr(ahead, "AHEAD", 3 * source.size(dataset.paths[0]))
    source.expect(dataset.paths)

    assert 1 <= len(source._ahead) <= 6
    for path in dataset.paths:
        assert source.open(path) == (shapes.root / path).read_bytes()
    assert not len(source._ahead)
    assert source._ahead._ahead == 0


def test_an_unknown_kind_of_address() -> None:
    with pytest.raises(DatasetError, match=r"nosuch://x/y cannot be opened: .*Expected an address such as s3://"):
        read("nosuch://x/y", Settings())


@pytest.mark.parametrize("kind", ["coco", "yolo", "fiftyone", "folder"])
def test_a_kind_that_is_only_read_locally_says_so(kind: str) -> None:
    with pytest.raises(DatasetError, match=r"s3://bucket/data: this kind .* local folders only\. Download it"):
        read("s3://bucket/data", Settings(source=kind))


def test_a_missing_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'labelaudit\[remote\]'"):
        read("s3://bucket/data", Settings())
