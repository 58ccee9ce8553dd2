"""The pass over all files: everything that later stages need to know about an image is measured here."""

from labelaudit.observations.extractors.devices import on_device
from labelaudit.observations.observe import observe

__all__ = ["observe", "on_device"]
