"""Owns the AEADs: the only module that imports them. Bytes sealed under a key and bound to what they belong to."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

from plainview.ports.door import DoorBrokenError

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"


def new_key() -> bytes:
    """A fresh 256-bit key."""
    return secrets.token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """AES-256-GCM with a random 96-bit nonce: one byte of format, the nonce, the ciphertext and tag."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return _FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def unseal(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """The plain bytes.

    Raises:
        DoorBrokenError: key, bytes and what they are bound to do not fit.
    """
    if sealed[:1] != _FORMAT:
        raise DoorBrokenError("Sealed bytes are of an unknown format.")
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, body, bound_to)
    except (InvalidTag, ValueError) as error:
        raise DoorBrokenError from error


class Numbered:
    """ChaCha20-Poly1305 whose nonces count up from a base, as RFC 9180 (5.2) numbers the messages of a context."""

    def __init__(self, key: bytes, base_nonce: bytes) -> None:
        if len(key) != KEY_BYTES or len(base_nonce) != _NONCE_BYTES:
            raise ValueError("a context has a key of 32 bytes and a nonce of 12")
        self._aead = ChaCha20Poly1305(key)
        self._base = int.from_bytes(base_nonce, "big")
        self._next = 0

    def seal(self, aad: bytes, plain: bytes) -> bytes:
        """The next message, sealed."""
        sealed = self._aead.encrypt(self._nonce(), plain, aad)
        self._next += 1
        return sealed

    def unseal(self, aad: bytes, sealed: bytes) -> bytes:
        """The next message, opened.

        Raises:
            DoorBrokenError: it is not the next message of this context, or bound to something else.
        """
        try:
            plain = self._aead.decrypt(self._nonce(), sealed, aad)
        except (InvalidTag, ValueError) as error:
            raise DoorBrokenError from error
        self._next += 1
        return plain

    def _nonce(self) -> bytes:
        return (self._base ^ self._next).to_bytes(_NONCE_BYTES, "big")
