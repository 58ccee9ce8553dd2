"""Tables, archives, shards and Parquet files at an address: the same results as from local files."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from labelaudit.audit import audit
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import DatasetError
from labelaudit.records import Audit
from labelaudit.reports.scores import scores
from labelaudit.settings import Settings
from labelaudit.sources import read
from labelaudit.sources.addresses import Object, requests
from labelaudit.sources.addresses.server import described

from .conftest import Shapes
from .every_source import SOURCES, png
from .servers import Behaviour, serving
from .test_folder import tree

pytest.importorskip("fsspec")

FILES = ["csv", "jsonl", "parquet table", "zip", "tar", "webdataset", "parquet", "imagefolder"]
SMALL = Settings(features="efficientnet-lite0-small")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "PAUSE", 0.001)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("observations"))


def check_same(found: Audit, expected: Audit) -> None:
    assert found.findings == expected.findings
    assert scores(found) == scores(expected)


@pytest.mark.parametrize("parts", [True, False], ids=["parts", "whole"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_at_an_address_gives_the_results_of_the_folder(
    kind: str, parts: bool, shapes: Shapes, shapes_audit: Audit, cache: Cache, tmp_path: Path
) -> None:
    its = Behaviour(parts=parts, once=10)
    with serving(tmp_path, its) as address, serving(shapes.root, Behaviour(once=10)) as images:
        data = SOURCES[kind](shapes.root, tmp_path).relative_to(tmp_path)
        settings = Settings(root=images if data.name.startswith("labels") else "")
        result = audit(f"{address}/{data}", settings, cache=cache, engine=Threads(2))
        check_same(result, shapes_audit)
        assert result.dataset.source.file_of(result.dataset.paths[0]) is None
        assert result.dataset.source.open(result.dataset.paths[0])[1:4] == b"PNG"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A zip file of two small images, in a folder of its own."""
    path = tmp_path / "served" / "data.zip"
    path.parent.mkdir()
    with zipfile.ZipFile(path, "w") as packed:
        for name, size in (("cat/1.png", 8), ("dog/2.png", 9)):
            packed.writestr(name, png(size))
    return path


def test_only_parts_of_an_archive_are_read(archive: Path) -> None:
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("dog/3.png", bytes(10 * 2**20))
    its = Behaviour(parts=True)
    with serving(archive.parent, its) as address:
        source = read(f"{address}/data.zip", Settings()).source
        source.expect(["cat/1.png", "dog/2.png"])
        assert source.open("cat/1.png") == png(8)
        assert source.open("dog/2.png") == png(9)

    assert its.bytes_sent < 2**20


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (Behaviour(status=404), "there is nothing at {}. Check the address"),
        (Behaviour(status=403), "{} is refused (403"),
        (Behaviour(status=500), "{} cannot be read: 500"),
        (Behaviour(cut=True), "{} cannot be read: "),
    ],
)
@pytest.mark.parametrize("name", ["data.zip", "labels.csv"])
def test_a_server_that_fails_is_told_from_a_bad_file(behaviour: Behaviour, said: str, name: str, archive: Path) -> None:
    (archive.parent / "labels.csv").write_text("path,label\na.png,cat\nb.png,dog\n")
    with serving(archive.parent, behaviour) as address, pytest.raises(DatasetError) as error:
        read(f"{address}/{name}", Settings())

    assert str(error.value).startswith(said.format(f"{address}/{name}"))


@pytest.mark.parametrize("parts", [True, False])
def test_a_truncated_archive_is_not_the_fault_of_the_server(archive: Path, parts: bool) -> None:
    archive.write_bytes(archive.read_bytes()[:-40])
    with (
        serving(archive.parent, Behaviour(parts=parts)) as address,
        pytest.raises(DatasetError, match=r"/data.zip is no whole zip file: .* Download or pack it again"),
    ):
        read(f"{address}/data.zip", Settings())


def test_redirects_are_followed(archive: Path) -> None:
    with (
        serving(archive.parent, Behaviour(parts=True)) as new,
        serving(archive.parent, Behaviour(redirected=new)) as old,
    ):
        source = read(f"{old}/old/data.zip", Settings()).source
        assert source.open("dog/2.png") == png(9)


def test_what_is_secret_in_an_address_is_never_shown(
    archive: Path, run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    secret = "hunter2"
    with serving(archive.parent, Behaviour(parts=True, password=secret)) as address:
        for data in (
            f"{address.replace('://', f'://me:{secret}@')}/data.zip",
            f"{address}/data.zip?sig={secret}",
            f"{address}/other.zip?sig={secret}",
            f"{address.replace('://', f'://me:{secret}@')}/none/",
        ):
            outputs = [tmp_path / f"report.{name}" for name in ("json", "sarif", "html")]
            done = run("scan", data, "-v", "--exit-zero", *(f"--report={path.suffix[1:]}={path}" for path in outputs))
            assert done.exit_code == (0 if "data.zip" in data else 2), done.output
            assert secret not in done.output
            assert "***" in done.output
            assert not [path for path in outputs if path.exists() and secret in path.read_text()]

    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if secret in str(path) or secret.encode() in path.read_bytes()]


def test_a_table_names_images_by_their_addresses(tmp_path: Path) -> None:
    tree(tmp_path / "images", "a b.png", "c#d.png")
    with serving(tmp_path, Behaviour()) as address:
        rows = f"path,label\n{address}/images/a b.png,cat\n{address}/images/c#d.png,dog\nnone.png,dog\n"
        (tmp_path / "labels.csv").write_text(rows)
        dataset = read(tmp_path / "labels.csv", Settings(root=f"{address}/images"))

        assert dataset.paths == ("a b.png", "c#d.png", "none.png")
        assert [dataset.source.open(path) for path in dataset.paths[:2]] == [b"x", b"x"]
        with pytest.raises(FileNotFoundError):
            dataset.source.open("none.png")
        with pytest.raises(DatasetError, match="leads upwards"):
            (tmp_path / "labels.csv").write_text("path,label\n../a.png,cat\nb.png,dog\n")
            read(f"{address}/labels.csv", Settings())


def test_a_table_without_any_of_its_images_names_the_root(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("path,label\na.png,cat\nb.png,dog\n")
    with (
        serving(tmp_path, Behaviour()) as address,
        pytest.raises(DatasetError, match=f"none of its 2 images is in {address}, such as a.png, b.png.*--root"),
    ):
        read(f"{address}/labels.csv", Settings())


@pytest.mark.parametrize(("tags", "again"), [(True, False), (False, True)], ids=["etag", "time"])
def test_a_second_scan_reads_an_archive_again_unless_it_has_an_etag(
    archive: Path, tags: bool, again: bool, tmp_path: Path
) -> None:
    its, cache = Behaviour(parts=True, tags=tags), Cache(tmp_path / "cache")
    with zipfile.ZipFile(archive, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr("dog/3.png", png(10) + bytes(2**20))
    with serving(archive.parent, its) as address:
        first = audit(f"{address}/data.zip", SMALL, cache=cache, engine=Threads(2))
        its.bytes_sent = 0
        second = audit(f"{address}/data.zip", SMALL, cache=cache, engine=Threads(2))

    assert scores(second) == scores(first)
    assert (its.bytes_sent > 2**20) is again


def test_a_weak_etag_is_not_trusted() -> None:
    assert described("a", {"ETag": '"x"', "size": 3}) == Object("a", 3, '"x"', "")
    assert described("a", {"ETag": 'W/"x"', "Last-Modified": "now"}) == Object("a", 0, "", "now")
    assert described("a", {"generation": "1", "md5Hash": "x"}).validator == "1 x"
