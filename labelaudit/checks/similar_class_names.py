"""LA406."""

import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from unicodedata import normalize

from labelaudit.checks import rule
from labelaudit.findings import Finding, Severity
from labelaudit.names import printable
from labelaudit.records import Dataset, Evidence

BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[\s_\-]+(?=[^\W\d_])")
SEPARATORS = re.compile(r"[\s_\-]+")

FORM = "Unicode form (NFC, NFD)"


def _of_one_form(name: str) -> str:
    return normalize("NFKC", name)


def _without_separators(name: str) -> str:
    """Return a name without separators between letters; other separators become equal, since 1-2 is not 12."""
    return SEPARATORS.sub("-", BETWEEN_LETTERS.sub("", name)).strip("-")


KINDS: dict[str, Callable[[str], str]] = {
    FORM: _of_one_form,
    "case": str.casefold,
    "spaces, '_' or '-'": _without_separators,
}
"""Differences between spellings of a name, with functions that remove them, in the order of application."""


@rule("LA406", "similar-class-names", Severity.WARNING)
def similar_class_names(evidence: Evidence) -> Iterator[Finding]:
    """These class names are spellings of one name.

    What it finds
        Groups of classes whose names differ only in case (`disc`, `Disc`), in the Unicode form of accented letters
        (composed or decomposed, which look the same), or in spaces, `_` and `-` (`hot dog`, `hot_dog`, `hotdog`). The
        finding names each spelling, the number of its images, and the kind of difference.

    Why it matters
        Such classes are usually one class that was written in two ways: by two people, or by two file systems. A model
        then learns two classes that nothing distinguishes, and if one spelling is in `train` and the other in `test`,
        it is tested on a class that it never saw. Labels of one spelling may be reported as wrong where the other one
        is meant.

    How it decides
        Two names are similar if they are equal after normalization to Unicode form NFKC and case folding, without
        spaces, `_` and `-` between letters, and with these taken as equal elsewhere: `1-2` and `1_2` are similar, `1-2`
        and `12` are not. Only names are compared, no images.

    What to do
        Rename the folders to one spelling. If both are meant, as `a` and `A` in a data set of handwritten letters,
        accept the finding with `labelaudit baseline DATA --path a/ --reason "..."`, or ignore the rule.

    Limits
        Typing errors, plurals and synonyms are not found; LA403 finds some of them if the images look alike.

    Source
        Caseless matching and the normalization forms: The Unicode Standard, section 3.13, and Unicode Standard Annex
        15. Treating all separators as equal is a convention.
    """
    dataset = evidence.dataset
    groups: dict[str, list[str]] = {}
    for name in dataset.names:
        groups.setdefault(_simplified(name, KINDS), []).append(name)
    for names in groups.values():
        if len(names) > 1:
            kinds = {kind for pair in pairwise(names) for kind in _differences(*pair)}
            said = " and ".join(kind for kind in KINDS if kind in kinds)
            counted = [_counted(dataset, name, escaped=FORM in kinds) for name in names]
            yield similar_class_names.finding(
                f"{names[0]}/",
                f"class names that differ only in {said} are probably one class: {', '.join(counted)}",
                label=names[0],
                subject=" ".join(f"{name}/" for name in names),
            )


def _simplified(name: str, kinds: tuple[str, ...] | dict[str, Callable[[str], str]]) -> str:
    """Return a name without differences of these kinds."""
    for kind in KINDS:
        if kind in kinds:
            name = KINDS[kind](name)
    return name


def _differences(one: str, other: str) -> tuple[str, ...]:
    """Return the fewest kinds of difference that explain how two similar names differ."""
    sets = (kinds for count in range(1, len(KINDS)) for kinds in combinations(KINDS, count))
    explained = (kinds for kinds in sets if _simplified(one, kinds) == _simplified(other, kinds))
    return next(explained, tuple(KINDS))


def _counted(dataset: Dataset, name: str, *, escaped: bool) -> str:
    """Return a name with its images and their splits; escaped if it would look like another name."""
    rows = dataset.rows_of(dataset.names.index(name))
    splits = [printable(split) for split in sorted({dataset.splits[row] for row in rows.tolist()} - {""})]
    images = "1 image" if len(rows) == 1 else f"{len(rows):,} images"
    shown = name.encode("ascii", "backslashreplace").decode() if escaped else name
    return f"'{printable(shown)}' ({images}{' in ' if splits else ''}{' and '.join(splits)})"
