"""Owns what happens to every request before and after its route: its address, the limits, the rule against forged
requests, the security headers, the measures and the log. Outermost, so that refusals carry the headers too.
"""

import logging
import time
from dataclasses import dataclass
from typing import Any

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send, WebSocketScope

from plainview.accounts.cookies import Cookies
from plainview.kernel.errors import PlainviewError
from plainview.kernel.wishes import hear
from plainview.media.http_uploads import PATH as UPLOADS
from plainview.media.tus import VERSION
from plainview.ports.limits import Limits, Rule
from plainview.server.headers import EMBED_PREFIX, security_headers
from plainview.server.metrics import Metrics
from plainview.server.origins import address_of, check_origin, is_local, same_origin
from plainview.server.problems import plainview_error_bytes
from plainview.server.resolver import ADDRESS, NEW_GUEST

SLOW_S = 1.0
LOCAL = "plainview_local"
FORGED_SOCKET = 4403
log = logging.getLogger("plainview.server")


@dataclass(frozen=True, slots=True)
class GateParts:
    """What the gate is made of."""

    limits: Limits
    cookies: Cookies
    metrics: Metrics
    own_origin: str
    requests: Rule


class Gate:
    """Wraps the app."""

    def __init__(self, app: ASGIApp, parts: GateParts) -> None:
        self._app = app
        self._parts = parts
        is_https = parts.cookies.is_https
        self._headers = security_headers(is_https=is_https)
        self._embed_headers = security_headers(is_https=is_https, is_embed=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a socket."""
        headers = Headers.from_scope(scope)
        client = scope.get("client")
        peer, forwarded = (client[0] if client else "127.0.0.1"), headers.get("x-forwarded-for")
        scope.setdefault("state", {})
        scope["state"][ADDRESS] = address_of(peer, forwarded)
        scope["state"][LOCAL] = is_local(peer, forwarded)
        hear(headers)
        if scope["type"] == ScopeType.HTTP:
            await self._request(scope, headers, receive, send)
        else:
            await self._socket(scope, headers, receive, send)

    async def _socket(self, scope: WebSocketScope, headers: Headers, receive: Receive, send: Send) -> None:
        # Browsers send cookies with sockets that other sites open, and ask nobody's leave.
        if same_origin(headers, self._parts.own_origin) is False:
            await receive()
            await send({"type": "websocket.close", "code": FORGED_SOCKET, "reason": "origin"})
            return
        await self._app(scope, receive, send)

    async def _request(self, scope: HTTPScope, headers: Headers, receive: Receive, send: Send) -> None:
        parts, started = self._parts, time.perf_counter()
        outgoing = _Outgoing(self, scope, send)
        parts.metrics.in_progress.inc()
        try:
            try:
                parts.limits.take(parts.requests, scope["state"][ADDRESS])
                check_origin(scope["method"], scope["path"], headers, parts.own_origin)
            except PlainviewError as error:
                parts.metrics.refused.labels(error.code).inc()
                await _refuse(error, outgoing)
                return
            await self._app(scope, receive, outgoing)
        finally:
            parts.metrics.in_progress.dec()
            self._note(scope, outgoing.status, time.perf_counter() - started)

    def _note(self, scope: HTTPScope, status: int, seconds: float) -> None:
        route = str(scope.get("path_template") or "none")
        self._parts.metrics.observe(scope["method"], route, status, seconds)
        event = {"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        if status >= 500:
            log.error("request", extra=event)
        elif seconds > SLOW_S and not route.startswith("/media"):
            log.warning("slow_request", extra=event)
        else:
            log.debug("request", extra=event)

    def added(self, scope: HTTPScope, present: set[bytes]) -> list[tuple[bytes, bytes]]:
        """The headers that a response still lacks."""
        wanted = self._embed_headers if scope["path"].startswith(EMBED_PREFIX) else self._headers
        added = [each for each in wanted if each[0] not in present]
        if scope["path"].startswith("/api/") and b"cache-control" not in present:
            added.append((b"cache-control", b"no-store"))
        if scope["path"].startswith(UPLOADS) and b"tus-resumable" not in present:
            # The protocol wants it of every answer, so of each refusal too, whoever refused.
            added.append((b"tus-resumable", VERSION.encode()))
        if new_guest := scope["state"].get(NEW_GUEST):
            cookie = self._parts.cookies.guest(new_guest)
            added.append((b"set-cookie", cookie.to_header(header="").encode()))
        return added


class _Outgoing:
    """Sends a response on, with its headers completed, and remembers its status."""

    def __init__(self, gate: Gate, scope: HTTPScope, send: Send) -> None:
        self._gate = gate
        self._scope = scope
        self._send = send
        self.status = 500

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = [(name.lower(), value) for name, value in message.get("headers", [])]
            headers += self._gate.added(self._scope, {name for name, _ in headers})
            message["headers"] = headers
        await self._send(message)


async def _refuse(error: PlainviewError, send: Any) -> None:
    status, headers, body = plainview_error_bytes(error)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
