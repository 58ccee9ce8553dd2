"""JSON documents with a schema version, such as a baseline and a file of decisions."""

import json
from typing import Any

from labelaudit.errors import BaselineError, DecisionsError
from labelaudit.names import printable

SCHEMA_VERSION = "1.0"
"""MAJOR.MINOR: a new key increments the minor part; a key that changes or is removed increments the major part."""


class Document:
    """A JSON object of a schema version that can be read.

    Parameters
    ----------
    text
        The document.
    none
        Beginning of the message for a text that is not such a document.
    error
        Type of all errors.

    Raises
    ------
    BaselineError, DecisionsError
        The text is no JSON object, or has another version. It is never treated as empty.
    """

    def __init__(self, text: str, none: str, error: type[BaselineError | DecisionsError]) -> None:
        self._none, self._error = none, error
        try:
            data = json.loads(text)
        except json.JSONDecodeError as malformed:
            raise error(
                f"{none}: line {malformed.lineno} is no JSON. If a merge left its marks in it, keep the lines of both "
                "sides."
            ) from malformed
        except (ValueError, RecursionError) as malformed:
            raise error(f"{none}: it is no JSON that can be read.") from malformed
        if not isinstance(data, dict) or not isinstance(data.get("schema_version"), str):
            raise error(f"{none}: it has no schema_version.")
        version = data["schema_version"]
        if version.partition(".")[0] != SCHEMA_VERSION.partition(".")[0]:
            found = printable(version)[:20]
            raise error(f"it has the schema version {found}, and this labelaudit reads {SCHEMA_VERSION}.")
        self._data: dict[str, Any] = data

    def __contains__(self, name: str) -> bool:
        return name in self._data

    def listed(self, name: str) -> list[Any]:
        """Return a list of the document; that it is missing is an error."""
        if not isinstance(self._data.get(name), list):
            raise self._error(f"{self._none}: its {name} are no list.")
        return list(self._data[name])
