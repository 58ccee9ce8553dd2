"""The exceptions that labelaudit raises.

::

    LabelauditError
    ├── DatasetError (ValueError)       the folder does not contain a data set that can be audited
    ├── SettingsError (ValueError)      a setting has an invalid value
    ├── UnknownNameError (LookupError)  a name is not registered
    ├── PluginError (ValueError)        an installed package registers something invalid
    ├── MissingExtraError (ImportError) an optional dependency is not installed
    ├── WeightsError (ValueError)       a weights file is invalid
    ├── ModelError (ValueError)         the user's own network, features or probabilities cannot be used
    ├── ReportError (ValueError)        a file is not a report that this version can read
    ├── BaselineError (ValueError)      the baseline cannot be read; it is never treated as empty
    ├── DecisionsError (ValueError)     the decisions cannot be read; they are never treated as none
    ├── VotesError (ValueError)         a table of votes cannot be read
    ├── SoftLabelsError (ValueError)    a file is not a table of soft labels
    ├── JournalError (ValueError)       a file is not a journal of changes that can be taken back
    ├── RevisionError (ValueError)      git does not know the revision, or there is no git
    ├── EngineError (RuntimeError)      the processes of a cluster cannot do the work
    └── OutputError (OSError)           a file could not be written
    UnreadableImage (ValueError)        one file could not be decoded: a value for the report, never fatal

A message says what was found, where, what was expected, and what to type next.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of all commands. An error (2) is never confused with findings (1)."""

    PASSED = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130
    CLOSED_PIPE = 141


class LabelauditError(Exception):
    """Base class: labelaudit cannot give a valid result."""


class DatasetError(LabelauditError, ValueError):
    """The folder does not contain a data set that can be audited."""


class SettingsError(LabelauditError, ValueError):
    """A setting has an invalid value."""


class UnknownNameError(LabelauditError, LookupError):
    """A name is not registered."""


class PluginError(LabelauditError, ValueError):
    """An installed package registers something invalid."""


class MissingExtraError(LabelauditError, ImportError):
    """An optional dependency of labelaudit is not installed."""


class WeightsError(LabelauditError, ValueError):
    """A file of network weights is invalid."""


class ModelError(LabelauditError, ValueError):
    """The user's own network, features or probabilities cannot be used."""


class ReportError(LabelauditError, ValueError):
    """A file is not a report that this version of labelaudit can read."""


class BaselineError(LabelauditError, ValueError):
    """The baseline cannot be read."""


class DecisionsError(LabelauditError, ValueError):
    """The decisions cannot be read."""


class VotesError(LabelauditError, ValueError):
    """A table of votes cannot be read."""


class SoftLabelsError(LabelauditError, ValueError):
    """A file is not a table of soft labels that can be read."""


class JournalError(LabelauditError, ValueError):
    """A file is not a journal of changes that can be taken back."""


class RevisionError(LabelauditError, ValueError):
    """The changes since a git revision cannot be determined."""


class EngineError(LabelauditError, RuntimeError):
    """A Dask scheduler or its workers cannot do the work."""


class OutputError(LabelauditError, OSError):
    """A file could not be written."""


class UnreadableImage(ValueError):  # noqa: N818  it is a finding about the data, not an error of the program
    """One file could not be decoded; the message is the reason, as shown in the report."""
