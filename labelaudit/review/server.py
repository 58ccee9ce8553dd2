"""The web server: a socket on the loopback interface, a URL with a token, and the server loop."""

import os
import secrets
import socket
from typing import TYPE_CHECKING, NamedTuple

from labelaudit.errors import MissingExtraError, SettingsError
from labelaudit.review.access import Access, Base, base_of

if TYPE_CHECKING:
    import uvicorn

    from labelaudit.review.session import Session

LOCAL = "127.0.0.1"

BACKLOG = 128
"""Backlog of the socket: a browser opens six connections at once."""

GRACE = 2
"""Seconds that pending responses get at shutdown; every decision is on disk before its response begins."""


class Address(NamedTuple):
    """The URL of the pages.

    Attributes
    ----------
    port
        Port on this machine.
    token, ticket
        The first part of every path, and the path that redirects to the page once.
    base
        The proxy in front, if one was named.
    """

    port: int
    token: str
    ticket: str
    base: Base | None

    @property
    def url(self) -> str:
        """The URL of the page."""
        return f"{self._front}/{self.token}/"

    @property
    def entry(self) -> str:
        """A URL that redirects to the page once."""
        return f"{self._front}/{self.ticket}/"

    @property
    def _front(self) -> str:
        return f"{self.base.origin}{self.base.path}" if self.base else f"http://{LOCAL}:{self.port}"


def bind(port: int = 0) -> socket.socket:
    """Return a socket that is bound to the loopback interface.

    Raises
    ------
    SettingsError
        The port is in use, or not permitted.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # allows a port that was released a moment ago; on Windows the option would share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOCAL, port))
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise SettingsError(
            f"--port {port}: {error.strerror}. Name another one, or none for any that is free."
        ) from error
    return listening


def address_of(listening: socket.socket, base_url: str = "") -> Address:
    """Return the URL of a socket, with a new token."""
    base = base_of(base_url) if base_url else None
    token, ticket = (secrets.token_urlsafe(24) for _ in range(2))
    return Address(listening.getsockname()[1], token, ticket, base)


def check_installed() -> None:
    """Check before a long scan that the server can run.

    Raises
    ------
    MissingExtraError
        The libraries are not installed.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "the review needs Starlette and uvicorn. Type: pip install 'labelaudit[review]'"
        ) from error


def serve(session: "Session", listening: socket.socket, address: Address) -> None:
    """Run the server until Ctrl-C, which raises KeyboardInterrupt."""
    configured(session, address).run(sockets=[listening])


def configured(session: "Session", address: Address) -> "uvicorn.Server":
    """Return a server that logs nothing, trusts no proxy headers, and supports only HTTP."""
    import uvicorn

    from labelaudit.review.routes import application

    return uvicorn.Server(
        uvicorn.Config(
            Access(application(session), address.token, address.ticket, address.base),
            interface="asgi3",
            loop="asyncio",
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE,
        )
    )
