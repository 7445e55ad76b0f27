"""Owns identifiers: 63-bit, time-ordered, each carrying its home region; decimal strings on the wire.

Layout, from the high bit: 41 bits of milliseconds since 2026-01-01 UTC (69 years), 6 bits of region, 6 bits of node
(the process that made it), 10 bits of sequence. The idea is Twitter's Snowflake (2010), with the region added.
"""

import threading
import time
from typing import NewType

PersonId = NewType("PersonId", int)
ItemId = NewType("ItemId", int)
AssetId = NewType("AssetId", int)
UploadId = NewType("UploadId", int)
SoundId = NewType("SoundId", int)
CommentId = NewType("CommentId", int)
SessionId = NewType("SessionId", int)
PageId = NewType("PageId", int)
NoticeId = NewType("NoticeId", int)
ReportId = NewType("ReportId", int)

RegionNumber = NewType("RegionNumber", int)

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
REGION_COUNT = 64
NODE_COUNT = 64
_SEQUENCE_BITS, _NODE_BITS, _REGION_BITS = 10, 6, 6
_NODE_SHIFT = _SEQUENCE_BITS
_REGION_SHIFT = _SEQUENCE_BITS + _NODE_BITS
_TIME_SHIFT = _REGION_SHIFT + _REGION_BITS
ID_MAX = (1 << 63) - 1


class IdMaker:
    """Makes ids that never repeat within one (region, node) and never run backwards."""

    def __init__(self, region: RegionNumber, node: int) -> None:
        if not 0 <= region < REGION_COUNT or not 0 <= node < NODE_COUNT:
            raise ValueError(f"region and node must be in 0..63, got {region} and {node}")
        self._place = (region << _REGION_SHIFT) | (node << _NODE_SHIFT)
        self._last_ms = 0
        self._sequence = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        """A new id. Past 1,024 in a millisecond, or when the clock steps back, it borrows from the next millisecond."""
        with self._lock:
            now_ms = time.time_ns() // 1_000_000 - EPOCH_MS
            if now_ms > self._last_ms:
                self._last_ms, self._sequence = now_ms, 0
            elif self._sequence == (1 << _SEQUENCE_BITS) - 1:
                self._last_ms, self._sequence = self._last_ms + 1, 0
            else:
                self._sequence += 1
            return (self._last_ms << _TIME_SHIFT) | self._place | self._sequence


def region_of(an_id: int) -> RegionNumber:
    """The home region an id carries."""
    return RegionNumber((an_id >> _REGION_SHIFT) & (REGION_COUNT - 1))


def made_at_ms(an_id: int) -> int:
    """When an id was made, in milliseconds since 1970 UTC."""
    return (an_id >> _TIME_SHIFT) + EPOCH_MS


def first_id_at(unix_ms: int) -> int:
    """The smallest id that could be made at this moment: for paging and retention by time."""
    return max(0, unix_ms - EPOCH_MS) << _TIME_SHIFT


def parse_id(text: str) -> int:
    """The id that a decimal string stands for.

    Raises:
        ValueError: it is not 1 to 19 ASCII digits, or is out of the 63-bit range.
    """
    if not (1 <= len(text) <= 19 and text.isascii() and text.isdigit()):
        raise ValueError(f"not an id: {text[:32]!r}")
    number = int(text)
    if number > ID_MAX:
        raise ValueError(f"not an id: {text!r}")
    return number
