"""Access control: requests are accepted from this machine, or through the named proxy, and only with the token."""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from labelaudit.errors import SettingsError
from labelaudit.names import printable

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")
"""Accepted host names, with any port, since the local end of an SSH tunnel may use another port. A page of another site
that resolves its own name to this machine still sends that name as Host (DNS rebinding)."""

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",  # the address holds the token
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


TO_PAGE = ""
"""Returned instead of a path if the browser is redirected to the page."""


class Base(NamedTuple):
    """The URL of a proxy in front of the server: the Host and Origin that it sends, and the prefix of its paths."""

    origin: str
    host: str
    path: str


def base_of(url: str) -> Base:
    """Return the parts of ``--base-url``.

    Raises
    ------
    SettingsError
        It is not the address of a web page.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
    except ValueError:
        usable = False
    if not usable:
        raise SettingsError(
            f"--base-url {printable(url)}: expected the address under which a browser reaches the server, such as "
            "https://hub.example.org/user/me/proxy/8765/"
        )
    return Base(f"{parts.scheme}://{parts.netloc}".lower(), parts.netloc.lower(), parts.path.rstrip("/"))


class Access:
    """Middleware that refuses unauthorized requests, and adds security headers to every response.

    Parameters
    ----------
    app
        The application, which sees paths without the token.
    token
        What every path begins with.
    ticket
        A path that redirects to the page once. The browser is started with it instead of the token, because other users
        of this machine can see the arguments of a process.
    base
        The proxy in front of the server, if one was named.
    """

    def __init__(self, app: Application, token: str, ticket: str = "", base: Base | None = None) -> None:
        self.app, self.token, self.ticket, self.base = app, token, ticket, base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return  # nothing else is served: the server runs without lifespan and without WebSockets

        async def protected(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                added = HEADERS if b"cache-control" in own else {**HEADERS, "cache-control": "no-store"}
                message["headers"] = [
                    *message["headers"],
                    *((name.encode(), value.encode()) for name, value in added.items()),
                ]
            await send(message)

        reason, status, path = self._judge(scope)
        if reason:
            await _refuse(protected, status, reason)
        elif path == TO_PAGE:
            await _answer(protected, 303, "", (b"location", f"../{self.token}/".encode()))
        else:
            await self.app({**scope, "path": path, "raw_path": path.encode(), "root_path": ""}, receive, protected)

    def _judge(self, scope: Scope) -> tuple[str, int, str]:
        """Return the status and the reason for refusing a request, or an empty reason and the path after the token."""
        headers: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1").lower())
        hosts, origins = headers.get("host", []), headers.get("origin", [])
        if len(hosts) != 1 or not self._is_ours(hosts[0]):
            return "This server answers to this machine's own name only. Behind a proxy, use --base-url.", 421, ""
        allowed = {f"http://{hosts[0]}", *([self.base.origin] if self.base else [])}
        if any(origin not in allowed for origin in origins) or (scope["method"] not in ("GET", "HEAD") and not origins):
            return "A page of another site may not ask this server.", 403, ""
        path = scope["path"]
        if self.base and self.base.path and path.startswith(f"{self.base.path}/"):
            path = path[len(self.base.path) :]  # not every proxy removes its own prefix
        token, slash, rest = path[1:].partition("/")
        if self.ticket and secrets.compare_digest(token.encode(), self.ticket.encode()):
            self.ticket = ""
            return "", 0, TO_PAGE
        if not slash or not secrets.compare_digest(token.encode(), self.token.encode()):
            return "Open the address that labelaudit printed: it ends with a token and a slash.", 403, ""
        return "", 0, f"/{rest}"

    def _is_ours(self, host: str) -> bool:
        return bool(LOOPBACK.fullmatch(host)) or bool(self.base and host == self.base.host)


async def _refuse(send: Send, status: int, reason: str) -> None:
    await _answer(send, status, f"labelaudit: {reason}\n")


async def _answer(send: Send, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    body = text.encode()
    length = (b"content-length", str(len(body)).encode())
    said = [(b"content-type", b"text/plain; charset=utf-8"), length, *headers]
    await send({"type": "http.response.start", "status": status, "headers": said})
    await send({"type": "http.response.body", "body": body})
