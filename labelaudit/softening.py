"""From the folder to soft labels; beside :mod:`labelaudit.audit`, the one other place that joins stages."""

from dataclasses import replace
from os import PathLike
from pathlib import Path

from labelaudit.audit import audit, judging
from labelaudit.cache import NO_CACHE, Cache, key_of, recognised_by
from labelaudit.observations import observe
from labelaudit.parallel import available_cores
from labelaudit.records import Beliefs, Dataset, Judged, Readable, SoftLabels, Track, silently
from labelaudit.second_opinion import consensus_of
from labelaudit.settings import Settings
from labelaudit.softlabels import Known, check_eps, check_votes, mode_of, needs_beliefs, read_votes, soft_labels
from labelaudit.sources import read


def soften(
    root: str | Path,
    eps: float | None = None,
    settings: Settings = Settings(),
    *,
    mode: str | None = None,
    votes: str | PathLike[str] | None = None,
    weigh: bool = False,
    drop: bool = False,
    cache: Cache = NO_CACHE,
    jobs: int | None = None,
    track: Track = silently,
) -> SoftLabels:
    """Soften the labels of a folder of images for training.

    After a scan of the same files with the same cache and settings, no image is read again.

    Parameters and errors are those of :func:`labelaudit.soften`.
    """
    mode = mode_of(mode, eps)
    eps = check_eps(eps or 0.0)
    jobs = jobs or available_cores()
    check_votes(mode, given=votes is not None)
    listed = read(Path(root), settings)
    settings.check_classes(listed.classes)
    if votes is not None:
        read_votes(Path(votes), listed)  # a mistake in it is an error before the work, not after it
    cache.keep_out_of(listed.root)
    state = recognised_by(listed, settings, cache)
    if needs_beliefs(mode, weigh=weigh, drop=drop):
        known = _judged(listed, state, settings, cache, jobs, track)
    else:
        known = _readable(listed, state, settings, cache, jobs, track)
    if votes is not None:
        ballots = read_votes(Path(votes), known.dataset)
        known = replace(known, consensus=consensus_of(ballots, known.dataset, known.judged()))
    return soft_labels(known, mode, eps, weigh=weigh, drop=drop)


def _judged(listed: Dataset, state: str, settings: Settings, cache: Cache, jobs: int, track: Track) -> Known:
    """Recall what is known of unchanged images and their labels, or audit them."""
    readable = cache.find(Readable, key_of("readable", state)) if state else None
    judged = cache.find(Judged, key_of("judged", state, judging(settings))) if state else None
    beliefs = cache.find(Beliefs, judged.key[0]) if judged else None
    if readable and beliefs:
        return Known(listed.take(readable.rows), beliefs, settings=settings)
    asked = replace(settings, select=("LA101",), ignore=(), second_opinion=False)
    result = audit(listed.root, asked, cache=cache, jobs=jobs, track=track)
    return Known(result.dataset, result.beliefs, settings=settings)


def _readable(listed: Dataset, state: str, settings: Settings, cache: Cache, jobs: int, track: Track) -> Known:
    """Find out which images can be read, or recall it."""

    def work() -> Readable:
        return Readable(observe(listed, replace(settings, features="none"), cache, jobs=jobs, track=track).rows)

    readable = cache.recall(Readable, key_of("readable", state), work) if state else work()
    return Known(listed.take(readable.rows), settings=settings)
