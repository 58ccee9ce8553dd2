"""Plans the fixes of a data set. Like :mod:`labelaudit.audit`, this module combines stages."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from labelaudit.audit import audit
from labelaudit.cache import NO_CACHE, Cache
from labelaudit.engine import Engine, Threads
from labelaudit.errors import SettingsError
from labelaudit.fixes import Image, Wanted, by_model, by_people, make_plan, without_copies, without_splits
from labelaudit.observations import observe
from labelaudit.records import (
    Audit,
    CorrectedLabel,
    CorrectedLabels,
    Dataset,
    Decisions,
    Fix,
    FixPlan,
    Judgement,
    Observations,
    Track,
    silently,
)
from labelaudit.settings import Settings
from labelaudit.sources import is_test, read, rewritten
from labelaudit.sources.files import Files
from labelaudit.sources.listed import Listed

COPIES = ("exact", "near")
"""Which copies are moved out: those with the same bytes or pixels, or all that LA201 reports."""


class Fixing(NamedTuple):
    """A plan, and what it was made from.

    Attributes
    ----------
    plan
        The plan.
    wanted
        The changes that are wanted, also those that cannot be made in the data set itself.
    dataset
        The data set as it was listed.
    audit
        What a scan found; None if the plan is made from decisions alone.
    """

    plan: FixPlan
    wanted: tuple[Fix, ...]
    dataset: Dataset
    audit: Audit | None


def plan_fixes(
    data: str | Path | Dataset,
    settings: Settings = Settings(),
    decisions: Decisions = Decisions(),
    *,
    automatic: bool = False,
    copies: str = "",
    quarantine: Path | None = None,
    scanned: bool = False,
    cache: Cache = NO_CACHE,
    engine: Engine | None = None,
    track: Track = silently,
) -> Fixing:
    """Plan what is to be changed in a data set. Nothing is changed.

    Without *automatic* and *copies*, no label is judged: the digests of the images are enough.

    Parameters
    ----------
    data, settings, cache, engine, track
        As for :func:`labelaudit.audit.audit`. A split of tests is left alone unless the settings name it.
    decisions
        What people decided.
    automatic
        Whether labels that LA101 flags, and nobody has decided about, get the suggested label.
    copies
        Which copies are moved out, except the one to keep: ``exact``, ``near``, or none if empty.
    quarantine
        The folder for images that are moved out.
    scanned
        Whether the labels are judged in any case, for outputs that contain probabilities.

    Raises
    ------
    LabelauditError
        The data set cannot be read, or *copies* is none of these.
    """
    if copies and copies not in COPIES:
        raise SettingsError(f"--duplicates {copies}: expected {' or '.join(COPIES)}.")
    listed, result = read(data, settings), None
    listed.check_one_label("labelaudit fix", "Correct the labels in the table, whose lines the findings name.")
    if automatic or copies or scanned:
        result = audit(listed, settings, decisions=decisions, cache=cache, engine=engine, track=track)
    observed = result.observed if result else _digests(listed, settings, cache, engine or Threads(), track)
    images = _images(listed, observed)
    wanted = by_people(images, decisions, listed.classes)
    if result and automatic:
        suggested = by_model(images, result.findings, decisions)
        wanted = Wanted((*wanted.fixes, *suggested.fixes), (*wanted.left, *suggested.left))
    if result and copies:
        wanted = without_copies(images, result.findings, wanted, _alike(result) if copies == "exact" else _any_two)
    named = settings.splits
    wanted = without_splits(wanted, listed, lambda split: is_test(split) and not named)
    plan = make_plan(listed, wanted.fixes, rewritten, quarantine=quarantine, left=wanted.left)
    return Fixing(plan, wanted.fixes, listed, result)


def corrected_labels(fixing: Fixing) -> CorrectedLabels:
    """Return the wanted labels of all images; a class that the data set does not have is ignored."""
    dataset = fixing.dataset
    changes = {fix.path: fix for fix in fixing.wanted if fix.decided in ("", *dataset.classes)}
    judged = _judgements(fixing.audit) if fixing.audit else {}
    images = []
    for path, row, split in zip(dataset.paths, dataset.labels.tolist(), dataset.splits, strict=True):
        given, fix = dataset.classes[row], changes.get(path)
        label, reason = (fix.decided, fix.reason) if fix else (given, "")
        file = (
            dataset.source.file_of(path) if isinstance(dataset.source, Files | Listed) else None
        )  # else the file of all
        images.append(CorrectedLabel(path, label, given, split, reason, file, judged.get(path)))
    return CorrectedLabels(tuple(images), dataset.classes)


def _judgements(result: Audit) -> dict[str, Judgement]:
    dataset, beliefs = result.dataset, result.beliefs
    most_probable = beliefs.candidates[np.arange(len(dataset)), beliefs.posterior.argmax(axis=1)]
    flagged = beliefs.flagged(dataset, result.settings)
    return {
        dataset.paths[row]: Judgement(
            float(beliefs.p_error[row]), dataset.classes[most_probable[row]], bool(flagged[row])
        )
        for row in np.flatnonzero(beliefs.judged).tolist()
    }


def _digests(dataset: Dataset, settings: Settings, cache: Cache, engine: Engine, track: Track) -> Observations:
    """Read the images only to compute their digests."""
    return observe(dataset, replace(settings, features="none"), cache, engine, track=track)


def _images(dataset: Dataset, observed: Observations) -> list[Image]:
    """Return the images of a data set with their digests, those that can't be decoded among them."""
    labels = [dataset.classes[label] for label in dataset.labels.tolist()]
    readable = [
        Image(dataset.paths[row], labels[row], digest)
        for row, digest in zip(observed.rows.tolist(), observed.digests, strict=True)
    ]
    broken = [Image(each.path, each.label, each.digest) for each in observed.skipped if each.digest]
    return sorted([*readable, *broken])


def _alike(result: Audit) -> Callable[[str, str], bool]:
    """Return a function that tells whether two images have the same pixels."""
    pictures = dict(zip(result.dataset.paths, result.observed.pictures, strict=True))
    return lambda one, other: pictures[one] == pictures[other]


def _any_two(one: str, other: str) -> bool:
    """Return True: any two images that LA201 reports together are copies."""
    return True
