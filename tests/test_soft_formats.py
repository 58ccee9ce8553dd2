"""Soft labels as files, and back."""

import csv
import io
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from labelaudit.errors import OutputError, SettingsError, SoftLabelsError
from labelaudit.records import MILLION, Audit, SoftLabels, silently
from labelaudit.softlabels import Known, load, smooth, soft_labels
from labelaudit.softlabels.formats import WRITERS, writer_of

from .test_softlabels import dataset

ENDINGS = sorted(WRITERS)


def written(soft: SoftLabels, ending: str) -> bytes:
    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    out = io.BytesIO()
    WRITERS[ending](soft, out, silently)
    return out.getvalue()


@pytest.fixture
def soft(shapes_audit: Audit) -> SoftLabels:
    return soft_labels(Known(shapes_audit.dataset, shapes_audit.beliefs), "posterior", weigh=True)


def test_a_table(shapes_audit: Audit) -> None:
    rows = list(csv.DictReader(io.StringIO(written(smooth(shapes_audit.dataset, 0.1), ".csv").decode())))

    assert list(rows[0]) == ["path", "label", "p_circle", "p_cross", "p_square"]
    assert rows[0]["label"] == "circle"
    assert [rows[0][f"p_{name}"] for name in ("circle", "cross", "square")] == ["0.933334", "0.033333", "0.033333"]
    for row in rows:
        assert sum(int(row[f"p_{name}"].replace(".", "")) for name in ("circle", "cross", "square")) == 1_000_000


def test_arrays(shapes_audit: Audit) -> None:
    soft = smooth(shapes_audit.dataset, 0.2)
    arrays = np.load(io.BytesIO(written(soft, ".npz")), allow_pickle=False)

    assert list(arrays) == ["paths", "labels", "classes", "probabilities"]
    assert arrays["classes"].tolist() == ["circle", "cross", "square"]
    assert arrays["paths"].tolist() == list(shapes_audit.dataset.paths)
    assert arrays["labels"].tolist() == [shapes_audit.dataset.classes[label] for label in shapes_audit.dataset.labels]
    assert arrays["probabilities"].dtype == np.float32
    assert (arrays["probabilities"].sum(axis=1) == 1).all()
    assert (arrays["probabilities"].astype(np.float64).sum(axis=1) == 1).all()


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_format_is_read_back(soft: SoftLabels, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"labels{ending}"
    path.write_bytes(written(soft, ending))
    found = load(path)

    assert found.paths == soft.dataset.paths
    assert found.classes == soft.dataset.classes
    assert found.labels == tuple(soft.dataset.classes[label] for label in soft.labels)
    assert found.probabilities.dtype == np.float32
    np.testing.assert_allclose(found.probabilities, soft.probabilities, atol=2e-6)
    np.testing.assert_allclose(found.weights, soft.weights, atol=1e-6)
    assert written(soft, ending) == written(soft, ending)


@pytest.mark.parametrize("ending", ENDINGS)
def test_names_that_a_spreadsheet_or_a_shell_acts_on(soft: SoftLabels, ending: str, tmp_path: Path) -> None:
    names = ("=cmd()", '-a,"b"', "é p_x")
    paths = tuple(f"{names[row % 3]}/{row}.png" for row in range(len(soft.dataset)))
    odd = replace(soft, dataset=replace(soft.dataset, classes=names, paths=paths))
    path = tmp_path / f"labels{ending}"
    path.write_bytes(written(odd, ending))

    assert load(path)[:3] == (paths, tuple(names[label] for label in odd.labels), names)
    assert path.suffix != ".csv" or b"\n=" not in path.read_bytes()


@pytest.mark.parametrize("ending", [".jsonl", ".parquet"])
def test_a_name_that_is_no_text_is_refused_where_nothing_else_fits(soft: SoftLabels, ending: str) -> None:
    paths = ("a\udcff.png", *soft.dataset.paths[1:])
    with pytest.raises(OutputError, match=r"a\\xff.png is not UTF-8, and \.\w+ holds nothing else"):
        written(replace(soft, dataset=replace(soft.dataset, paths=paths)), ending)


def test_lines_are_json_with_decimals_that_sum_to_one(soft: SoftLabels) -> None:
    lines = [json.loads(line, parse_float=str) for line in written(soft, ".jsonl").splitlines()]

    assert lines[0]["classes"] == list(soft.dataset.classes)
    assert all(sum(round(float(share) * MILLION) for share in line["probabilities"]) == MILLION for line in lines)
    assert [list(line) for line in lines[1:]] == [["file_name", "label", "weight", "probabilities"]] * (len(lines) - 1)


def test_parquet_holds_lists_of_numbers(soft: SoftLabels) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_table

    table = read_table(io.BytesIO(written(soft, ".parquet")))
    shares = np.array(table["probabilities"].to_pylist(), dtype=np.float32)

    assert table.column_names == ["path", "label", "weight", "probabilities"]
    assert table.schema.field("probabilities").type == pyarrow.list_(pyarrow.float32(), len(soft.dataset.classes))
    assert (shares == soft.probabilities).all()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_whole_matrix_is_never_in_memory(ending: str) -> None:
    images, classes = 100_000, 100
    random = np.random.default_rng(0)
    labels = random.integers(0, classes, images)
    candidates = np.stack([labels, (labels + 1) % classes], axis=1)
    shares = random.dirichlet((9, 1), images)
    certain = np.zeros(images, dtype=np.bool_)
    whole = dataset(labels.tolist(), classes)
    soft = SoftLabels(whole, labels, candidates, shares, 0.0, np.zeros(0), certain, "posterior")

    class Nothing(io.BytesIO):
        written = 0

        def write(self, content: bytes) -> int:  # type: ignore[override]
            self.written += len(content)
            return len(content)

        def tell(self) -> int:
            return self.written

    if ending == ".parquet":
        pytest.importorskip("pyarrow")
    tracemalloc.start()
    WRITERS[ending](soft, Nothing(), silently)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < images * classes * 4, "the matrix alone would need more"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("labels.csv", b"path,label,p_a\nx.png,a,high\n", "is not a table of soft labels"),
        ("labels.csv", b"path,label,p_a,p_b\nx.png,c,1,0\n", "is not a table of soft labels"),
        ("labels.csv", b"path,label,p_a,p_b\nx.png\n", "is not a table of soft labels"),
        ("labels.csv", b"", "its first columns are not path and label"),
        ("labels.npz", b"PK\3\4 and no more", "is not a table of soft labels"),
        ("labels.jsonl", b'{"file_name": "x.png"}\n', "is not a table of soft labels"),
        ("labels.jsonl", b"[1]\n", "is not a table of soft labels"),
        ("labels.parquet", b"PAR1", "is not a table of soft labels"),
        ("labels.xlsx", b"", "the ending names the format; expected .csv, .jsonl, .npz, .parquet"),
    ],
)
def test_what_is_no_table_of_soft_labels_is_refused(name: str, content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SoftLabelsError, match=message):
        load(tmp_path / name)
    with pytest.raises(SoftLabelsError, match="read the soft labels"):
        load(tmp_path / "none.csv")


def test_the_ending_decides(tmp_path: Path) -> None:
    assert writer_of(None) is WRITERS[".csv"]
    assert writer_of(tmp_path / "LABELS.CSV") is WRITERS[".csv"]
    with pytest.raises(SettingsError, match=r"expected .csv, .jsonl, .npz or .parquet"):
        writer_of(tmp_path / "labels.txt")


def test_pandas_and_polars_read_tables(soft: SoftLabels, tmp_path: Path) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    for ending in (".csv", ".parquet"):
        (tmp_path / f"labels{ending}").write_bytes(written(soft, ending))
    columns = [f"p_{name}" for name in soft.dataset.classes]
    plain = {
        ".csv": [reader.read_csv(tmp_path / "labels.csv")[columns].to_numpy() for reader in (pandas, polars)],
        ".parquet": [
            np.stack(reader.read_parquet(tmp_path / "labels.parquet")["probabilities"].to_numpy())
            for reader in (pandas, polars)
        ],
    }

    for found in plain[".csv"]:
        np.testing.assert_allclose(found, soft.millionths / MILLION, atol=1e-9)
    for found in plain[".parquet"]:
        assert (found == soft.probabilities).all()
