"""The configuration: ``[tool.labelaudit]`` in ``pyproject.toml``, or ``labelaudit.toml``.

What stands on the command line goes before the environment (``LABELAUDIT_MAX_RATE``), that before the file, that
before the default. The file is searched from the working folder upwards to the root of the repository, and never
inside the data, which is not to be trusted.
"""

import difflib
import stat
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from labelaudit.errors import SettingsError
from labelaudit.names import printable

OWN, SHARED = "labelaudit.toml", "pyproject.toml"
PATHS = frozenset({"baseline", "cache_dir", "data", "metrics", "out", "scores"})
"""Options that name a file: in a configuration they are relative to it."""

PER_CLASS = "per-class"


class Config(NamedTuple):
    """What a configuration file says.

    Attributes
    ----------
    path
        The file; none if there is none.
    values
        By the name of the parameter, as the command line takes it.
    per_class
        By class, its own settings.
    """

    path: Path | None = None
    values: dict[str, Any] = {}  # noqa: RUF012  nobody writes to it
    per_class: dict[str, dict[str, Any]] = {}  # noqa: RUF012


def load(path: Path, known: Iterable[str]) -> Config:
    """Read a configuration file.

    Parameters
    ----------
    path
        The file.
    known
        Names of the parameters that may be set.

    Raises
    ------
    SettingsError
        It can't be read, or has a key that nothing knows.
    """
    shown = printable(str(path))
    try:
        return parse(path, path.read_text(encoding="utf-8"), known)
    except OSError as error:
        raise SettingsError(f"the configuration {shown} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"the configuration {shown} is no valid TOML: {error}.") from error


def parse(path: Path, text: str, known: Iterable[str]) -> Config:
    """Read what a configuration file holds, or is about to hold.

    Raises
    ------
    SettingsError
        It is no valid TOML, or has a key that nothing knows.
    """
    table = _table(path, text)
    keys = {name.replace("_", "-"): name for name in known}
    values = {}
    for key, value in table.items():
        if key == PER_CLASS:
            continue
        if key == "tool" and path.name != SHARED:
            raise SettingsError(f"{printable(str(path))}: here the settings stand without [tool.labelaudit]. Drop it.")
        if key not in keys:
            close = difflib.get_close_matches(key, [*keys, PER_CLASS], n=1)
            hint = f"; did you mean '{close[0]}'?" if close else "."
            raise SettingsError(f"{printable(str(path))}: there is no setting '{printable(key)}'{hint}")
        values[keys[key]] = _as_typed(path, key, value, keys[key])
    per_class = table.get(PER_CLASS, {})
    if not isinstance(per_class, dict) or not all(isinstance(each, dict) for each in per_class.values()):
        raise SettingsError(f'{printable(str(path))}: expected tables such as [{PER_CLASS}.other] or ["{PER_CLASS}"].')
    return Config(path, values, per_class)


def find(outside: Path | None) -> Path | None:
    """Return the configuration file that is nearest to the working folder and not inside the data, if there is one."""
    for folder in upwards():
        if outside is not None and folder.is_relative_to(outside.resolve()):
            continue
        if is_file(folder / OWN):
            return folder / OWN
        if is_file(folder / SHARED) and _speaks_of_us(folder / SHARED):
            return folder / SHARED
    return None


def upwards() -> Iterator[Path]:
    """Yield the working folder and those above it, up to the root of the repository.

    Raises
    ------
    SettingsError
        The working folder was removed, or can't be entered.
    """
    try:
        start = Path.cwd().resolve()
    except OSError as error:
        raise SettingsError(f"the working folder can't be read: {error.strerror}. Go to another one.") from error
    for folder in (start, *start.parents):
        yield folder
        if _mode(folder / ".git"):
            return


def is_file(path: Path) -> bool:
    """Tell whether there is such a file: one that can't be looked for is never taken for one that is not there.

    Raises
    ------
    SettingsError
        A folder on the way can't be entered.
    """
    return stat.S_ISREG(_mode(path))


def _mode(path: Path) -> int:
    """Return what kind of file *path* is, as the system has it; 0 if there is none."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
    except OSError as error:
        raise SettingsError(
            f"can't tell whether there is {printable(str(path))}: {error.strerror}. Go to a folder that you can enter."
        ) from error


def _speaks_of_us(path: Path) -> bool:
    try:
        return "[tool.labelaudit" in path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise SettingsError(
            f"can't tell whether {printable(str(path))} configures labelaudit: {error.strerror}. Make it readable, or "
            "name a configuration: --config FILE"
        ) from error


def _table(path: Path, text: str) -> dict[str, Any]:
    shown = printable(str(path))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"the configuration {shown} is no valid TOML: {printable(str(error))}.") from error
    if path.name == SHARED:
        tools = table.get("tool", {})
        table = tools.get("labelaudit", {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise SettingsError(f"{shown}: tool.labelaudit is no table.")
    return table


def _as_typed(path: Path, key: str, value: Any, name: str) -> Any:
    """Return a value that the command line can take."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str | int | float) for each in values):
        raise SettingsError(f"{printable(str(path))}: '{key}' must be a text, a number, true or false, or a list.")
    if name in PATHS and isinstance(value, str):
        return str(path.parent / value)
    return value
