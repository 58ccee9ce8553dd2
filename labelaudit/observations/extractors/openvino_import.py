"""Import OpenVINO without the telemetry that its import starts; no other module imports it."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

CONVERTER = "openvino.tools.ovc"
"""The model converter, which OpenVINO imports at the end of its own import, and which contacts an analytics host."""


def import_openvino() -> Any:
    """Import OpenVINO without its model converter, and return it.

    The converter imports ``openvino_telemetry``, which looks up an analytics host, writes to ``~/intel`` and takes
    two thirds of the time of the import. We do not need it, so it is hidden while OpenVINO is imported, which accepts
    that it is not installed. A program that uses ``openvino.convert_model`` afterwards still gets it.
    """
    if "openvino" in sys.modules or CONVERTER in sys.modules:
        import openvino as module

        return module
    sys.modules[CONVERTER] = None  # type: ignore[assignment]  # makes its import fail
    try:
        import openvino as module
    finally:
        del sys.modules[CONVERTER]
    _convert_when_asked(module)
    return module


def _convert_when_asked(module: ModuleType) -> None:
    """Import ``openvino.convert_model`` when a program uses it."""

    def missing(name: str) -> Any:
        if name != "convert_model":
            raise AttributeError(f"module 'openvino' has no attribute '{name}'")
        from openvino.tools.ovc import convert_model

        return convert_model

    if not hasattr(module, "convert_model"):
        module.__getattr__ = missing  # type: ignore[method-assign]
