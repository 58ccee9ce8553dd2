"""Several annotators of the same images."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from typer.testing import Result

from labelaudit.errors import VotesError
from labelaudit.records import MILLION, Audit
from labelaudit.second_opinion import consensus_of
from labelaudit.softlabels import Known, load, read_votes, soft_labels

from .conftest import SHAPES, Shapes

Run = Callable[..., Result]
RIGHT = {"ann": 0.95, "bob": 0.9, "guess": 0.4}
"""How often each annotator is right."""


def true_shape(path: str) -> str:
    return path.rpartition("/")[2][:-7]


def table(path: Path, images: list[str], seed: int = 0) -> Path:
    """Write the labels of three annotators for some images; one of them mostly guesses."""
    random = np.random.default_rng(seed)
    lines = ["image,annotator,label"]
    for image in images:
        for name, right in RIGHT.items():
            others = [shape for shape in SHAPES if shape != true_shape(image)]
            said = true_shape(image) if random.random() < right else others[random.integers(2)]
            lines.append(f"{image},{name},{said}")
    path.write_text("\n".join(lines) + "\n")
    return path


def test_votes_and_model_together(shapes_audit: Audit, tmp_path: Path) -> None:
    dataset, beliefs = shapes_audit.dataset, shapes_audit.beliefs
    voted = list(dataset.paths[::2])
    votes = read_votes(table(tmp_path / "votes.csv", voted), dataset)
    consensus = consensus_of(votes, dataset, beliefs)
    soft = soft_labels(Known(dataset, beliefs, consensus), "votes", weigh=True)
    alone = soft_labels(Known(dataset, beliefs), "posterior")
    true = np.array([dataset.classes.index(true_shape(path)) for path in dataset.paths])
    said = votes.labels.reshape(-1, 3)

    assert (soft.millionths.sum(axis=1) == MILLION).all()
    assert (soft.millionths[1::2] == alone.millionths[1::2]).all()
    assert (soft.labels[1::2] == dataset.labels[1::2]).all()
    assert (soft.labels[::2] == true[::2]).mean() > (said == true[::2, None]).mean(axis=0).max()
    assert [each.name for each in consensus.annotators][-1] == "guess"
    right = dict(zip(RIGHT, (said == true[::2, None]).mean(axis=0), strict=True))
    assert {each.name: each.votes for each in consensus.annotators} == dict.fromkeys(RIGHT, len(voted))
    for each in consensus.annotators:
        assert each.quality == pytest.approx(right[each.name], abs=0.05)
    assert soft.annotators == consensus.annotators
    assert soft.notes[0] == f"{len(voted)} images have votes; {len(dataset) - len(voted)} without take the posterior"
    np.testing.assert_allclose(soft.weights[::2], consensus.posterior[np.arange(len(voted)), soft.labels[::2]])


def test_the_posterior_is_surer_than_cleanlabs_and_as_right(shapes_audit: Audit, tmp_path: Path) -> None:
    from cleanlab.multiannotator import get_label_quality_multiannotator

    dataset, beliefs = shapes_audit.dataset, shapes_audit.beliefs
    votes = read_votes(table(tmp_path / "votes.csv", list(dataset.paths)), dataset)
    found = consensus_of(votes, dataset, beliefs).posterior
    probabilities = np.take_along_axis(beliefs.probabilities, np.argsort(beliefs.candidates, axis=1), axis=1)
    theirs = get_label_quality_multiannotator(votes.labels.reshape(-1, 3).astype(float), probabilities, verbose=False)
    quality = theirs["label_quality"]
    true = np.array([dataset.classes.index(true_shape(path)) for path in dataset.paths])

    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found.argmax(axis=1) == true).sum() >= (quality["consensus_label"].to_numpy() == true).sum()
    sure, score = found.max(axis=1).mean(), quality["consensus_quality_score"].mean()
    share = (found.argmax(axis=1) == true).mean()
    assert abs(sure - share) < abs(score - share)


def test_the_command_prints_the_quality_of_each_annotator(run: Run, shapes: Shapes, tmp_path: Path) -> None:
    images = sorted(path.relative_to(shapes.root).as_posix() for path in shapes.root.glob("*/*"))
    votes = table(tmp_path / "votes.csv", [*images, "circle/circle999.png"])
    out = tmp_path / "labels.npz"
    done = run("smooth", shapes.root, "--mode", "votes", "--votes", votes, "--out", out)

    assert done.exit_code == 0, done.stderr
    assert "annotator  labels  quality  agrees  worst class\nann           120" in done.stderr
    assert "3 votes are on images that are not in the data set or cannot be read" in done.stderr
    found = load(out)
    wrong = sum(label != true_shape(path) for path, label in zip(found.paths, found.labels, strict=True))
    assert wrong < len(shapes.wrong)


MISTAKES = {
    "no column": (
        "path,annotator,label\n",
        "the column image is missing. Expected the columns image, annotator, label",
    ),
    "a class": (
        "image,annotator,label\nIMAGE,ann,circel\n",
        "line 2: no class is called 'circel'; did you mean 'circle'?",
    ),
    "nobody": ("image,annotator,label\nIMAGE,,circle\n", "line 2: the annotator is missing"),
    "short": ("image,annotator,label\nIMAGE\n", "line 2: the annotator is missing"),
    "twice": ("image,annotator,label\nIMAGE,ann,circle\nIMAGE,ann,cross\n", "line 3: ann has labelled"),
    "elsewhere": ("image,annotator,label\nx.png,ann,circle\n", "none of its 1 votes is on an image of the data set"),
    "one each": ("image,annotator,label\nIMAGE,ann,circle\n", "no image has votes of two annotators"),
    "bytes": ("image,annotator,label\n\x00,\x00,\x1b[31m\n", "line 2: no class is called '\\x1b[31m'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_table_that_is_wrong_is_refused(name: str, shapes: Shapes, shapes_audit: Audit, tmp_path: Path) -> None:
    content, message = MISTAKES[name]
    path = tmp_path / "votes.csv"
    path.write_text(content.replace("IMAGE", shapes_audit.dataset.paths[0]), newline="")
    with pytest.raises(VotesError) as caught:
        consensus_of(read_votes(path, shapes_audit.dataset), shapes_audit.dataset, shapes_audit.beliefs)

    assert message in str(caught.value)
    with pytest.raises(VotesError, match="cannot read the votes"):
        read_votes(tmp_path / "none.csv", shapes_audit.dataset)
