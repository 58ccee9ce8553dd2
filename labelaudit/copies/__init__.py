"""The stage that knows copies of a picture again: exact, resized, encoded anew, cropped a little or mirrored."""

from labelaudit.copies.find import find_copies

__all__ = ["find_copies"]
