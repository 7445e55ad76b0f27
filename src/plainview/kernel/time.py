"""Owns time: aware UTC moments and their milliseconds on the wire."""

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 UTC.

    Raises:
        ValueError: the moment carries no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return int(moment.timestamp() * 1000)


def from_ms(unix_ms: int) -> datetime:
    """The aware UTC moment of these milliseconds."""
    return datetime.fromtimestamp(unix_ms / 1000, UTC)
