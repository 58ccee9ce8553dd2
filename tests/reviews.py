"""A review that is served for real: a server on a port of its own, and what a browser would send to it."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

from labelaudit.cli.review import File
from labelaudit.records import Decisions
from labelaudit.review import Address, Session, address_of, bind
from labelaudit.review.server import configured
from labelaudit.reviewing import Review


class Served(NamedTuple):
    """A review that is being served, and how it is asked."""

    session: Session
    address: Address
    file: Path

    def ask(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> "Reply":
        """Ask as the page does, behind the token; headers that are empty are left out."""
        return self.request(f"/{self.address.token}/{path}", method, body, **headers)

    def request(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> "Reply":
        own = f"127.0.0.1:{self.address.port}"
        sent = {"Host": own, "Origin": f"http://{own}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-").title(): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection("127.0.0.1", self.address.port, timeout=30)) as connection:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            for name, value in sent.items():
                if value:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(data) if method == "POST" else 0))
            connection.endheaders(data if method == "POST" else None)
            answer = connection.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())

    def decide(self, rows: list[int], ruling: str = "keep", **asked: Any) -> "Reply":
        """Decide as a window does."""
        sent = {"window": "one", "since": self.session.version, "rows": rows, "ruling": ruling, **asked}
        return self.ask("decide", "POST", {"classes": [0] * len(rows), **sent})

    @property
    def decisions(self) -> Decisions:
        """What the file holds."""
        return File(self.file).load()


class Reply(NamedTuple):
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@contextmanager
def served(opened: Review, file: Path, sample: Any = None, base_url: str = "") -> Iterator[Served]:
    """Serve a review until the end of the block."""
    listening = bind()
    address = address_of(listening, base_url)
    session = Session(opened, File(file), sample)
    server = configured(session, address)
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield Served(session, address, file)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
