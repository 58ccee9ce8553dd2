"""Load the libraries of PyTorch models without their messages, telemetry and requests."""

import logging
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from labelaudit.cache import versions_of
from labelaudit.errors import LabelauditError, MissingExtraError, ModelError
from labelaudit.names import printable

TELEMETRY = "HF_HUB_DISABLE_TELEMETRY"


LEAST = {"torch": (2, 6), "timm": (1, 0, 26), "open_clip": (3, 0), "transformers": (5, 0), "huggingface_hub": (1, 3)}
"""Lowest versions of libraries. Before these, PyTorch's reader of tensors could be made to run code (CVE-2025-32434),
and timm read pickles in folders."""

DISTRIBUTIONS = {"open_clip": "open_clip_torch"}
"""Names of packages that differ from those of their modules."""


def framework(module: str, extra: str) -> Any:
    """Import a library.

    Raises
    ------
    MissingExtraError
        It is not installed or too old, or a package that it needs is not installed.
    """
    name = module.partition(".")[0]
    (there,) = versions_of(DISTRIBUTIONS.get(name, name))
    if there and tuple(map(int, re.findall(r"\d+", there)[:3])) < LEAST[name]:
        least = ".".join(map(str, LEAST[name]))
        raise MissingExtraError(
            f"{name} {there} is installed; expected {least} or later. Type: pip install 'labelaudit[{extra}]'"
        )
    try:
        return import_module(module)
    except ImportError as error:
        raise MissingExtraError(
            f"{module} cannot be imported ({printable(str(error).splitlines()[0])}). "
            f"Type: pip install 'labelaudit[{extra}]'"
        ) from error


@contextmanager
def quietly(where: str, extra: str) -> Iterator[None]:
    """Silence the libraries, keep them from the network, and convert their errors.

    All settings are those of the process; they are restored afterwards, for programs that use the libraries themselves.
    Whatever may be downloaded was downloaded before, by :mod:`.hub`.

    Parameters
    ----------
    where
        The model, for messages.
    extra
        The extra of labelaudit that installs its library.

    Raises
    ------
    ModelError
        The library cannot load the model.
    """
    with warnings.catch_warnings(), _no_records():
        warnings.simplefilter("ignore")
        hub = hub_without_telemetry(extra)
        with _offline(hub):
            try:
                yield
            except LabelauditError:
                raise
            except Exception as error:  # the libraries' errors have no common base class
                raise ModelError(f"{where} cannot be used: {reason(error)}") from error


def hub_without_telemetry(extra: str) -> Any:
    """Import the client of the Hugging Face hub with its telemetry switched off.

    It reads the environment when it is imported. The variable is removed again, since child processes inherit it.
    """
    known = os.environ.get(TELEMETRY)
    os.environ[TELEMETRY] = "1"
    try:
        for part in ("constants", "errors", "utils"):  # the package imports them only when they are asked for
            framework(f"huggingface_hub.{part}", extra)
        return framework("huggingface_hub", extra)
    finally:
        if known is None:
            del os.environ[TELEMETRY]
        else:
            os.environ[TELEMETRY] = known


def reason(error: Exception) -> str:
    """Return what an error says, in one line and without escape sequences."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return printable(lines[0] if lines else type(error).__name__)[:300]


@contextmanager
def _no_records() -> Iterator[None]:
    """Drop log records; some libraries log to the root logger, which adds a handler that prints."""
    root = logging.getLogger()
    level, handlers = root.manager.disable, root.handlers[:]
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)
        root.handlers[:] = handlers


@contextmanager
def _offline(hub: Any) -> Iterator[None]:
    """Refuse all requests to the hub."""
    known = hub.constants.HF_HUB_OFFLINE
    hub.constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        hub.constants.HF_HUB_OFFLINE = known
