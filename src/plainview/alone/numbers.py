"""Owns the numbers that the engine knows instead of ids: 63 bits of a hash, the same today and after any restart."""

import hashlib
import struct
from typing import Final

USER: Final = b"u"
ITEM: Final = b"i"
CREATOR: Final = b"c"
SOUND: Final = b"s"

PACKED: Final = struct.Struct(">Q")
PAIR: Final = struct.Struct(">QQ")


def number_of(kind: bytes, text: str) -> int:
    """The number, in 1 … 2^63 - 1, of an id of this kind. Two ids share one by a chance of n²/2^64 among n of them."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8, person=kind).digest()
    return (PACKED.unpack(digest)[0] >> 1) or 1
