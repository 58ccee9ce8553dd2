"""What was worked out before, kept in a folder. Losing it costs time and nothing else.

Files are written aside and put in place in one step, never changed, and named by what they hold: two scans at once need
no lock. What is broken is thrown away and made anew, what can't be written is not kept; both are noted, neither ends a
scan. Nothing that is read can run: files hold numbers, short texts, and checksums of them.
"""

from labelaudit.cache.folder import LIMIT, NO_CACHE, Cache, default_folder, user_folder
from labelaudit.cache.keys import digest_of, digest_of_code, versions_of
from labelaudit.cache.rows import Rows, count_rows

__all__ = [
    "LIMIT",
    "NO_CACHE",
    "Cache",
    "Rows",
    "count_rows",
    "default_folder",
    "digest_of",
    "digest_of_code",
    "user_folder",
    "versions_of",
]
