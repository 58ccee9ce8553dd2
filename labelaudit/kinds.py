"""Check the types of settings at run time, for programs that do not use a type checker."""

from collections.abc import Iterable
from typing import Any

from labelaudit.errors import SettingsError
from labelaudit.names import printable

LONGEST = 60
"""The longest representation of a value in a message, in characters."""


def check_kind(name: str, value: Any, kinds: tuple[type, ...], expected: str) -> None:
    """Check that a value is of one of several types.

    Raises
    ------
    SettingsError
        It is not, or it is a bool and a number is expected.
    """
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise SettingsError(f"{name} is {shown(value)}, of type {type(value).__name__}; expected {expected}.")


def tuple_of(name: str, value: Any, kinds: tuple[type, ...], example: str) -> tuple[Any, ...]:
    """Return the members of a tuple or a list.

    Raises
    ------
    SettingsError
        It is neither, for example a single string, or a member is of another type.
    """
    expected = f"a tuple, such as {example}"
    if isinstance(value, str | bytes | dict) or not isinstance(value, Iterable):
        raise SettingsError(f"{name} is {shown(value)}, of type {type(value).__name__}; expected {expected}.")
    members = tuple(value)
    for each in members:
        check_kind(f"a member of {name}", each, kinds, f"{name} to be {expected}")
    return members


def shown(value: Any) -> str:
    """Return a value for a message, shortened."""
    text = printable(repr(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
