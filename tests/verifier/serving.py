"""Serves a log's public files over HTTP on a free port of this machine, with faults where a test wants them."""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

# (path) -> status and body in place of the file's, or None.
Fault = Callable[[str], tuple[int, bytes] | None]


class Handler(SimpleHTTPRequestHandler):
    """Files of a folder under /log/test/, and the API's description of the log."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    asked: list[str]
    fault: Fault | None = None
    described: dict[str, Any]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        fault = type(self).fault
        wrong = fault(self.path) if fault else None
        if wrong:
            self.answer(*wrong)
        elif self.path == "/api/transparency/log":
            self.answer(200, json.dumps(self.described).encode())
        elif self.path.startswith("/log/test/"):
            self.path = self.path.removeprefix("/log/test")
            super().do_GET()
        else:
            self.send_error(404)

    def answer(self, status: int, body: bytes) -> None:
        """Answer with a body of our own."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status in {301, 302}:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path, described: dict[str, Any] | None = None) -> Iterator[tuple[str, type[Handler]]]:
    """The server's address, and its class, on which `fault` may be set."""
    kind = type("Serving", (Handler,), {"asked": [], "described": described or {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(kind, directory=str(folder)))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kind
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
