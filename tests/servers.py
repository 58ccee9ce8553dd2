"""A server on the loopback that holds a folder, with delays and failures."""

import base64
import hashlib
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
        What every request for an image, a table or an archive is answered with; 0 for the file.
    hidden
        The beginning of paths that are refused, folders included; empty for none.
    cut
        Whether images, tables and archives end in the middle.
    parts
        Whether parts of files are given; a server without them sends the whole file.
    tags
        Whether a strong ETag is sent with each file.
    redirected
        Where requests below ``/old`` are sent; empty for nowhere.
    password
        What the user ``me`` has to give; empty for none.
    asked
        How often each path was asked for.
    bytes_sent
        How many bytes of parts were sent.
    """

    delay: float = 0.0
    once: int = 0
    status: int = 0
    hidden: str = ""
    cut: bool = False
    parts: bool = False
    tags: bool = False
    redirected: str = ""
    password: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    bytes_sent: int = 0


class Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: object, behaviour: Behaviour, **more: object) -> None:
        self.behaviour = behaviour
        super().__init__(*args, **more)  # type: ignore[arg-type]

    def end_headers(self) -> None:
        place = Path(self.translate_path(self.path))
        if self.behaviour.tags and place.is_file():
            self.send_header("ETag", f'"{hashlib.md5(place.read_bytes()).hexdigest()}"')
        super().end_headers()

    def do_HEAD(self) -> None:
        if not self.refused():
            super().do_HEAD()

    def refused(self) -> bool:
        """Answer a request that is not for a file here; return whether it was one."""
        its, (path, _, query) = self.behaviour, self.path.partition("?")
        known = f"Basic {base64.b64encode(f'me:{its.password}'.encode()).decode()}"
        if its.password and self.headers.get("Authorization") != known and f"sig={its.password}" not in query:
            self.send_error(403)
        elif its.redirected and path.startswith("/old/"):
            self.send_response(302)
            self.send_header("Location", its.redirected + path.removeprefix("/old"))
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            return False
        return True

    def do_GET(self) -> None:
        its = self.behaviour
        time.sleep(its.delay)
        its.asked[self.path] += 1
        if self.refused():
            return
        if its.parts and "Range" in self.headers and not its.status and Path(self.translate_path(self.path)).is_file():
            self.send_part()
            return
        image = self.path.partition("?")[0].endswith((".png", ".zip", ".csv"))
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

    def send_part(self) -> None:
        place = Path(self.translate_path(self.path))
        first, _, last = self.headers["Range"].removeprefix("bytes=").partition("-")
        length = place.stat().st_size
        start, end = int(first), min(int(last or length) + 1, length)
        with place.open("rb") as file:
            file.seek(start)
            content = file.read(end - start)
        self.behaviour.bytes_sent += end - start
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end - 1}/{length}")
        self.send_header("Content-Length", str(end - start))
        self.end_headers()
        self.wfile.write(content)

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
