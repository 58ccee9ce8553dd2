"""Figures of a result."""

import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.figure import Figure

import labelaudit
from labelaudit import LabelauditError, Result
from labelaudit.audit import conclude
from labelaudit.cache import NO_CACHE

from .conftest import SHAPES, Shapes
from .several import several_shapes


@pytest.fixture(scope="module")
def result(shapes: Shapes) -> Result:
    return labelaudit.audit(shapes.root, cache=NO_CACHE)


def texts(figure: Figure) -> list[str]:
    axes = [
        text.get_text()
        for each in figure.axes
        for text in (*each.texts, *each.get_xticklabels(), *each.get_yticklabels())
    ]
    return [*axes, *(text.get_text() for text in figure.texts)]


def test_the_noise_matrix_has_a_cell_for_each_pair_of_classes(result: Result) -> None:
    figure = result.plot_noise()
    (axes,) = figure.axes
    values = axes.images[0].get_array()

    assert values is not None
    assert values.sum() == pytest.approx(sum(each.wrong for each in conclude(result).pair_noise))
    assert {"cross", "square"} <= {label.get_text() for label in axes.get_yticklabels()} <= set(SHAPES)
    assert "circle" in {label.get_text() for label in axes.get_xticklabels()}
    assert f"Wrong labels by class, about {result.beliefs.wrong.estimate:.0f} of 120" in texts(figure)


def test_the_most_suspicious_images_are_shown_with_both_labels(result: Result, shapes: Shapes) -> None:
    figure = result.show(3)
    shown = texts(figure)

    assert len(figure.axes) == 3
    assert all(axes.images for axes in figure.axes)
    for path, truth in shapes.wrong.items():
        assert f"given {path.partition('/')[0]}" in shown
        assert f"suggested {truth}" in shown
        assert any(text.endswith(path) for text in shown)


def test_labels_of_images_with_several_are_shown_one_at_a_time(tmp_path: Path) -> None:
    drawn = several_shapes(tmp_path / "data")
    result = labelaudit.audit(drawn.table, cache=NO_CACHE)
    shown = texts(result.show(16))
    wrong = (drawn.true != drawn.given) & drawn.given

    assert shown.count("suggested without it") == pytest.approx(wrong.sum(), abs=1)
    assert {"suggested with it", "given cross", "without cross"} <= set(shown)
    with pytest.raises(LabelauditError, match="labels that exclude each other"):
        result.plot_noise()


def test_a_figure_is_a_picture_in_a_notebook(result: Result, tmp_path: Path) -> None:
    for name in ("plot_noise", "show"):
        figure = getattr(result, name)()
        assert figure._repr_png_().startswith(b"\x89PNG")
        figure.savefig(tmp_path / f"{name}.svg")


def test_no_name_is_a_formula(own_shapes: Shapes) -> None:
    (own_shapes.root / "circle").rename(own_shapes.root / "$\\frac{$")
    figure = labelaudit.audit(own_shapes.root, cache=NO_CACHE).show()

    figure.savefig(own_shapes.root.parent / "a.png")
    assert any("$\\frac{$" in text for text in texts(figure))


def test_features_without_images_are_shown_as_such(result: Result) -> None:
    labels = [result.dataset.classes[label] for label in result.dataset.labels]
    figure = labelaudit.audit(features=result.observed.features, labels=labels, cache=NO_CACHE).show(1)

    assert "there is no image, only its features" in texts(figure)


def test_labels_that_were_not_judged_are_not_shown_as_suspicious() -> None:
    features = [[float(row), 1.0] for row in range(4)]
    result = labelaudit.audit(features=features, labels=["a", "a", "b", "b"], cache=NO_CACHE)

    for figure in (result.show(), result.plot_noise()):
        assert "the labels could not be judged" in texts(figure)


@pytest.mark.parametrize(("count", "said"), [(0, "at least one image"), ("3", "count is '3', of type str")])
def test_a_count_is_checked(result: Result, count: int, said: str) -> None:
    with pytest.raises(LabelauditError, match=said):
        result.show(count)


def test_a_library_that_is_missing_is_named(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.delitem(sys.modules, "labelaudit.plots", raising=False)
    monkeypatch.delattr("labelaudit.plots", raising=False)
    for name in ("plot_noise", "show"):
        with pytest.raises(LabelauditError, match=r"pip install 'labelaudit\[plot\]'"):
            getattr(result, name)()


def test_nothing_global_is_touched() -> None:
    """A figure of pyplot would open a window, and stay in memory."""
    code = (
        "import sys, labelaudit\n"
        "result = labelaudit.audit(features=[[float(row % 2), row] for row in range(40)], labels=[0, 1] * 20)\n"
        "result.plot_noise()\nresult.show()\nprint('matplotlib.pyplot' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
