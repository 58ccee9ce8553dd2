"""Data sets in Google Cloud Storage, read through gcsfs from an emulator on the loopback."""

import json
import socket
import urllib.request
import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest

from labelaudit.audit import audit
from labelaudit.cache import Cache
from labelaudit.engine import Threads
from labelaudit.errors import DatasetError
from labelaudit.records import Audit
from labelaudit.reports.scores import scores
from labelaudit.settings import Settings
from labelaudit.sources import read

from .conftest import Shapes
from .every_source import images_of

emulator = pytest.importorskip("gcp_storage_emulator.server")
pytest.importorskip("gcsfs")


def post(address: str, content: bytes, kind: str = "application/octet-stream") -> None:
    urllib.request.urlopen(urllib.request.Request(address, content, {"Content-Type": kind})).close()


@pytest.fixture(scope="module")
def bucket(shapes: Shapes) -> Iterator[str]:
    """The shapes in a bucket: class folders, a zip file and a table."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = emulator.create_server("127.0.0.1", port, in_memory=True)
    server.start()
    address = f"http://127.0.0.1:{port}"
    post(f"{address}/storage/v1/b?project=p", json.dumps({"name": "shapes"}).encode(), "application/json")
    rows, packed = ["path,label"], BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, label in images_of(shapes.root):
            rows.append(f"data/{path},{label}")
            archive.write(shapes.root / path, path)
            put(address, f"data/{path}", (shapes.root / path).read_bytes())
    put(address, "labels.csv", "\n".join(rows).encode())
    put(address, "data.zip", packed.getvalue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_EMULATOR_HOST", address)
        yield "gs://shapes"
    server.stop()


def put(address: str, name: str, content: bytes) -> None:
    quoted = urllib.request.quote(name, safe="")  # type: ignore[attr-defined]
    post(f"{address}/upload/storage/v1/b/shapes/o?uploadType=media&name={quoted}", content)


@pytest.mark.parametrize("name", ["data", "data.zip", "labels.csv"])
def test_a_bucket_gives_the_results_of_the_folder(
    name: str, bucket: str, shapes_audit: Audit, tmp_path_factory: pytest.TempPathFactory
) -> None:
    cache = Cache(tmp_path_factory.getbasetemp() / "gcs")
    result = audit(f"{bucket}/{name}", cache=cache, engine=Threads(2))

    plain = [line.removeprefix("data/") for line in scores(result).splitlines()]
    assert plain == scores(shapes_audit).splitlines()
    assert all(result.dataset.source.validator(path) for path in result.dataset.paths)
    assert result.dataset.source.state(result.dataset.paths)


def test_nothing_is_printed_by_the_libraries(bucket: str, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DatasetError, match="gs://shapes/none lists no files"):
        read(f"{bucket}/none", Settings())
    assert capfd.readouterr() == ("", "")
