"""Find the wrong labels in a folder of images, say how sure it is, and gate CI on it.

The program reads from the top down in :mod:`labelaudit.audit`.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from labelaudit.audit import audit, judge, soften
    from labelaudit.errors import LabelauditError
    from labelaudit.findings import Finding
    from labelaudit.gate import Gate
    from labelaudit.records import Audit, SoftLabels, Verdict
    from labelaudit.settings import Settings

__version__ = "0.1.0"

__all__ = [
    "Audit",
    "Finding",
    "Gate",
    "LabelauditError",
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
    "Settings": "settings",
    "SoftLabels": "records",
    "Verdict": "records",
    "audit": "audit",
    "judge": "audit",
    "soften": "audit",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``labelaudit --help`` answers at once."""
    if name in _HOMES:
        return getattr(import_module(f"labelaudit.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'labelaudit' has no attribute {name!r}")


class _Package(ModuleType):
    """The package, whose ``audit`` is the function: an import of the module of that name would bind the module."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value.audit if name == "audit" and isinstance(value, ModuleType) else value)


sys.modules[__name__].__class__ = _Package
