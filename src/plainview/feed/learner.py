"""Owns what the engine is told: catalogue and log at the start, then each event that is accepted."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind as Learned
from plainview.ports.engine import ItemFacts, Observation
from plainview.ports.event_log import Event, EventKind, Recorded
from plainview.ports.ranker import Ranker

log = logging.getLogger(__name__)
EVENTS_PER_TURN = 400

_KINDS = {
    EventKind.SHOWN: Learned.SHOWN,
    EventKind.WATCHED: Learned.WATCHED,
    EventKind.FINISHED: Learned.FINISHED,
    EventKind.SKIPPED: Learned.SKIPPED,
    EventKind.LIKED: Learned.LIKE,
    EventKind.UNLIKED: Learned.UNLIKE,
    EventKind.COMMENTED: Learned.COMMENT,
    EventKind.SHARED: Learned.SHARE,
    EventKind.SAVED: Learned.SAVE,
    EventKind.UNSAVED: Learned.UNSAVE,
    EventKind.FOLLOWED: Learned.FOLLOW,
    EventKind.UNFOLLOWED: Learned.UNFOLLOW,
    EventKind.NOT_INTERESTED: Learned.NOT_INTERESTED,
    EventKind.INTERESTED_AGAIN: Learned.UNDO_NOT_INTERESTED,
    EventKind.HID_CREATOR: Learned.HIDE_CREATOR,
    EventKind.UNHID_CREATOR: Learned.UNHIDE_CREATOR,
    EventKind.REPORTED: Learned.REPORT,
    EventKind.UNMUTED: Learned.UNMUTED,
    EventKind.PAUSED: Learned.PAUSED,
    EventKind.REASONS_OPENED: Learned.REASONS_OPENED,
    EventKind.TOPIC_CHOSEN: Learned.CHOSE_TOPIC,
}

UNLEARNS = frozenset({EventKind.FORGOTTEN, EventKind.TASTE_FORGOTTEN, EventKind.TASTE_RECALLED})
"""Kept and obeyed whatever a person or a request says of being profiled."""


def observation(event: Event) -> Observation | None:
    """What the engine learns from an event of the log; None where it is not for the engine."""
    kind = _KINDS.get(event.kind)
    if kind is None:
        return None
    return Observation(
        person=event.person_id,
        kind=kind,
        at_ms=event.at_ms,
        item=ItemId(event.item_id) if event.item_id else None,
        creator=PersonId(event.other_id) if event.other_id is not None else None,
        watched_ms=event.watched_ms or 0,
        loops=event.loops or 0,
        position=-1 if event.position is None else event.position,
        tag=(event.trait or "").removeprefix("tag:"),
    )


class Learner:
    """The one who tells the ranker, in the order in which things became true."""

    def __init__(self, ranker: Ranker) -> None:
        self.ranker = ranker

    async def replay(self, events: AsyncIterator[Recorded]) -> int:
        """Tell the log from its start, giving way to others now and then; how many events there were."""
        batch: list[Event] = []
        count = 0
        async for recorded in events:
            batch.append(recorded.event)
            if len(batch) >= EVENTS_PER_TURN:
                count += len(batch)
                await self.observe(batch)
                batch.clear()
                await asyncio.sleep(0)
        await self.observe(batch)
        return count + len(batch)

    async def observe(self, events: Sequence[Event]) -> None:
        """Learn from these, in order, before the next page is made."""
        told: list[Observation] = []
        for event in events:
            if event.kind in UNLEARNS:
                await self.ranker.observe(told)
                told = []
                await self._unlearn(event)
            elif (learned := observation(event)) is not None:
                told.append(learned)
        if told:
            await self.ranker.observe(told)

    async def _unlearn(self, event: Event) -> None:
        name, _, subject = (event.trait or "").partition(":")
        if event.kind is EventKind.FORGOTTEN:
            await self.ranker.reset(event.person_id)
        elif event.kind is EventKind.TASTE_FORGOTTEN:
            await self.ranker.forget_taste(event.person_id, name, subject)
        else:
            await self.ranker.recall_taste(event.person_id, name, subject)

    async def forget(self, person: PersonId) -> None:
        """Erase all that the engine holds of a person."""
        await self.ranker.forget(person)

    async def follow_item(self, item: ItemId, read: Callable[[ItemId], Awaitable[ItemFacts | None]]) -> None:
        """Take an item's new facts in, or take it out of every page where it may not be shown to all any more."""
        facts = await read(item)
        if facts is None:
            await self.ranker.remove_item(item)
        else:
            await self.ranker.add_items([facts])
