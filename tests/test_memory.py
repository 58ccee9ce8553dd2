"""The memory of all decoding threads together is bounded."""

import subprocess
import sys
import threading
import time

import pytest

from labelaudit.errors import UnreadableImage
from labelaudit.images import decode
from labelaudit.images.memory import DECODING, MOST, READING, Budget

from .test_images import png_claiming


def test_the_budgets_add_up() -> None:
    assert READING.total + DECODING.total == MOST == 1_500_000_000


def test_never_more_is_held_than_there_is() -> None:
    budget, held, most = Budget(10), [], []

    def work(needed: int) -> None:
        for _ in range(20):
            with budget.hold(needed):
                held.append(needed)
                most.append(sum(held))
                time.sleep(0.0001)
                held.remove(needed)

    threads = [threading.Thread(target=work, args=(needed,)) for needed in (1, 3, 4, 5, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert max(most) <= 10
    assert len(most) == 100


def test_what_is_larger_than_the_budget_is_alone() -> None:
    budget, order = Budget(10), []

    def large() -> None:
        with budget.hold(99):
            order.append("large")

    with budget.hold(1):
        waiting = threading.Thread(target=large)
        waiting.start()
        time.sleep(0.05)
        order.append("small")
    waiting.join()

    assert order == ["small", "large"]


def test_an_error_gives_back_what_was_held() -> None:
    budget = Budget(10)
    with pytest.raises(KeyError), budget.hold(10):
        raise KeyError
    with budget.hold(10):
        pass
    for _ in range(3):
        with pytest.raises(UnreadableImage):
            decode(png_claiming(9000, 9000), 16)

    with DECODING.hold(DECODING.total):  # waits for ever if anything is still held
        pass


PEAK = """
import io, resource, sys, threading
from PIL import Image
from labelaudit.images import decode
out = io.BytesIO()
Image.linear_gradient("L").resize((4000, 4000)).convert("RGBA").save(out, "WEBP", lossless=True, quality=0, method=0)
decode(out.getvalue(), 192)
def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
one = peak()
threads = [threading.Thread(target=decode, args=(out.getvalue(), 192)) for _ in range(10)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(peak() - one)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the peak is asked of POSIX")
def test_ten_threads_stay_within_the_bound() -> None:
    """Ten at once would need 10 x 16 megapixels x 16 bytes: 2.6 GB."""
    done = subprocess.run([sys.executable, "-c", PEAK], capture_output=True, text=True, check=True)

    assert int(done.stdout) < MOST
