"""Owns who may ask: whoever has the key, or without one whoever is on this machine and means to. And the measures."""

import hashlib
import hmac
import ipaddress
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from plainview.kernel.errors import NotAllowedError, PlainviewError
from plainview.server.metrics import Metrics
from plainview.server.problems import plainview_error_bytes

FREE: Final = frozenset({"/healthz", "/readyz", "/api/health/live", "/api/health/ready"})
_KEY_CHARS_MIN: Final = 16


class KeyNeededError(PlainviewError):
    """The request has no key, or another one."""

    code, status, title = "key_needed", 401, "This needs the key"


class KeyUnfitError(PlainviewError):
    """The service cannot be opened to others like this."""

    code, status, title = "key_unfit", 500, "It cannot be opened to others like this"


class Gate:
    """Wraps the app."""

    def __init__(self, app: ASGIApp, key: bytes | None, metrics: Metrics) -> None:
        self._app = app
        self._key = None if key is None else hashlib.sha256(key).digest()
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            self._check(scope["path"], Headers.from_scope(scope))
            await self._app(scope, receive, sent)
        except PlainviewError as error:
            self._metrics.refused.labels(error.code).inc()
            status, headers, body = plainview_error_bytes(error)
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": body, "more_body": False})
        route = str(scope.get("path_template") or "none")
        self._metrics.observe(scope["method"], route, status, time.perf_counter() - started)

    def _check(self, path: str, headers: Headers) -> None:
        if path in FREE:
            return
        if self._key is None:
            _check_local(headers)
            return
        given = hashlib.sha256(headers.get("x-api-key", "").encode("utf-8", "surrogatepass")).digest()
        if not hmac.compare_digest(given, self._key):
            raise KeyNeededError("Send the key as the header X-API-Key.")


def read_key(file: Path | None) -> bytes | None:
    """The key in a file, or None without one.

    Raises:
        KeyUnfitError: the file cannot be read, or the key is too short to be one.
    """
    if file is None:
        return None
    try:
        key = file.read_bytes().strip()
    except OSError as error:
        raise KeyUnfitError(f"The key's file cannot be read: {error.strerror}.") from error
    if len(key) < _KEY_CHARS_MIN:
        raise KeyUnfitError(f"The key has fewer than {_KEY_CHARS_MIN} characters. `openssl rand -hex 32` makes one.")
    return key


def check_open(host: str, key: bytes | None) -> None:
    """Returns when the service may listen at an address.

    Raises:
        KeyUnfitError: others could reach it, and it has no key.
    """
    if key is None and not _is_loopback(host):
        raise KeyUnfitError(f"At {host} others reach it: give it a key with --key-file, or leave it at 127.0.0.1.")


def _check_local(headers: Headers) -> None:
    """Without a key a page in this machine's browser must not speak to it, whatever name it has given the address."""
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    if not _is_loopback(host) or "origin" in headers:
        raise NotAllowedError("Without a key only programs on this machine may ask. Start it with --key-file.")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
