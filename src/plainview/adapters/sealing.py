"""Owns the AEAD: the only module that imports it. Bytes sealed under a key and bound to what they belong to."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from plainview.kernel.errors import PlainviewError

KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = b"\x01"


class DoorBrokenError(PlainviewError):
    """Sealed bytes do not fit the key, person, field or region that they are said to be of."""

    code, status, title = "door_broken", 500, "Something sealed cannot be opened"


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
