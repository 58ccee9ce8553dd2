"""Find copies of an image, and families of related images."""

from labelaudit.copies.families import find_families
from labelaudit.copies.find import find_copies

__all__ = ["find_copies", "find_families"]
