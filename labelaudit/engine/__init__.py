"""Engines, one per file: each maps a function over chunks of work and yields the results in the order of the chunks.

Only this package knows where work is done; a stage is given an engine and does not know which it is.
"""

from labelaudit.engine.engine import Engine as Engine
from labelaudit.engine.threads import Later as Later
from labelaudit.engine.threads import Threads as Threads
from labelaudit.engine.threads import available_cores as available_cores
from labelaudit.engine.threads import in_order as in_order
from labelaudit.engine.threads import one_thread_each as one_thread_each
from labelaudit.engine.threads import threads as threads
