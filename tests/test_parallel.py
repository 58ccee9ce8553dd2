"""Threads that share one limit, and values computed in the background."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from labelaudit.parallel import Later, one_thread_each


def test_what_is_made_later_is_made_once() -> None:
    made = []
    later = Later(lambda: made.append(threading.current_thread()) or len(made))
    assert not made

    later.begin()
    later.begin()
    assert later.result() == later.result() == 1
    assert made != [threading.current_thread()]


def test_what_went_wrong_aside_is_raised_where_it_is_asked_for() -> None:
    def fail() -> None:
        raise ValueError("no such thing")

    later = Later(fail)
    later.begin()
    for _ in range(2):
        with pytest.raises(ValueError, match="no such thing"):
            later.result()


def blas_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}


def test_blas_keeps_to_one_thread_until_the_last_is_done() -> None:
    before, release, started = blas_threads(), threading.Event(), threading.Event()

    def work() -> None:
        with one_thread_each():
            started.set()
            release.wait(10)

    with one_thread_each():
        thread = threading.Thread(target=work)
        thread.start()
        started.wait(10)
    assert blas_threads() == {1}
    release.set()
    thread.join()
    assert blas_threads() == before


def test_what_nobody_asks_for_does_not_keep_the_program_from_ending() -> None:
    code = "import time\nfrom labelaudit.parallel import Later\nLater(lambda: time.sleep(60)).begin()"

    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)
