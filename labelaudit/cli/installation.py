"""The command that installs labelaudit in CI; the user gives it, since labelaudit is in no package index yet."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from labelaudit.errors import SettingsError
from labelaudit.names import printable

IN_TEMPLATES = "pip install ./labelaudit"
"""The command in the templates and in docs/ci.md, which installs a copy of labelaudit in the repository."""

EXAMPLE = f'labelaudit init --install "{IN_TEMPLATES}" (a folder, a wheel or a git address)'

PLAIN = re.compile(r"[A-Za-z][\w ./@+=:-]*")
"""Text that YAML reads without quotes, unless a colon in it is followed by a space."""


def check_install(command: str, root: Path) -> None:
    """Check the command that installs labelaudit: the files that it names must be in the repository.

    Raises
    ------
    SettingsError
        It is empty, has more than one line, or names a file that is not there.
    """
    if not command.strip() or not command.isprintable():
        raise SettingsError(f"--install {printable(command)!r}: expected one line. Type: {EXAMPLE}")
    for path in local_paths(command):
        place = root / path
        if not place.resolve().is_relative_to(root):
            raise SettingsError(f"--install: {printable(path)} is outside of the repository, so CI would not have it.")
        if not place.exists():
            raise SettingsError(
                f"--install: there is no {printable(path)} in the repository. Copy labelaudit there, or name a git "
                'address: --install "pip install git+https://HOST/labelaudit"'
            )


def local_paths(command: str) -> Iterator[str]:
    """Yield the words of a command that name a file or a folder in the repository."""
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SettingsError(f"--install {printable(command)}: {error}.") from error
    for word in words:
        path = re.sub(r"\[[\w,-]*\]$", "", word)  # extras
        if "://" not in path and (path.startswith((".", "/")) or path.endswith(".whl")):
            yield path


def with_install(template: str, command: str) -> str:
    """Return the text of a workflow that installs labelaudit with a command."""
    plain = PLAIN.fullmatch(command) and ": " not in command and not command.endswith((":", " "))
    import json

    return template.replace(IN_TEMPLATES, command if plain else json.dumps(command, ensure_ascii=False))
