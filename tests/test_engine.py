"""Threads that share one limit, and values computed in the background."""

import subprocess
import sys
import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from labelaudit.engine import Later, Threads, one_thread_each


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
    code = "import time\nfrom labelaudit.engine import Later\nLater(lambda: time.sleep(60)).begin()"

    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


@pytest.mark.parametrize("jobs", [1, 3])
def test_results_come_in_the_order_of_the_items(jobs: int) -> None:
    first_may_end = threading.Event()

    def work(item: int) -> int:
        if item == 0 and jobs > 1:
            first_may_end.wait(10)
        elif item == 2:
            first_may_end.set()
        return item * item

    assert list(Threads(jobs).map(work, range(9))) == [item * item for item in range(9)]


def test_no_more_items_are_taken_than_may_wait() -> None:
    taken: list[int] = []
    results = Threads(2).map(lambda item: item, (taken.append(item) or item for item in range(100)), ahead=3)

    assert next(results) == 0
    assert len(taken) == 2 * 3 + 1
