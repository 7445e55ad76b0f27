"""Owns what media asks of whoever keeps items: a draft for each upload. The catalog answers, above it."""

from typing import Literal, Protocol

from plainview.kernel.ids import AssetId, ItemId, PersonId
from plainview.ports.database import Transaction


class Drafts(Protocol):
    """Opens a draft when an upload begins, and gives it up when the upload is."""

    async def open(self, tx: Transaction, person: PersonId, item: ItemId, asset: AssetId) -> None:
        """Make the draft of an item whose file is on its way."""

    async def abandon(self, tx: Transaction, item: ItemId) -> None:
        """Delete a draft whose file will never come."""


class Announce(Protocol):
    """Tells a person that processing ended. What keeps notices answers, above."""

    async def __call__(
        self, tx: Transaction, person: PersonId, item: ItemId, kind: Literal["processed", "failed"]
    ) -> None:
        """Tell the owner of this item, once the transaction commits."""
