"""The configuration: ``[tool.labelaudit]`` in ``pyproject.toml``, or ``labelaudit.toml``.

The command line overrides the environment (``LABELAUDIT_MAX_RATE``), which overrides the file, which overrides the
defaults. The file is searched for from the working folder upwards to the root of the repository, and never inside the
data, which is not trusted.
"""

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from labelaudit.cli.kinds import Kind, found
from labelaudit.cli.reading import check_regular, is_file, mode_of
from labelaudit.errors import SettingsError
from labelaudit.names import printable

OWN, SHARED = "labelaudit.toml", "pyproject.toml"
TABLE = "labelaudit"
PER_CLASS = "per-class"


class Config(NamedTuple):
    """The contents of a configuration file.

    Attributes
    ----------
    path
        The file, or None if there is none.
    values
        The value of each parameter, by name, as it would be given on the command line.
    per_class
        The settings of single classes, by the name of the class.
    """

    path: Path | None = None
    values: dict[str, Any] = {}  # noqa: RUF012  never modified
    per_class: dict[str, dict[str, Any]] = {}  # noqa: RUF012


def load(path: Path, known: Mapping[str, Kind]) -> Config:
    """Read a configuration file.

    Parameters
    ----------
    path
        The file.
    known
        The parameters that may be set, by name.

    Raises
    ------
    SettingsError
        It cannot be read, has an unknown key, or a value of the wrong type.
    """
    shown = printable(str(path))
    check_regular(path)
    try:
        return parse(path, path.read_text(encoding="utf-8"), known)
    except OSError as error:
        raise SettingsError(f"the configuration {shown} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"the configuration {shown} is not encoded in UTF-8. Save it in that encoding.") from error


def parse(path: Path, text: str, known: Mapping[str, Kind]) -> Config:
    """Return the contents of a configuration file, or of one that is about to be written.

    Raises
    ------
    SettingsError
        It is not valid TOML, has an unknown key, or a value of the wrong type.
    """
    shown, table = printable(str(path)), _table(path, text)
    keys = {name.replace("_", "-"): name for name in known}
    values = {}
    for key, value in table.items():
        if key == PER_CLASS:
            continue
        if key == "tool" and path.name != SHARED:
            raise SettingsError(f"{shown}: in this file the settings are at the top level. Remove [tool.labelaudit].")
        if key not in keys:
            close = difflib.get_close_matches(key, [*keys, PER_CLASS], n=1)
            hint = f"; did you mean '{close[0]}'?" if close else "."
            raise SettingsError(f"{shown}: there is no setting '{printable(key)}'{hint}")
        kind = known[keys[key]]
        if not kind.accepts(value):
            raise SettingsError(f"{shown}: '{key}' {kind.mistake(value)}")
        values[keys[key]] = kind.beside(path.parent, value)
    return Config(path, values, _per_class(shown, table.get(PER_CLASS, {})))


def _per_class(shown: str, tables: Any) -> dict[str, dict[str, Any]]:
    """Return the settings of single classes."""
    expected = f'expected tables such as [{PER_CLASS}.other] or ["{PER_CLASS}"].'
    if not isinstance(tables, dict):
        raise SettingsError(f"{shown}: '{PER_CLASS}' is {found(tables)}; {expected}")
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise SettingsError(f"{shown}: '{PER_CLASS}.{printable(name)}' is {found(table)}; {expected}")
    return tables


def find(outside: Path | None) -> Path | None:
    """Return the nearest configuration file from the working folder upwards that is not inside the data, if any."""
    for folder in upwards():
        if outside is not None and folder.is_relative_to(os.path.realpath(outside)):
            continue
        if is_file(folder / OWN):
            return folder / OWN
        if is_file(folder / SHARED) and _configures_labelaudit(folder / SHARED):
            return folder / SHARED
    return None


def upwards() -> Iterator[Path]:
    """Yield the working folder and those above it, up to the root of the repository.

    Raises
    ------
    SettingsError
        The working folder was removed, or is not accessible.
    """
    try:
        start = Path.cwd().resolve()
    except OSError as error:
        raise SettingsError(f"the working folder cannot be read: {error.strerror}. Change to another one.") from error
    for folder in (start, *start.parents):
        yield folder
        if mode_of(folder / ".git"):
            return


def _configures_labelaudit(path: Path) -> bool:
    """Return whether a pyproject.toml has our table; if it is not valid TOML, whether it seems to have it."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SettingsError(
            f"{printable(str(path))}, which may configure labelaudit, cannot be read: {error.strerror}. Make it "
            "readable, or name a configuration: --config FILE"
        ) from error
    if TABLE not in text:
        return False
    try:
        tools = _parsed(text).get("tool")
    except (ValueError, RecursionError):
        return f"[tool.{TABLE}" in text
    return isinstance(tools, dict) and TABLE in tools


def _table(path: Path, text: str) -> dict[str, Any]:
    shown = printable(str(path))
    try:
        table = _parsed(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"the configuration {shown} is not valid TOML: {printable(str(error))}.") from error
    if path.name == SHARED:
        tools = table.get("tool", {})
        table = tools.get(TABLE, {}) if isinstance(tools, dict) else tools
    if not isinstance(table, dict):
        raise SettingsError(f"{shown}: 'tool.{TABLE}' is {found(table)}; expected the table [tool.{TABLE}].")
    return table


def _parsed(text: str) -> dict[str, Any]:
    """Parse TOML, ignoring a byte-order mark, which some editors on Windows write."""
    import tomllib

    return tomllib.loads(text.removeprefix("\ufeff"))
