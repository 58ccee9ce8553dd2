"""The modes of soft labels side by side."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.records import Audit, Comparison
from labelaudit.reports.comparisons import COMPARISONS
from labelaudit.softening import compare
from labelaudit.softlabels import Known, compare_modes, soft_labels

from .conftest import Shapes
from .pages import HOSTILE

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def known(shapes_audit: Audit) -> Known:
    return Known(shapes_audit.dataset, shapes_audit.beliefs)


@pytest.fixture(scope="module")
def compared(known: Known) -> Comparison:
    return compare_modes(known)


def test_the_figures_are_those_of_the_labels_that_would_be_written(known: Known, compared: Comparison) -> None:
    given = known.dataset.labels
    for figures, (mode, eps) in zip(
        compared.modes, [("uniform", 0.1), ("corrected", 0), ("posterior", 0)], strict=True
    ):
        written = soft_labels(known, mode, eps).probabilities.astype(np.float64)
        rows = -(written * np.log(np.where(written > 0, written, 1))).sum(axis=1)
        left = 1 - written[np.arange(len(given)), given]

        assert figures.entropy == pytest.approx(rows.mean())
        assert figures.changed == (written.argmax(axis=1) != given).sum()
        np.testing.assert_allclose(figures.moved, np.bincount(given, left), atol=1e-9)
    assert [each.mode for each in compared.modes] == ["uniform, eps 0.1", "corrected", "posterior"]


def test_the_images_are_those_whose_label_the_posterior_changes_most(
    known: Known, compared: Comparison, shapes: Shapes
) -> None:
    written = soft_labels(known, "posterior").probabilities
    left = 1 - written[np.arange(len(written)), known.dataset.labels]
    expected = [row for row in np.argsort(-left, kind="stable").tolist()[:20] if left[row] >= 0.005]

    assert [each.path for each in compared.images] == [known.dataset.paths[row] for row in expected]
    assert {each.path for each in compared.images} >= set(shapes.wrong)
    for each in compared.images:
        assert each.shares[0][0] == (each.label, pytest.approx(0.9 + 0.1 / 3))
        assert [share for _, share in each.shares[2]] == sorted((share for _, share in each.shares[2]), reverse=True)


def test_where_nothing_is_known_nothing_is_said_to_move(known: Known) -> None:
    blind = replace(known, beliefs=replace(known.judged(), accuracy=known.judged().chance))
    found = compare_modes(blind)

    assert (found.modes[-1].entropy, found.modes[-1].changed, found.images) == (0, 0, ())
    assert "all labels stay hard" in COMPARISONS["text"](found)
    assert "No label was changed." in COMPARISONS["html"](found)


def test_hostile_names_are_escaped(known: Known) -> None:
    names = ("<script>window.hit=1</script>", "::error::", "\x1b[31m")
    paths = tuple(HOSTILE[row % len(HOSTILE)] for row in range(len(known.dataset)))
    found = compare_modes(replace(known, dataset=replace(known.dataset, classes=names, paths=paths)))
    page, text = COMPARISONS["html"](found), COMPARISONS["text"](found)

    assert "<script" not in page
    assert 'onerror="' not in page
    assert "\x1b" not in page + text
    assert not any(line.startswith("::") for line in text.splitlines())


def test_the_command_shows_the_modes_and_writes_the_page(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    page, text = tmp_path / "compare.html", tmp_path / "compare.txt"
    done = run(
        "smooth", shapes.root, "--compare", "--eps", "0.2", "--report", f"html={page}", "--report", f"text={text}"
    )

    assert done.exit_code == 0, done.stderr
    assert done.stdout == text.read_text()
    assert done.stdout.splitlines()[1].startswith("uniform, eps 0.2")
    found = compare(shapes.root, 0.2, pictures=True)
    assert page.read_text(encoding="utf-8") == COMPARISONS["html"](found)
    assert page.read_text(encoding="utf-8").count("data:image/webp") == len(found.images) > 0


def test_votes_are_compared_as_well(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    lines = ["image,annotator,label"]
    for path in sorted(shapes.root.glob("*/*")):
        lines += [f"{path.relative_to(shapes.root).as_posix()},{name},{path.name[:-7]}" for name in ("ann", "bob")]
    votes = tmp_path / "votes.csv"
    votes.write_text("\n".join(lines))
    done = run("smooth", shapes.root, "--compare", "--votes", votes)

    assert done.exit_code == 0, done.stderr
    assert "changed most by votes:" in done.stdout
    changed = {line.split()[0]: line.split()[-1] for line in done.stdout.splitlines()[:5]}
    assert int(changed["votes"]) == len(shapes.wrong)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--compare", "--out", "x.csv"], "so that --out has no effect"),
        (["--compare", "--mode", "posterior"], "so that --mode has no effect"),
        (["--compare", "--weights"], "so that --weights has no effect"),
        (["--compare", "--drop"], "so that --drop has no effect"),
        (["--report", "html=x.html"], "Type --compare as well."),
        (["--compare", "--report", "htm=x.html"], "did you mean 'html'?"),
        (["--compare", "--report", "html"], "expected FORMAT=FILE"),
        (["--compare", "--eps", "1"], "must be at least 0 and below 1"),
    ],
)
def test_options_that_do_not_fit_are_refused(options: list[str], message: str, run: Run, shapes: Shapes) -> None:
    done = run("smooth", shapes.root, *options)

    assert done.exit_code == 2
    assert message in done.stderr


def test_the_page_does_not_overwrite_an_image(run: Run, shapes: Shapes) -> None:
    image = next(shapes.root.glob("*/*"))
    done = run("smooth", shapes.root, "--compare", "--report", f"html={image}")

    assert done.exit_code == 2
    assert "is part of the data set" in done.stderr
