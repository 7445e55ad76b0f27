"""Owns HPKE contexts of many messages: RFC 9180's base mode, X25519, HKDF-SHA256 and ChaCha20-Poly1305.

The one-message form of the `cryptography` package costs a key agreement and 32 bytes of `enc` with every body; a
context pays both once and serves all entries of a person until the warden forgets it.
"""

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from plainview.warden.sealing import Numbered

KEY_BYTES = 32
_KEM_SUITE = b"KEM" + (0x0020).to_bytes(2, "big")
_SUITE = b"HPKE" + b"".join(each.to_bytes(2, "big") for each in (0x0020, 0x0001, 0x0003))
_BASE_MODE = b"\x00"


def new_pair() -> tuple[bytes, bytes]:
    """A fresh X25519 pair: the private key, clamped as RFC 7748 says, and the public one."""
    private = X25519PrivateKey.generate()
    return _clamped(private.private_bytes_raw()), private.public_key().public_bytes_raw()


def public_of(private_key: bytes) -> bytes:
    """The public key that belongs to a private one."""
    return X25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()


def sender(public_key: bytes, info: bytes, ephemeral: bytes | None = None) -> tuple[bytes, Numbered]:
    """A new context to somebody: its `enc` (32 bytes) and what seals its messages in order.

    Args:
        public_key: the receiver's, 32 bytes.
        info: what the context is about.
        ephemeral: the private key of the encapsulation; only test vectors give one.
    """
    mine = X25519PrivateKey.generate() if ephemeral is None else X25519PrivateKey.from_private_bytes(ephemeral)
    enc = mine.public_key().public_bytes_raw()
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public_key))
    return enc, _context(shared, enc + public_key, info)


def receiver(private_key: bytes, enc: bytes, info: bytes) -> Numbered:
    """The receiving end of a context: what opens its messages in order."""
    mine = X25519PrivateKey.from_private_bytes(private_key)
    shared = mine.exchange(X25519PublicKey.from_public_bytes(enc))
    return _context(shared, enc + mine.public_key().public_bytes_raw(), info)


def _context(shared: bytes, kem_context: bytes, info: bytes) -> Numbered:
    """RFC 9180, 4.1 (ExtractAndExpand) and 5.1 (KeySchedule) without a pre-shared key."""
    eae = _extract(b"", _KEM_SUITE, b"eae_prk", shared)
    secret = _expand(eae, _KEM_SUITE, b"shared_secret", kem_context, KEY_BYTES)
    bound = _BASE_MODE + _extract(b"", _SUITE, b"psk_id_hash", b"") + _extract(b"", _SUITE, b"info_hash", info)
    schedule = _extract(secret, _SUITE, b"secret", b"")
    return Numbered(
        _expand(schedule, _SUITE, b"key", bound, KEY_BYTES), _expand(schedule, _SUITE, b"base_nonce", bound, 12)
    )


def _extract(salt: bytes, suite: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, hashlib.sha256)


def _expand(key: bytes, suite: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """One block of HKDF-SHA256 is enough: nothing here is longer than 32 bytes."""
    labelled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labelled + b"\x01", hashlib.sha256)[:length]


def _clamped(private: bytes) -> bytes:
    """The one form of the many that mean the same key, so that a proof file has one form only."""
    return bytes([private[0] & 248]) + private[1:31] + bytes([private[31] & 127 | 64])
