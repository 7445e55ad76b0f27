"""Renders every error as problem+json (RFC 9457), in one place."""

import logging
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from plainview.kernel.errors import ErrorCode, InvalidInputError, PlainviewError, TooManyRequestsError

MEDIA_TYPE = "application/problem+json"
# The codes of what the framework or a fault of ours raises; all others are those of PlainviewErrors.
_OF_STATUS = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
BAD_REQUEST, FAULT = "bad_request", "fault"
OTHER_CODES = frozenset({*_OF_STATUS.values(), BAD_REQUEST, FAULT})
log = logging.getLogger(__name__)


class Problem(msgspec.Struct, omit_defaults=True):
    """What went wrong, for people (`detail`) and for programs (`code`)."""

    title: str
    status: int
    detail: str
    code: ErrorCode
    type: str = "about:blank"
    fields: dict[str, str] = {}
    numbers: dict[str, int] = {}


def _problem(error: PlainviewError) -> Problem:
    return Problem(error.title, error.status, error.detail, error.code, fields=error.fields, numbers=error.numbers)


def _headers(error: PlainviewError) -> dict[str, str] | None:
    return {"Retry-After": str(error.retry_after_s)} if isinstance(error, TooManyRequestsError) else None


def plainview_error_bytes(error: PlainviewError) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of one of our own errors, for who answers without the framework."""
    body = msgspec.json.encode(_problem(error))
    headers = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(body)), **(_headers(error) or {})}
    return error.status, [(name.lower().encode(), value.encode()) for name, value in headers.items()], body


def _respond(problem: Problem, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(msgspec.json.encode(problem), status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def plainview_error(_: Request[Any, Any, Any], error: PlainviewError) -> Response[bytes]:
    """The problem of one of our own errors."""
    return _respond(_problem(error), _headers(error))


def http_error(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """The problem of an error that the framework raised: a path, method or body that does not fit."""
    if error.status_code >= 500:
        log.error("unforeseen_error", exc_info=error)
    fields: dict[str, str] = {}
    status = error.status_code
    code = _OF_STATUS.get(status, BAD_REQUEST)
    if isinstance(error, ValidationException):
        code = InvalidInputError.code
        for each in error.extra or []:
            if isinstance(each, dict):
                fields[str(each.get("key", ""))] = str(each.get("message", ""))
    title = {404: "There is nothing here"}.get(status, "This request cannot be accepted")
    return _respond(Problem(title, status, error.detail or title, code, fields=fields), dict(error.headers or {}))


def unforeseen_error(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem of a fault of ours: logged whole, told briefly."""

    log.error("unforeseen_error", exc_info=error)
    return _respond(Problem("Something went wrong", 500, "The fault is ours and was logged. Please try again.", FAULT))


def unreadable_body(_: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The problem of a body that is no UTF-8, or too deep: the framework takes both for faults of ours."""
    log.warning("unreadable_body", exc_info=error)
    detail = "The body is no JSON in UTF-8, or too deep."
    return _respond(Problem("This request cannot be accepted", 400, detail, BAD_REQUEST))


def cleanup_error(request: Request[Any, Any, Any], error: "ExceptionGroup[Exception]") -> Response[bytes]:
    """The problem of what failed as a failed request's transaction ended; the framework hands it over in a group."""
    first = error.exceptions[0]
    return plainview_error(request, first) if isinstance(first, PlainviewError) else unforeseen_error(request, error)


HANDLERS: dict[Any, Any] = {
    PlainviewError: plainview_error,
    HTTPException: http_error,
    ExceptionGroup: cleanup_error,
    UnicodeDecodeError: unreadable_body,
    RecursionError: unreadable_body,
    Exception: unforeseen_error,
}
