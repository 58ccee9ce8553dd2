"""Which folders of a data set are its splits and which are its classes."""

import unicodedata
from dataclasses import dataclass, field
from itertools import combinations

from labelaudit.records import PassedOver
from labelaudit.sources import mistakes
from labelaudit.sources.folder_names import (
    UNLABELLED,
    is_annotation,
    is_fold,
    is_generic,
    is_no_class,
    is_no_label,
    is_plain_split,
    named_splits,
    split_name,
    words,
)
from labelaudit.sources.tree import Folder

NO_CLASSES = "unlabelled, without class folders"
BESIDE_SPLITS = "beside the splits"
BESIDE = "beside the folder that holds the classes"
SAYS_UNLABELLED = "unlabelled by its name"
SPLIT_IN_SPLIT = "a split within a split"

WRAPPED = 4
"""Folders in folders that are opened in search of the classes: archives wrap them once or twice."""


@dataclass(frozen=True)
class Layout:
    """How a data set is read.

    Attributes
    ----------
    parts
        Names of splits with the folder that holds the class folders of each; an empty name where there are no splits.
    passed_over
        Folders that are not read.
    above
        Folders above the class folders, whose own files are no images of a class.
    """

    parts: list[tuple[str, Folder]]
    passed_over: list[PassedOver] = field(default_factory=list)
    above: list[Folder] = field(default_factory=list)

    def class_folders(self, container: Folder) -> list[Folder]:
        """Return the class folders of a part."""
        skipped = {each.path for each in self.passed_over}
        return [child for child in container.children if child.path not in skipped]


def choose_layout(root: Folder, wanted: str, *, one_split: bool = False) -> Layout:
    """Return how a data set is read.

    Parameters
    ----------
    root
        The data set.
    wanted
        ``classes`` or ``splits`` for what the folders in it are; ``auto`` to find out.
    one_split
        Whether some splits are asked for by name: what is named like a split is one then.

    Raises
    ------
    DatasetError
        It can be read in several ways, or in none.
    """
    if wanted == "classes":
        return Layout([("", root)], above=[root])
    above, beside = [root], list[PassedOver]()
    while len(above) <= WRAPPED and (inner := _wrapped(above[-1])):
        beside += [_passed_over(each, BESIDE) for each in above[-1].children if each.path != inner.path]
        above.append(inner)
    said = wanted == "splits" or (one_split and _holds_splits(above[-1]))
    found = _all_splits(above[-1]) if said else _splits(above) or _folds(above[-1]) or _classes(above)
    return Layout(found.parts, _with_files(beside + found.passed_over), above + found.above)


def _classes(above: list[Folder]) -> Layout:
    """Read the folders in the last of *above* as classes."""
    mistakes.check_no_annotations(above)
    folder = above[-1]
    unlabelled = [child for child in folder.full if is_no_label(child.name)]
    rest = [child for child in folder.full if child not in unlabelled]
    flat = [child for child in rest if is_plain_split(child.name) and not child.full]
    if flat and sum(split_name(child.name) is None for child in rest) >= 2:
        raise mistakes.unlabelled_or_class(folder, flat, [child for child in rest if child not in flat])
    return Layout([("", folder)], [_passed_over(child, SAYS_UNLABELLED) for child in unlabelled])


def _all_splits(folder: Folder) -> Layout:
    """Read every folder in *folder* as a split, as the user says."""
    named = {child.name: split.split for child in folder.full if (split := split_name(child.name))}
    found = _as_splits(folder.full, named)
    if found.parts:
        return found
    if len(folder.full) - len(named) < 2:
        raise mistakes.no_labels(folder, folder.full)
    return Layout([("", folder)], [_passed_over(child, NO_CLASSES) for child in folder.full if child.name in named])


def _splits(above: list[Folder]) -> Layout | None:
    """Read the folders in the last of *above* as splits, if they are."""
    folder = above[-1]
    kinds = named_splits([child.name for child in folder.full], folder.name)
    named = [child for child in folder.full if child.name in kinds]
    labelled = [child for child in named if _is_labelled(child, kinds)]
    beside = [child for child in folder.full if child not in named and not is_annotation(child.name)]
    if not labelled:
        if named and (not beside or _share_a_word(named)):
            mistakes.check_no_annotations(above)
            raise mistakes.no_labels(folder, named)
        return None
    if len(labelled) > 1 and not _share_classes(labelled):
        raise mistakes.nothing_shared(folder, {each.name: _opened(each).full for each in labelled})
    same = [child for child in beside if any(_class_names(child) == _class_names(each) for each in labelled)]
    if len(named) == 1 and len(same) < len(beside):
        raise mistakes.split_or_class(folder, labelled[0], _opened(labelled[0]).full, beside)
    read = [child for child in folder.full if child in named or child in same]
    found = _as_splits(read, kinds)
    found.passed_over.extend(_passed_over(child, BESIDE_SPLITS) for child in folder.children if child not in read)
    return found


def _folds(folder: Folder) -> Layout | None:
    """Read the folders in *folder* as folds, if they hold the same classes."""
    full = [child for child in folder.full if not is_annotation(child.name)]
    if len(full) < 2 or any(child.has_own_images or not _opened(child).full for child in full):
        return None
    if all(map(_holds_splits, full)):
        raise mistakes.several_data_sets(folder, full)
    inside = [{child.name for child in _opened(each).full} for each in full]
    if all(split_name(name) for name in set[str]().union(*inside)):
        return None  # class/split: the classes are above the splits
    if all(is_fold(child.name) for child in full) and _share_classes(full):
        return _as_splits(full, {})
    if len(inside[0]) > 1 and all(names == inside[0] for names in inside) and not _are_kinds_of_files(inside[0]):
        raise mistakes.folds_or_classes(folder, full, inside[0])
    return None


def _as_splits(folders: list[Folder], kinds: dict[str, str]) -> Layout:
    """Return a layout whose splits are *folders*; what is unlabelled among them is passed over."""
    found = Layout([])
    names = _split_names([folder for folder in folders if _is_labelled(folder, kinds)], kinds)
    for folder in folders:
        if not _is_labelled(folder, kinds):
            found.passed_over.append(_passed_over(folder, NO_CLASSES))
            continue
        container = _opened(folder)
        found.parts.append((names[folder.name], container))
        found.above.extend([folder] if container is folder else [folder, container])
        for child in container.full:
            if is_no_label(child.name):
                found.passed_over.append(_passed_over(child, SAYS_UNLABELLED))
            elif split_name(child.name) and _class_names(child) & _class_names(container):
                found.passed_over.append(_passed_over(child, SPLIT_IN_SPLIT))
    return found


def _split_names(folders: list[Folder], kinds: dict[str, str]) -> dict[str, str]:
    """Return the names of splits: their own where several would get the same usual name, such as val and dev."""
    names = {folder.name: kinds.get(folder.name, folder.name) for folder in folders}
    for first, second in combinations(folders, 2):
        parts = [tuple(word for word in words(each.name) if not word.isdigit()) for each in (first, second)]
        if kinds.get(first.name) == kinds.get(second.name) and parts[0] != parts[1]:
            names[first.name], names[second.name] = first.name, second.name
    return names


def _is_labelled(folder: Folder, kinds: dict[str, str]) -> bool:
    return kinds.get(folder.name) != UNLABELLED and bool(_opened(folder).full)


def _wrapped(folder: Folder) -> Folder | None:
    """Return the one folder that holds the whole data set, if there is one and its name is no class."""
    full = folder.full
    candidates = [child for child in full if is_generic(child.name) or child.name == folder.name] if full else []
    if len(full) == 1 and not named_splits([full[0].name], "") and not folder.has_own_images:
        only = full[0]
        if only.full and (candidates or _holds_splits(only)):
            return only
    annotated = len(full) > 1 and all(is_annotation(child.name) for child in full if child not in candidates)
    return candidates[0] if len(candidates) == 1 and candidates[0].full and annotated else None


def _holds_splits(folder: Folder) -> bool:
    """Tell whether a folder holds splits with classes in them."""
    kinds = named_splits([child.name for child in folder.full], folder.name)
    return any(_opened(child).full for child in folder.full if child.name in kinds)


def _opened(split: Folder) -> Folder:
    """Return the folder that holds the classes of a split: itself, or the innermost that wraps them.

    What is returned holds no folder of images if the split is unlabelled.
    """
    current = split
    for _ in range(WRAPPED):
        full = [child for child in current.full if not is_annotation(child.name)] or current.full
        if len(full) != 1 or current.has_own_images or not _wraps(current, full[0], split):
            break
        current = full[0]
    return current


def _wraps(outer: Folder, inner: Folder, split: Folder) -> bool:
    same = words(inner.name) in (words(outer.name), words(split.name))
    return same or is_no_class(inner.name) or split_name(inner.name) is not None


def _class_names(split: Folder) -> set[str]:
    """Return the names of the classes of a split, in one spelling."""
    return {unicodedata.normalize("NFC", child.name).casefold() for child in _opened(split).full}


def _share_a_word(splits: list[Folder]) -> bool:
    """Tell whether several splits have another word in common, as ``box_train`` and ``box_test``: no class has."""
    kinds: dict[tuple[str, ...], set[str]] = {}
    for split in splits:
        if (name := split_name(split.name)) and name.rest:
            kinds.setdefault(name.rest, set()).add(name.split)
    return any(len(each) > 1 for each in kinds.values())


def _share_classes(splits: list[Folder]) -> bool:
    return any(_class_names(one) & _class_names(other) for one, other in combinations(splits, 2))


def _are_kinds_of_files(names: set[str]) -> bool:
    """Tell folders such as images and masks that occur in each class."""
    return all(is_generic(name) or is_annotation(name) for name in names)


def _passed_over(folder: Folder, reason: str) -> PassedOver:
    return PassedOver(folder.path, len(folder.below.files), reason)


def _with_files(folders: list[PassedOver]) -> list[PassedOver]:
    return [folder for folder in folders if folder.files]
