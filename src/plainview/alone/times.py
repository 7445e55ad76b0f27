"""Owns times as Gorse's clients write them: ISO 8601, a date, seconds, milliseconds; durations as Go writes them."""

import re
from datetime import UTC, datetime
from typing import Final

from plainview.kernel.errors import InvalidInputError
from plainview.kernel.time import from_ms, to_ms

_LATEST_MS: Final = 253_402_300_799_000
_SECONDS_BELOW: Final = 10**11
_UNITS_MS: Final = {"h": 3_600_000.0, "m": 60_000.0, "s": 1_000.0, "ms": 1.0, "us": 1e-3, "µs": 1e-3, "ns": 1e-6}
_PART: Final = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(ms|us|µs|ns|h|m|s)")
_DURATION: Final = re.compile(rf"(?:{_PART.pattern})+")
_DELAY_MS_MAX: Final = 366 * 86_400_000


def moment_ms(text: str | None) -> int | None:
    """Milliseconds since 1970 UTC; None where nothing is said, which Go writes as the year 1.

    Raises:
        InvalidInputError: it is no time, or none between 1970 and 9999.
    """
    if not text:
        return None
    if text.isascii() and text.isdigit():
        number = int(text[:16])
        at_ms = number * 1000 if number < _SECONDS_BELOW else number
    else:
        moment = _moment(text)
        if moment.year == 1:
            return None
        at_ms = to_ms(moment)
    if not 0 <= at_ms <= _LATEST_MS:
        raise InvalidInputError(f"A time lies between 1970 and 9999: {text[:40]!r} does not.")
    return at_ms


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text.strip().replace(" UTC", "+00:00"))
    except ValueError as error:
        raise InvalidInputError(f"Write a time as 2026-11-22T08:00:00Z: {text[:40]!r} is none.") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def written(at_ms: int) -> str:
    """A moment as Gorse writes it: 2026-11-22T08:00:00Z, with milliseconds where there are any."""
    text = from_ms(at_ms).isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds")
    return text.replace("+00:00", "Z")


def duration_ms(text: str) -> int:
    """The milliseconds of a duration like 10m or 1h30m0s, at most a year of them; 0 for an empty one.

    Raises:
        InvalidInputError: it is none.
    """
    if text in {"", "0"}:
        return 0
    if not _DURATION.fullmatch(text):
        raise InvalidInputError(f"Write a duration as 10m or 1h30m: {text[:40]!r} is none.")
    total = sum(float(number) * _UNITS_MS[unit] for number, unit in _PART.findall(text))
    return min(int(total), _DELAY_MS_MAX)
