"""The public functions of ``import labelaudit``.

They call :mod:`labelaudit.audit` with the cache of the command line, check the types of their parameters, and return
results that can be displayed, converted to a table and saved.
"""

import os
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import Any

from labelaudit.cache import Cache, default_cache
from labelaudit.engine import threads
from labelaudit.errors import SettingsError
from labelaudit.kinds import check_kind
from labelaudit.records import Audit, SoftLabels, Track, silently
from labelaudit.result import Result
from labelaudit.settings import Settings

Data = str | PathLike[str]


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
    found = run(os.fspath(data), settings, decisions=known, cache=cache, engine=threads(jobs), track=track)
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
        engine=threads(jobs),
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
