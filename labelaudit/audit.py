"""The program, from the data set to the findings. Open this file first."""

from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from labelaudit import __version__
from labelaudit.cache import NO_CACHE, Cache, key_of
from labelaudit.checks import counted_codes, described, not_run, run_checks, with_codes
from labelaudit.copies import find_copies, find_families, like_named, named_groups, united
from labelaudit.decisions import apply, merge
from labelaudit.engine import Engine, Later, Threads, available_cores
from labelaudit.gate import Gate, compare_with_limits
from labelaudit.illustrations import draw
from labelaudit.observations import observe, on_device
from labelaudit.planting import KINDS, plant, tally
from labelaudit.records import (
    Audit,
    Baseline,
    Beliefs,
    Changes,
    Copies,
    Data,
    Dataset,
    Decided,
    Decisions,
    Evidence,
    Judged,
    MultiBeliefs,
    Observations,
    Readable,
    Report,
    Source,
    Track,
    Trial,
    Verdict,
    silently,
)
from labelaudit.reports import pictured
from labelaudit.sampling import estimate
from labelaudit.second_opinion import second_opinion
from labelaudit.settings import Settings
from labelaudit.sources import read
from labelaudit.summary import summarise
from labelaudit.timing import timed
from labelaudit.user_arrays import check_readable

if TYPE_CHECKING:
    from labelaudit.probabilities import Embedding
    from labelaudit.probabilities.axes import Doubles


def audit(
    data: Data,
    settings: Settings = Settings(),
    *,
    decisions: Decisions = Decisions(),
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> Audit:
    """Audit the labels of a data set of images.

    Parameters and errors are those of :func:`labelaudit.audit`, which checks their types. By default there is no cache.
    ``data`` may also be what :func:`labelaudit.sources.read` listed. ``decisions`` are those of people about labels.
    ``engine`` maps the work; by default it is a thread per core.
    """
    engine = engine or Threads()
    settings = on_device(with_codes(settings))  # fails before the work if a rule is unknown, or there is no such device
    # fmt: off
    dataset, observed = measure(data, settings, cache=cache, engine=engine, track=track)  # the N readable images
    embedding = place(observed, cache, engine)                                     # distances between images
    copies = compare(observed, embedding, cache, engine)                           # which images show the same picture
    copies = related(dataset, observed, embedding, copies, settings, cache, engine)  # which are not independent
    decided = apply(decisions, dataset, observed.digests)                          # what people know better
    beliefs = believe(dataset, observed, embedding, copies, settings, cache, engine, decided)  # never saw i's family
    findings = run_checks(Evidence(dataset, observed, copies, beliefs, settings, decided))  # sorted by severity
    # fmt: on
    opinions = second_opinion(dataset, beliefs) if settings.second_opinion else (None, None)
    return Audit(dataset, observed, copies, beliefs, findings, settings, opinions[0], decided, opinions[1])


def measure(
    data: Data,
    settings: Settings = Settings(),
    *,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> tuple[Dataset, Observations]:
    """List the images of a data set and measure those that can be read, without judging any label.

    Parameters and errors are those of :func:`audit`.
    """
    settings.check_features()
    if settings.probs:
        check_readable(Path(settings.probs))
    listed = read(data, settings)  # paths and labels; no image is opened
    settings.check_classes(listed.names)
    named_groups(listed, settings)  # fails before the work if --group-by relates no images
    observed = observe(listed, settings, cache, engine or Threads(), track=track)  # one pass over the bytes
    return listed.take(observed.rows), observed


def judge(result: Audit, gate: Gate, baseline: Baseline = Baseline(), changes: Changes | None = None) -> Verdict:
    """Call :func:`labelaudit.gate.compare_with_limits` with rules by code; an unknown rule is a SettingsError."""
    return compare_with_limits(result, replace(gate, fail_on=counted_codes(gate.fail_on)), baseline, changes)


def conclude(
    result: Audit,
    gate: Gate = Gate(),
    baseline: Baseline = Baseline(),
    changes: Changes | None = None,
    location: str = "",
    decisions: Decisions = Decisions(),
) -> Report:
    """Apply a gate to an audit and return the report.

    Parameters
    ----------
    result, gate, baseline
        The audit, the limits, and the accepted findings.
    changes
        If given, only findings on one of these files count.
    location
        Path of the data set in its repository, for tools that link to files.
    decisions
        What the audit was given: findings that they accept are accepted, too.
    """
    verdict = judge(result, gate, merge(decisions, Decisions(accepted=baseline)).accepted, changes)
    measured = estimate(decisions, result.dataset, result.observed.digests, result.decided)
    decided = (measured, len(decisions.conflicts))
    about = (result.settings, result.dataset, result.observed)
    report = summarise(result, verdict, described(*about), location, __version__, *decided)
    return replace(report, not_run=not_run(*about))


def illustrate(report: Report, source: Source, *, jobs: int | None = None, track: Track = silently) -> Report:
    """Add the thumbnails of the HTML page to a report; only the images that are shown are opened.

    Parameters
    ----------
    report
        The report; one that was read from a file may contain any path.
    source
        The source of the data set that was scanned.
    jobs
        Number of threads, by default one per core.
    track
        As for :func:`audit`.
    """
    digests = {image.path: image.digest for image in report.images}
    jobs = jobs or available_cores()
    drawn = draw(source, pictured(report), digests, jobs=jobs, track=track)
    return replace(report, illustrations=drawn)


def bench(
    data: Data,
    share: float,
    settings: Settings = Settings(),
    *,
    draws: int = 3,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> list[Trial]:
    """Plant known errors in the labels, in memory only; return for each kind and draw how many are found.

    Parameters
    ----------
    data, settings, cache, engine, track
        As for :func:`audit`.
    share
        Share of labels to make wrong, above 0 and at most 0.5.
    draws
        Number of draws for each kind of errors, at least 1.
    """
    engine = engine or Threads()
    data = read(data, settings)
    data.check_one_label("labelaudit bench", "Its planted errors replace a label by another one.")
    dataset, observed = measure(data, settings, cache=cache, engine=engine, track=track)
    embedding = place(observed, cache, engine)
    copies = compare(observed, embedding, cache, engine)
    copies = related(dataset, observed, embedding, copies, settings, cache, engine)
    before = believe(dataset, observed, embedding, copies, settings, cache, engine)
    trials = []
    for kind in KINDS:
        for labels in islice(plant(dataset, copies, before, share, kind, settings.seed), draws):
            planted = replace(dataset, labels=labels)
            after = believe(planted, observed, embedding, copies, settings, NO_CACHE, engine)
            trials.append(tally(kind, planted, dataset.labels, before, after, settings))
    return trials


def place(observed: Observations, cache: Cache, engine: Engine) -> Later["Embedding"]:
    """Return a deferred embedding: it is expensive, and not needed if the results are cached."""

    def work() -> "Embedding":
        from labelaudit.probabilities import embed

        return embed(observed, cache.store, jobs=engine.jobs)

    return Later(work)


@timed("finding copies")
def compare(observed: Observations, embedding: Later["Embedding"], cache: Cache, engine: Engine) -> Copies:
    """Find the duplicates among the images, or load them from the cache if the images are the same."""

    def work() -> Copies:
        import labelaudit.probabilities  # noqa: F401  imports SciPy now: it is slow while other threads work

        embedding.begin()  # runs at the same time, so that all cores are used
        return find_copies(observed, jobs=engine.jobs)

    seen = (observed.digests, observed.sizes, observed.formats, *observed.of_pixels)
    return cache.recall(Copies, key_of(*seen), work)


@timed("finding families")
def related(
    dataset: Dataset,
    observed: Observations,
    embedding: Later["Embedding"],
    copies: Copies,
    settings: Settings,
    cache: Cache,
    engine: Engine,
) -> Copies:
    """Find the families among the images, or load them from the cache if the images and names are the same."""
    named = named_groups(dataset, settings)
    hints = like_named(dataset)

    def work() -> Copies:
        if settings.group_by == "none":
            return copies
        near = (embedding.result().neighbours.rows, embedding.result().likeness)
        scenes = find_families(observed.greys, copies.groups, *near, hints, sizes=observed.sizes, jobs=engine.jobs)
        return replace(copies, scenes=scenes, families=united(scenes, named))

    seen = (observed.sizes, copies.groups, copies.likeness, *observed.of_pixels)
    return cache.recall(Copies, key_of("families", settings.group_by == "none", named, *hints, *seen), work)


@timed("judging labels")
def believe(
    dataset: Dataset,
    observed: Observations,
    embedding: Later["Embedding"],
    copies: Copies,
    settings: Settings,
    cache: Cache,
    engine: Engine,
    decided: Decided | None = None,
) -> Beliefs:
    """Judge the labels, or recall what was thought of just these images with just these labels and decisions.

    While no file changes, :func:`labelaudit.soften` loads it without reading the images.
    """
    given = given_probabilities(settings, dataset)

    def work() -> Beliefs:
        from labelaudit.probabilities import one_vs_rest, out_of_sample

        if dataset.multi:
            return one_vs_rest(dataset, observed, embedding.result(), copies, settings, given, jobs=engine.jobs)
        return out_of_sample(dataset, observed, embedding.result(), copies, settings, given, decided, jobs=engine.jobs)

    seen = (copies.families, copies.scenes, *observed.of_pixels)
    sets = (dataset.multi.classes, dataset.multi.sets) if dataset.multi else ()
    known = (decided.given, decided.truth, decided.looked_at, decided.unusable, decided.fixed) if decided else ()
    key = key_of(judging(settings), given, dataset.classes, dataset.labels, *sets, *seen, *known)
    beliefs = cache.recall(MultiBeliefs if dataset.multi else Beliefs, key, work)
    if observed.state:
        cache.recall(Readable, key_of("readable", observed.state), lambda: Readable(observed.rows))
    if observed.state and not known:
        cache.recall(Judged, key_of("judged", observed.state, judging(settings)), lambda: Judged((key,)))
    return beliefs


def given_probabilities(settings: Settings, dataset: Dataset) -> "Doubles | None":
    """Return the out-of-sample predicted probabilities (N, K) of the user's own model, if there are any."""
    if not settings.probs and dataset.probabilities is None:
        return None
    from labelaudit.probabilities.given import bounded, read_probabilities

    if dataset.probabilities is not None:
        return bounded(dataset.probabilities)
    return read_probabilities(Path(settings.probs), dataset)


def judging(settings: Settings) -> Settings:
    """Return the settings without those that beliefs do not depend on."""
    return replace(settings, probs="", min_p_error=1.0, select=(), ignore=(), per_class=(), second_opinion=False)
