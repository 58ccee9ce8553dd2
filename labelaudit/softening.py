"""From the folder to soft labels; besides :mod:`labelaudit.audit` the only module that joins stages."""

from dataclasses import replace
from os import PathLike
from pathlib import Path

from labelaudit.audit import audit, judging
from labelaudit.cache import NO_CACHE, Cache, key_of, unchanged_key
from labelaudit.engine import Engine, Threads
from labelaudit.illustrations import draw
from labelaudit.observations import observe
from labelaudit.records import (
    Beliefs,
    Comparison,
    Data,
    Dataset,
    Decisions,
    Judged,
    Readable,
    SoftLabels,
    Track,
    silently,
)
from labelaudit.reports.comparisons.html import compared_pictures
from labelaudit.second_opinion import consensus_of
from labelaudit.settings import Settings
from labelaudit.softlabels import (
    Known,
    check_eps,
    check_votes,
    compare_modes,
    mode_of,
    needs_beliefs,
    read_votes,
    soft_labels,
)
from labelaudit.sources import read


def soften(
    data: Data,
    eps: float | None = None,
    settings: Settings = Settings(),
    *,
    mode: str | None = None,
    votes: str | PathLike[str] | None = None,
    decisions: Decisions | None = None,
    weigh: bool = False,
    drop: bool = False,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> SoftLabels:
    """Soften the labels of a folder of images for training.

    After a scan of the same files with the same cache and settings, no image is read again.

    Parameters and errors are those of :func:`labelaudit.soften`, with what people decided as ``decisions``.
    """
    mode = mode_of(mode, eps)
    check_eps(eps or 0.0)
    check_votes(mode, given=votes is not None)
    judge = needs_beliefs(mode, weigh=weigh, drop=drop)
    known = know(data, settings, judge=judge, votes=votes, decisions=decisions, cache=cache, engine=engine, track=track)
    return soft_labels(known, mode, eps or 0.0, weigh=weigh, drop=drop)


def compare(
    data: Data,
    eps: float | None = None,
    settings: Settings = Settings(),
    *,
    votes: str | PathLike[str] | None = None,
    decisions: Decisions | None = None,
    pictures: bool = False,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> Comparison:
    """Compare what the modes make of the labels of a folder of images.

    Parameters
    ----------
    data, settings, votes, decisions, cache, engine, track
        As for :func:`soften`; with votes the mode of that name is compared as well.
    eps
        Smoothing of the mode ``uniform``, 0.1 if it is None.
    pictures
        Whether the images that change most are to be seen on a page: their files are read once more.
    """
    check_eps(eps or 0.0)
    known = know(data, settings, judge=True, votes=votes, decisions=decisions, cache=cache, engine=engine, track=track)
    found = compare_modes(known, eps)
    if not pictures:
        return found
    jobs = (engine or Threads()).jobs
    drawn = draw(known.dataset.source, compared_pictures(found), None, jobs=jobs)
    return replace(found, illustrations=drawn)


def know(
    data: Data,
    settings: Settings,
    *,
    judge: bool,
    votes: str | PathLike[str] | None,
    decisions: Decisions | None,
    cache: Cache,
    engine: Engine | None,
    track: Track,
) -> Known:
    """Find out what the modes have to know of the labels of a folder of images.

    Parameters
    ----------
    data, settings, votes, decisions, cache, engine, track
        As for :func:`soften`.
    judge
        Whether the labels are to be judged; with decisions they always are.
    """
    engine = engine or Threads()
    listed = read(data, settings)
    listed.check_one_label("labelaudit smooth", "labelaudit scan DATA --scores FILE writes how probable each label is.")
    settings.check_classes(listed.classes)
    if votes is not None:
        read_votes(Path(votes), listed)  # fails before the work if the file is invalid
    cache.keep_out_of(listed.source.folder)
    if decisions is not None:  # they are about the contents of files, which have to be read
        known = _audited(listed, settings, decisions, cache, engine, track)
    else:
        state = unchanged_key(listed, settings, cache)
        known = (_judged if judge else _readable)(listed, state, settings, cache, engine, track)
    if votes is None:
        return known
    ballots = read_votes(Path(votes), known.dataset)
    return replace(known, consensus=consensus_of(ballots, known.dataset, known.judged()))


def _judged(listed: Dataset, state: str, settings: Settings, cache: Cache, engine: Engine, track: Track) -> Known:
    """Recall what is known of unchanged images and their labels, or audit them."""
    readable = cache.find(Readable, key_of("readable", state)) if state else None
    judged = cache.find(Judged, key_of("judged", state, judging(settings))) if state else None
    beliefs = cache.find(Beliefs, judged.key[0]) if judged else None
    if readable and beliefs:
        return Known(listed.take(readable.rows), beliefs, settings=settings)
    return _audited(listed, settings, None, cache, engine, track)


def _audited(
    listed: Dataset, settings: Settings, decisions: Decisions | None, cache: Cache, engine: Engine, track: Track
) -> Known:
    asked = replace(settings, select=("LA101",), ignore=(), second_opinion=False)
    result = audit(listed, asked, decisions=decisions or Decisions(), cache=cache, engine=engine, track=track)
    return Known(result.dataset, result.beliefs, decided=result.decided if decisions else None, settings=settings)


def _readable(listed: Dataset, state: str, settings: Settings, cache: Cache, engine: Engine, track: Track) -> Known:
    """Find out which images can be read, or recall it."""

    def work() -> Readable:
        return Readable(observe(listed, replace(settings, features="none"), cache, engine, track=track).rows)

    readable = cache.recall(Readable, key_of("readable", state), work) if state else work()
    return Known(listed.take(readable.rows), settings=settings)
