"""Owns cards: a video as a feed shows it. One statement for how the viewer stands to it and for what is not held."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

import msgspec

from plainview.accounts.faces import Face
from plainview.catalog.card_cache import CARDS, CachedCard
from plainview.catalog.shapes import (
    CaptionsShape,
    Card,
    CardPage,
    MentionShape,
    PublicCard,
    SoundShape,
    StripShape,
    VideoShape,
)
from plainview.catalog.visibility import SeenItem, Visibility, marks_for, may_see, with_age
from plainview.catalog.words import hashtags
from plainview.kernel.ids import AssetId, ItemId, PersonId, SoundId
from plainview.kernel.pages import Page
from plainview.kernel.time import to_ms
from plainview.ports.database import Transaction, bigints
from plainview.ports.relations import Marks, Relations

__all__ = [
    "Card", "CardPage", "card_page", "cards", "cards_held", "cards_of", "cards_to_judge", "posters", "read_cards",
]  # fmt: skip

POSTER = "poster.webp"
MASTER = "master.m3u8"
# The columns stand in the order of _Row.
_READ = """
SELECT i.item_id, i.person_id, i.asset_id, i.state, i.visibility, i.caption, i.language, i.allow_comments,
  i.allow_reuse, i.adults_only, i.sample, i.edited, i.sound_id, coalesce(s.title, '') AS title,
  coalesce(i.published_at, i.created_at) AS published_at,
  ARRAY[i.views, i.likes, i.comments, i.shares, i.saves] AS counts,
  p.handle, p.name, p.picture, p.is_private, p.sample AS person_sample,
  a.playable, a.duration_ms, a.width, a.height, a.has_sound, a.placeholder, a.strip, a.captions,
  CASE WHEN i.caption LIKE '%%@%%' OR i.caption LIKE '%%＠%%' THEN (
    SELECT json_agg(json_build_object('handle', m.handle, 'id', m.person_id::text))
    FROM item_mentions m WHERE m.item_id = i.item_id) END AS mentions
FROM items i JOIN persons p USING (person_id) JOIN assets a USING (asset_id) LEFT JOIN sounds s USING (sound_id)
WHERE i.item_id = ANY(%(missing)s)
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """Everything of an item that is the same for everybody."""

    item_id: ItemId
    person_id: PersonId
    asset_id: AssetId
    state: str
    visibility: Visibility
    caption: str
    language: str | None
    allow_comments: bool
    allow_reuse: bool
    adults_only: bool
    sample: bool
    edited: bool
    sound_id: SoundId
    title: str
    published_at: datetime
    counts: list[int]
    handle: str
    name: str
    picture: str | None
    is_private: bool
    person_sample: bool
    playable: bool
    duration_ms: int | None
    width: int | None
    height: int | None
    has_sound: bool
    placeholder: str
    strip: dict[str, Any] | None
    captions: list[dict[str, str]]
    mentions: list[dict[str, str]] | None


_WIDTH = len(fields(_Row))


# What is held of a page's items, and the items of which nothing is.
_Parted = tuple[dict[ItemId, CachedCard], list[ItemId]]


async def cards(tx: Transaction, viewer: PersonId | None, ids: Sequence[ItemId], relations: Relations) -> list[Card]:
    """The cards of those of these items that the viewer may see and that can be played, in order."""
    return [card for _, card in await cards_of(tx, viewer, ids, relations)]


async def cards_of(
    tx: Transaction,
    viewer: PersonId | None,
    ids: Sequence[ItemId],
    relations: Relations,
    marks: Marks | None = None,
) -> list[tuple[SeenItem, Card]]:
    """The same, each with the facts of its item. `marks`: the viewer's, where they are known."""
    held, missing = _parted(ids)
    if marks is not None:
        held |= await _public(tx, missing)
        marks = await with_age(tx, relations, viewer, [card.item for card in held.values()], marks)
    elif missing:
        marks = await _read_with_marks(tx, viewer, (held, missing), relations)
    else:
        marks = await marks_for(tx, relations, viewer, [card.item for card in held.values()])
    return _shown(ids, held, viewer, marks)


def cards_held(viewer: PersonId | None, ids: Sequence[ItemId], marks: Marks) -> list[tuple[SeenItem, Card]] | None:
    """The same from memory, for a viewer whose marks are known; None when the database must be asked for anything."""
    held, missing = _parted(ids)
    if missing or any(card.item.adults_only for card in held.values()):
        return None
    return _shown(ids, held, viewer, marks)


async def cards_to_judge(
    tx: Transaction, moderator: PersonId, ids: Sequence[ItemId], relations: Relations
) -> list[tuple[SeenItem, Card]]:
    """Those of these that are no drafts, for who must decide about them, whoever sees them. For moderation only."""
    held = {item: card for item, card in (await _public(tx, ids)).items() if card.item.state != "draft"}
    marks = await relations.marks(tx, moderator, list(held), [card.item.person_id for card in held.values()])
    return [(held[item].item, _whole(held[item], moderator, marks)) for item in ids if item in held]


async def card_page(tx: Transaction, viewer: PersonId | None, page: Page[ItemId], relations: Relations) -> CardPage:
    """A page of items as cards."""
    return CardPage(await cards(tx, viewer, page.rows, relations), page.next)


async def posters(tx: Transaction, items: Sequence[ItemId]) -> dict[ItemId, str]:
    """The path of each item's poster, where there is one. For lists of what a person knows already."""
    return {item: card.poster for item, card in (await _public(tx, items)).items() if card.item.playable}


async def _public(tx: Transaction, ids: Sequence[ItemId]) -> dict[ItemId, CachedCard]:
    held, missing = _parted(ids)
    return held | await read_cards(tx, missing) if missing else held


async def read_cards(tx: Transaction, ids: Sequence[ItemId]) -> dict[ItemId, CachedCard]:
    """The public parts of these items' cards as the database has them, held from now on. One statement."""
    generation = CARDS.generation
    rows = await (await tx.execute(_READ, {"missing": bigints(ids)})).fetchall()
    return _hold(rows, generation)


def _shown(
    ids: Sequence[ItemId], held: dict[ItemId, CachedCard], viewer: PersonId | None, marks: Marks
) -> list[tuple[SeenItem, Card]]:
    """Those of these items that the viewer may see and that can be played, in order."""
    shown = []
    for item in ids:
        card = held.get(item)
        if card is not None and card.item.playable and may_see(card.item, viewer, marks):
            shown.append((card.item, _whole(card, viewer, marks)))
    return shown


def _parted(ids: Sequence[ItemId]) -> _Parted:
    """What is held, and the items that are not."""
    held = {item: card for item in ids if (card := CARDS.get(item)) is not None}
    return held, [item for item in ids if item not in held]


async def _read_with_marks(tx: Transaction, viewer: PersonId | None, parted: _Parted, relations: Relations) -> Marks:
    """Adds what is missing to what is held; how the viewer stands to all of it. One statement."""
    held, missing = parted
    generation = CARDS.generation
    named = {
        "me": viewer,
        "items": bigints([*held, *missing]),
        "people": bigints({card.item.person_id for card in held.values()}),
        "missing": bigints(missing),
    }
    rows = await (await tx.execute(_with_marks(relations), named)).fetchall()
    # Where nothing was found there is one row, of marks alone.
    held.update(_hold([row for row in rows if row[0] is not None], generation))
    return await with_age(
        tx, relations, viewer, [card.item for card in held.values()], relations.marks_of(rows[0][_WIDTH:])
    )


def _with_marks(relations: Relations) -> str:
    marks = relations.marks_sql("%(people)s::bigint[] || ARRAY(SELECT person_id FROM read)")
    return f"WITH read AS ({_READ}) SELECT read.*, {marks} FROM (SELECT) AS one LEFT JOIN read ON true"


def _hold(rows: Sequence[Sequence[Any]], generation: int) -> dict[ItemId, CachedCard]:
    read = [_cached(_Row(*row[:_WIDTH])) for row in rows]
    CARDS.put(read, generation)
    return {card.item.item_id: card for card in read}


def _cached(row: _Row) -> CachedCard:
    item = SeenItem(
        item_id=row.item_id,
        person_id=row.person_id,
        asset_id=row.asset_id,
        state=row.state,
        visibility=row.visibility,
        allow_comments=row.allow_comments,
        playable=row.playable,
        owner_is_private=row.is_private,
        adults_only=row.adults_only,
    )
    encoded = msgspec.json.encode(_public_card(row))
    return CachedCard(item, encoded[:-1], f"/media/{row.asset_id}/{POSTER}", list(row.counts))


def _public_card(row: _Row) -> PublicCard:
    face = Face(row.person_id, row.handle, row.name, row.picture, row.is_private, row.person_sample)
    return PublicCard(
        id=str(row.item_id),
        kind="video",
        creator=face.shape(),
        caption=row.caption,
        hashtags=hashtags(row.caption),
        mentions=[MentionShape(**each) for each in row.mentions or ()],
        language=row.language,
        published_at_ms=to_ms(row.published_at),
        edited=row.edited,
        visibility=row.visibility,
        allow_comments=row.allow_comments,
        allow_reuse=row.allow_reuse,
        adults_only=row.adults_only,
        sample=row.sample,
        sound=SoundShape(str(row.sound_id), row.title),
        video=_video(row),
    )


def _video(row: _Row) -> VideoShape:
    place = f"/media/{row.asset_id}"
    return VideoShape(
        duration_ms=row.duration_ms or 0,
        width=row.width or 0,
        height=row.height or 0,
        playlist=f"{place}/{MASTER}",
        poster=f"{place}/{POSTER}",
        strip=_strip(place, row.strip) if row.strip else None,
        placeholder=row.placeholder,
        has_sound=row.has_sound,
        captions=[CaptionsShape(each["language"], f"{place}/{each['file']}", each["label"]) for each in row.captions],
    )


def _strip(place: str, strip: dict[str, Any]) -> StripShape:
    numbers = {name: strip[name] for name in ("tile_width", "tile_height", "columns", "count", "interval_ms")}
    return StripShape(url=f"{place}/{strip['file']}", **numbers)


def _whole(card: CachedCard, viewer: PersonId | None, marks: Marks) -> Card:
    """The card for one viewer, as encoded bytes. Typed as the shape that it has on the wire."""
    item = card.item
    own = viewer == item.person_id
    follows = "no" if own else marks.follows.get(item.person_id, "no")
    liked, saved = item.item_id in marks.liked, item.item_id in marks.saved
    views, likes, comments, shares, saves = card.counts
    tail = (
        f',"counts":{{"views":{views},"likes":{likes},"comments":{comments},"shares":{shares},"saves":{saves}}}'
        f',"you":{{"liked":{_json(liked)},"saved":{_json(saved)},"follows":"{follows}","self":{_json(own)}}}}}'
    )
    return cast("Card", msgspec.Raw(card.head + tail.encode()))


def _json(truth: bool) -> str:
    return "true" if truth else "false"
