"""A key custodian in OpenBao's transit engine, over HTTP: the region's key is made there, and used there.

What this does not protect: whoever is root here can use the warden's token as long as it is valid. Give that token the
rights to this one key only, and keep OpenBao's audit log elsewhere.
"""

import http.client
import threading
from base64 import b64decode, b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Bound, CustodianUnavailableError, KeyUnreadableError
from plainview.ports.door import DoorBrokenError

TIMEOUT_S: Final = 3.0
ANSWER_BYTES_MAX: Final = 16 * 1024 * 1024
NOT_FOUND: Final = 404
_FAILURES = (OSError, http.client.HTTPException, msgspec.DecodeError)


class CustodianOpenbao:
    """Wraps and unwraps with one key of a transit engine mounted at `transit/`; the token is in a file."""

    def __init__(self, url: str, token: Path, region: RegionNumber) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the custodian is openbao:https://…")
        self._connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._host, self._port, self._place = parts.hostname, parts.port, f"{parts.path.rstrip('/')}/v1/transit"
        self._token = token
        self._name = f"plainview-region-{region}"
        self._lock = threading.Lock()
        self._connection: http.client.HTTPConnection | None = None

    def version(self) -> int:
        """The newest version (see the port)."""
        status, answer = self._asked("GET", f"keys/{self._name}")
        if status == NOT_FOUND:
            answer = self._told("POST", f"keys/{self._name}", {"type": "aes256-gcm96"})
        else:
            self._check(status, answer)
        return int(answer["data"]["latest_version"])

    def wrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value wrapped (see the port), in OpenBao's own form."""
        batch = [
            {"plaintext": _text(each.value), "associated_data": _text(each.to), "key_version": version} for each in keys
        ]
        return [each["ciphertext"].encode() for each in self._batch("encrypt", batch)]

    def unwrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value (see the port)."""
        prefix = f"vault:v{version}:".encode()
        if not all(each.value.startswith(prefix) and each.value.isascii() for each in keys):
            raise DoorBrokenError
        batch = [{"ciphertext": each.value.decode(), "associated_data": _text(each.to)} for each in keys]
        return [b64decode(each["plaintext"]) for each in self._batch("decrypt", batch)]

    def rotate(self) -> int:
        """A newer version (see the port)."""
        self.version()
        return int(self._told("POST", f"keys/{self._name}/rotate", {})["data"]["latest_version"])

    def retire(self, version: int) -> None:
        """Destroy a version and all older ones (see the port)."""
        oldest = min(version + 1, self.version())
        kept = {"min_decryption_version": oldest, "min_encryption_version": oldest}
        self._told("POST", f"keys/{self._name}/config", kept)
        self._told("POST", f"keys/{self._name}/trim", {"min_available_version": oldest})

    def end(self) -> None:
        """Destroy all versions (see the port)."""
        status, answer = self._asked("GET", f"keys/{self._name}")
        if status == NOT_FOUND:
            return
        self._check(status, answer)
        self._told("POST", f"keys/{self._name}/config", {"deletion_allowed": True})
        self._told("DELETE", f"keys/{self._name}", {})

    def fact(self) -> str:
        """What holds the key (see the port)."""
        return (
            f"The region's key lies in OpenBao at {self._host}: it is used there, for whoever has the warden's token."
        )

    def _batch(self, verb: str, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The results of a batch; one that failed fails all of it."""
        if not batch:
            return []
        status, answer = self._asked("POST", f"{verb}/{self._name}", {"batch_input": batch})
        results: list[dict[str, Any]] = (answer.get("data") or {}).get("batch_results") or []
        if len(results) != len(batch):
            self._check(status, answer)
            raise CustodianUnavailableError("OpenBao answered with other results than were asked for.")
        faults = [each["error"] for each in results if each.get("error")]
        if any("version" in fault for fault in faults):
            raise KeyUnreadableError(f"{self._name}: {faults[0]}.")
        if faults:
            raise DoorBrokenError
        return results

    def _told(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to what must succeed."""
        status, answer = self._asked(method, path, body)
        self._check(status, answer)
        return answer

    def _check(self, status: int, answer: dict[str, Any]) -> None:
        if not 200 <= status < 300:
            raise CustodianUnavailableError(f"OpenBao answered {status}: {answer.get('errors') or 'nothing more'}.")

    def _asked(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, dict[str, Any]]:
        """The status and the answer. A kept connection that has gone stale is opened anew, once."""
        sent = None if body is None else msgspec.json.encode(body)
        with self._lock:
            try:
                return self._exchange(method, path, sent)
            except _FAILURES:
                self._drop()
            try:
                return self._exchange(method, path, sent)
            except _FAILURES as error:
                self._drop()
                raise CustodianUnavailableError(f"OpenBao at {self._host} does not answer: {error}.") from error

    def _exchange(self, method: str, path: str, sent: bytes | None) -> tuple[int, dict[str, Any]]:
        if self._connection is None:
            self._connection = self._connect(self._host, self._port, timeout=TIMEOUT_S)
        head = {"X-Vault-Token": self._token.read_text().strip(), "Content-Type": "application/json"}
        self._connection.request(method, f"{self._place}/{path}", sent, head)
        answer = self._connection.getresponse()
        text = answer.read(ANSWER_BYTES_MAX)
        return answer.status, msgspec.json.decode(text, type=dict[str, Any]) if text else {}

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _text(value: bytes) -> str:
    return b64encode(value).decode()
