"""Owns the root of all errors that a person may see: one subclass per fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar


class PlainviewError(Exception):
    """Something that cannot be done, said so that the reader knows what to do.

    A subclass sets `code` (stable, for programs), `status` (HTTP) and `title` (short); the message is the sentence.
    `numbers` are those that the sentence names, for who says it in another language.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        numbers: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.fields = dict(fields or {})
        self.numbers = dict(numbers or {})


@dataclass(frozen=True, slots=True)
class OneOfCodes:
    """Marks a text as the code of one of these errors: for the API's description only."""


ErrorCode = Annotated[str, OneOfCodes()]


class NotFoundError(PlainviewError):
    """What was asked for does not exist, or may not be known to exist by who asks."""

    code, status, title = "not_found", 404, "There is nothing here"


class SignInNeededError(PlainviewError):
    """The call needs an account."""

    code, status, title = "sign_in_needed", 401, "Sign in to do this"


class NotAllowedError(PlainviewError):
    """The person is known and may not do this."""

    code, status, title = "not_allowed", 403, "You may not do this"


class InvalidInputError(PlainviewError):
    """The request's content cannot be accepted; `fields` says which part and why."""

    code, status, title = "invalid_input", 422, "Some of this cannot be accepted"


class TooManyRequestsError(PlainviewError):
    """A limit was reached; `retry_after_s` says when to try again."""

    code, status, title = "too_many_requests", 429, "That was too often"

    def __init__(self, retry_after_s: int, detail: str | None = None) -> None:
        super().__init__(detail or f"Please try again in {retry_after_s} seconds.", numbers={"n": retry_after_s})
        self.retry_after_s = retry_after_s


class UnavailableError(PlainviewError):
    """A part that is needed does not answer just now."""

    code, status, title = "unavailable", 503, "This part of the service is not available just now"
