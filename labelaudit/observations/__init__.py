"""The pass over all files: everything that later stages need to know about an image is measured here."""

from labelaudit.observations.observe import observe

__all__ = ["observe"]
