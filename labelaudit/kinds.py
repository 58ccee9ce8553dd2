"""Types of settings, checked where a program passes them: a type checker would have said so earlier."""

from collections.abc import Iterable
from typing import Any

from labelaudit.errors import SettingsError
from labelaudit.names import printable

LONGEST = 60
"""Characters of a value that a message shows."""


def check_kind(name: str, value: Any, kinds: tuple[type, ...], expected: str) -> None:
    """Make sure that a value is of one of several types.

    Raises
    ------
    SettingsError
        It is not, or it is a bool where a number is expected.
    """
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise SettingsError(f"{name} is {_shown(value)}, of type {type(value).__name__}; expected {expected}.")


def tuple_of(name: str, value: Any, kinds: tuple[type, ...], example: str) -> tuple[Any, ...]:
    """Return the members of a tuple or a list.

    Raises
    ------
    SettingsError
        It is neither, such as a single text, or a member is of another type.
    """
    expected = f"a tuple, such as {example}"
    if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
        raise SettingsError(f"{name} is {_shown(value)}, of type {type(value).__name__}; expected {expected}.")
    members = tuple(value)
    for each in members:
        check_kind(f"a member of {name}", each, kinds, f"{name} to be {expected}")
    return members


def _shown(value: Any) -> str:
    text = printable(repr(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
