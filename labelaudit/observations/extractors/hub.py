"""Models on the Hugging Face hub: found in the user's own cache, and downloaded only if they are not there.

A model that is in the cache is used without asking the hub whether there is a newer one, so that a scan gives the same
results tomorrow, and without the network.
"""

import json
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from labelaudit.errors import ModelError
from labelaudit.features import is_path, model_and_weights
from labelaudit.names import printable
from labelaudit.observations.extractors.silence import hub_without_telemetry, reason
from labelaudit.timing import LOG


def local(name: str) -> Path | None:
    """Return the folder or file that a name is the path of; none for a name of the library or the hub.

    Raises
    ------
    ModelError
        It can only be a path, and there is nothing.
    """
    if Path(name).exists():
        return Path(name)
    if is_path(name):
        raise ModelError(f"there is no file or folder {printable(name)}.")
    return None


def folder_of(name: str, files: Sequence[str], weights: Sequence[str], extra: str) -> Path:
    """Return the folder that the files of a repository are in, after downloading them if they are not there.

    Parameters
    ----------
    name
        The repository, ``owner/name``, with ``@revision`` or without.
    files
        Patterns of its configuration; the first one, if there is one, is the name of a file that is needed.
    weights
        Patterns of its weights, of which one is needed; the first one that has files is used.
    extra
        The extra of labelaudit that installs the client of the hub.

    Raises
    ------
    ModelError
        They are not there, and cannot be downloaded.
    """
    hub = hub_without_telemetry(extra)
    repository, revision = model_and_weights(name.removeprefix("hf-hub:"))
    for pattern in weights:
        folder = _snapshot(hub, repository, revision, [*files, pattern], offline=True)
        if folder and _is_complete(folder, files[:1], pattern):
            return folder
    LOG.info("downloading %s from the Hugging Face hub", printable(repository))
    for pattern in weights:
        folder = _snapshot(hub, repository, revision, [*files, pattern], offline=False)
        if folder and _is_complete(folder, files[:1], pattern):
            return folder
    raise ModelError(
        f"the repository {printable(repository)} has no {' and '.join([*files[:1], ' or '.join(weights)])}. "
        "Name a repository or folder of a model that the library can load."
    )


def _snapshot(hub: Any, repository: str, revision: str, patterns: list[str], *, offline: bool) -> Path | None:
    """Return the folder of a repository in the cache of the hub; none if it is not there and may not be downloaded."""
    bars = hub.utils.are_progress_bars_disabled()
    hub.utils.disable_progress_bars()
    try:
        found = hub.snapshot_download(
            repository, revision=revision or None, allow_patterns=patterns, local_files_only=offline
        )
    except hub.errors.HFValidationError as error:
        raise ModelError(f"'{printable(repository)}' is no repository: {reason(error)}") from error
    except hub.errors.LocalEntryNotFoundError as error:
        if offline:
            return None
        raise _missing(hub, repository, patterns, error) from error
    except Exception as error:  # those of the client, of its HTTP library and of the file system
        raise _missing(hub, repository, patterns, error) from error
    finally:
        if not bars:
            hub.utils.enable_progress_bars()
    return Path(found)


def _missing(hub: Any, repository: str, patterns: list[str], error: Exception) -> ModelError:
    """Return an error that says what is missing and how to get it."""
    shown, place = printable(repository), printable(str(hub.constants.HF_HUB_CACHE))
    return ModelError(
        f"{shown} ({printable(', '.join(patterns))}) is not in {place}, and cannot be downloaded: "
        f"{reason(error).rstrip('.')}. On a machine with access, type: hf download {shown} --local-dir model; "
        "then copy the folder and name it in place of the repository."
    )


def _is_complete(folder: Path, needed: Sequence[str], weights: str) -> bool:
    """Return whether there are the files that are needed, and weights of which no part is missing."""
    found = [path for path in folder.iterdir() if fnmatch(path.name, weights)]
    indices = [path for path in found if path.name.endswith(".index.json")]
    parts = {part for index in indices for part in _parts(index)}
    return len(found) > len(indices) and all((folder / name).exists() for name in (*needed, *parts))


def _parts(index: Path) -> set[str]:
    """Return the files of weights that an index lists."""
    try:
        return set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
    except (OSError, ValueError, LookupError, AttributeError, TypeError):
        return {""}  # the folder itself, which exists: the library says what is wrong with the index
