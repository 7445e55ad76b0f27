"""Serves notices."""

from typing import Any

from litestar import get, post

from plainview.accounts.viewers import Member
from plainview.ports.database import Transaction
from plainview.social import notices as told
from plainview.social.inbox import notice_shapes
from plainview.social.lists import Cursor
from plainview.social.shapes import NoticePage


@get("/me/notices")
async def notices(viewer: Member, tx: Transaction, cursor: Cursor = None) -> NoticePage:
    """What others did, newest first."""
    page = await told.notices(tx, viewer.person_id, cursor)
    shapes = await notice_shapes(tx, viewer.person_id, page.rows)
    return NoticePage(shapes, page.next, await told.unread(tx, viewer.person_id))


@post("/me/notices/read", status_code=204)
async def read(viewer: Member, tx: Transaction) -> None:
    """All notices are read."""
    await told.mark_read(tx, viewer.person_id)


HANDLERS: list[Any] = [notices, read]
