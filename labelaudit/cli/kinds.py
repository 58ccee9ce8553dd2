"""The type of value of each option in a configuration file."""

import datetime
from pathlib import Path
from typing import Any, NamedTuple

from labelaudit.features import beside
from labelaudit.names import address_of, printable

LONGEST = 60
"""Characters of a value that an error shows."""

FEATURES = "a kind and a name, such as onnx:FILE or timm:NAME"

WORDS = {
    "N": ("a whole number", (int,)),
    "PIXELS": ("a whole number", (int,)),
    "PORT": ("a whole number", (int,)),
    "KIND:NAME": (FEATURES, (str,)),
    "P": ("a number", (int, float)),
    "EPS": ("a number", (int, float)),
    "SHARE": ("a share such as 0.05 or '5%'", (int, float, str)),
    "FILE": ("a path", (str,)),
    "DIR": ("a path", (str,)),
    "[DATA]": ("a path", (str,)),
    "DATA": ("a path", (str,)),
    "AUDIT.json": ("a path", (str,)),
}
"""The type of value in words and in Python, by the placeholder of the option in the help. All others are strings.

The types that Typer derives from the annotations are not used, since versions of Typer store them in different places.
"""

SEVERAL = frozenset({"RULES", "WHAT"})
"""Placeholders of comma-separated values, for which a configuration may also give a list."""


class Kind(NamedTuple):
    """The type of value of an option.

    Attributes
    ----------
    expected
        The type in words.
    types
        Python types of the value, or of each value of a list.
    listed
        Whether a list of such values may be given.
    """

    expected: str
    types: tuple[type, ...]
    listed: bool = False

    @property
    def is_path(self) -> bool:
        """Whether the value is a path."""
        return self.expected == "a path"

    @property
    def is_features(self) -> bool:
        """Whether the value is a kind and a path or name, such as ``npz:embeddings.npz``."""
        return self.expected == FEATURES

    def beside(self, folder: Path, value: Any) -> Any:
        """Return a value with its path, if it has one, made relative to the folder of the configuration."""
        if self.is_path:
            return address_of(value) or str(folder / value)
        return beside(str(value), folder) if self.is_features else value

    def accepts(self, value: Any) -> bool:
        """Return whether a value is of this type."""
        if isinstance(value, list):
            return self.listed and all(map(self._accepts_one, value))
        return self._accepts_one(value)

    def _accepts_one(self, value: Any) -> bool:
        if isinstance(value, bool):  # which Python counts as an integer
            return bool in self.types
        return isinstance(value, self.types) and not (self.is_path and _is_no_path(str(value)))

    def mistake(self, value: Any) -> str:
        """Return what is wrong with a value that is not of this type."""
        listed = f", or a list of {'paths' if self.is_path else 'strings'}" if self.listed else ""
        if isinstance(value, list) and self.listed:
            wrong = next(each for each in value if not self._accepts_one(each))
            return f"contains {found(wrong)}; expected {self.expected}{listed}."
        return f"is {found(value)}; expected {self.expected}{listed}."


def kind_of(parameter: Any) -> Kind:
    """Return the type of value of a parameter."""
    if getattr(parameter, "is_flag", False):
        return Kind("true or false", (bool,))
    listed = bool(getattr(parameter, "multiple", False) or parameter.metavar in SEVERAL)
    called = str(parameter.metavar or "").split("|") if parameter.metavar not in WORDS else [parameter.metavar]
    known = [WORDS.get(word, ("a string", (str,))) for word in called]
    expected = " or ".join(dict.fromkeys(words for words, _ in known))
    return Kind(expected, tuple(dict.fromkeys(each for _, types in known for each in types)), listed)


def found(value: Any) -> str:
    """Describe a value of a configuration with its type, such as ``'many', a string``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, datetime.date | datetime.time):
        return "a date or a time"
    if isinstance(value, str):
        return f"'{printable(value[:LONGEST])}', a string" if value else "an empty string"
    return f"{str(value)[:LONGEST]}, a number"


def _is_no_path(value: str) -> bool:
    return not value or "\0" in value
