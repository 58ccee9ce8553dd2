"""The one pass over the bytes: everything that a later stage needs of an image is gathered here."""

from labelaudit.observations.observe import observe

__all__ = ["observe"]
