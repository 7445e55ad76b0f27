"""Owns the log's second signature, for the day when Ed25519 can be forged: ML-DSA-44 as tlog-cosignature has it.

The proof file and its verifiers do not need it yet; it stands in the public checkpoint, where logs' archives keep it.
"""

from base64 import b64decode, b64encode
from functools import cached_property
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from plainview.warden.notes import Checkpoint, NoteError, Signature, Signer

LATTICE: Final = 0x06
PUBLIC_BYTES: Final = 1312
SIGNATURE_BYTES: Final = 2420
_LABEL: Final = b"subtree/v1\n\0"


class LatticeSigner:
    """The ML-DSA-44 key of a log; its seed follows from that of the Ed25519 key, so both are kept and lost together."""

    def __init__(self, signer: Signer) -> None:
        self.name = signer.name
        self._key = MLDSA44PrivateKey.from_seed_bytes(sha256(b"plainview ml-dsa-44 log key\n" + signer.seed).digest())

    @cached_property
    def vkey(self) -> str:
        """The public key as text."""
        key_id, public = _id_of(self.name, self._public), b64encode(bytes([LATTICE]) + self._public).decode()
        return f"{self.name}+{key_id.hex()}+{public}"

    @cached_property
    def _public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def sign(self, checkpoint: Checkpoint, at_s: int) -> str:
        """The signature line on a checkpoint that is the largest of its log at this time (seconds since 1970)."""
        signature = self._key.sign(_message(self.name, checkpoint, at_s))
        raw = _id_of(self.name, self._public) + at_s.to_bytes(8, "big") + signature
        return f"— {self.name} {b64encode(raw).decode()}\n"


def verifies(vkey: str, checkpoint: Checkpoint, signature: Signature) -> bool:
    """Whether the line is this key's signature on the checkpoint.

    Raises:
        NoteError: the vkey is not one of ML-DSA-44.
    """
    name, public = _read(vkey)
    if (signature.name, signature.key_id) != (name, _id_of(name, public)):
        return False
    at_s, raw = int.from_bytes(signature.signature[:8], "big"), signature.signature[8:]
    if len(raw) != SIGNATURE_BYTES:
        return False
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(raw, _message(name, checkpoint, at_s))
    except InvalidSignature:
        return False
    return True


def _read(vkey: str) -> tuple[str, bytes]:
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    try:
        raw = b64decode(encoded, validate=True)
    except ValueError as error:
        raise NoteError("Not base64.") from error
    if len(raw) != 1 + PUBLIC_BYTES or raw[0] != LATTICE or _id_of(name, raw[1:]).hex() != key_id:
        raise NoteError("A vkey of type 6 must hold an ML-DSA-44 key and its id.")
    return name, raw[1:]


def _id_of(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([LATTICE]) + public).digest()[:4]


def _message(name: str, checkpoint: Checkpoint, at_s: int) -> bytes:
    """The `cosigned_message` of a whole tree: it begins at 0."""
    cosigner, origin = name.encode(), checkpoint.origin.encode()
    start, end = (0).to_bytes(8, "big"), checkpoint.size.to_bytes(8, "big")
    named = bytes([len(cosigner)]) + cosigner + at_s.to_bytes(8, "big") + bytes([len(origin)]) + origin
    return _LABEL + named + start + end + checkpoint.root
