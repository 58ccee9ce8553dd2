"""Add decisions, withdraw them, and merge those of several people."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from labelaudit.decisions.baseline import combined
from labelaudit.records import Baseline, Decision, DecisionKey, Decisions, Sample, Sampled


def decide(decisions: Decisions, *new: Decision) -> Decisions:
    """Return the decisions with *new* ones in place of all earlier ones about the same images and labels.

    That ends a conflict. A new decision keeps the samples that asked for an earlier one: a sample that lost an answer
    because somebody looked again would no longer be one.
    """
    replaced = {each.key for each in new}
    drawn = [each for each in decisions.made if each.key in replaced and each.shown_by]
    latest = {each.key: each for each in new}
    again = [latest[old.key]._replace(shown_by=old.shown_by, probability=old.probability) for old in drawn]
    asked = {each.key for each in again}
    kept = [each for each in decisions.made if each.key not in replaced]
    added = [each for each in latest.values() if each.shown_by or each.key not in asked]
    return replace(decisions, made=distinct([*kept, *again, *added]))


def withdraw(decisions: Decisions, *keys: DecisionKey) -> Decisions:
    """Return the decisions without any about the images and labels of *keys*."""
    return replace(decisions, made=tuple(each for each in decisions.made if each.key not in keys))


def accepting(decisions: Decisions, accepted: Baseline) -> Decisions:
    """Return the decisions with other accepted findings."""
    return replace(decisions, accepted=accepted)


def with_sample(decisions: Decisions, sampled: Sampled) -> Decisions:
    """Return the decisions with what a sample was drawn from."""
    return replace(decisions, samples=_by_name([*decisions.samples, sampled]))


def asking(decisions: Decisions, sample: Sample, keys: Mapping[int, tuple[DecisionKey, ...]]) -> Decisions:
    """Return the decisions with a sample added; earlier decisions about its images count as answers to it.

    Parameters
    ----------
    decisions
        The decisions before.
    sample
        The sample.
    keys
        What a decision about each image of the sample may be about, by row: its original label first, then the current.
    """
    settled = decisions.settled()
    earlier = []
    for row, by, probability in zip(sample.rows.tolist(), sample.shown_by, sample.probabilities.tolist(), strict=True):
        found = next((settled[key] for key in keys[row] if key in settled), None)
        if found:
            earlier.append(found._replace(shown_by=by, probability=probability))
    return with_sample(decide(decisions, *earlier), sample.sampled)


def merge(*decisions: Decisions) -> Decisions:
    """Merge the decisions of several people.

    The result does not depend on the order, nor on what was merged before. Decisions that contradict each other are all
    kept (``Decisions.conflicts``): nobody's answer is lost, and neither is believed until somebody decides again.
    """
    return reduce(_merge_two, decisions, Decisions())


def distinct(made: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return decisions sorted by label and path, without those that say the same of the same, for the same sample."""
    first: dict[tuple[str, ...], Decision] = {}
    for each in sorted(made):
        first.setdefault((*each.key, *each.answer, each.shown_by), each)
    return tuple(sorted(first.values(), key=lambda each: (each.label, each.path, each)))


def _merge_two(one: Decisions, other: Decisions) -> Decisions:
    return Decisions(
        distinct([*one.made, *other.made]),
        Baseline(combined([*one.accepted.entries, *other.accepted.entries])),
        _by_name([*one.samples, *other.samples]),
    )


def _by_name(samples: Iterable[Sampled]) -> tuple[Sampled, ...]:
    """Return samples sorted by name, one for each name."""
    first: dict[str, Sampled] = {}
    for each in sorted(samples):
        first.setdefault(each.name, each)
    return tuple(first.values())
