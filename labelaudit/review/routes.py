"""The routes of the server and their handlers. Images are identified by their row, not by a path."""

from collections.abc import Callable
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from labelaudit.errors import LabelauditError
from labelaudit.illustrations import draw_one
from labelaudit.names import printable
from labelaudit.records import Size
from labelaudit.reports.pages import resource, template
from labelaudit.review.asked import Malformed, number, read_asked
from labelaudit.review.columns import changes, everything, listed_rows
from labelaudit.review.detail import detail
from labelaudit.review.measured import measured
from labelaudit.review.session import Outdated, Session

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PACKAGE = "labelaudit.review"

FILES = {
    "palette.css": ("labelaudit.reports", "templates", "text/css"),
    "style.css": (PACKAGE, "static", "text/css"),
    "icon.svg": (PACKAGE, "static", "image/svg+xml"),
    **dict.fromkeys(
        (
            "actions.js",
            "announce.js",
            "chooser.js",
            "detail.js",
            "dom.js",
            "filter.js",
            "grid.js",
            "review.js",
            "sample.js",
            "server.js",
            "state.js",
            "zoom.js",
        ),
        (PACKAGE, "static", "text/javascript"),
    ),
}
"""The files that are served from ``static/``. The list is fixed, so that no name in a request becomes a path."""

SIZES = {"tile": Size(320, 40_000), "full": Size(1600, 2_000_000)}
"""The two image sizes: a tile, at twice its size in pixels for high-density screens, and the image to zoom into."""

KEPT = "private, max-age=3600"
"""Caching is safe because the URL of an image contains the token of this run, during which the image never changes."""

LARGEST = 1_000_000
"""Maximum size of a request in bytes; a request about 20,000 images takes a quarter of it."""


def application(session: Session) -> "Starlette":
    """Return the application, to be wrapped in :class:`labelaudit.review.access.Access`."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    rows = listed_rows(session)
    told = partial(_changes, session, rows)
    pages: dict[str, Callable[[Request], Any]] = {
        "/": lambda _: _page(session),
        "/static/{name}": lambda request: _static(request.path_params["name"]),
        "/everything": lambda _: everything(session, rows),
        "/changes": lambda request: told(request.query_params),
        "/image/{row}": lambda request: detail(session, _row(session, request)),
        "/picture/{row}/{size}": lambda request: _picture(session, request),
        "/result": lambda _: measured(session),
    }

    def decide(asked: dict[str, Any]) -> dict[str, Any]:
        session.decide(*read_asked(session, asked))
        return told(asked)

    def withdraw(asked: dict[str, Any]) -> dict[str, Any]:
        session.withdraw(*read_asked(session, asked)[:3])
        return told(asked)

    def undo(asked: dict[str, Any]) -> dict[str, Any]:
        return {"undone": session.undo(str(asked.get("window"))), **told(asked)}

    actions = {"/decide": decide, "/withdraw": withdraw, "/undo": undo}
    return Starlette(
        routes=[
            *(Route(path, partial(_answer, page), methods=["GET"]) for path, page in pages.items()),
            *(Route(path, partial(_act, action, told), methods=["POST"]) for path, action in actions.items()),
        ]
    )


async def _answer(page: Callable[["Request"], Any], request: "Request") -> "Response":
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse, Response

    try:
        found = await run_in_threadpool(page, request)
    except Malformed as error:
        return JSONResponse({"error": str(error)}, 404)
    return found if isinstance(found, Response) else JSONResponse(found)


async def _act(
    action: Callable[[dict[str, Any]], Any], told: Callable[[dict[str, Any]], Any], request: "Request"
) -> "Response":
    """Carry out the request of a window. On an error nothing is changed, and the response says why."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import JSONResponse

    asked: dict[str, Any] = {}
    try:
        asked = await _body(request)
        return JSONResponse(await run_in_threadpool(action, asked))
    except Malformed as error:
        return JSONResponse({"error": str(error)}, 400)
    except Outdated:
        news = await run_in_threadpool(told, asked)
        return JSONResponse({"error": "It was decided in another window meanwhile, as it is shown now.", **news}, 409)
    except (LabelauditError, OSError) as error:
        return JSONResponse({"error": f"Nothing was saved: {printable(str(error))}"}, 503)


async def _body(request: "Request") -> dict[str, Any]:
    """Return the JSON body of a request."""
    import json

    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Malformed("expected JSON")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise Malformed("too much at once")
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Malformed("expected JSON") from None
    if not isinstance(asked, dict):
        raise Malformed("expected an object")
    return asked


def _changes(session: Session, rows: Any, asked: Any) -> dict[str, Any]:
    return changes(session, rows, since=number(asked.get("since", 0)), ranked=number(asked.get("ranked", 0)))


def _page(session: Session) -> "Response":
    from starlette.responses import HTMLResponse

    source = session.dataset.source
    shown = source.folder.resolve() if source.folder else PurePath(source.shown)
    page = template("sample.html" if session.sample else "review.html", PACKAGE)
    return HTMLResponse(page.render(data=shown.name or source.shown))


def _static(name: str) -> "Response":
    from starlette.responses import Response

    if name not in FILES:
        raise Malformed("there is no such file")
    package, folder, kind = FILES[name]
    return Response(resource(name, package, folder), media_type=kind)


def _picture(session: Session, request: "Request") -> "Response":
    from starlette.responses import Response

    row, size = _row(session, request), SIZES.get(request.path_params["size"])
    if size is None:
        raise Malformed("there is no such size")
    dataset = session.dataset
    drawn = draw_one(dataset.source, dataset.paths[row], session.digests[row], size)
    if not drawn.webp:
        raise Malformed(drawn.missing)
    return Response(drawn.webp, media_type="image/webp", headers={"cache-control": KEPT})


def _row(session: Session, request: "Request") -> int:
    return number(request.path_params["row"], below=len(session.dataset))
