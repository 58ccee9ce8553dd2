"""The changes that are wanted: by decisions of people, by the model for undecided images, and for copies."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Action, Dataset, Decision, Decisions, Fix, LeftAlone, Ruling


class Wanted(NamedTuple):
    """The changes that are wanted, without a target yet, and the images that are left alone."""

    fixes: tuple[Fix, ...] = ()
    left: tuple[LeftAlone, ...] = ()


class Image(NamedTuple):
    """An image as decisions know it."""

    path: str
    label: str
    digest: str

    @property
    def key(self) -> tuple[str, str]:
        """The key under which a decision about the image is found."""
        return self.digest, printable(self.label)


def by_people(images: Iterable[Image], decisions: Decisions, classes: Iterable[str]) -> Wanted:
    """Return what people decided: another label, or that the image is bad.

    Parameters
    ----------
    images
        The images as they are now. A decision holds for the same bytes with the same label: an image that has been
        corrected since is not corrected again.
    decisions
        What people decided.
    classes
        The classes of the data set; decisions name them as they are printed.
    """
    settled = decisions.settled()
    torn = {group[0].key: group for group in decisions.conflicts}
    names = {printable(name): name for name in classes}
    fixes, left = [], []
    for image in images:
        if image.key in torn:
            said = " and ".join(sorted({each.says for each in torn[image.key]}))
            left.append(LeftAlone(image.path, f"decisions contradict each other: {said}; decide again"))
        elif decision := settled.get(image.key):
            fixes += _as_decided(image, decision, names)
    return Wanted(tuple(fixes), tuple(left))


def _as_decided(image: Image, decision: Decision, names: dict[str, str]) -> list[Fix]:
    if decision.ruling is Ruling.RELABEL:
        decided = names.get(decision.decided, decision.decided)
        return [Fix(image.path, Action.RELABEL, image.label, decided, image.digest, "decided")]
    if decision.ruling is Ruling.BAD_IMAGE:
        return [Fix(image.path, Action.QUARANTINE, image.label, "", image.digest, "bad image")]
    return []


def by_model(images: Iterable[Image], findings: Iterable[Finding], decisions: Decisions) -> Wanted:
    """Return what the model suggests where LA101 flags a label that nobody has decided about.

    A label that was changed because the model suggested it is not changed again.
    """
    by_path = {image.path: image for image in images}
    decided = {each.key for each in decisions.made if each.by_person}
    decided |= {(each.digest, each.decided) for each in decisions.made if not each.by_person}
    fixes, left = [], []
    for finding in findings:
        image = by_path.get(finding.path)
        if finding.code != "LA101" or image is None or image.key in decided:
            continue
        if finding.severity is not Severity.ERROR:
            left.append(LeftAlone(image.path, "the labels of this data set could not be judged well enough (LA405)"))
            continue
        reason = f"p_error {finding.p_error or 0:.2f}"
        fix = Fix(image.path, Action.RELABEL, image.label, finding.suggested, image.digest, reason)
        fixes.append(fix._replace(p_error=finding.p_error))
    return Wanted(tuple(fixes), tuple(left))


def followed(fixes: Iterable[Fix]) -> tuple[Decision, ...]:
    """Return the changes that only the model suggests, in the form in which the file of decisions records them."""
    return tuple(
        Decision(fix.digest, printable(fix.label), Ruling.FOLLOWED, printable(fix.decided), printable(fix.path))
        for fix in fixes
        if fix.p_error is not None
    )


def without_copies(
    images: Iterable[Image], findings: Iterable[Finding], wanted: Wanted, same: Callable[[str, str], bool]
) -> Wanted:
    """Move the copies that LA201 reports out of the data set, except the one to keep.

    Parameters
    ----------
    images
        The images.
    findings
        The findings of a scan.
    wanted
        What is wanted already. An image that is moved out is not the one to keep, and copies that get different labels
        are left alone.
    same
        Tells whether the images at two paths are copies of the kind to move.
    """
    by_path = {image.path: image for image in images}
    changes = {fix.path: fix for fix in wanted.fixes}
    left = list(wanted.left)
    for finding in findings:
        members = [path for path in (finding.path, *finding.related) if path in by_path]
        staying = [path for path in members if path not in changes or changes[path].decided]
        if finding.code != "LA201" or not staying:
            continue
        keep, *others = staying
        others = [path for path in others if same(keep, path)]
        labels = {changes[path].decided if path in changes else by_path[path].label for path in (keep, *others)}
        if len(labels) > 1:
            reason = f"a copy of {printable(keep)} that gets another label; decide about both"
            left += [LeftAlone(path, reason) for path in others]
            continue
        for path in others:
            _, label, digest = by_path[path]
            reason = f"a copy of {printable(keep)}"
            changes[path] = Fix(path, Action.QUARANTINE, label, "", digest, reason)
    return Wanted(tuple(sorted(changes.values())), tuple(left))


def without_splits(wanted: Wanted, dataset: Dataset, kept: Callable[[str], bool]) -> Wanted:
    """Exclude the images of some splits from the changes.

    Parameters
    ----------
    wanted
        What is wanted.
    dataset
        The data set.
    kept
        Tells whether a split is left alone.
    """
    split = {path: name for path, name in zip(dataset.paths, dataset.splits, strict=True) if name and kept(name)}
    reasons = {
        name: f"in the split '{printable(name)}', which models are measured on; to change it: --split {printable(name)}"
        for name in split.values()
    }
    left = [LeftAlone(fix.path, reasons[split[fix.path]]) for fix in wanted.fixes if fix.path in split]
    return Wanted(tuple(fix for fix in wanted.fixes if fix.path not in split), (*wanted.left, *left))
