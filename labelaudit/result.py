"""The result of an audit in Python, which can be displayed, converted to a table and saved."""

import html
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelaudit.errors import MissingExtraError, SettingsError
from labelaudit.gate import Gate
from labelaudit.kinds import check_kind
from labelaudit.names import printable
from labelaudit.records import Audit, MultiBeliefs, Report

if TYPE_CHECKING:
    from types import ModuleType

    import pandas
    import polars
    from matplotlib.figure import Figure

LISTED = 10
"""Findings that a notebook shows below a result."""


class Result(Audit):
    """The result of an audit in Python: an :class:`Audit` that can be displayed, converted to a table and saved."""

    __slots__ = ()

    def summary(self) -> str:
        """Return the summary that the command prints: the estimated number of wrong labels, and findings by rule."""
        return "\n".join(f"{name}: {value}" for name, value in self._headlines())

    def to_pandas(self) -> "pandas.DataFrame":
        """Return a pandas table with a row for each readable image.

        Its columns are ``path``, ``label``, ``split``, ``suggested`` (the label itself if none fits better),
        ``p_label`` and ``p_suggested`` (out-of-sample predicted probabilities, 0 to 1), ``p_error`` (probability that
        the label is wrong, 0 to 1), ``judged``, ``flagged`` (whether the label is probably wrong) and ``codes`` (of the
        rules that have a finding about the image, separated by spaces).

        If images may have several labels there is a row for each image and label, with ``given`` (whether the image has
        the label), ``p_present`` (out-of-sample predicted probability that it should), ``p_error``, ``judged`` and
        ``flagged`` (whether it is probably missing or wrong).

        Raises
        ------
        MissingExtraError
            pandas is not installed.
        """
        try:
            import pandas
        except ModuleNotFoundError:
            raise MissingExtraError("pandas is not installed. Type: pip install pandas") from None
        return pandas.DataFrame(self._columns())

    def to_polars(self) -> "polars.DataFrame":
        """Return a polars table with the columns of :meth:`to_pandas`.

        Raises
        ------
        MissingExtraError
            polars is not installed.
        """
        try:
            import polars
        except ModuleNotFoundError:
            raise MissingExtraError("polars is not installed. Type: pip install polars") from None
        return polars.DataFrame(self._columns())

    def save(self, path: str | PathLike[str], gate: Gate = Gate()) -> None:
        """Write a report.

        Parameters
        ----------
        path
            The file; its ending decides the format: .html, .sarif, .json, .jsonl, .csv, .md or .xml (JUnit).
        gate
            The limits that the report compares the findings with.

        Raises
        ------
        SettingsError
            No format has that ending.
        OutputError
            The file cannot be written, or is part of the data set.
        """
        from labelaudit.audit import illustrate
        from labelaudit.cli.files import write
        from labelaudit.cli.overwriting import Named, check_outputs
        from labelaudit.reports import ENDINGS, render

        check_kind("path", path, (str, PathLike), "a path, such as 'report.html'")
        check_kind("gate", gate, (Gate,), "a Gate")
        place = Path(path)
        name = ENDINGS.get(place.suffix.lower())
        if name is None:
            raise SettingsError(
                f"no report format has the ending of '{printable(str(path))}'; expected {', '.join(ENDINGS)}."
            )
        check_outputs([Named("save", place)], data=self.dataset)
        report = self._report(gate)
        write(place, render(illustrate(report, self.dataset.source) if name == "html" else report, name))

    def plot_noise(self) -> "Figure":
        """Return a figure of the noise matrix: the expected number of wrong labels by given and by true class.

        A notebook shows it; ``savefig("noise.png")`` writes it to a file. Of many classes, the 20 with the most wrong
        labels are shown; ``beliefs.noise`` has all of them.

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        SettingsError
            Images have several labels, which do not exclude each other.
        """
        if isinstance(self.beliefs, MultiBeliefs):
            raise SettingsError("images have several labels, and a noise matrix is of labels that exclude each other.")
        figure: Figure = _plots().noise(self._report(Gate()))
        return figure

    def show(self, count: int = 12) -> "Figure":
        """Return a figure of the images whose labels are most probably wrong, with the given and the suggested label.

        A notebook shows it; ``savefig("suspects.png")`` writes it to a file. The images are opened once more.

        Parameters
        ----------
        count
            Maximum number of images, at least 1.

        Raises
        ------
        MissingExtraError
            matplotlib is not installed.
        """
        check_kind("count", count, (int,), "a number of images")
        if count < 1:
            raise SettingsError(f"count is {count}; expected at least one image.")
        figure: Figure = _plots().suspects(self, count)
        return figure

    def _repr_html_(self) -> str:
        """Return the summary and the first findings as a fragment of HTML, for notebooks."""
        lines = "".join(
            f"<tr><th>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>" for name, value in self._headlines()
        )
        rows = "".join(
            f"<tr><td>{html.escape(printable(finding.path))}</td><td>{finding.code}</td>"
            f"<td>{html.escape(finding.message)}</td></tr>"
            for finding in self.findings[:LISTED]
        )
        left = len(self.findings) - LISTED
        more = f"<p>... and {left:,} more findings</p>" if left > 0 else ""
        return f"<table>{lines}</table><table>{rows}</table>{more}"

    def _headlines(self) -> list[tuple[str, str]]:
        from labelaudit.reports.headlines import headlines

        return headlines(self._report(Gate()))

    def _report(self, gate: Gate) -> Report:
        from labelaudit.audit import conclude

        return conclude(self, gate)

    def _columns(self) -> dict[str, Any]:
        dataset, beliefs = self.dataset, self.beliefs
        if isinstance(beliefs, MultiBeliefs):
            return self._columns_of_several(beliefs)
        codes: dict[str, set[str]] = {}
        for finding in self.findings:
            codes.setdefault(finding.path, set()).add(finding.code)
        return {
            "path": list(dataset.paths),
            "label": [dataset.classes[label] for label in dataset.labels],
            "split": list(dataset.splits),
            "suggested": [dataset.classes[label] for label in beliefs.suggested],
            "p_label": beliefs.probability(dataset.labels),
            "p_suggested": beliefs.probability(beliefs.suggested),
            "p_error": beliefs.p_error.copy(),
            "judged": beliefs.judged.copy(),
            "flagged": beliefs.flagged(dataset, self.settings),
            "codes": [" ".join(sorted(codes.get(path, ()))) for path in dataset.paths],
        }

    def _columns_of_several(self, beliefs: MultiBeliefs) -> dict[str, Any]:
        dataset, labels = self.dataset, len(self.dataset.names)
        return {
            "path": [path for path in dataset.paths for _ in range(labels)],
            "label": [*dataset.names] * len(dataset),
            "split": [split for split in dataset.splits for _ in range(labels)],
            "given": dataset.given.ravel(),
            "p_present": beliefs.p_present.ravel(),
            "p_error": beliefs.p_wrong.ravel(),
            "judged": beliefs.judged_labels.tolist() * len(dataset),
            "flagged": beliefs.flagged_labels(dataset, self.settings).ravel(),
        }


def _plots() -> "ModuleType":
    """Return the module that draws figures.

    Raises
    ------
    MissingExtraError
        matplotlib is not installed.
    """
    try:
        from labelaudit import plots
    except ModuleNotFoundError:
        raise MissingExtraError("matplotlib is not installed. Type: pip install 'labelaudit[plot]'") from None
    return plots
