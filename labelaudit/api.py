"""The public functions of ``import labelaudit``.

They call :mod:`labelaudit.audit` with the cache of the command line, check the types of their parameters, and return
results that can be displayed, converted to a table and saved.
"""

import html
import os
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labelaudit.cache import Cache, default_cache
from labelaudit.errors import MissingExtraError, SettingsError
from labelaudit.gate import Gate
from labelaudit.kinds import check_kind
from labelaudit.names import printable
from labelaudit.records import Audit, Report, SoftLabels, Track, silently
from labelaudit.settings import Settings

if TYPE_CHECKING:
    import pandas
    import polars

LISTED = 10
"""Findings that a notebook shows below a result."""

Data = str | PathLike[str]


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

    def save(self, path: Data, gate: Gate = Gate()) -> None:
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


def audit(
    data: Data,
    settings: Settings = Settings(),
    *,
    decisions: Data | None = None,
    cache: Cache | None = None,
    jobs: int | None = None,
    track: Track = silently,
) -> Result:
    """Audit the labels of a data set of images.

    Parameters
    ----------
    data
        Where the data set is: a folder with a folder for each class, or with splits that hold them.
    settings
        Settings that affect the results.
    decisions
        Path of a file of what people decided about labels, such as ``.labelaudit-decisions.json``; none if it is None.
    cache
        Cache for earlier results, by default that of the command line; ``labelaudit.cache.NO_CACHE`` for none. The
        results do not depend on it.
    jobs
        Number of threads, by default the number of cores; the results do not depend on it.
    track
        Called with (images done, images in total) to report progress.

    Raises
    ------
    LabelauditError
        The data set cannot be audited, or a parameter is of the wrong type; the message says why and what to do.
    """
    from labelaudit.audit import audit as run
    from labelaudit.decisions import load

    _check(data, settings, cache, jobs)
    if decisions is not None:
        check_kind("decisions", decisions, (str, PathLike), "the path of a file")
    known = load(None if decisions is None else Path(decisions))
    cache = default_cache() if cache is None else cache
    found = run(os.fspath(data), settings, decisions=known, cache=cache, jobs=jobs, track=track)
    return Result(*(getattr(found, field.name) for field in fields(Audit)))


def soften(
    data: Data,
    eps: float | None = None,
    settings: Settings = Settings(),
    *,
    mode: str | None = None,
    votes: Data | None = None,
    confirmed: Data | None = None,
    weigh: bool = False,
    drop: bool = False,
    cache: Cache | None = None,
    jobs: int | None = None,
    track: Track = silently,
) -> SoftLabels:
    """Soften the labels of a data set of images for training.

    After a scan of the same files with the same cache and settings, no image is read again.

    Parameters
    ----------
    data
        Where the data set is: a folder with a folder for each class, or with splits that hold them.
    eps
        Smoothing parameter: share of each row that is spread over all classes at the end, in [0, 1); 0 if it is None.
    settings, cache, jobs, track
        As for :func:`audit`.
    mode
        ``posterior``: the probability that each class is the true one. ``uniform``: the given label. ``corrected``:
        the given label, or the suggested one where LA101 flags it. ``votes``: the consensus of several annotators and
        of the audit. If None, ``uniform`` where ``eps`` is given, else ``posterior``.
    votes
        For the mode ``votes``: a CSV file with the columns image, annotator and label.
    confirmed
        A file of decisions: what a person decided is certain and not softened. Images that a person found not usable
        are left out.
    weigh
        Whether to add the probability that each hard label is right.
    drop
        Whether to leave out images whose label is flagged.

    Raises
    ------
    LabelauditError
        There is no such data set, or a parameter is out of range or of the wrong type.
    """
    from labelaudit.decisions import load
    from labelaudit.softening import soften as run

    _check(data, settings, cache, jobs)
    if eps is not None:
        check_kind("eps", eps, (int, float), "a share from 0 to below 1")
    return run(
        os.fspath(data),
        eps,
        settings,
        mode=mode,
        votes=votes,
        decisions=None if confirmed is None else load(Path(confirmed)),
        weigh=weigh,
        drop=drop,
        cache=default_cache() if cache is None else cache,
        jobs=jobs,
        track=track,
    )


def _check(data: Any, settings: Any, cache: Any, jobs: Any) -> None:
    """Check the types of the parameters.

    Raises
    ------
    SettingsError
        A parameter has the wrong type.
    """
    check_kind("the data set", data, (str, PathLike), "the path of a folder")
    check_kind("settings", settings, (Settings,), "labelaudit.Settings(...)")
    if cache is not None:
        check_kind("cache", cache, (Cache,), "labelaudit.cache.Cache(folder) or None")
    if jobs is not None:
        check_kind("jobs", jobs, (int,), "a number of threads or None")
        if jobs < 1:
            raise SettingsError(f"jobs is {jobs}; expected at least one thread.")
