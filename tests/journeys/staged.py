"""Serves the built client without a server: its files, the product's headers, and answers that a test chose.

For what a true server never says: a proof that was tampered with, a log whose keys changed, ten thousand entries.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

from playwright.sync_api import Browser, BrowserContext, Page, Route

from plainview.server.headers import security_headers
from plainview.server.shell import Head, Shell

ADDRESS = "http://localhost:8099"
REALM = {
    "name": "Plainview",
    "region": "eu",
    "regions": ["eu"],
    "sample_count": 0,
    "signup_open": True,
    "source_url": "/source",
    "limits": {},
}


@dataclass
class Staged:
    """A stage: answers by path, and what was asked for."""

    answers: dict[str, Any]
    asked: list[str] = field(default_factory=list)
    shell: Shell = field(default_factory=Shell)

    def play(self, context: BrowserContext) -> None:
        """Answer every request of this browser."""
        context.route("**/*", self._answer)
        context.route_web_socket("**/*", lambda _: None)

    def _answer(self, route: Route) -> None:
        path = urlparse(route.request.url).path
        self.asked.append(path)
        headers = {name.decode(): value.decode() for name, value in security_headers(is_https=False)}
        if path in self.answers:
            answer = self.answers[path]
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            route.fulfill(body=body, headers={**headers, "content-type": "application/json"})
        elif path.startswith("/api/"):
            problem = {"type": "about:blank", "title": "Not found", "status": 404, "code": "not_found"}
            route.fulfill(status=404, json=problem, headers=headers)
        elif path.startswith("/assets/"):
            file = self.shell.file(path.lstrip("/"))
            route.fulfill(body=file.content, headers={**headers, "content-type": file.media_type})
        else:
            page = self.shell.page(Head("Plainview"))
            route.fulfill(body=page, headers={**headers, "content-type": "text/html; charset=utf-8"})


@contextmanager
def staging(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a path of the client over a stage, in a browser of its own; the stage stands in the page as `stage`."""
    contexts: list[BrowserContext] = []

    def opened(stage: Staged, path: str, size: dict[str, int], **options: Any) -> Page:
        asked: dict[str, Any] = {"locale": "en-GB", "service_workers": "block", "has_touch": size["width"] < 600}
        context = browser.new_context(viewport=size, **{**asked, **options})  # type: ignore[arg-type]
        contexts.append(context)
        stage.play(context)
        page = context.new_page()
        page.goto(ADDRESS + path)
        page.stage = stage  # type: ignore[attr-defined]
        return page

    yield opened
    for context in contexts:
        context.close()


def staged_access(proof: bytes, file: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Answers for the owner of this proof file; `changes` to what the server says of the log."""
    region = {
        "name": "eu",
        "number": file["region"],
        "origin": file["origin"],
        "log_key": file["log_key"],
        "witness_keys": file["witness_keys"],
        "quorum": file["quorum"],
        "checkpoint_url": "/log/eu/checkpoint",
        **changes,
    }
    me = {
        "id": file["person"], "handle": "mia", "name": "Mia", "bio": "", "picture": None, "is_private": False,
        "sample": False, "region": "eu", "age_band": "18_plus", "roles": [], "unread": 0,
        "has_password": True, "created_at_ms": 0,
    }  # fmt: skip
    return {
        "/api/me": {"me": me},
        "/api/realm": REALM,
        "/api/me/access-log": proof,
        "/api/transparency/log": {"regions": [region], "client_manifest_hash": "ab" * 32},
    }


def proof_at(path: Path) -> tuple[bytes, dict[str, Any]]:
    """A proof file as its bytes and as what they say."""
    content = path.read_bytes()
    return content, json.loads(content)
