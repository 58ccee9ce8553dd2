"""The Python API: ``labelaudit.audit``, its result, and errors for wrong types."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas
import polars
import pytest
from typer.testing import Result as Ended

import labelaudit
from labelaudit import Gate, LabelauditError, Result, Settings, soften
from labelaudit.cache import NO_CACHE, Cache, default_folder
from labelaudit.errors import OutputError, SettingsError
from labelaudit.settings import ClassSettings, OnnxInput

from .conftest import Shapes


@pytest.fixture(scope="module")
def result(shapes: Shapes) -> Result:
    return labelaudit.audit(shapes.root, cache=NO_CACHE, jobs=2)


def test_the_cache_is_that_of_the_command(
    shapes: Shapes, run: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("labelaudit.cache.unchanged.SETTLED", 1e9)  # however long ago the images were drawn
    folder = default_folder()
    assert folder is not None
    assert run("scan", shapes.root).exit_code in (0, 1)
    seen = sorted(folder.iterdir())
    assert seen

    again = labelaudit.audit(str(shapes.root))
    assert sorted(folder.iterdir()) == seen

    monkeypatch.setenv("LABELAUDIT_CACHE_DIR", str(tmp_path / "other"))
    assert np.array_equal(labelaudit.audit(shapes.root).beliefs.p_error, again.beliefs.p_error)
    soften(shapes.root, 0.1)
    assert list((tmp_path / "other").iterdir())

    monkeypatch.setenv("LABELAUDIT_CACHE_DIR", str(tmp_path / "none"))
    monkeypatch.setenv("LABELAUDIT_NO_CACHE", "1")
    labelaudit.audit(shapes.root)
    assert not (tmp_path / "none").exists()


def test_results_and_their_parts_are_shown_briefly(result: Result, shapes: Shapes) -> None:
    assert repr(result).startswith(f"<Result of {len(result.dataset)} images in 3 classes; findings: ")
    parts = (result, result.dataset, result.observed, result.observed.statistics, result.copies, result.beliefs)
    for part in (*parts, soften(shapes.root, 0.1)):
        assert type(part).__name__ in repr(part)
        assert len(repr(part)) < 2000
    assert f"features=<float32 ({len(result.dataset)}, 2624)>" in repr(result.observed)


def test_the_summary_is_that_of_the_command(result: Result, shapes: Shapes, run: Callable[..., Ended]) -> None:
    said = run("scan", shapes.root).stderr

    assert "out-of-sample accuracy: " in result.summary()
    for line in result.summary().splitlines():
        assert line in said


def test_tables_have_a_row_for_each_image(result: Result, shapes: Shapes) -> None:
    of_pandas, of_polars = result.to_pandas(), result.to_polars()

    assert isinstance(of_pandas, pandas.DataFrame)
    assert isinstance(of_polars, polars.DataFrame)
    assert of_pandas["path"].tolist() == list(result.dataset.paths) == of_polars["path"].to_list()
    assert np.array_equal(of_pandas["p_error"], result.beliefs.p_error)
    found = {(each.path, each.code) for each in result.findings if each.path in result.dataset.paths}
    codes = zip(of_polars["path"], of_polars["codes"], strict=True)
    assert {(path, code) for path, listed in codes for code in listed.split()} == found
    flagged = result.beliefs.flagged(result.dataset, result.settings)
    assert of_polars["flagged"].to_list() == flagged.tolist()
    worst = of_polars.sort("p_error", descending=True).head(len(shapes.wrong))
    assert dict(zip(worst["path"], worst["suggested"], strict=True)) == shapes.wrong
    assert of_pandas.to_dict("list") == of_polars.to_dict(as_series=False)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_table_library_that_is_missing_is_named(
    library: str, result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(LabelauditError, match=f"pip install {library}"):
        getattr(result, f"to_{library}")()


def test_import_loads_neither_of_them() -> None:
    code = "import sys, labelaudit; labelaudit.audit; print({'pandas', 'polars', 'typer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("name", ["report.html", "report.sarif", "report.json", "report.csv", "REPORT.JSON"])
def test_a_report_is_saved_as_the_command_writes_it(
    name: str, result: Result, shapes: Shapes, tmp_path: Path, run: Callable[..., Ended]
) -> None:
    result.save(tmp_path / name)
    run("scan", shapes.root, "--out", tmp_path / f"typed-{name}")

    saved = (tmp_path / name).read_bytes()
    assert saved == (tmp_path / f"typed-{name}").read_bytes()
    assert (b"data:image/" in saved) == name.endswith(".html")


def test_a_report_knows_the_gate(result: Result, tmp_path: Path) -> None:
    result.save(str(tmp_path / "a.json"), Gate(max_rate=1.0))

    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))["gate"]["passed"] is True


def test_a_report_that_cannot_be_saved_is_an_error(result: Result, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"report\.docx'; expected \.csv, \.html"):
        result.save(tmp_path / "report.docx")
    with pytest.raises(OutputError, match="no folder"):
        result.save(tmp_path / "none" / "a.json")
    with pytest.raises(OutputError, match="part of the data set"):
        result.save(Path(result.dataset.source.shown) / "circle" / "a.json")
    with pytest.raises(SettingsError, match="expected a path"):
        result.save(None)  # type: ignore[arg-type]


class Tags(HTMLParser):
    """Collects the names of tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.add(tag)


def test_a_notebook_shows_a_table_whatever_files_are_called(own_shapes: Shapes) -> None:
    file = next((own_shapes.root / "circle").iterdir())
    file.rename(file.with_name("<script>alert(1)<script>.png"))
    (own_shapes.root / "circle" / "<img src=x>.png").write_bytes(b"")
    shown = labelaudit.audit(own_shapes.root, cache=NO_CACHE)._repr_html_()
    tags = Tags()
    tags.feed(shown)

    assert tags.found <= {"table", "tr", "th", "td", "p"}
    assert "&lt;img src=x&gt;.png" in shown
    assert "out-of-sample accuracy" in re.sub("<[^>]*>", "", shown) or "NOTHING WAS JUDGED" in shown


def test_dir_shows_what_is_public() -> None:
    assert [name for name in dir(labelaudit) if not name.startswith("_")] == labelaudit.__all__


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Settings(splits="train"), "splits is 'train', of type str; expected a tuple, such as ('train',)"),  # type: ignore[arg-type]
        (lambda: Settings(select="LA1"), "select is 'LA1', of type str"),  # type: ignore[arg-type]
        (lambda: Settings(ignore=(1,)), "a member of ignore is 1, of type int"),  # type: ignore[arg-type]
        (lambda: Settings(features=None), "features is None"),  # type: ignore[arg-type]
        (lambda: Settings(layout=1), "layout is 1"),  # type: ignore[arg-type]
        (lambda: Settings(seed=1.5), "seed is 1.5"),  # type: ignore[arg-type]
        (lambda: Settings(seed=True), "seed is True, of type bool"),
        (lambda: Settings(min_p_error="0.5"), "min-p-error is '0.5'"),  # type: ignore[arg-type]
        (lambda: Settings(follow_links="no"), "follow_links is 'no'"),  # type: ignore[arg-type]
        (lambda: Settings(per_class={"cat": 1}), "per_class is {'cat': 1}"),  # type: ignore[arg-type]
        (lambda: Settings(per_class=("cat",)), "a member of per_class is 'cat'"),  # type: ignore[arg-type]
        (lambda: Settings(group_by=None), "group_by is None"),  # type: ignore[arg-type]
        (lambda: Settings(onnx=224), "onnx is 224"),  # type: ignore[arg-type]
        (lambda: OnnxInput(size="224"), "onnx-size is '224'"),  # type: ignore[arg-type]
        (lambda: OnnxInput(mean=0.5), "onnx-mean is 0.5"),  # type: ignore[arg-type]
        (lambda: ClassSettings(name="cat", ignore="LA1"), "ignore is 'LA1'"),  # type: ignore[arg-type]
        (lambda: Gate(fail_on="error"), "fail_on is 'error', of type str"),  # type: ignore[arg-type]
        (lambda: Gate(max_issues="3"), "max_issues is '3'"),  # type: ignore[arg-type]
        (lambda: Gate(max_rate="5%"), "max_rate is '5%'"),  # type: ignore[arg-type]
        (lambda: labelaudit.audit(None), "the data set is None"),  # type: ignore[arg-type]
        (lambda: labelaudit.audit(["a", "b"]), "the data set is ['a', 'b'], of type list"),  # type: ignore[arg-type]
        (lambda: labelaudit.audit("data", Gate()), "of type Gate; expected labelaudit.Settings"),  # type: ignore[arg-type]
        (lambda: labelaudit.audit("data", cache="cache"), "cache is 'cache'"),  # type: ignore[arg-type]
        (lambda: labelaudit.audit("data", jobs=0), "jobs is 0"),
        (lambda: labelaudit.audit("data", jobs="2"), "jobs is '2'"),  # type: ignore[arg-type]
        (lambda: labelaudit.audit("data", Settings(features="none")), "labels cannot be judged without features"),
        (lambda: soften("data", "0.1"), "eps is '0.1'"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_type_is_told_at_the_door(make: Callable[[], object], said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        make()

    assert said in str(raised.value)


def test_lists_and_whole_numbers_are_taken_for_tuples_and_numbers() -> None:
    assert Settings(splits=["train"], select=["LA1"]) == Settings(splits=("train",), select=("LA1",))  # type: ignore[arg-type]
    assert OnnxInput(mean=[0, 1, 0.5]).mean == (0.0, 1.0, 0.5)  # type: ignore[arg-type]
    assert hash(Settings(splits=["train"])) == hash(Settings(splits=("train",)))  # type: ignore[arg-type]


def test_a_cache_of_ones_own_is_used(shapes: Shapes, tmp_path: Path) -> None:
    labelaudit.audit(shapes.root, cache=Cache(tmp_path / "mine"))

    assert list((tmp_path / "mine").iterdir())
