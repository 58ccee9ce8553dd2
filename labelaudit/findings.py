"""Findings and their severity."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from labelaudit.names import printable

WHOLE = "."
"""Path of a finding about the data set as a whole."""


class Severity(StrEnum):
    """Severity of a finding."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """Rank, 0 for the most severe."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One issue in the data.

    Attributes
    ----------
    code
        Code of the rule, such as ``LA101``.
    name
        Name of the rule.
    severity
        Severity at the gate.
    path
        The image, relative to the data set, POSIX; the folder of a class or a split, with a ``/`` at its end, where the
        finding is about one; or ``.`` where it is about the whole data set.
    message
        Short description without the path, escaped for output.
    label
        The given label; if images may have several, all of them, or the one that the finding is about. Empty where a
        label is missing.
    suggested
        The suggested label; empty if there is none.
    p_error
        Probability that the label is wrong, 0 to 1; None for rules that do not estimate it.
    digest
        SHA-256 of the image's bytes; empty if the finding is not about exactly one image.
    related
        Further images that the finding is about: copies of this one, or examples.
    subject
        Identity of the finding if it is not about one image or one class: for example, the contents and labels of a
        group. It contains nothing that a model predicts, since predictions change between scans.
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
    def about(self) -> str:
        """The label that the finding is about: the given one, or the suggested one if that is missing."""
        return self.label or self.suggested

    @property
    def key(self) -> tuple[str, str, str]:
        """What the finding is known by from scan to scan: rule, content and label; no name, place or score."""
        if self.subject:
            return (self.code, printable(self.subject), "")
        return (self.code, self.digest or printable(self.path), printable(self.about))

    @property
    def fingerprint(self) -> str:
        """The key as 32 hexadecimal digits."""
        return hashlib.sha256("\0".join(self.key).encode("utf-8")).hexdigest()[:32]
