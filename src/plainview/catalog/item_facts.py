"""Owns what the engine is told of items: only of those that everybody may see and that can be played."""

from dataclasses import dataclass
from datetime import datetime

from psycopg.rows import class_row

from plainview.catalog.words import hashtags
from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.time import to_ms
from plainview.media.captions import spoken
from plainview.ports.database import Transaction
from plainview.ports.engine import ItemFacts


@dataclass(frozen=True, slots=True)
class _Row:
    item_id: ItemId
    person_id: PersonId
    duration_ms: int
    published_at: datetime
    sound_id: int | None
    language: str | None
    caption: str
    content: bytes | None
    captions: list[dict[str, str]]


_ALL = """
SELECT i.item_id, i.person_id, coalesce(a.duration_ms, 0) AS duration_ms,
  coalesce(i.published_at, i.created_at) AS published_at,
  CASE WHEN a.has_sound THEN i.sound_id END AS sound_id, i.language, i.caption, a.content, a.captions
FROM items i JOIN assets a USING (asset_id) JOIN persons p ON p.person_id = i.person_id
WHERE i.state = 'published' AND i.visibility = 'public' AND NOT i.adults_only AND a.playable AND NOT p.is_private
"""
_ONE = _ALL + " AND i.item_id = %s"
_OF_PERSON = _ALL + " AND i.person_id = %s"


async def all_item_facts(tx: Transaction) -> list[ItemFacts]:
    """The facts of every item that the feed may show to anybody."""
    async with tx.cursor(row_factory=class_row(_Row)) as reader:
        return [_facts(row) async for row in await reader.execute(_ALL + " ORDER BY i.item_id")]


async def item_facts(tx: Transaction, item: ItemId) -> ItemFacts | None:
    """The facts of one item; None when the feed may not show it to everybody, or there is none."""
    async with tx.cursor(row_factory=class_row(_Row)) as reader:
        row = await (await reader.execute(_ONE, (item,))).fetchone()
    return None if row is None else _facts(row)


async def item_facts_of(tx: Transaction, person: PersonId) -> list[ItemFacts]:
    """The facts of one creator's items: for when their account becomes private or public."""
    async with tx.cursor(row_factory=class_row(_Row)) as reader:
        return [_facts(row) async for row in await reader.execute(_OF_PERSON, (person,))]


def _facts(row: _Row) -> ItemFacts:
    return ItemFacts(
        item=row.item_id,
        creator=row.person_id,
        duration_ms=row.duration_ms,
        published_at_ms=to_ms(row.published_at),
        sound=row.sound_id,
        tags=tuple(hashtags(row.caption)),
        language=row.language,
        caption=row.caption,
        features=row.content,
        spoken=spoken(row.captions, row.language),
    )
