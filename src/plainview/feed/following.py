"""Owns the Following feed: the newest by those a person follows, unseen first. Nothing is profiled here."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from plainview.catalog.newest import newest_of
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.engine import RankedItem, Reason
from plainview.ports.event_log import EventKind
from plainview.ports.relations import Relations

CANDIDATES_MAX = 300
MODEL = "following-1"
_SEEN = "SELECT DISTINCT item_id FROM events WHERE person_id = %s AND kind = %s AND item_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class FollowingWish:
    """Who asks, whom they follow, what they hold or hid, and how many they want."""

    person: PersonId
    followed: Sequence[PersonId]
    excluded_items: Collection[ItemId]
    size: int


async def following(tx: Transaction, relations: Relations, wish: FollowingWish) -> tuple[RankedItem, ...]:
    """The next items: what was not seen yet, newest first; then what was, newest first."""
    newest = await newest_of(tx, wish.followed, CANDIDATES_MAX)
    found = [each for each in newest if each[0] not in wish.excluded_items]
    # Taken out before the page is cut, lest they fill the pages of somebody who may see none of them.
    if any(adults_only for _, _, adults_only in found) and not await relations.of_age(tx, wish.person):
        found = [each for each in found if not each[2]]
    if not found:
        return ()
    ids = [item for item, _, _ in found]
    seen = {row[0] for row in await (await tx.execute(_SEEN, (wish.person, EventKind.SHOWN, ids))).fetchall()}
    ordered = sorted(found, key=lambda each: each[0] in seen)[: wish.size]
    return tuple(_place(position, item, creator, item in seen) for position, (item, creator, _) in enumerate(ordered))


def _place(position: int, item: ItemId, creator: PersonId, seen: bool) -> RankedItem:
    reasons = (Reason("followed", str(creator), 1.0),) + ((Reason("again", "", 0.0),) if seen else ())
    return RankedItem(item, position, 0.0, ("followed",), 1, reasons, (), 1.0, exploring=False, again=seen)
