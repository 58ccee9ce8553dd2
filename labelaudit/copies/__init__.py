"""The stage that finds copies of a picture, and families of images that are not independent of each other."""

from labelaudit.copies.families import find_families
from labelaudit.copies.find import find_copies

__all__ = ["find_copies", "find_families"]
