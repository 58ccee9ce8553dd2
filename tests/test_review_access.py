"""Who the server of a review hears, and what it never gives away."""

import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from labelaudit.errors import SettingsError
from labelaudit.review import address_of, bind
from labelaudit.review.access import base_of
from labelaudit.review.routes import FILES
from labelaudit.reviewing import Review

from .reviews import Served, served

BASE = "https://hub.example.org/user/me/proxy/8000/"


@pytest.fixture(scope="module")
def review(shapes_review: Review, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(shapes_review, tmp_path_factory.mktemp("access") / "decisions.json") as found:
        yield found


def test_only_this_machine_is_served() -> None:
    with bind() as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        with pytest.raises(SettingsError, match="--port"):
            bind(listening.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "LOCALHOST", "[::1]:9000", "localhost:9000"])
def test_this_machine_is_known_by_its_own_names_also_at_the_end_of_a_tunnel(review: Served, host: str) -> None:
    assert review.ask("", host=host.format(review.address.port), origin="").status == 200


@pytest.mark.parametrize(
    "host",
    ["example.org", "127.0.0.1.example.org", "localhost.example.org", "localhost@example.org", "[::1", "", "0.0.0.0"],
)
def test_a_name_of_another_machine_is_refused(review: Served, host: str) -> None:
    reply = review.ask("", host=host, origin="")

    assert reply.status in (400, 421)
    assert b"<html" not in reply.body


@pytest.mark.parametrize(
    "origin", ["http://example.org", "null", "https://127.0.0.1:{}", "http://localhost:{}", "file://"]
)
def test_a_page_of_another_site_is_refused(review: Served, origin: str) -> None:
    origin = origin.format(review.address.port)

    assert review.ask("everything", origin=origin).status == 403
    assert review.decide([0]).status == 200
    assert review.ask("decide", "POST", {"rows": [1]}, origin=origin).status == 403


def test_nothing_is_changed_for_who_does_not_say_where_the_request_comes_from(review: Served) -> None:
    asked = {"window": "one", "since": 0, "rows": [2], "ruling": "keep"}

    assert review.ask("decide", "POST", asked, origin="").status == 403
    assert review.ask("decide", "PUT", asked, origin="").status == 403
    assert review.ask("decide", "POST", asked, content_type="text/plain").status == 400
    assert 2 not in review.session.answers


@pytest.mark.parametrize(
    "path", ["/", "//", "/{}", "/x{}/", "/{}x/", "/%00/", "/static/review.js", "/wrong/everything", "/{}/../wrong/"]
)
def test_nothing_is_shown_to_who_does_not_know_the_token(review: Served, path: str) -> None:
    reply = review.request(path.format(review.address.token))

    assert reply.status in (403, 404)
    assert b"<html" not in reply.body
    assert review.address.token.encode() not in reply.body


def test_the_ticket_leads_to_the_page_once(review: Served) -> None:
    first, second = (review.request(f"/{review.address.ticket}/", origin="") for _ in range(2))

    assert (first.status, first.headers["location"]) == (303, f"../{review.address.token}/")
    assert second.status == 403
    assert review.address.ticket not in review.address.url


def test_every_answer_tells_the_browser_what_to_forbid(review: Served) -> None:
    for path in ("", "everything", "static/review.js", "picture/0/tile", "nothing", "picture/99999999/tile"):
        headers = review.ask(path).headers
        policy = headers["content-security-policy"].split("; ")

        assert policy[0] == "default-src 'none'"
        assert {each.split()[1] for each in policy} == {"'none'", "'self'"}
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "server" not in headers
        assert headers["cache-control"] == ("private, max-age=3600" if path == "picture/0/tile" else "no-store")
    assert review.request("/wrong/").headers["content-security-policy"] == headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "static/../routes.py",
        "static/..%2froutes.py",
        "static/%2e%2e/access.py",
        "static/..\\routes.py",
        "static//etc/passwd",
        "static/",
        "static/review.js%00",
        "picture/../everything",
        "picture/circle%2fcircle000.png/tile",
        "picture/-1/tile",
        "picture/0/huge",
        "picture/0.0/tile",
        "picture/%D9%A1/tile",
        "picture/99999999999999999999/tile",
        "picture/1000/full",
        "image/1000",
        "image/x",
        "image/",
        "etc/passwd",
    ],
)
def test_no_path_of_a_browser_is_opened(review: Served, path: str) -> None:
    reply = review.ask(path)

    assert reply.status == 404
    assert b"import" not in reply.body
    assert b"root:" not in reply.body


def test_every_file_of_the_page_is_served_and_no_other(review: Served) -> None:
    folder = Path(str(files("labelaudit.review"))) / "static"

    assert {path.name for path in folder.iterdir()} == set(FILES) - {"palette.css"}
    for name, (*_, kind) in FILES.items():
        reply = review.ask(f"static/{name}")
        assert (reply.status, reply.headers["content-type"].partition(";")[0]) == (200, kind)


def test_a_picture_is_one_of_this_scan_as_it_was_scanned(review: Served) -> None:
    reply = review.ask("picture/0/tile")

    assert reply.headers["content-type"] == "image/webp"
    assert reply.body[8:12] == b"WEBP"


def test_an_image_that_changed_since_the_scan_is_not_shown(own_shapes_review: Review, tmp_path: Path) -> None:
    dataset = own_shapes_review.audit.dataset
    file = dataset.source.file_of(dataset.paths[0])
    file.write_bytes(dataset.source.open(dataset.paths[1]))
    with served(own_shapes_review, tmp_path / "decisions.json") as review:
        reply = review.ask("picture/0/tile")
        assert (reply.status, reply.json["error"]) == (404, "changed since the scan")
        file.unlink()
        assert review.ask("picture/0/full").json["error"] == "not there any more"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 100_000,
        b"x" * 2_000_000,
        {},
        {"window": "", "rows": [1]},
        {"window": "x" * 65, "rows": [1]},
        {"rows": []},
        {"rows": "1"},
        {"rows": [True]},
        {"rows": [-1]},
        {"rows": [10**9]},
        {"rows": [1.0]},
        {"rows": [None]},
        {"rows": [1, 1]},
        {"rows": [1], "ruling": "delete"},
        {"rows": [1], "ruling": ["keep"]},
        {"rows": [1], "ruling": "relabel", "classes": [3]},
        {"rows": [1], "ruling": "relabel", "classes": [0, 1]},
        {"rows": [1], "ruling": "relabel", "classes": ["circle"]},
        {"rows": [1], "since": "later"},
        {"rows": [1], "since": None},
    ],
)
def test_a_request_that_no_page_makes_changes_nothing(review: Served, body: object) -> None:
    if isinstance(body, dict):
        body = {"window": "one", "since": 10**6, "ruling": "keep", **body}
    before = review.decisions

    assert review.ask("decide", "POST", body).status == 400
    assert review.decisions == before


def test_a_proxy_is_heard_under_its_own_address(shapes_review: Review, tmp_path: Path) -> None:
    with served(shapes_review, tmp_path / "decisions.json", base_url=BASE) as review:
        token, there = review.address.token, "hub.example.org"
        assert review.address.url == f"{BASE}{token}/"
        for path in (f"/{token}/", f"/user/me/proxy/8000/{token}/"):
            assert review.request(path, host=there, origin="https://hub.example.org").status == 200
            assert review.request(path, origin="https://hub.example.org").status == 200
            assert review.request(path, host=there, origin="http://evil.example.org").status == 403
            assert review.request(path, host="evil.example.org", origin="").status == 421


@pytest.mark.parametrize(
    "url", ["hub.example.org", "ftp://x/", "https://", "https://x/?token=1", "javascript:alert(1)", "http://[x"]
)
def test_an_address_that_is_none_is_an_error(url: str) -> None:
    with pytest.raises(SettingsError, match="--base-url"):
        base_of(url)


def test_every_run_has_a_token_of_its_own() -> None:
    with bind() as listening:
        tokens = {getattr(address_of(listening), name) for name in ("token", "ticket") for _ in range(2)}

    assert len(tokens) == 4
    assert all(len(token) == 32 for token in tokens)


def test_a_port_can_be_used_again_at_once(shapes_review: Review, tmp_path: Path) -> None:
    with served(shapes_review, tmp_path / "decisions.json") as review:
        review.ask("")
        port = review.address.port

    with bind(port) as listening:
        assert isinstance(listening, socket.socket)
