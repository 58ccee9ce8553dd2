"""Every error that labelaudit raises on purpose.

::

    LabelauditError
    ├── DatasetError (ValueError)       the folder does not hold a data set that can be audited
    ├── SettingsError (ValueError)      a setting has a value that it can't have
    ├── UnknownNameError (LookupError)  a registry was asked for a name that it does not hold
    ├── PluginError (ValueError)        an installed package adds what can't be added
    ├── MissingExtraError (ImportError) an optional part is not installed
    ├── WeightsError (ValueError)       a weights file is not what it should be
    ├── ReportError (ValueError)        a file is no report, or none that this version can read
    ├── BaselineError (ValueError)      the baseline can't be read; never taken for an empty one
    ├── RevisionError (ValueError)      git does not know the revision, or there is no git
    └── OutputError (OSError)           a file could not be written
    UnreadableImage (ValueError)        one file could not be decoded: a value for the report, never fatal

A message says what was found, where, what was expected, and what to type next.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What a command tells the shell. That something broke (2) is never confused with findings (1)."""

    PASSED = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class LabelauditError(Exception):
    """Anything that keeps labelaudit from giving a valid answer."""


class DatasetError(LabelauditError, ValueError):
    """The folder does not hold a data set that can be audited."""


class SettingsError(LabelauditError, ValueError):
    """A setting has a value that it can't have."""


class UnknownNameError(LabelauditError, LookupError):
    """A registry was asked for a name that it does not hold."""


class PluginError(LabelauditError, ValueError):
    """An installed package adds what can't be added."""


class MissingExtraError(LabelauditError, ImportError):
    """An optional part of labelaudit is not installed."""


class WeightsError(LabelauditError, ValueError):
    """A file of network weights is not what it should be."""


class ReportError(LabelauditError, ValueError):
    """A file is no report of labelaudit, or none that this version can read."""


class BaselineError(LabelauditError, ValueError):
    """The baseline can't be read."""


class RevisionError(LabelauditError, ValueError):
    """What changed since a revision can't be told."""


class OutputError(LabelauditError, OSError):
    """A file could not be written."""


class UnreadableImage(ValueError):  # noqa: N818  it is a finding about the data, not a fault of the program
    """One file could not be decoded; the text is the reason, in the words of the report."""
