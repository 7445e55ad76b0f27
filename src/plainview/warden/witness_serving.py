"""Owns a witness as a process: its key file, and the HTTP server that answers `POST /add-checkpoint`."""

import os
import secrets
import signal
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from plainview.warden.notes import COSIGNATURE, KEY_BYTES, NOTE_BYTES_MAX, NoteError, Signer, Verifier
from plainview.warden.witness import TEXT_TYPE, Answer, WitnessBook

KEY_FILE, VKEY_FILE = "key", "vkey"
REQUEST_BYTES_MAX: Final = NOTE_BYTES_MAX
WAIT_S: Final = 10
AT_ONCE_MAX: Final = 64
_PREFIX: Final = "PRIVATE+KEY+"


def witness_signer(folder: Path, name: str | None = None) -> Signer:
    """The witness's key in this folder; made at the first call, under this name or a random one.

    Its public half lies beside it as `vkey`, for the logs' configuration.

    Raises:
        NoteError: the key file is damaged, or is of another name.
    """
    path = folder / KEY_FILE
    if not path.exists():
        _make(folder, name or f"witness-{secrets.token_hex(4)}")
    signer = _read(path.read_text())
    if name not in (None, signer.name):
        raise NoteError(f"The key in {path} is of {signer.name!r}, not of {name!r}.")
    return signer


class WitnessServer(ThreadingHTTPServer):
    """The HTTP server of one witness; `serve_forever` runs it, `shutdown` stops it."""

    daemon_threads = True
    request_queue_size = AT_ONCE_MAX

    def __init__(self, address: tuple[str, int], book: WitnessBook) -> None:
        super().__init__(address, _Handler)
        self.book = book
        self.turns = threading.BoundedSemaphore(AT_ONCE_MAX)


def serve(address: tuple[str, int], folder: Path, logs: Sequence[Verifier], name: str | None = None) -> WitnessServer:
    """The server of the witness in this folder, listening and ready for `serve_forever`."""
    signer = witness_signer(folder, name)
    return WitnessServer(address, WitnessBook(folder, signer, logs, lambda: int(time.time())))


def run(servers: Sequence[WitnessServer], ready: Callable[[], None]) -> None:
    """Answer until the process is told to end (SIGTERM or Ctrl-C); `ready` is called once it can be told so."""
    ended = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: ended.set())
    threads = [threading.Thread(target=server.serve_forever) for server in servers]
    for thread in threads:
        thread.start()
    ready()
    ended.wait()
    for server, thread in zip(servers, threads, strict=True):
        server.shutdown()
        thread.join()
        server.server_close()
        server.book.close()


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: WitnessServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "plainview-witness", ""
    timeout = WAIT_S

    def do_POST(self) -> None:
        """Answer a request."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 10):
            self._answer(Answer(411, "Say the length of the request.\n"), close=True)
        elif int(length) > REQUEST_BYTES_MAX:
            self._answer(Answer(413, f"A request has at most {REQUEST_BYTES_MAX} bytes.\n"), close=True)
        elif self.path != "/add-checkpoint":
            self._answer(Answer(404, "POST /add-checkpoint is all there is.\n"), close=True)
        else:
            body = self.rfile.read(int(length))
            with self.server.turns:
                answer = self.server.book.add(body)
            self._answer(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing: who asks is not noted."""

    def _answer(self, answer: Answer, *, close: bool = False) -> None:
        raw = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type or TEXT_TYPE)
        self.send_header("Content-Length", str(len(raw)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        self.wfile.write(raw)


def _make(folder: Path, name: str) -> None:
    """Write a new key; only its owner may read it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = Signer(name, COSIGNATURE, secrets.token_bytes(KEY_BYTES))
    text = f"{_PREFIX}{name}+{signer.verifier.key_id.hex()}+{b64encode(bytes([COSIGNATURE]) + signer.seed).decode()}\n"
    (folder / VKEY_FILE).write_text(signer.verifier.vkey + "\n")
    draft = folder / f".{KEY_FILE}.new"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / KEY_FILE)


def _read(text: str) -> Signer:
    name, _, rest = text.strip().removeprefix(_PREFIX).partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError("The witness's key file is damaged.") from error
    signer = Signer(name, COSIGNATURE, raw[1:])
    if len(raw) != 1 + KEY_BYTES or raw[0] != COSIGNATURE or signer.verifier.key_id.hex() != key_id:
        raise NoteError("The witness's key file is damaged.")
    return signer
