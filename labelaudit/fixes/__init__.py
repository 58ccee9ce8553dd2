"""Changes a data set: a plan is plain data; one function carries it out, and another one undoes it."""

from labelaudit.fixes.carry_out import Done, carry_out
from labelaudit.fixes.moving import digest_of
from labelaudit.fixes.plan import make_plan
from labelaudit.fixes.undo import undo
from labelaudit.fixes.wanted import Image, Wanted, by_model, by_people, followed, without_copies, without_splits

__all__ = [
    "Done",
    "Image",
    "Wanted",
    "by_model",
    "by_people",
    "carry_out",
    "digest_of",
    "followed",
    "make_plan",
    "undo",
    "without_copies",
    "without_splits",
]
