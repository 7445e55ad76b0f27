"""Owns how our processes talk on a socket: frames of msgpack, a version in each, one message a frame.

A frame is the length of what follows (4 bytes, big-endian) and `[version, id, op, payload]`. The id is the caller's: an
answer carries that of its question, and answers may come in any order. An answer's op is "ok", and its payload the op's
result; or it is the code of an error, and its payload the sentence that says what to do.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

VERSION: Final = 1
LENGTH_BYTES: Final = 4
OK: Final = "ok"


class Frame(Struct, array_like=True, frozen=True):
    """One message: a question or an answer. The payload is decoded when the op says what it is."""

    version: int
    id: int
    op: str
    payload: msgspec.Raw = msgspec.Raw(b"\xc0")


_encoder = msgspec.msgpack.Encoder()
_frames = msgspec.msgpack.Decoder(Frame)


def framed(number: int, op: str, payload: Any) -> bytes:
    """The bytes of one frame, its length before it."""
    body = bytearray(LENGTH_BYTES)
    _encoder.encode_into((VERSION, number, op, payload), body, LENGTH_BYTES)
    body[:LENGTH_BYTES] = (len(body) - LENGTH_BYTES).to_bytes(LENGTH_BYTES, "big")
    return bytes(body)


def read_frame(body: bytes | memoryview) -> Frame:
    """The frame that these bytes (its length not among them) are.

    Raises:
        msgspec.DecodeError: they are none.
    """
    return _frames.decode(body)


def taken_out(held: bytearray) -> list[Frame]:
    """The whole frames that these bytes begin with, which leave them.

    Raises:
        msgspec.DecodeError: one is none.
    """
    frames, at = [], 0
    while len(held) - at >= LENGTH_BYTES:
        end = at + LENGTH_BYTES + int.from_bytes(held[at : at + LENGTH_BYTES], "big")
        if len(held) < end:
            break
        frames.append(read_frame(bytes(held[at + LENGTH_BYTES : end])))
        at = end
    del held[:at]
    return frames
