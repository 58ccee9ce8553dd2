"""A server on the loopback that holds a folder, with delays and failures."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass
class Behaviour:
    """How a server answers.

    Attributes
    ----------
    delay
        Seconds that each answer takes.
    once
        Every so-manieth file fails the first time that it is asked for; 0 for none.
    status
        What every request for an image is answered with; 0 for the image.
    hidden
        The beginning of paths that are refused, folders included; empty for none.
    cut
        Whether images end in the middle.
    asked
        How often each path was asked for.
    """

    delay: float = 0.0
    once: int = 0
    status: int = 0
    hidden: str = ""
    cut: bool = False
    asked: Counter[str] = field(default_factory=Counter)


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, behaviour: Behaviour, **more: object) -> None:
        self.behaviour = behaviour
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        its = self.behaviour
        time.sleep(its.delay)
        its.asked[self.path] += 1
        image = self.path.endswith(".png")
        fails = its.once and hash_of(self.path) % its.once == 0 and its.asked[self.path] == 1
        if its.hidden and self.path.startswith(its.hidden):
            self.send_error(its.status or 500)
        elif image and (its.status or fails):
            self.send_error(its.status or 503)
        elif image and its.cut:
            content = Path(self.translate_path(self.path)).read_bytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
        else:
            super().do_GET()

    def log_message(self, *args: object) -> None:
        return


def hash_of(path: str) -> int:
    """Return the same number for a path in each run."""
    return sum(path.encode()) + int.from_bytes(path.encode()[-6:-4], "big")


@contextmanager
def serving(folder: Path, behaviour: Behaviour) -> Iterator[str]:
    """Serve a folder on the loopback; give its address."""
    handler = partial(Handler, directory=str(folder), behaviour=behaviour)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
