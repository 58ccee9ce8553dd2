"""Write the configuration of a project, or check the existing one."""

from collections.abc import Mapping
from pathlib import Path

from labelaudit.cli.config import OWN, SHARED, Config, parse
from labelaudit.cli.kinds import Kind
from labelaudit.cli.reading import is_file
from labelaudit.errors import SettingsError
from labelaudit.names import printable

HINT = "# Every option of `labelaudit scan` can be set here, for example: max-rate = 0.01"


def configuration(root: Path, data: Path, known: Mapping[str, Kind]) -> dict[Path, str]:
    """Return the file to write and its text: labelaudit.toml, or pyproject.toml with our table appended.

    Parameters
    ----------
    root
        Where the file goes.
    data
        The folder of images that it names.
    known
        The parameters that may be set, by name.

    Raises
    ------
    SettingsError
        pyproject.toml is invalid, or the name of the data cannot be written in TOML.
    """
    named = _as_named(root, data)
    path, text = root / OWN, f"{HINT}\n{_assignment(named)}\n"
    if is_file(root / SHARED):
        path = root / SHARED
        before = _read(path)
        end = "\r\n" if "\r\n" in before else "\n"
        gap = "" if not before or before.endswith("\n") else end
        text = before + gap + end.join(["", "[tool.labelaudit]", HINT, _assignment(named), ""])
    if not _is_text(named) or parse(path, text, known).values.get("data") != str(path.parent / named):
        raise SettingsError(f"the name of the data, {printable(named)}, cannot be written in TOML. Rename the folder.")
    return {path: text}


def check_names(config: Config, data: Path) -> None:
    """Check that the existing configuration names the data.

    Raises
    ------
    SettingsError
        It names no data, or other data.
    """
    shown, named = printable(str(config.path)), config.values.get("data")
    if named is None:
        line = printable(_assignment(data.as_posix()))
        raise SettingsError(
            f"{shown} exists and names no data. Add this line to it: {line}  Then type: labelaudit init"
        )
    if Path(named).resolve() != data.resolve():
        raise SettingsError(f"{shown} names other data: {printable(named)}. Change it, or type: labelaudit init")


def _as_named(root: Path, data: Path) -> str:
    """Return the path of the data for the configuration: relative to the root if it is below it."""
    if not data.is_absolute() and ".." not in data.parts:
        return data.as_posix()
    place = data.resolve()
    return (place.relative_to(root) if place.is_relative_to(root) else place).as_posix()


def _assignment(named: str) -> str:
    import json

    return f"data = {json.dumps(named, ensure_ascii=False)}".replace("\x7f", "\\u007f")


def _is_text(name: str) -> bool:
    """Tell whether a name is valid UTF-8; Python represents other bytes as lone surrogates."""
    return not any("\ud800" <= char <= "\udfff" for char in name)


def _read(path: Path) -> str:
    """Return the text of a file with its line endings unchanged."""
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise SettingsError(f"{printable(path.name)} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{printable(path.name)} is not encoded in UTF-8.") from error
