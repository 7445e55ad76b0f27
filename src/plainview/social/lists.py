"""Owns how lists are asked for and answered: the cursor, the handle in a path, a page of people."""

from typing import Annotated

import msgspec
from litestar.params import QueryParameter

from plainview.accounts.faces import faces
from plainview.kernel.ids import PersonId
from plainview.kernel.pages import Page
from plainview.ports.database import Transaction
from plainview.social.shapes import PeoplePage

Cursor = Annotated[str | None, QueryParameter(max_length=64, description="Where the page begins; from `next`.")]
WireHandle = Annotated[str, msgspec.Meta(description="A person's handle, without the @.")]


async def people_page(tx: Transaction, page: Page[PersonId]) -> PeoplePage:
    """A page of people on the wire, in its order."""
    known = await faces(tx, page.rows)
    return PeoplePage([known[person].shape() for person in page.rows if person in known], page.next)
