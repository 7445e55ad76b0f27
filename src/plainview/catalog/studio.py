"""Owns the studio: a person's own videos with how far each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from plainview.catalog.cards import cards_of
from plainview.catalog.items import Item
from plainview.catalog.shapes import Card, Draft
from plainview.catalog.wording import Reader, sealed_captions, with_words
from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.time import to_ms
from plainview.media.processing import processing_of_items
from plainview.media.spool import Spool
from plainview.media.uploads import open_uploads_of_items
from plainview.ports.database import Transaction
from plainview.ports.door import Door
from plainview.ports.relations import Relations


@dataclass(frozen=True, slots=True)
class Studio:
    """Puts drafts together."""

    spool: Spool
    relations: Relations
    door: Door

    async def drafts(self, tx: Transaction, person: PersonId, items: Sequence[Item]) -> list[Draft]:
        """These items as their owner sees them, in order. Words that are theirs alone are opened, with one entry."""
        ids = [item.item_id for item in items]
        words = await sealed_captions(tx, Reader(self.door), person, ids)
        processing = await processing_of_items(tx, self.spool, ids)
        shown: dict[ItemId, Card] = {
            seen.item_id: card for seen, card in await cards_of(tx, person, ids, self.relations)
        }
        for item_id in words.keys() & shown.keys():
            shown[item_id] = await with_words(tx, shown[item_id], words[item_id])
        uploads = await open_uploads_of_items(tx, ids) if ids else {}
        drafts = []
        for item in items:
            state: Literal["draft", "published"] = "published" if item.state == "published" else "draft"
            upload = uploads.get(item.item_id)
            drafts.append(
                Draft(
                    item_id=str(item.item_id),
                    upload_id=None if upload is None else str(upload.upload_id),
                    state=state,
                    processing=processing[item.item_id],
                    card=shown.get(item.item_id),
                    caption=words.get(item.item_id, item.caption),
                    visibility=item.visibility,
                    allow_comments=item.allow_comments,
                    allow_reuse=item.allow_reuse,
                    created_at_ms=to_ms(item.created_at),
                )
            )
        return drafts

    async def draft(self, tx: Transaction, person: PersonId, item: Item) -> Draft:
        """One item as its owner sees it."""
        return (await self.drafts(tx, person, [item]))[0]
