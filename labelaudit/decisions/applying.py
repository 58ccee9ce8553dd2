"""What decisions say about the images of a data set as it is now."""

from collections.abc import Iterable

from labelaudit.names import printable
from labelaudit.records import ELSEWHERE, Dataset, Decided, Decision, DecisionKey, Decisions, Ruling, undecided


def apply(decisions: Decisions, dataset: Dataset, digests: tuple[str, ...]) -> Decided:
    """Return what was decided about N images.

    A decision applies to an image with the same bytes and the same label. It also applies to an image with the label
    that was decided, if no image with these bytes has the earlier label any more: the label was changed since. It does
    not apply to any other label.

    Parameters
    ----------
    decisions
        What people decided. Decisions that contradict each other do not apply.
    dataset
        The N images.
    digests
        N digests of their bytes.
    """
    settled = decisions.settled()
    names = [printable(name) for name in dataset.classes]
    classes = {name: number for number, name in enumerate(names)}
    keys = [(digest, names[label]) for digest, label in zip(digests, dataset.labels, strict=True)]
    changed = _changed(settled.values(), set(keys))

    before = undecided(dataset.labels)
    given, truth = dataset.labels.copy(), before.truth.copy()
    looked_at, unusable, fixed = (column.copy() for column in (before.looked_at, before.unusable, before.fixed))
    for row, key in enumerate(keys):
        change = changed.get(key)
        if change:
            fixed[row] = True
            given[row] = classes.get(_first_label(key, changed), dataset.labels[row])
        decision = next((each for each in (settled.get(key), change) if each and each.by_person), None)
        if decision:
            looked_at[row] = True
            unusable[row] = decision.ruling is Ruling.BAD_IMAGE
            if decision.ruling in (Ruling.KEEP, Ruling.RELABEL):
                truth[row] = classes.get(decision.decided or decision.label, ELSEWHERE)
    return Decided(given, truth, looked_at, unusable, fixed)


def _changed(settled: Iterable[Decision], there: set[DecisionKey]) -> dict[DecisionKey, Decision]:
    """Return the decisions whose label was changed since, by the digest and the label of today."""
    found = [each for each in settled if each.decided and each.key not in there]
    return {(each.digest, each.decided): each for each in sorted(found, key=lambda each: (each.by_person, each))}


def _first_label(key: DecisionKey, changed: dict[DecisionKey, Decision]) -> str:
    """Return the label that an image came with, before it was changed once or several times."""
    passed = set()
    while key in changed and key not in passed:
        passed.add(key)
        key = changed[key].key
    return key[1]
