"""Find copies of an image, and families of related images."""

from labelaudit.copies.families import find_families, united
from labelaudit.copies.find import find_copies
from labelaudit.copies.naming import like_named, named_groups

__all__ = ["find_copies", "find_families", "like_named", "named_groups", "united"]
