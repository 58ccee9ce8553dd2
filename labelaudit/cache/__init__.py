"""Cached results in a folder. Losing the cache costs only time.

Files are written to a temporary file and renamed, never modified, and named after everything that their contents depend
on, so that concurrent scans need no lock. Damaged files are deleted and computed again; files that cannot be written
are skipped. Both are reported as notes, and neither ends a scan. Files hold only numbers, short texts and checksums, so
that reading one cannot run code.
"""

from labelaudit.cache.folder import NO_CACHE, Cache, default_cache, default_folder, user_folder
from labelaudit.cache.keys import digest_of, digest_of_code, key_of, versions_of
from labelaudit.cache.rows import Rows, count_rows
from labelaudit.cache.store import IN_MEMORY, LARGE, Store, release
from labelaudit.cache.unchanged import state_of, unchanged_key

__all__ = [
    "IN_MEMORY",
    "LARGE",
    "NO_CACHE",
    "Cache",
    "Rows",
    "Store",
    "count_rows",
    "default_cache",
    "default_folder",
    "digest_of",
    "digest_of_code",
    "key_of",
    "release",
    "state_of",
    "unchanged_key",
    "user_folder",
    "versions_of",
]
