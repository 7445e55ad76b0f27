"""Owns the Following feed: the newest by those a person follows, but for what their screen holds already.

Nothing is profiled here, and nothing that the person ever did is read: it would stand in their access log.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from plainview.catalog.newest import newest_of
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.engine import RankedItem, Reason
from plainview.ports.relations import Relations

CANDIDATES_MAX = 300
MODEL = "following-1"


@dataclass(frozen=True, slots=True)
class FollowingWish:
    """Who asks, whom they follow, what they hold or hid, and how many they want."""

    person: PersonId
    followed: Sequence[PersonId]
    excluded_items: Collection[ItemId]
    size: int


async def following(tx: Transaction, relations: Relations, wish: FollowingWish) -> tuple[RankedItem, ...]:
    """The next items, newest first."""
    newest = await newest_of(tx, wish.followed, CANDIDATES_MAX)
    found = [each for each in newest if each[0] not in wish.excluded_items]
    # Taken out before the page is cut, lest they fill the pages of somebody who may see none of them.
    if any(adults_only for _, _, adults_only in found) and not await relations.of_age(tx, wish.person):
        found = [each for each in found if not each[2]]
    return tuple(_place(position, item, creator) for position, (item, creator, _) in enumerate(found[: wish.size]))


def _place(position: int, item: ItemId, creator: PersonId) -> RankedItem:
    reasons = (Reason("followed", str(creator), 1.0),)
    return RankedItem(item, position, 0.0, ("followed",), reasons, (), 1.0, exploring=False, again=False)
