"""A key custodian behind PKCS#11: the region's key is made in the token, and leaves it never. Tested with SoftHSM2.

What this does not protect: whoever is root here can ask the token to unwrap, as the warden does.
"""

import re
import secrets
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote

import pkcs11
from pkcs11 import Attribute, GCMParams, KeyType, Mechanism, ObjectClass

from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Bound, CustodianUnavailableError, KeyUnreadableError
from plainview.ports.door import DoorBrokenError

KEY_BITS, NONCE_BYTES, TAG_BYTES = 256, 12, 16
# What a token says when a ciphertext, its tag or what it is bound to do not fit; they differ between modules.
BROKEN = (
    pkcs11.exceptions.EncryptedDataInvalid,
    pkcs11.exceptions.EncryptedDataLenRange,
    pkcs11.exceptions.DataInvalid,
    pkcs11.exceptions.DataLenRange,
    pkcs11.exceptions.GeneralError,
    pkcs11.exceptions.SignatureInvalid,
)
T = TypeVar("T")
_FAILURES = (pkcs11.PKCS11Error, OSError)


class CustodianPkcs11:
    """Wraps and unwraps in the token that a PKCS#11 URI (RFC 7512) names: `token=NAME?module-path=FILE`."""

    def __init__(self, uri: str, pin: Path, region: RegionNumber) -> None:
        path, _, query = uri.partition("?")
        named = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
        self._token = unquote(named.get("token", ""))
        self._module = dict(parse_qsl(query)).get("module-path", "")
        if not self._token or not self._module:
            raise ValueError("the custodian is pkcs11:token=NAME?module-path=FILE")
        self._pin = pin
        self._prefix = f"plainview-region-{region}-v"
        self._lock = threading.Lock()
        self._session: pkcs11.Session | None = None
        self._keys: dict[int, Any] = {}

    def version(self) -> int:
        """The newest version (see the port)."""
        newest = self._asked(lambda session: max(self._versions(session), default=0))
        return newest or self.rotate()

    def wrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value wrapped (see the port): the nonce, the ciphertext and the tag."""
        return self._asked(lambda session: [self._wrapped(self._key(session, version), each) for each in keys])

    def unwrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value (see the port)."""
        return self._asked(lambda session: [self._unwrapped(self._key(session, version), each) for each in keys])

    def rotate(self) -> int:
        """A newer version (see the port)."""

        def made(session: pkcs11.Session) -> int:
            version = max(self._versions(session), default=0) + 1
            session.generate_key(
                KeyType.AES,
                KEY_BITS,
                label=f"{self._prefix}{version}",
                store=True,
                template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False},
            )
            return version

        return self._asked(made)

    def retire(self, version: int) -> None:
        """Destroy a version and all older ones (see the port)."""

        def destroyed(session: pkcs11.Session) -> None:
            there = self._versions(session)
            for number, key in there.items():
                if number <= version and number != max(there):
                    self._keys.pop(number, None)
                    key.destroy()

        self._asked(destroyed)

    def end(self) -> None:
        """Destroy all versions (see the port)."""

        def destroyed(session: pkcs11.Session) -> None:
            for key in self._versions(session).values():
                key.destroy()
            self._keys.clear()

        self._asked(destroyed)

    def fact(self) -> str:
        """What holds the key (see the port)."""
        return f"The region's key lies in the PKCS#11 token {self._token}: it is used there and never leaves it."

    def _asked(self, question: Callable[[pkcs11.Session], T]) -> T:
        """The answer of the token; a session that it forgot is opened anew, once."""
        with self._lock:
            try:
                return question(self._opened())
            except _FAILURES:
                self._forget()
            try:
                return question(self._opened())
            except _FAILURES as error:
                self._forget()
                told = str(error) or type(error).__name__
                raise CustodianUnavailableError(f"The PKCS#11 token {self._token}: {told}.") from error

    def _forget(self) -> None:
        self._session = None
        self._keys.clear()

    def _opened(self) -> pkcs11.Session:
        if self._session is None:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            try:
                self._session = token.open(rw=True, user_pin=self._pin.read_text().strip())
            except pkcs11.exceptions.UserAlreadyLoggedIn:
                # Who is logged in is a matter of the whole process, not of a session.
                self._session = token.open(rw=True)
        return self._session

    def _versions(self, session: pkcs11.Session) -> dict[int, Any]:
        named = re.compile(re.escape(self._prefix) + r"(\d+)")
        # What an object can do, and so its type here, is known when it is found only.
        found: Iterable[Any] = session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY})
        matches = [(named.fullmatch(key.label or ""), key) for key in found]
        return {int(match[1]): key for match, key in matches if match}

    def _key(self, session: pkcs11.Session, version: int) -> Any:
        if version not in self._keys:
            self._keys = self._versions(session)
        if version not in self._keys:
            raise KeyUnreadableError(f"{self._prefix}{version} is not in the token {self._token}: it was retired.")
        return self._keys[version]

    def _wrapped(self, key: Any, each: Bound) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + bytes(key.encrypt(each.value, mechanism=Mechanism.AES_GCM, mechanism_param=_bound(nonce, each)))

    def _unwrapped(self, key: Any, each: Bound) -> bytes:
        nonce, body = each.value[:NONCE_BYTES], each.value[NONCE_BYTES:]
        if len(body) < TAG_BYTES:
            raise DoorBrokenError
        try:
            return bytes(key.decrypt(body, mechanism=Mechanism.AES_GCM, mechanism_param=_bound(nonce, each)))
        except BROKEN as error:
            raise DoorBrokenError from error


def _bound(nonce: bytes, each: Bound) -> GCMParams:
    return GCMParams(nonce, each.to, TAG_BYTES * 8)
