"""Owns what an owner says about a video: where its words lie, in the open or sealed, and whom they name.

The words of a draft, of a video for "only me" and of one that was removed are not for others: they lie sealed, and no
hashtag and no mention of them stands anywhere. What is published for followers lies open as all that others are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import msgspec

from plainview.accounts.faces import faces_of_handles
from plainview.catalog.card_cache import CARDS
from plainview.catalog.shapes import Card, MentionShape
from plainview.catalog.visibility import SeenItem, Visibility
from plainview.catalog.words import clean, hashtags, mentions
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import ItemId, PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, By, Door, Sealed
from plainview.ports.signals import Signals
from plainview.privacy.door import open_texts, seal_text

FIELD = "items.sealed_caption"
SEALED_AT_ONCE = 200

_SAVE = """
UPDATE items SET caption = %(open)s, sealed_caption = %(sealed)s, visibility = %(visibility)s,
  allow_comments = %(allow_comments)s, allow_reuse = %(allow_reuse)s, language = coalesce(%(language)s, language),
  edited = edited OR %(edited)s
WHERE item_id = %(item)s
"""
_UNTAG = "DELETE FROM item_tags WHERE item_id = %(item)s"
_TAG = "INSERT INTO item_tags (tag, item_id) SELECT unnest(%(tags)s::text[]), %(item)s"
_UNMENTION = "DELETE FROM item_mentions WHERE item_id = %s AND person_id <> ALL(%s)"
_MENTION = """
INSERT INTO item_mentions (item_id, person_id, handle)
SELECT %s, m.person_id, m.handle FROM unnest(%s::bigint[], %s::text[]) AS m(person_id, handle)
ON CONFLICT (item_id, person_id) DO UPDATE SET handle = excluded.handle
"""
_MENTIONED = "SELECT person_id FROM item_mentions WHERE item_id = %s"
_SEALED = """
SELECT item_id, sealed_caption FROM items
WHERE person_id = %s AND item_id = ANY(%s) AND sealed_caption IS NOT NULL ORDER BY item_id
"""
_LYING_OPEN = """
SELECT item_id, person_id, caption FROM items WHERE caption <> '' AND (state <> 'published' OR visibility = 'only_me')
ORDER BY item_id LIMIT %s FOR UPDATE SKIP LOCKED
"""
_PUT_AWAY = "UPDATE items SET caption = '', sealed_caption = %(sealed)s WHERE item_id = %(item)s"


@dataclass(frozen=True, slots=True)
class Wording:
    """What the owner says about an item."""

    caption: str
    visibility: Visibility
    allow_comments: bool
    allow_reuse: bool
    language: str | None


@dataclass(frozen=True, slots=True)
class Worded:
    """The item that words are about, as it stands: `shown` is the caption that others can read of it, if they can."""

    item_id: ItemId
    person_id: PersonId
    published: bool
    shown: str | None


class CaptionTooLongError(InvalidInputError):
    """The caption is longer than one may be."""

    code = "caption_too_long"


def checked_wording(wording: Wording, caption_chars_max: int) -> Wording:
    """The wording, cleaned.

    Raises:
        InvalidInputError: the caption is too long.
    """
    caption = clean(wording.caption)
    if len(caption) > caption_chars_max:
        fact = f"A caption may have {caption_chars_max} characters; this one has {len(caption)}."
        raise CaptionTooLongError(fact, fields={"caption": fact}, numbers={"n": caption_chars_max})
    return Wording(caption, wording.visibility, wording.allow_comments, wording.allow_reuse, wording.language)


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes wordings down."""

    signals: Signals
    door: Door

    async def save(self, tx: Transaction, item: Worded, wording: Wording) -> None:
        """Set what the owner says about an item, with its hashtags and mentions where others may read them."""
        alone = is_owners_alone(published=item.published, visibility=wording.visibility)
        words = "" if alone else wording.caption
        values = {
            "item": item.item_id,
            "open": words,
            "sealed": await self.sealed(item.person_id, wording.caption) if alone else None,
            "visibility": wording.visibility,
            "allow_comments": wording.allow_comments,
            "allow_reuse": wording.allow_reuse,
            "language": wording.language,
            "edited": item.shown not in {None, wording.caption},
        }
        await tx.execute(_SAVE, values)
        await index_words(tx, item.item_id, words)
        await item_changed(tx, self.signals, item.item_id)

    async def sealed(self, person: PersonId, caption: str) -> bytes | None:
        """The bytes of a caption that others may not read; None where it says nothing."""
        return await seal_text(self.door, person, FIELD, caption) if caption else None


def is_owners_alone(*, published: bool, visibility: Visibility) -> bool:
    """Whether an item's words are for its owner's eyes only, and so lie sealed."""
    return not published or visibility == "only_me"


async def mentioned(tx: Transaction, item: ItemId) -> list[PersonId]:
    """Those whom an item's caption names, where others may read it."""
    return [PersonId(row[0]) for row in await (await tx.execute(_MENTIONED, (item,))).fetchall()]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads words that are somebody's alone, and why: their owner, unless something else is said."""

    door: Door
    purpose: Purpose = Purpose.OWN_VIEW
    by: By = SERVER


async def sealed_captions(
    tx: Transaction, reader: Reader, person: PersonId, items: Sequence[ItemId]
) -> dict[ItemId, str]:
    """The captions of those of a person's items whose words are theirs alone, opened with one entry in their log."""
    rows = await (await tx.execute(_SEALED, (person, list(items)))).fetchall() if items else []
    sealed = [Sealed(person, FIELD, row[1]) for row in rows]
    texts = await open_texts(reader.door, sealed, reader.purpose, reader.by) if sealed else []
    return {row[0]: text for row, text in zip(rows, texts, strict=True) if text is not None}


async def with_own_words(
    tx: Transaction, door: Door, viewer: PersonId, shown: Sequence[tuple[SeenItem, Card]]
) -> list[Card]:
    """These cards, in order; those of the viewer's own that nobody else sees with their words opened."""
    alone = [item.item_id for item, _ in shown if item.person_id == viewer and _is_alone(item)]
    captions = await sealed_captions(tx, Reader(door), viewer, alone)
    return [
        await with_words(tx, card, captions[item.item_id]) if item.item_id in captions else card for item, card in shown
    ]


async def with_words_in_case(tx: Transaction, door: Door, by: By, shown: tuple[SeenItem, Card]) -> Card:
    """The card of a reported item that was taken from sight meanwhile, for who must decide about it."""
    item, card = shown
    if not _is_alone(item):
        return card
    captions = await sealed_captions(tx, Reader(door, Purpose.MODERATION, by), item.person_id, [item.item_id])
    return await with_words(tx, card, captions.get(item.item_id, ""))


async def with_words(tx: Transaction, card: Card, caption: str) -> Card:
    """A card with this caption, and what it says."""
    named = await faces_of_handles(tx, mentions(caption))
    whole = msgspec.json.decode(cast("msgspec.Raw", card), type=Card)
    shapes = [MentionShape(face.handle, str(face.person_id)) for face in named.values()]
    return msgspec.structs.replace(whole, caption=caption, hashtags=hashtags(caption), mentions=shapes)


async def index_words(tx: Transaction, item: ItemId, words: str) -> None:
    """Have an item found by these words, and by no others."""
    await tx.execute(_UNTAG, {"item": item})
    await tx.execute(_TAG, {"item": item, "tags": hashtags(words)})
    named = await faces_of_handles(tx, mentions(words))
    ids, handles = [each.person_id for each in named.values()], [each.handle for each in named.values()]
    await tx.execute(_UNMENTION, (item, ids))
    await tx.execute(_MENTION, (item, ids, handles))


async def item_changed(tx: Transaction, signals: Signals, item: ItemId) -> None:
    """Have every process forget what it holds of an item."""
    CARDS.forget(item)
    await signals.send(tx, "item.changed", item_id=item)


async def seal_what_lies_open(tx: Transaction, door: Door) -> int:
    """Seal some of the words that were written before such words lay sealed; how many there were to seal."""
    rows = await (await tx.execute(_LYING_OPEN, (SEALED_AT_ONCE,))).fetchall()
    for item, person, caption in rows:
        await tx.execute(_PUT_AWAY, {"item": item, "sealed": await seal_text(door, person, FIELD, caption)})
        await index_words(tx, item, "")
    return len(rows)


def _is_alone(item: SeenItem) -> bool:
    return is_owners_alone(published=item.state == "published", visibility=item.visibility)
