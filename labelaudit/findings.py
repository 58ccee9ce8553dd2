"""What was found, and what it weighs."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from labelaudit.names import printable

WHOLE = "."
"""Path of a finding about the data set as a whole."""


class Severity(StrEnum):
    """How much a finding weighs at the gate."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Position from the gravest, 0, downwards."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with the data.

    Attributes
    ----------
    code
        Of the rule, such as ``LA101``.
    name
        Of the rule, in words.
    severity
        What it weighs at the gate.
    path
        The image, relative to the data set, POSIX; the folder of a class or a split, with a ``/`` at its end, where the
        finding is about one; or ``.`` where it is about the whole data set.
    message
        The finding in a few words, safe to print; without the path.
    label
        The given label.
    suggested
        The label that fits better; empty if there is none.
    p_error
        Probability that the label is wrong; none for rules that do not speak of it.
    digest
        Of the image's bytes; empty where the finding is about more or less than one image.
    related
        Further images that the finding is about: the copies of this one, or examples.
    subject
        What the finding is known by where that is not one image, or one class, with its label: the contents and
        labels of a group, say. Nothing that a model thinks, or the finding goes astray when it thinks otherwise.
    """

    code: str
    name: str
    severity: Severity
    path: str
    message: str
    label: str = ""
    suggested: str = ""
    p_error: float | None = None
    digest: str = ""
    related: tuple[str, ...] = ()
    subject: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What the finding is known by from scan to scan: rule, content and given label; no name, place or score."""
        if self.subject:
            return (self.code, printable(self.subject), "")
        return (self.code, self.digest or printable(self.path), printable(self.label))

    @property
    def fingerprint(self) -> str:
        """The key as 32 hexadecimal digits."""
        return hashlib.sha256("\0".join(self.key).encode("utf-8")).hexdigest()[:32]
