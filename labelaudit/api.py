"""The public functions of ``import labelaudit``.

They call :mod:`labelaudit.audit` with the cache of the command line, check the types of their parameters, and return
results that can be displayed, converted to a table and saved.
"""

import os
from collections.abc import Sequence
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import ArrayLike

from labelaudit.cache import Cache, default_cache
from labelaudit.engine import engine_of
from labelaudit.errors import SettingsError
from labelaudit.kinds import check_kind
from labelaudit.records import Audit, InMemory, SoftLabels, Track, silently
from labelaudit.result import Result
from labelaudit.settings import Settings

if TYPE_CHECKING:
    from labelaudit.engine import Client

Name = str | PathLike[str]
"""The path of a file or folder, or the address of a data set."""


class Held(Protocol):
    """A data set that a program holds: a table, or a data set of torchvision, PyTorch or Hugging Face."""

    def __len__(self) -> int:
        """Return the number of its members."""

    def __getitem__(self, key: Any, /) -> Any:
        """Return a member or a column."""


def audit(
    data: Name | Held | None = None,
    settings: Settings = Settings(),
    *,
    images: ArrayLike | Sequence[Any] | None = None,
    features: ArrayLike | None = None,
    labels: ArrayLike | Sequence[Any] | None = None,
    probs: ArrayLike | None = None,
    classes: Sequence[str] | None = None,
    decisions: Name | None = None,
    cache: Cache | None = None,
    jobs: int | None = None,
    dask: "str | Client | None" = None,
    track: Track = silently,
) -> Result:
    """Audit the labels of a data set of images.

    Parameters
    ----------
    data
        The data set: the path of a folder, a table or an archive, or an address; a table of pandas or polars; a data
        set of torchvision, or any with a length whose members are pairs of an image and a label; or a ``Dataset`` or
        ``DatasetDict`` of Hugging Face. None if there are arrays in its place.
    settings
        Settings that affect the results.
    images
        N images: an array of uint8, (N, height, width, 3) or (N, height, width); or a list of such arrays, of images of
        Pillow, of paths of files, or of bytes. They are named by their numbers, and files by their paths.
    features
        Features of your own model, (N, D), in place of those that labelaudit extracts. Without images, the rules that
        need them are not run.
    labels
        N names or numbers of classes; None for an image without a label, which is left out.
    probs
        Out-of-sample predicted probabilities of your own model, (N, K), which becomes an additional classifier.
    classes
        K names, in the order of the numbers of classes and of the columns of ``probs``. Without them a number is its
        own name, and the columns are in the order of the numbers, or of the sorted names.
    decisions
        Path of a file of what people decided about labels, such as ``.labelaudit-decisions.json``; none if it is None.
    cache
        Cache for earlier results, by default that of the command line; ``labelaudit.cache.NO_CACHE`` for none. The
        results do not depend on it.
    jobs
        Number of threads, by default the number of cores; the results do not depend on it.
    dask
        Where images are read, if not in this process: the address of a Dask scheduler, ``local:N`` for N processes on
        this machine, or a ``distributed.Client``, which is left open. Its processes run what this one sends, and this
        one unpickles what they return, so connect to clusters that you trust.
    track
        Called with (images done, images in total) to report progress.

    Raises
    ------
    LabelauditError
        The data set cannot be audited, or a parameter is of the wrong type; the message says why and what to do.
    """
    from labelaudit.audit import audit as run
    from labelaudit.decisions import load

    _check(settings, cache, jobs)
    if decisions is not None:
        check_kind("decisions", decisions, (str, PathLike), "the path of a file")
    known = load(None if decisions is None else Path(decisions))
    cache = default_cache() if cache is None else cache
    given = _given(data, images=images, features=features, labels=labels, probs=probs, classes=classes)
    with engine_of(jobs, dask) as engine:
        found = run(given, settings, decisions=known, cache=cache, engine=engine, track=track)
    return Result(*(getattr(found, field.name) for field in fields(Audit)))


def soften(
    data: Name | Held | None = None,
    eps: float | None = None,
    settings: Settings = Settings(),
    *,
    images: ArrayLike | Sequence[Any] | None = None,
    features: ArrayLike | None = None,
    labels: ArrayLike | Sequence[Any] | None = None,
    probs: ArrayLike | None = None,
    classes: Sequence[str] | None = None,
    mode: str | None = None,
    votes: Name | None = None,
    confirmed: Name | None = None,
    weigh: bool = False,
    drop: bool = False,
    cache: Cache | None = None,
    jobs: int | None = None,
    dask: "str | Client | None" = None,
    track: Track = silently,
) -> SoftLabels:
    """Soften the labels of a data set of images for training.

    After a scan of the same files with the same cache and settings, no image is read again.

    Parameters
    ----------
    eps
        Smoothing parameter: share of each row that is spread over all classes at the end, in [0, 1); 0 if it is None.
    data, settings, images, features, labels, probs, classes, cache, jobs, dask, track
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

    _check(settings, cache, jobs)
    if eps is not None:
        check_kind("eps", eps, (int, float), "a share from 0 to below 1")
    given = _given(data, images=images, features=features, labels=labels, probs=probs, classes=classes)
    with engine_of(jobs, dask) as engine:
        return run(
            given,
            eps,
            settings,
            mode=mode,
            votes=votes,
            decisions=None if confirmed is None else load(Path(confirmed)),
            weigh=weigh,
            drop=drop,
            cache=default_cache() if cache is None else cache,
            engine=engine,
            track=track,
        )


def _given(data: Any, **arrays: Any) -> str | InMemory:
    """Return the data set as the stages take it.

    Raises
    ------
    SettingsError
        There are arrays as well as a path.
    """
    if not isinstance(data, str | PathLike):
        return InMemory(data, **arrays)
    for name, value in arrays.items():
        if value is not None:
            raise SettingsError(
                f"there are both a path and {name}=, whose rows have no order in common. Expected {name}= with images= "
                "or a table; for a path, write features and probabilities to a file: Settings(features='npz:FILE')."
            )
    return os.fspath(data)


def _check(settings: Any, cache: Any, jobs: Any) -> None:
    """Check the types of the parameters.

    Raises
    ------
    SettingsError
        A parameter has the wrong type.
    """
    check_kind("settings", settings, (Settings,), "labelaudit.Settings(...)")
    if cache is not None:
        check_kind("cache", cache, (Cache,), "labelaudit.cache.Cache(folder) or None")
    if jobs is not None:
        check_kind("jobs", jobs, (int,), "a number of threads or None")
        if jobs < 1:
            raise SettingsError(f"jobs is {jobs}; expected at least one thread.")
