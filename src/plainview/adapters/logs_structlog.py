"""Owns how logs are written: one event a line, JSON or text, and nothing about people.

No address, handle, id of a person, query or body is ever an event's field. What an exception says may hold any of those
(a database quotes the row that it refused), so only its type and place are written, unless the level is debug.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

_QUIET = ("procrastinate", "psycopg", "psycopg.pool", "alembic", "asyncio", "PIL", "litestar", "httpx", "httpcore")
Event = MutableMapping[str, Any]


def where_only(_: Any, __: str, event: Event) -> Event:
    """The event with an exception's type and frames in place of the exception."""
    info = event.pop("exc_info", None)
    if not info:
        return event
    error = info if isinstance(info, BaseException) else (info if isinstance(info, tuple) else sys.exc_info())[1]
    if error is None:
        return event
    event["error"] = type(error).__qualname__
    if event.get("level") == "debug" or logging.getLogger().level <= logging.DEBUG:
        event["error_text"] = str(error)
    frames = traceback.extract_tb(error.__traceback__)[-8:]
    event["where"] = [f"{frame.filename.rpartition('plainview/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def set_up_logs(form: str = "auto", level: str = "info", stream: TextIO = sys.stderr) -> None:
    """Write all logs of this process to standard error, as JSON, or as text for a terminal."""
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        where_only,
    ]
    render: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[remove, render]))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
