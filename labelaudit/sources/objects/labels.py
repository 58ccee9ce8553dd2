"""Labels that a program holds: names, or numbers of classes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from labelaudit.errors import DatasetError, ModelError, SettingsError
from labelaudit.kinds import shown
from labelaudit.names import printable
from labelaudit.sources.tables.values import as_text


class Classes(NamedTuple):
    """The classes in the order of their numbers, which is that of the columns of probabilities.

    Attributes
    ----------
    names
        Their names.
    numbered
        Whether the names are only the numbers: there may be further classes, of which no image has the label.
    """

    names: tuple[str, ...]
    numbered: bool = False

    def columns(self, wanted: Sequence[str], count: int) -> list[int]:
        """Return the columns, of *count*, that hold the probabilities of some classes.

        Raises
        ------
        ModelError
            There are not as many columns as classes.
        """
        if count != len(self.names) and not (self.numbered and count > len(self.names)):
            raise ModelError(
                f"probs has {count:,} columns, and there are {len(self.names):,} classes: "
                f"{', '.join(map(printable, self.names[:10]))}. "
                "Expected a column for each class; name them in the order of the columns: classes=[...]"
            )
        return [self.names.index(name) for name in wanted]


class Labels(NamedTuple):
    """The name of the class of each image, empty where there is none, and the classes."""

    names: list[str]
    classes: Classes


def labels_of(values: Any, classes: Any = None, where: str = "labels") -> Labels:
    """Return labels as names.

    Parameters
    ----------
    values
        N names or numbers of classes; None, NaN or an empty text where an image has no label.
    classes
        K names by number. Without them a number is its own name.
    where
        What holds the labels, for messages.

    Raises
    ------
    DatasetError
        A label is of another type, or there is no such class.
    SettingsError
        The classes are no list of different names.
    """
    found = [None if value != value else value for value in map(_plain, members(values, where))]
    known = None if classes is None else _names_of(classes)
    numbers: list[Any] = [value for value in found if _is_number(value)]
    numbered = bool(numbers) and not any(isinstance(value, str) for value in found)
    seen: dict[tuple[type, str], str] = {}
    names = []
    for row, value in enumerate(found):
        key = (type(value), str(value))
        if key not in seen:
            seen[key] = _name(value, row, known, where)
        names.append(seen[key])
    if known is not None:
        return Labels(names, Classes(known))
    if numbered:
        return Labels(names, Classes(tuple(map(str, range(int(max(numbers)) + 1))), numbered=True))
    return Labels(names, Classes(tuple(sorted(set(names) - {""}))))


def members(values: Any, where: str) -> list[Any]:
    """Return the members of an array, a column of a table or a list.

    Raises
    ------
    SettingsError
        It is something else.
    """
    for method in ("tolist", "to_list"):  # NumPy, pandas and PyTorch; polars
        if hasattr(values, method):
            values = getattr(values, method)()
    if isinstance(values, str | bytes | dict) or not hasattr(values, "__iter__"):
        raise SettingsError(
            f"{where} is {shown(values)}, of type {type(values).__name__}; expected a list or an array."
        )
    return list(values)


def _names_of(classes: Any) -> tuple[str, ...]:
    names = tuple(as_text(name, "classes") for name in members(classes, "classes"))
    repeated = next((name for name in names if names.count(name) > 1 or not name), None)
    if repeated is not None:
        raise SettingsError(f"classes contains '{printable(repeated)}' more than once, or empty; expected K names.")
    return names


def _plain(value: Any) -> Any:
    """Return a scalar of NumPy or PyTorch as a value of Python."""
    return value.item() if hasattr(value, "item") and not getattr(value, "shape", ()) else value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _name(value: Any, row: int, classes: tuple[str, ...] | None, where: str) -> str:
    text = as_text(value, f"{where}, row {row:,},").strip()
    if _is_number(value):
        number, last = int(text), "" if classes is None else f" to {len(classes) - 1}"
        if number < 0 or (classes is not None and number >= len(classes)):
            raise DatasetError(
                f"{where} has {number} in row {row:,}; expected the number of a class, 0{last or ' or more'}. "
                "An image without a label has None."
            )
        return text if classes is None else classes[number]
    if text and classes is not None and text not in classes:
        known = ", ".join(map(printable, classes[:10]))
        raise DatasetError(f"{where} has '{printable(text)}' in row {row:,}, which is not in classes: {known}.")
    return text
