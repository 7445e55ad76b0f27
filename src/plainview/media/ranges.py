"""Owns HTTP byte ranges (RFC 9110): one range of one object. Pure."""

import re

from plainview.kernel.errors import PlainviewError

_RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})$")


class RangeNotSatisfiableError(PlainviewError):
    """The range begins after the end."""

    code, status, title = "range_not_satisfiable", 416, "This file is not that long"

    def __init__(self, total_bytes: int) -> None:
        super().__init__()
        self.total_bytes = total_bytes


def range_of(header: str | None, total_bytes: int) -> tuple[int, int] | None:
    """The bytes from start to end (not included) that are asked for; None for all, and for what we serve whole.

    Raises:
        RangeNotSatisfiableError: no byte of it exists.
    """
    found = _RANGE.match(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, total_bytes - int(last)), total_bytes
    else:
        start, end = int(first), min(total_bytes, int(last) + 1 if last else total_bytes)
        if last and int(last) < int(first):
            return None
    if start >= total_bytes or start >= end:
        raise RangeNotSatisfiableError(total_bytes)
    return start, end
