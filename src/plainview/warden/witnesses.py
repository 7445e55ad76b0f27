"""Owns asking witnesses: a checkpoint and a consistency proof go out, cosignatures come back (C2SP's tlog-witness)."""

import http.client
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import structlog

from plainview.kernel.errors import PlainviewError
from plainview.warden.notes import Note, NoteError, Verifier, read_note, read_signatures

ANSWER_BYTES_MAX: Final = 16 * 1024
TIMEOUT_S: Final = 5.0
# A witness may be ahead by one checkpoint that the log lost the answer to, so asking twice is enough.
ATTEMPTS_MAX: Final = 3

Post = Callable[[bytes], tuple[int, bytes]]
Proof = Callable[[int], list[bytes]]


class WitnessAnswerError(PlainviewError):
    """A witness answered with something else than a cosignature."""

    code, status, title = "witness_refused", 502, "A witness did not cosign"


@dataclass(frozen=True)
class Witness:
    """A witness: its key, and how a request reaches it."""

    verifier: Verifier
    post: Post


def over_http(prefix: str, timeout_s: float = TIMEOUT_S) -> Post:
    """What posts to the witness with this submission prefix (`http://` or `https://`)."""
    parts = urlsplit(prefix)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError(f"{prefix!r} is not the address of a witness")
    connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    host, port, path = parts.hostname, parts.port, parts.path.rstrip("/") + "/add-checkpoint"

    def post(body: bytes) -> tuple[int, bytes]:
        connection = connect(host, port, timeout=timeout_s)
        try:
            connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
            answer = connection.getresponse()
            return answer.status, answer.read(ANSWER_BYTES_MAX)
        finally:
            connection.close()

    return post


def request_of(old: int, proof: Sequence[bytes], note: str) -> bytes:
    """The body of an add-checkpoint request."""
    lines = "".join(b64encode(each).decode() + "\n" for each in proof)
    return f"old {old}\n{lines}\n{note}".encode()


class Witnesses:
    """All witnesses of one log. What each saw last is remembered, and asked anew after a restart."""

    def __init__(self, witnesses: Sequence[Witness]) -> None:
        self.keys = [each.verifier for each in witnesses]
        self._witnesses = witnesses
        self._seen: dict[str, int] = {}
        self._silent: dict[str, str] = {}

    def answering(self) -> int:
        """How many of them answer at all; the empty request that they are sent is refused by each."""
        count = 0
        for each in self._witnesses:
            with suppress(OSError, http.client.HTTPException):
                each.post(b"")
                count += 1
        return count

    def cosign(self, note: str, size: int, proof: Proof) -> dict[str, str]:
        """The cosignature lines that hold, by the vkey of who gave them; the witnesses are asked at the same time.

        Args:
            note: the checkpoint with the log's signature.
            size: its size.
            proof: gives the consistency proof to it from any smaller size.
        """
        if not self._witnesses:
            return {}
        with ThreadPoolExecutor(len(self._witnesses), "witness") as pool:
            lines = pool.map(lambda each: self._ask(each, note, size, proof), self._witnesses)
        return {each.vkey: line for each, line in zip(self.keys, lines, strict=True) if line}

    def _ask(self, witness: Witness, note: str, size: int, proof: Proof) -> str | None:
        """The line of one witness; None where it is silent, refuses, or says something that does not verify.

        It is logged when that begins, changes and ends, not each time.
        """
        key, log = witness.verifier.vkey, structlog.get_logger()
        try:
            line = self._line(witness, note, size, proof)
        except (OSError, http.client.HTTPException, PlainviewError) as error:
            why = str(error) or type(error).__name__
            if self._silent.get(key) != why:
                log.warning("witness_silent", witness=witness.verifier.name, why=why)
            self._silent[key] = why
            return None
        if self._silent.pop(key, None):
            log.info("witness_answers", witness=witness.verifier.name)
        return line

    def _line(self, witness: Witness, note: str, size: int, proof: Proof) -> str:
        key = witness.verifier
        for _ in range(ATTEMPTS_MAX):
            old = self._seen.get(key.vkey, 0)
            status, answer = witness.post(request_of(old, proof(old), note))
            if status == 409 and (told := _size_in(answer)) != old and told <= size:
                self._seen[key.vkey] = told
                continue
            if status != 200:
                raise WitnessAnswerError(f"It answered {status}: {answer[:200].decode(errors='replace').strip()}")
            lines = read_signatures(answer.decode(errors="replace"))
            signed = Note(read_note(note.encode()).text, lines).signed_by(key)
            if signed is None:
                raise WitnessAnswerError("Its cosignature does not verify with the key that is known of it.")
            self._seen[key.vkey] = size
            return signed.line
        raise WitnessAnswerError("It names another size each time.")


def _size_in(answer: bytes) -> int:
    text = answer.decode("ascii", errors="replace").removesuffix("\n")
    if not text.isdigit():
        raise NoteError("A conflict names the size that the witness has seen.")
    return int(text)
