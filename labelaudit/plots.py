"""Figures of a result, drawn by matplotlib without its global state."""

import math
from io import BytesIO
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from labelaudit.engine import threads
from labelaudit.illustrations import draw
from labelaudit.images import upright_pixels
from labelaudit.names import printable
from labelaudit.records import Audit, Dataset, Illustration, MultiBeliefs, Report, Size
from labelaudit.reports.noise_matrix import noise_matrix

PAPER, PANEL, INK, QUIET, NOISE = "#fdfdfc", "#f4f4f1", "#1b1b19", "#5d5d57", "#0b5cab"
"""Colors of the HTML page."""

DARK_FROM = 0.65
"""Share of the darkest color from which text on it is light."""

THUMBNAIL = Size(320, 60_000)
"""Size of an image of :func:`suspects`."""

COLUMNS = 4
"""Images beside each other."""

EDGE, GAP, CAPTION, HEAD = 2.1, 0.25, 0.75, 0.75
"""Inches: the square that an image stands in, the space around it, the text below it, and the title above all."""

LONGEST = 24
"""Characters of a name, of which as many at 8 points are as wide as an image."""

DOTS = 144
"""Dots per inch of the picture that a notebook shows."""


class Drawn(Figure):
    """A figure that a notebook shows, whether ``pyplot`` was imported or not."""

    def _repr_png_(self) -> bytes:
        out = BytesIO()
        self.savefig(out, format="png", dpi=DOTS)
        return out.getvalue()


class Suspect(NamedTuple):
    """A suspicious label: the row of its image, the probability that it is wrong, and the lines that say what it is."""

    row: int
    p_error: float
    given: str
    suggested: str


def noise(report: Report) -> Figure:
    """Return the noise matrix: the expected number of wrong labels by given and true class.

    Classes without wrong labels are left out; of many classes, those with the most are shown.
    """
    matrix = noise_matrix(report)
    wrong = {(each.label, each.true): each.wrong for each in report.pair_noise}
    values = np.array([[wrong.get((given, true), 0.0) for true in matrix.true] for given in matrix.given])
    rows, columns = len(matrix.given), len(matrix.true)
    width, height = 2.6 + 0.55 * max(columns, 4), 2.1 + 0.45 * max(rows, 1)
    figure = Drawn(figsize=(width, height), facecolor=PAPER)
    figure.set_layout_engine("constrained", rect=(0.02, 0.02, 0.96, 0.98 - HEAD / height))
    axes = figure.add_subplot()
    title = f"Wrong labels by class, about {report.wrong.estimate:,.0f} of {report.judged:,}"
    left_out = f"; {matrix.left_out:,} rarer pairs are not shown" if matrix.left_out else ""
    _title(figure, title, f"expected number of labels of the given class that truly are of another{left_out}")
    if not values.size:
        _empty(axes, "no wrong labels are expected" if report.judged else "the labels could not be judged")
        return figure
    axes.imshow(values, cmap=LinearSegmentedColormap.from_list("noise", [PANEL, NOISE]), vmin=0, aspect="auto")
    axes.set_xticks(range(columns), list(map(_short, matrix.true)), rotation=40, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(rows), list(map(_short, matrix.given)))
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.set_xlabel("true class", color=QUIET)
    axes.set_ylabel("given label", color=QUIET)
    axes.tick_params(length=0, colors=INK)
    axes.spines[:].set_visible(False)
    axes.set_xticks(np.arange(columns - 1) + 0.5, minor=True)
    axes.set_yticks(np.arange(rows - 1) + 0.5, minor=True)
    axes.grid(which="minor", color=PAPER, linewidth=2)
    axes.tick_params(which="minor", length=0)
    for (row, column), value in np.ndenumerate(values):
        text = matrix.rows[row][column].text
        color = PAPER if value > DARK_FROM * values.max() else INK
        axes.text(column, row, text, ha="center", va="center", color=color, fontsize=9)
    _plain_text(axes)
    return figure


def suspects(result: Audit, count: int, jobs: int | None = None) -> Figure:
    """Return the images whose labels are most probably wrong, with the given label and the suggested one.

    Parameters
    ----------
    result
        The audit; the images are opened once more.
    count
        Maximum number of images.
    jobs
        Threads, by default one per core.
    """
    dataset, found = result.dataset, _most_suspicious(result, count)
    paths = [dataset.paths[each.row] for each in found]
    digests = {path: result.observed.digests[each.row] for path, each in zip(paths, found, strict=True)}
    drawn = draw(dataset.source, dict.fromkeys(paths, (THUMBNAIL,)), digests, jobs=threads(jobs).jobs)
    across = min(COLUMNS, max(len(found), 2))
    down = max(math.ceil(len(found) / across), 1)
    width, height = across * (EDGE + GAP) + GAP, down * (EDGE + CAPTION) + HEAD
    figure = Drawn(figsize=(width, height), facecolor=PAPER)
    _title(figure, "The most suspicious labels", "with the probability that the given label is wrong")
    if not found:
        _empty(figure.add_axes((0, 0, 1, 1 - HEAD / height)), "the labels could not be judged")
    for place, (path, each) in enumerate(zip(paths, found, strict=True)):
        left = GAP + place % across * (EDGE + GAP)
        bottom = height - HEAD - (place // across) * (EDGE + CAPTION) - EDGE
        axes = figure.add_axes((left / width, bottom / height, EDGE / width, EDGE / height))
        _picture(axes, drawn[path, THUMBNAIL])
        _caption(axes, each.given, each.suggested, f"{each.p_error:.2f}  {_short(path)}")
        _plain_text(axes)
    return figure


def _most_suspicious(result: Audit, count: int) -> list[Suspect]:
    """Return the labels that are most probably wrong, the most certain first."""
    dataset, beliefs = result.dataset, result.beliefs
    if isinstance(beliefs, MultiBeliefs):
        order = np.argsort(-beliefs.p_wrong, axis=None, kind="stable")[:count]
        places = [divmod(place, len(dataset.names)) for place in order.tolist()]
        return [
            Suspect(row, float(beliefs.p_wrong[row, label]), *_of_several(dataset, row, label))
            for row, label in places
            if beliefs.judged_labels[label]
        ]
    rows = np.argsort(-beliefs.p_error, kind="stable")[:count].tolist()
    names = [_short(name) for name in dataset.classes]
    return [
        Suspect(
            row,
            float(beliefs.p_error[row]),
            f"given {names[dataset.labels[row]]}",
            f"suggested {names[beliefs.suggested[row]]}",
        )
        for row in rows
        if beliefs.judged[row]
    ]


def _of_several(dataset: Dataset, row: int, label: int) -> tuple[str, str]:
    """Return the lines about one of several labels of an image: whether it was given, and what is suggested."""
    name = _short(dataset.names[label])
    return (
        (f"given {name}", "suggested without it")
        if dataset.given[row, label]
        else (f"without {name}", "suggested with it")
    )


def _picture(axes: Axes, illustration: Illustration) -> None:
    """Show an image in a square, as a whole."""
    axes.set_facecolor(PANEL)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(False)
    if illustration.missing:
        axes.text(0.5, 0.5, illustration.missing, ha="center", va="center", color=QUIET, fontsize=8, wrap=True)
        return
    pixels = upright_pixels(illustration.webp)
    small = max(pixels.shape) < THUMBNAIL.edge / 2
    axes.imshow(pixels, interpolation="nearest" if small else "antialiased")
    axes.set_aspect("equal", adjustable="datalim")


def _caption(axes: Axes, given: str, suggested: str, rest: str) -> None:
    """Write three lines below an image."""
    lines = ((given, QUIET, 9, "normal"), (suggested, INK, 9, "bold"), (rest, QUIET, 7.5, "normal"))
    for number, (text, color, size, weight) in enumerate(lines):
        below = (0, -5 - 13 * number)
        axes.annotate(
            text,
            (0, 0),
            below,
            xycoords="axes fraction",
            textcoords="offset points",
            va="top",
            color=color,
            fontsize=size,
            fontweight=weight,
        )


def _title(figure: Figure, title: str, explained: str) -> None:
    """Write a title and a line that explains the figure, at the top left."""
    _, height = figure.get_size_inches()
    left = GAP / figure.get_size_inches()[0]
    for text, below, color, size, weight in ((title, 0.2, INK, 12, "bold"), (explained, 0.44, QUIET, 8.5, "normal")):
        figure.text(
            left, 1 - below / height, text, va="top", color=color, fontsize=size, fontweight=weight, parse_math=False
        )


def _empty(axes: Axes, why: str) -> None:
    axes.axis("off")
    axes.text(0.5, 0.5, why, ha="center", va="center", color=QUIET, transform=axes.transAxes)


def _plain_text(axes: Axes) -> None:
    """Make sure that no name is taken for a formula, as matplotlib does with text between dollar signs."""
    texts = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels()]
    for text in texts:
        text.set_parse_math(False)


def _short(name: str) -> str:
    """Return a name on one line, with its middle left out if it is long."""
    shown = printable(name)
    half = LONGEST // 2
    return shown if len(shown) <= LONGEST else f"{shown[: half - 1]}…{shown[-half:]}"
