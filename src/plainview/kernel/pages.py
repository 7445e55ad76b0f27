"""Owns paging: an opaque cursor, and a page of results with the cursor of the next."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import ID_MAX

T = TypeVar("T")
PAGE_SIZE = 24
PAGE_SIZE_MAX = 100


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some results, newest first, and where the next ones begin (None at the end)."""

    rows: Sequence[T]
    next: str | None


def cursor_of(last_id: int) -> str:
    """The opaque cursor that continues after this id."""
    return base64.urlsafe_b64encode(last_id.to_bytes(8, "big")).decode().rstrip("=")


def after(cursor: str | None) -> int:
    """The id below which a page begins; the largest id when there is no cursor.

    Raises:
        InvalidInputError: the cursor is not one of ours.
    """
    if not cursor:
        return ID_MAX
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInputError("The cursor is not valid; start again from the first page.") from error
    number = int.from_bytes(raw, "big")
    if len(raw) != 8 or number > ID_MAX:
        raise InvalidInputError("The cursor is not valid; start again from the first page.")
    return number


def page_of(rows: Sequence[T], size: int, last_ids: Sequence[int]) -> Page[T]:
    """A page of at most `size` rows out of up to size + 1 that were read, with its next cursor."""
    if len(rows) <= size:
        return Page(rows, None)
    return Page(rows[:size], cursor_of(last_ids[size - 1]))
