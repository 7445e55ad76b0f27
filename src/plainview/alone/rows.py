"""Owns lists that are read page by page: a cursor is the key that was read last, so each page costs the same."""

import base64
import binascii
from typing import Final

from plainview.alone.desk import View
from plainview.alone.store import under
from plainview.kernel.errors import InvalidInputError

_CURSOR_CHARS_MAX: Final = 1_024


def page_of(view: View, name: str, cursor: str, count: int) -> tuple[list[tuple[bytes, bytes]], str]:
    """The next `count` entries of a database, and the cursor of those after them; empty when there are none."""
    after = _key(cursor)
    found: list[tuple[bytes, bytes]] = []
    for entry in under(view.txn, view.db[name], b"", after):
        if len(found) == count:
            return found, base64.urlsafe_b64encode(found[-1][0]).decode() if found else cursor
        found.append(entry)
    return found, ""


def _key(cursor: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(cursor[:_CURSOR_CHARS_MAX].encode("ascii"))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidInputError("This cursor is none that was given out; begin without one.") from error
