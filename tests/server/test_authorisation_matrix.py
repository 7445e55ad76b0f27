"""Every route × every audience: what each gets. A route that the table does not name fails; so does a line too many.

Codes: `ok` is 2xx or 3xx; `in` is let in, whatever comes of it (an answer in 2xx, or 4xx about the content); a number
is that status exactly. Things in braces are the owner's, made anew for every single call.
"""

from typing import Any

import httpx
import pytest
from litestar import Litestar

from plainview.server.asking import audience_of
from plainview.wiring import Parts
from tests.server.cast import AUDIENCES, Cast
from tests.server.fixtures import browser_at

pytestmark = pytest.mark.anyio
DETAILS = {"caption": "New", "visibility": "public", "allow_comments": True, "allow_reuse": True}
EVENT: dict[str, Any] = {"events": []}
TASTES: dict[str, Any] = {"tastes": [{"name": "tag", "subject": "cats"}]}
PATCHED = {"Tus-Resumable": "1.0.0", "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
CREATED = {"Tus-Resumable": "1.0.0", "Upload-Length": "100"}

# Who gets what, in the order of AUDIENCES: stranger guest other owner moderator operator.
PUBLIC = "ok ok ok ok ok ok"
LET_IN = "in in in in in in"
MEMBER = "401 401 ok ok ok ok"
MEMBER_IN = "401 401 in in in in"
OWNER = "401 401 404 ok 404 404"
OWN_AND_MODERATORS = "401 401 404 ok ok ok"
SECRET = "404 404 404 ok 404 404"
GROWN_UP = "404 404 ok ok ok ok"
NOT_ONESELF = "401 401 ok 422 ok ok"
MODERATOR = "401 401 403 403 ok ok"
MODERATOR_IN = "401 401 403 403 in in"
NO_DECISION: dict[str, Any] = {"approves": True, "credential": {}}

# method, path with things, what each gets, body, headers
TABLE: list[tuple[Any, ...]] = [
    ("GET", "/healthz", PUBLIC),
    ("GET", "/readyz", PUBLIC),
    ("GET", "/metrics", "401 401 403 403 403 ok"),
    ("GET", "/", LET_IN),
    ("GET", "/{path=upload}", LET_IN),
    ("HEAD", "/", LET_IN),
    ("HEAD", "/{path=upload}", LET_IN),
    ("HEAD", "/embed/{item_id=video}", LET_IN),
    ("HEAD", "/embed/{item_id=secret}", "404 404 404 404 404 404"),
    ("HEAD", "/source", PUBLIC),
    ("HEAD", "/assets/{path=none.js}", "404 404 404 404 404 404"),
    ("HEAD", "/sw.js", LET_IN),
    ("HEAD", "/manifest.webmanifest", LET_IN),
    ("HEAD", "/offline", LET_IN),
    ("GET", "/embed/{item_id=video}", LET_IN),
    ("GET", "/embed/{item_id=secret}", "404 404 404 404 404 404"),
    ("GET", "/oembed", LET_IN),
    ("GET", "/source", PUBLIC),
    ("GET", "/assets/{path=none.js}", "404 404 404 404 404 404"),
    ("GET", "/sw.js", LET_IN),
    ("GET", "/manifest.webmanifest", LET_IN),
    ("GET", "/offline", LET_IN),
    ("GET", "/manifest.sha256", LET_IN),
    ("HEAD", "/manifest.sha256", LET_IN),
    ("GET", "/.well-known/gpc.json", PUBLIC),
    ("SOCKET", "/api/live", "401 401 ok ok ok ok"),
    ("GET", "/api/live", "401 401 426 426 426 426"),
    ("GET", "/api/realm", PUBLIC),
    ("GET", "/api/me", PUBLIC),
    ("GET", "/api/me/export", MEMBER),
    ("GET", "/api/me/access-log", "ok ok ok ok ok ok"),
    ("GET", "/log/{region=home}/{path=checkpoint}", PUBLIC),
    ("GET", "/api/transparency/data", PUBLIC),
    ("GET", "/api/transparency/policies", PUBLIC),
    ("GET", "/api/transparency/log", PUBLIC),
    ("GET", "/api/transparency/acts", PUBLIC),
    ("PATCH", "/api/me", MEMBER, {"bio": "x"}),
    ("DELETE", "/api/me", MEMBER_IN, {"handle": "not mine"}),
    ("POST", "/api/sign-up/check", PUBLIC, {"handle": "anybody"}),
    ("POST", "/api/sign-up", LET_IN, {"handle": "x", "birth_date": "1990-01-01", "password": "x"}),
    ("POST", "/api/sign-up/passkey/options", LET_IN, {"handle": "x", "birth_date": "1990-01-01"}),
    ("POST", "/api/sign-up/passkey", LET_IN, {"ceremony": "1.x", "credential": {}}),
    ("POST", "/api/sign-in", "401 401 401 401 401 401", {"handle": "x", "password": "x"}),
    ("POST", "/api/sign-in/passkey/options", PUBLIC, {}),
    ("POST", "/api/sign-in/passkey", LET_IN, {"ceremony": "1.x", "credential": {}}),
    ("POST", "/api/sign-out", MEMBER),
    ("GET", "/api/me/sessions", MEMBER),
    ("DELETE", "/api/me/sessions", MEMBER),
    ("DELETE", "/api/me/sessions/{session_id=session}", OWNER),
    ("GET", "/api/me/passkeys", MEMBER),
    ("POST", "/api/me/passkeys/options", MEMBER),
    ("POST", "/api/me/passkeys", MEMBER_IN, {"ceremony": "1.x", "credential": {}}),
    ("DELETE", "/api/me/passkeys/{passkey_id=passkey}", OWNER),
    ("PUT", "/api/me/password", MEMBER_IN, {"new": "short"}),
    ("PUT", "/api/me/picture", MEMBER_IN),
    ("DELETE", "/api/me/picture", MEMBER),
    ("GET", "/api/people/{handle=the_owner}", PUBLIC),
    ("GET", "/pictures/{name=none.webp}", "404 404 404 404 404 404"),
    ("OPTIONS", "/api/uploads", PUBLIC),
    ("OPTIONS", "/api/uploads/{upload_id=upload}", PUBLIC),
    ("POST", "/api/uploads", MEMBER, None, CREATED),
    ("HEAD", "/api/uploads/{upload_id=upload}", OWNER, None, CREATED),
    ("PATCH", "/api/uploads/{upload_id=upload}", "401 401 404 in 404 404", None, PATCHED),
    ("DELETE", "/api/uploads/{upload_id=upload}", OWNER, None, CREATED),
    ("GET", "/media/{asset_id=video}/{name=master.m3u8}", PUBLIC),
    ("GET", "/media/{asset_id=mature}/{name=master.m3u8}", GROWN_UP),
    ("GET", "/media/{asset_id=secret}/{name=master.m3u8}", SECRET),
    ("HEAD", "/media/{asset_id=secret}/{name=master.m3u8}", SECRET),
    ("GET", "/api/videos/{item_id=video}", PUBLIC),
    ("GET", "/api/videos/{item_id=secret}", SECRET),
    ("GET", "/api/videos/{item_id=mature}", GROWN_UP),
    ("GET", "/api/videos/{item_id=mature}/comments", GROWN_UP),
    ("GET", "/embed/{item_id=mature}", "404 404 404 404 404 404"),
    ("DELETE", "/api/videos/{item_id=video}", OWN_AND_MODERATORS),
    ("GET", "/api/people/{handle=the_owner}/videos", PUBLIC),
    ("GET", "/api/tags/{tag=cats}/videos", PUBLIC),
    ("GET", "/api/studio", MEMBER),
    ("GET", "/api/studio/{item_id=secret}", OWNER),
    ("PUT", "/api/studio/{item_id=video}", OWNER, DETAILS),
    ("POST", "/api/studio/{item_id=secret}/publish", OWNER, DETAILS),
    ("POST", "/api/studio/{item_id=failed}/retry", "401 401 404 in 404 404"),
    ("PUT", "/api/videos/{item_id=video}/captions/{language=en}", "401 401 404 in 404 404"),
    ("DELETE", "/api/videos/{item_id=video}/captions/{language=en}", "401 401 404 in 404 404"),
    ("PUT", "/api/videos/{item_id=video}/like", MEMBER),
    ("PUT", "/api/videos/{item_id=secret}/like", OWNER),
    ("DELETE", "/api/videos/{item_id=video}/like", MEMBER),
    ("PUT", "/api/videos/{item_id=video}/save", MEMBER),
    ("PUT", "/api/videos/{item_id=secret}/save", OWNER),
    ("DELETE", "/api/videos/{item_id=video}/save", MEMBER),
    ("POST", "/api/videos/{item_id=video}/share", PUBLIC, {"via": "link"}),
    ("POST", "/api/videos/{item_id=secret}/share", SECRET, {"via": "link"}),
    ("GET", "/api/me/liked", MEMBER),
    ("GET", "/api/me/saved", MEMBER),
    ("GET", "/api/videos/{item_id=video}/comments", PUBLIC),
    ("GET", "/api/videos/{item_id=secret}/comments", SECRET),
    ("POST", "/api/videos/{item_id=video}/comments", "401 401 ok ok ok ok", {"text": "Fine"}),
    ("POST", "/api/videos/{item_id=secret}/comments", OWNER, {"text": "Fine"}),
    ("GET", "/api/comments/{comment_id=comment}/replies", PUBLIC),
    ("GET", "/api/comments/{comment_id=comment}", PUBLIC),
    ("PATCH", "/api/comments/{comment_id=comment}", "401 401 403 ok 403 403", {"text": "Changed"}),
    ("DELETE", "/api/comments/{comment_id=comment}", "401 401 403 ok ok ok"),
    ("PUT", "/api/comments/{comment_id=comment}/like", MEMBER),
    ("DELETE", "/api/comments/{comment_id=comment}/like", MEMBER),
    ("PUT", "/api/people/{handle=the_owner}/follow", NOT_ONESELF),
    ("DELETE", "/api/people/{handle=the_owner}/follow", MEMBER),
    ("GET", "/api/people/{handle=the_owner}/followers", PUBLIC),
    ("GET", "/api/people/{handle=the_owner}/following", PUBLIC),
    ("GET", "/api/me/follow-requests", MEMBER),
    ("PUT", "/api/me/follow-requests/{handle=the_asker}", OWNER),
    ("DELETE", "/api/me/follow-requests/{handle=the_asker}", "401 401 in ok in in"),
    ("PUT", "/api/people/{handle=the_asker}/block", MEMBER),
    ("DELETE", "/api/people/{handle=the_asker}/block", MEMBER),
    ("GET", "/api/me/blocked", MEMBER),
    ("GET", "/api/me/notices", MEMBER),
    ("POST", "/api/me/notices/read", MEMBER),
    ("GET", "/api/feed", PUBLIC),
    ("POST", "/api/events", PUBLIC, EVENT),
    ("POST", "/api/videos/{item_id=video}/not-interested", PUBLIC),
    ("POST", "/api/videos/{item_id=secret}/not-interested", SECRET),
    ("DELETE", "/api/videos/{item_id=video}/not-interested", PUBLIC),
    ("POST", "/api/people/{handle=the_asker}/hide", PUBLIC),
    ("DELETE", "/api/people/{handle=the_asker}/hide", PUBLIC),
    ("GET", "/api/me/hidden", MEMBER),
    ("GET", "/api/me/taste", PUBLIC),
    ("DELETE", "/api/me/taste", PUBLIC),
    ("GET", "/api/me/profiling", MEMBER),
    ("PUT", "/api/me/profiling", MEMBER, {"on": True}),
    ("GET", "/api/me/steering", PUBLIC),
    ("PUT", "/api/me/steering", PUBLIC, {"sliders": {"fresh": 1}, "off": ["popular"]}),
    ("GET", "/api/me/topics", PUBLIC),
    ("POST", "/api/me/topics", PUBLIC, {"tags": ["cats"]}),
    ("POST", "/api/me/taste/forget", PUBLIC, TASTES),
    ("POST", "/api/me/taste/recall", PUBLIC, TASTES),
    ("POST", "/api/reports", PUBLIC, {"kind": "person", "id": "{asker}", "reason": "spam"}),
    ("GET", "/api/moderation/reports", MODERATOR),
    ("POST", "/api/moderation/reports/{report_id=report}/verdict", MODERATOR, {"decision": "keep"}),
    ("GET", "/api/staff/access", MODERATOR),
    ("POST", "/api/staff/access/passkey/options", MODERATOR),
    ("POST", "/api/staff/access/passkey", MODERATOR_IN, {"ceremony": "1.x", "credential": {}}),
    ("POST", "/api/staff/access/requests", MODERATOR_IN, {"handle": "x", "kind": "break_glass", "classes": []}),
    ("POST", "/api/staff/access/requests/{region=home}/{number=0}/decision", "401 401 403 403 404 404", NO_DECISION),
    ("POST", "/api/staff/access/requests/{region=home}/{number=0}/open", "401 401 403 403 404 404"),
]


def routes_of(app: Litestar) -> set[tuple[str, str]]:
    """Every route of ours: method and template. The framework's own OPTIONS and the API's description are not ours."""
    return {
        (method, route.path_format)
        for route, handler in own(app)
        for method in getattr(handler, "http_methods", ["SOCKET"])
    }


def own(app: Litestar) -> list[tuple[Any, Any]]:
    """Our own routes with their handlers."""
    return [
        (route, handler)
        for route in app.routes
        for handler in getattr(route, "route_handlers", None) or [route.route_handler]  # type: ignore[union-attr]
        if handler.fn.__module__.startswith("plainview.")
    ]


def template_of(path: str) -> str:
    """The route's template: each `{name=thing}` without its thing."""
    return "/".join(f"{part.split('=')[0]}}}" if part.startswith("{") else part for part in path.split("/"))


def address_of(path: str, things: dict[str, str]) -> str:
    """The path of one call: each `{name=thing}` replaced by the thing of that name, or by the word itself."""
    return "/".join(
        things.get(thing := part.strip("{}").split("=")[-1], thing) if part.startswith("{") else part
        for part in path.split("/")
    )


def filled(body: dict[str, Any] | None, things: dict[str, str]) -> dict[str, Any] | None:
    """The body of one call: each text `{thing}` replaced by the thing's id."""
    return body and {name: things.get(str(value).strip("{}"), value) for name, value in body.items()}


async def socket_status(app: Litestar, path: str, cookies: httpx.Cookies) -> int:
    """What opening a socket comes to: 200 when it is taken, 401 when it is closed for want of a session."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items()).encode()
    scope: Any = {
        "type": "websocket",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(b"host", b"testserver.local"), (b"cookie", cookie)],
        "client": ("203.0.113.5", 1),
        "server": ("testserver.local", 80),
        "scheme": "ws",
        "subprotocols": [],
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "extensions": {},
    }
    heard: list[dict[str, Any]] = []

    async def receive() -> Any:
        is_open = any(message["type"] == "websocket.send" for message in heard)
        return {"type": "websocket.disconnect", "code": 1000} if is_open else {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        heard.append(message)

    await app(scope, receive, send)
    return 200 if heard[0]["type"] == "websocket.accept" and heard[1]["type"] == "websocket.send" else 401


def fits(code: str, status: int) -> bool:
    if code == "ok":
        return 200 <= status < 400
    return status < 500 and status not in {401, 403} if code == "in" else status == int(code)


async def test_the_table_names_every_route_and_no_other(app: Litestar) -> None:
    named = {(line[0], template_of(line[1])) for line in TABLE}
    # A path parameter of type `path` is written with its own braces by the framework.
    assert named == routes_of(app)


async def test_every_route_says_who_may_call_it(app: Litestar) -> None:
    silent = [f"{route.path_format} {handler}" for route, handler in own(app) if audience_of(handler) is None]
    assert silent == []


async def test_every_route_answers_each_audience_as_the_table_says(app: Litestar, parts: Parts) -> None:
    cast, wrong = await Cast.assemble(parts), []
    untouched: dict[str, str] | None = None
    # From outside this machine, since /metrics knows its own.
    async with app.lifespan(), browser_at(app, "203.0.113.5") as client:
        for method, path, codes, *rest in TABLE:
            body, headers = (*rest, None, None)[:2]
            for audience, code in zip(AUDIENCES, codes.split(), strict=True):
                client.cookies = httpx.Cookies(await cast.cookie(audience))
                things = untouched or (await cast.things() if "=" in path or body else {})
                if method == "SOCKET":
                    status = await socket_status(app, path, client.cookies)
                    text = ""
                else:
                    sent = filled(body, things)
                    answer = await client.request(method, address_of(path, things), json=sent, headers=headers)
                    status, text = answer.status_code, answer.text[:160]
                # What nobody changed serves the next call too.
                untouched = things if method in {"GET", "HEAD", "SOCKET"} or status >= 400 else None
                if not fits(code, status):
                    wrong.append(f"{method} {path} by {audience}: {status}, not {code}: {text}")
    assert wrong == [], "\n".join(wrong)
