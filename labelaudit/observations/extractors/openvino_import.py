"""The one place that imports OpenVINO, without the telemetry that its own import starts."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

CONVERTER = "openvino.tools.ovc"
"""The model converter. OpenVINO imports it at its end, and the converter sends an event to an analytics host."""


def import_openvino() -> Any:
    """Import OpenVINO without its model converter, and return it.

    The converter imports ``openvino_telemetry``, which looks up an analytics host, writes into ``~/intel`` and takes
    two thirds of the time of the import. Graphs are built here without it, so it is hidden while OpenVINO is imported:
    OpenVINO itself allows for a converter that is not installed. A program that asks for ``openvino.convert_model``
    afterwards gets it.
    """
    if "openvino" in sys.modules or CONVERTER in sys.modules:
        import openvino as module

        return module
    sys.modules[CONVERTER] = None  # type: ignore[assignment]  # how Python marks what can't be imported
    try:
        import openvino as module
    finally:
        del sys.modules[CONVERTER]
    _convert_when_asked(module)
    return module


def _convert_when_asked(module: ModuleType) -> None:
    """Let ``openvino.convert_model`` be imported when a program asks for it."""

    def missing(name: str) -> Any:
        if name != "convert_model":
            raise AttributeError(f"module 'openvino' has no attribute '{name}'")
        from openvino.tools.ovc import convert_model

        return convert_model

    if not hasattr(module, "convert_model"):
        module.__getattr__ = missing  # type: ignore[method-assign]
