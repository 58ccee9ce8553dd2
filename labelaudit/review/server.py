"""The server: a socket on this machine, an address with a token, and the loop that answers."""

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
"""Connections that may wait: a browser opens six at once."""

GRACE = 2
"""Seconds that answers under way get at the end; every decision is on disk before its answer begins."""


class Address(NamedTuple):
    """Where the pages are.

    Attributes
    ----------
    port
        On this machine.
    token, ticket
        What leads to the pages, and what leads there once.
    base
        The proxy in front, if one was named.
    """

    port: int
    token: str
    ticket: str
    base: Base | None

    @property
    def url(self) -> str:
        """The address of the page."""
        return f"{self._front}/{self.token}/"

    @property
    def entry(self) -> str:
        """An address that leads to the page once."""
        return f"{self._front}/{self.ticket}/"

    @property
    def _front(self) -> str:
        return f"{self.base.origin}{self.base.path}" if self.base else f"http://{LOCAL}:{self.port}"


def bind(port: int = 0) -> socket.socket:
    """Return a socket that only this machine can reach.

    Raises
    ------
    SettingsError
        The port is taken, or not allowed.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":  # a port that was used a moment ago is free; elsewhere the option would share one
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
    """Return the address of a socket, with a new token."""
    base = base_of(base_url) if base_url else None
    token, ticket = (secrets.token_urlsafe(24) for _ in range(2))
    return Address(listening.getsockname()[1], token, ticket, base)


def check_installed() -> None:
    """Make sure before a long scan that the server can run.

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
    """Answer browsers until Ctrl-C, which is a KeyboardInterrupt."""
    configured(session, address).run(sockets=[listening])


def configured(session: "Session", address: Address) -> "uvicorn.Server":
    """Return a server that logs nothing, trusts no header of a proxy, and speaks nothing but HTTP."""
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
