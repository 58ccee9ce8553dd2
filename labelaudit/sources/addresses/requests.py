"""Requests that are repeated when they fail, and what is said when they fail for good."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from labelaudit.errors import DatasetError, LabelauditError
from labelaudit.names import printable
from labelaudit.timing import LOG

TRIES = 5
"""Maximum number of attempts for a request before the scan ends with an error."""

PAUSE = 0.1
"""Seconds before the first retry, doubled each time, so that a scan survives an outage of 1.5 seconds."""

T = TypeVar("T")


def persistently(work: Callable[[], T], address: str) -> T:
    """Run a network operation, and retry it after a pause if it fails.

    Raises
    ------
    FileNotFoundError
        There is nothing at the address.
    DatasetError
        It is refused, or has failed too often.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return work()
        except (FileNotFoundError, LabelauditError):
            raise
        except Exception as error:  # each file system raises its own errors
            if is_refusal(error):
                raise DatasetError(
                    f"{printable(address)} is refused ({reason_of(error)}). Check the credentials of this environment, "
                    "and that they may list and read it."
                ) from error
            if attempt == TRIES:
                raise DatasetError(
                    f"{printable(address)} cannot be read: {reason_of(error)}; tried {TRIES} times. What was read is "
                    "in the cache: scan again when the server answers."
                ) from error
            LOG.info("request %d of %d failed: %s", attempt, TRIES, reason_of(error))
            time.sleep(PAUSE * 2 ** (attempt - 1))


@contextmanager
def there(address: str) -> Iterator[None]:
    """Convert the error that a file is missing, for a file without which nothing can be read.

    Raises
    ------
    DatasetError
        There is no such file.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise DatasetError(f"there is nothing at {printable(address)}. Check the address.") from error


def is_refusal(error: Exception) -> bool:
    """Tell whether a server refuses a request, so that repeating it changes nothing."""
    unknown = "Credentials" in type(error).__name__  # botocore and google-auth have their own for each case
    return unknown or isinstance(error, PermissionError) or getattr(error, "status", None) in (401, 403)


def reason_of(error: Exception) -> str:
    """Return what a file system says about a failure, briefly and safe to print."""
    said = getattr(error, "message", "") or str(error)
    status = getattr(error, "status", None)
    return printable(f"{f'{status} ' if status else ''}{said or type(error).__name__}"[:200])
