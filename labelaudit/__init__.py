"""Find mislabeled images in a folder of images, estimate how certain that is, and fail CI on new ones.

Start reading in :mod:`labelaudit.audit`, which calls all stages in order.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelaudit.api import audit, soften
    from labelaudit.audit import judge
    from labelaudit.errors import LabelauditError
    from labelaudit.findings import Finding
    from labelaudit.gate import Gate
    from labelaudit.records import Audit, SoftLabels, Verdict
    from labelaudit.result import Result
    from labelaudit.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Audit",
    "Finding",
    "Gate",
    "LabelauditError",
    "Result",
    "Settings",
    "SoftLabels",
    "Verdict",
    "audit",
    "judge",
    "soften",
]

_HOMES = {
    "Audit": "records",
    "Finding": "findings",
    "Gate": "gate",
    "LabelauditError": "errors",
    "Result": "result",
    "Settings": "settings",
    "SoftLabels": "records",
    "Verdict": "records",
    "audit": "api",
    "judge": "audit",
    "soften": "api",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``labelaudit --help`` is fast."""
    if name in _HOMES:
        return getattr(import_module(f"labelaudit.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'labelaudit' has no attribute {name!r}")


class _Package(ModuleType):
    """The package, whose ``audit`` is the function: an import of the module of that name would bind the module."""

    def __setattr__(self, name: str, value: Any) -> None:
        of_the_name = name == "audit" and isinstance(value, ModuleType)
        super().__setattr__(name, import_module("labelaudit.api").audit if of_the_name else value)

    def __dir__(self) -> list[str]:
        return sorted([*__all__, *(name for name in vars(self) if name.startswith("__"))])


sys.modules[__name__].__class__ = _Package
