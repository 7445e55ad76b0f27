"""Owns items as their owners handle them: drafts, publishing, deleting. Others see through visibility."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from plainview.accounts.counts import count_person
from plainview.catalog.visibility import Visibility
from plainview.catalog.wording import Worded, is_owners_alone, item_changed
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import AssetId, ItemId, PersonId
from plainview.kernel.pages import PAGE_SIZE, Page, after, page_of
from plainview.media.assets import delete_asset
from plainview.media.uploads import delete_upload, uploads_of_item
from plainview.ports.database import Transaction
from plainview.ports.jobs import Jobs
from plainview.ports.signals import Signals
from plainview.privacy.wiping import enqueue_wipe

SOUND_TITLE = "Original sound"
ForgetItems = Callable[[Transaction, Sequence[ItemId]], Awaitable[None]]
"""What social does when items go; passed in by wiring."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item as its owner sees it. `caption` is what others may read of it: its owner's alone lies sealed."""

    item_id: ItemId
    person_id: PersonId
    asset_id: AssetId
    state: str
    visibility: Visibility
    caption: str
    language: str | None
    allow_comments: bool
    allow_reuse: bool
    created_at: datetime

    def worded(self) -> Worded:
        """What saving its words must know of it."""
        published = self.state == "published"
        alone = is_owners_alone(published=published, visibility=self.visibility)
        return Worded(self.item_id, self.person_id, published, None if alone else self.caption)


_COLUMNS = "item_id, person_id, asset_id, state, visibility, caption, language, allow_comments, allow_reuse, created_at"
_OWN = f"SELECT {_COLUMNS} FROM items WHERE item_id = %s AND person_id = %s AND state <> 'removed'"
_LOCK = _OWN + " FOR UPDATE"
_OWN_PAGE = f"""
SELECT {_COLUMNS} FROM items WHERE person_id = %s AND item_id < %s AND state <> 'removed'
ORDER BY item_id DESC LIMIT %s
"""
_ANY = f"SELECT {_COLUMNS} FROM items WHERE item_id = %s"
_OF_PERSON = """
SELECT item_id FROM items WHERE person_id = %s AND item_id < %s AND state = 'published' ORDER BY item_id DESC LIMIT %s
"""
_OF_TAG = """
SELECT i.item_id FROM item_tags t JOIN items i USING (item_id)
WHERE t.tag = %s AND t.item_id < %s AND i.state = 'published' AND i.visibility = 'public'
ORDER BY t.item_id DESC LIMIT %s
"""
# A draft's sound is its own until reuse comes; it shares the item's number, which no other sound can have.
_OPEN = """
WITH sound AS (INSERT INTO sounds (sound_id, person_id, title) VALUES (%(item)s, %(person)s, %(title)s))
INSERT INTO items (item_id, person_id, asset_id, sound_id) VALUES (%(item)s, %(person)s, %(asset)s, %(item)s)
"""
_PUBLISH = """
UPDATE items SET state = 'published', published_at = now() WHERE item_id = %s AND state = 'draft' RETURNING item_id
"""
_DELETE = (
    "DELETE FROM item_tags WHERE item_id = %(item)s",
    "DELETE FROM item_mentions WHERE item_id = %(item)s",
    "DELETE FROM items WHERE item_id = %(item)s",
    "DELETE FROM sounds WHERE sound_id = %(item)s AND NOT EXISTS (SELECT 1 FROM items WHERE sound_id = %(item)s)",
)


async def own_item(tx: Transaction, person: PersonId, item: ItemId, *, lock: bool = False) -> Item:
    """An item of this person's; `lock` for who will change it by what it is now.

    Raises:
        NotFoundError: there is none under this id that is theirs.
    """
    async with tx.cursor(row_factory=class_row(Item)) as reader:
        found = await (await reader.execute(_LOCK if lock else _OWN, (item, person))).fetchone()
    if found is None:
        raise NotFoundError("You have no video here.")
    return found


async def own_items(tx: Transaction, person: PersonId, cursor: str | None) -> Page[Item]:
    """A page of a person's items, newest first, drafts too."""
    async with tx.cursor(row_factory=class_row(Item)) as reader:
        rows = await (await reader.execute(_OWN_PAGE, (person, after(cursor), PAGE_SIZE + 1))).fetchall()
    return page_of(rows, PAGE_SIZE, [row.item_id for row in rows])


async def any_item(tx: Transaction, item: ItemId) -> Item:
    """An item, whoever asks: for moderators only.

    Raises:
        NotFoundError: there is none.
    """
    async with tx.cursor(row_factory=class_row(Item)) as reader:
        found = await (await reader.execute(_ANY, (item,))).fetchone()
    if found is None:
        raise NotFoundError("This video is not there.")
    return found


async def items_of_person(tx: Transaction, person: PersonId, cursor: str | None) -> Page[ItemId]:
    """A page of a person's published items, newest first; cards judge who may see them."""
    return await _page(tx, _OF_PERSON, person, cursor)


async def items_of_tag(tx: Transaction, tag: str, cursor: str | None) -> Page[ItemId]:
    """A page of the public items with this hashtag, newest first; cards judge who may see them."""
    return await _page(tx, _OF_TAG, tag, cursor)


async def _page(tx: Transaction, statement: str, subject: int | str, cursor: str | None) -> Page[ItemId]:
    rows = await (await tx.execute(statement.encode(), (subject, after(cursor), PAGE_SIZE + 1))).fetchall()
    ids = [ItemId(row[0]) for row in rows]
    return page_of(ids, PAGE_SIZE, ids)


class ItemDrafts:
    """Opens and abandons drafts for uploads (media's port of drafts)."""

    async def open(self, tx: Transaction, person: PersonId, item: ItemId, asset: AssetId) -> None:
        """Make the draft of an item whose file is on its way."""
        await tx.execute(_OPEN, {"item": item, "person": person, "asset": asset, "title": SOUND_TITLE})

    async def abandon(self, tx: Transaction, item: ItemId) -> None:
        """Delete a draft whose file will never come."""
        await _delete_rows(tx, item)


async def publish(tx: Transaction, signals: Signals, item: Item) -> bool:
    """Make a draft public, its words to be saved next as they are shown; False when it was published already."""
    if await (await tx.execute(_PUBLISH, (item.item_id,))).fetchone() is None:
        return False
    await count_person(tx, item.person_id, "videos", 1)
    await item_changed(tx, signals, item.item_id)
    return True


@dataclass(frozen=True, slots=True)
class Shredder:
    """What deleting an item needs."""

    signals: Signals
    jobs: Jobs
    forget_items: ForgetItems

    async def delete(self, tx: Transaction, item: Item) -> None:
        """Delete an item with all that hangs on it. Its media goes by a job, as does what database files keep.

        Nobody is given it from the commit on.
        """
        await self.forget_items(tx, [item.item_id])
        for upload in await uploads_of_item(tx, item.item_id):
            await delete_upload(tx, upload)
        await _delete_rows(tx, item.item_id)
        await delete_asset(tx, item.asset_id)
        await self.jobs.enqueue(tx, "media.erase", asset_id=str(item.asset_id))
        if item.state == "published":
            await count_person(tx, item.person_id, "videos", -1)
        await item_changed(tx, self.signals, item.item_id)
        await enqueue_wipe(tx, self.jobs)


async def _delete_rows(tx: Transaction, item: ItemId) -> None:
    for statement in _DELETE:
        await tx.execute(statement, {"item": item})
