"""Recognises the role of a folder in a data set by its name."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from labelaudit.sources.tree import each_of

UNLABELLED = "unlabelled"

SPLITS = {
    "train": "train",
    "training": "train",
    "trn": "train",
    "trainval": "train",
    "val": "validation",
    "valid": "validation",
    "validation": "validation",
    "validate": "validation",
    "dev": "validation",
    "development": "validation",
    "test": "test",
    "tst": "test",
    "testing": "test",
    "eval": "test",
    "evaluation": "test",
    "holdout": "test",
    "unlabelled": UNLABELLED,
    "unlabeled": UNLABELLED,
    "nolabel": UNLABELLED,
    "nolabels": UNLABELLED,
    "pred": UNLABELLED,
    "preds": UNLABELLED,
    "predict": UNLABELLED,
    "prediction": UNLABELLED,
    "predictions": UNLABELLED,
    "inference": UNLABELLED,
    "submission": UNLABELLED,
}
"""Words that mean a split, and which one."""

GENERIC = each_of(
    "all data dataset datasets files image images img imgs jpeg jpegs jpegimages jpg photo photos pic pics picture "
    "pictures png pngs raw"
)
"""Names of folders that say nothing about what is in them."""

DECORATIONS = GENERIC | {"cropped", "dir", "folder", "resized", "set", "sets", "split"}
"""Words that a split's name may have besides: ``test_images``, ``training_set``."""

GLUED = re.compile(r"(?:set|sets|images?|imgs?|data|dataset|dir|folder)$")
"""The same without a gap: ``trainset``."""

NO_LABEL = frozenset({"nolabel", "nolabels", "unlabeled", "unlabelled"})
"""Names of folders of unlabelled images, even next to class folders."""

NO_CLASS = GENERIC | NO_LABEL | {"dummy", "none", "unknown"}
"""Names that a folder of unlabelled images has where a reader insists on a class folder: ``test/unknown/1.jpg``."""

FOLD = frozenset({"batch", "chunk", "cv", "fold", "folds", "kfold", "part", "partition", "shard", "split", "subset"})
"""Words that mean a part of a data set, with a number or a letter: ``fold_1``."""

ANNOTATIONS = each_of(
    "annotation annotations anns bboxes boxes gt groundtruth imagesets json jsons label labels labeltxt mask masks "
    "segmentation segmentationclass segmentationobject segmentations trimaps xml xmls"
)
"""Names of folders that hold what was drawn or written about images: a data set for detection or segmentation."""

WORDS = re.compile(r"[^\W\d_]+|\d+")
CAMEL = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")


class SplitName(NamedTuple):
    """A folder's name taken as that of a split: which one, and the words that mean something else."""

    split: str
    rest: tuple[str, ...]


def words(name: str) -> tuple[str, ...]:
    """Return the words and numbers of a name in small letters: ``trainSet_2017`` is train, set, 2017."""
    plain = unicodedata.normalize("NFKC", name)  # full-width letters, too
    return tuple(word.lower() for word in WORDS.findall(CAMEL.sub(" ", plain)))


def split_name(name: str) -> SplitName | None:
    """Return which split a folder's name means; none if it means no split, or several."""
    found, rest = set(), []
    for word in words(name):
        split = SPLITS.get(word) or SPLITS.get(GLUED.sub("", word))
        if split:
            found.add(split)
        elif not (word.isdigit() or word in DECORATIONS):
            rest.append(word)
    if found == {"train", "validation"}:
        found = {"train"}  # train_val, as opposed to test
    return SplitName(found.pop(), tuple(rest)) if len(found) == 1 else None


def is_test(split: str) -> bool:
    """Tell by its name a split that models are measured on in the end."""
    named = split_name(split)
    return named is not None and named.split == "test"


def named_splits(names: Sequence[str], parent: str) -> dict[str, str]:
    """Return the folders among siblings that are named like splits, and which split each name means.

    Words that mean something else are allowed where another split has them too (``seg_train``, ``seg_test``), or the
    folder above.
    """
    found = {name: split for name in names if (split := split_name(name))}
    rests = [split.rest for split in found.values()]
    above = set(words(parent))
    return {
        name: split.split
        for name, split in found.items()
        if not split.rest or rests.count(split.rest) > 1 or set(split.rest) <= above
    }


def is_plain_split(name: str) -> bool:
    """Tell a name that means a split and is unlikely to be a class, unlike ``trains`` or ``valid``."""
    split = split_name(name)
    return split is not None and not split.rest and name.lower() not in ("train", "training", "valid")


def is_fold(name: str) -> bool:
    """Tell the name of a part of a data set, such as ``fold_1``."""
    found = words(name)
    return len(found) == 2 and found[0] in FOLD and (found[1].isdigit() or len(found[1]) == 1)


def is_annotation(name: str) -> bool:
    """Tell the name of a folder that holds what was drawn or written about images."""
    said = {word for word in words(name) if not word.isdigit()} - DECORATIONS
    return bool(said) and (said <= ANNOTATIONS or "".join(words(name)) in ANNOTATIONS)


def is_generic(name: str) -> bool:
    """Tell a name that says nothing about what is in the folder."""
    return bool(words(name)) and set(words(name)) <= GENERIC


def is_no_class(name: str) -> bool:
    """Tell a name of a folder of unlabelled images, if it is alone in a split."""
    return bool(words(name)) and set(words(name)) <= NO_CLASS


def is_no_label(name: str) -> bool:
    """Tell a name of a folder of unlabelled images, anywhere in the data set."""
    return "".join(words(name)) in NO_LABEL


def says_annotations(path: str) -> bool:
    """Tell a file whose name says that it holds annotations, such as ``_annotations.coco.json``."""
    return bool(ANNOTATIONS.intersection(words(path.rpartition("/")[2].rpartition(".")[0])))
