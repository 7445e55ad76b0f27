"""Serves the feed: pages, events from screens, what a person hides, and what is held of them."""

from typing import Annotated, Any
from uuid import uuid4

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from plainview.accounts.faces import face_of_handle, faces
from plainview.accounts.viewers import Member, Viewer
from plainview.catalog.sounds import shared_sounds
from plainview.feed.choices import CHANGED, choose
from plainview.feed.desk import FeedDesk
from plainview.feed.hiding import HiddenKind, hidden_people, hide, unhide
from plainview.feed.http_steering import HANDLERS as STEERING
from plainview.feed.http_topics import handlers as topic_handlers
from plainview.feed.pages import FeedMode, PageWish
from plainview.feed.sentences import sorted_facts, taste_facts
from plainview.feed.shapes import Accepted, EventBatch, FeedPage, Profiling, Taste
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import ItemId, PersonId, parse_id
from plainview.kernel.time import now, to_ms
from plainview.kernel.wire import WireId, found_id
from plainview.ports.database import Transaction
from plainview.ports.event_log import Event, EventKind
from plainview.social.lists import Cursor, WireHandle, people_page
from plainview.social.shapes import PeoplePage

HELD_MAX = 200
FACTS_MAX = 60
_json = msgspec.json.Encoder()
_NO_STORE = {"Cache-Control": "no-store"}


@post("/videos/{item_id:str}/not-interested", status_code=204)
async def not_interested(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk, item_id: WireId) -> None:
    """Show this no more, and less like it."""
    item = ItemId(found_id(item_id))
    await feed_desk.see_item(tx, viewer.person_id, item)
    if await hide(tx, viewer.person_id, "item", item):
        await _note(tx, feed_desk, viewer, _event(viewer, EventKind.NOT_INTERESTED, item))


@delete("/videos/{item_id:str}/not-interested", status_code=204)
async def interested_again(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk, item_id: WireId) -> None:
    """Take that back."""
    item = ItemId(found_id(item_id))
    if await unhide(tx, viewer.person_id, "item", item):
        await _note(tx, feed_desk, viewer, _event(viewer, EventKind.INTERESTED_AGAIN, item))


class HideSelfError(InvalidInputError):
    """Nobody hides themselves."""

    code = "hide_self"


@post("/people/{handle:str}/hide", status_code=204)
async def hide_person(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk, handle: WireHandle) -> None:
    """Show nothing by this person in the feed."""
    other = await face_of_handle(tx, handle)
    if other.person_id == viewer.person_id:
        raise HideSelfError("You cannot hide yourself.")
    if await hide(tx, viewer.person_id, "person", other.person_id):
        await _note(tx, feed_desk, viewer, _event(viewer, EventKind.HID_CREATOR, other=other.person_id))


@delete("/people/{handle:str}/hide", status_code=204)
async def show_person(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk, handle: WireHandle) -> None:
    """Take that back."""
    other = await face_of_handle(tx, handle)
    if await unhide(tx, viewer.person_id, "person", other.person_id):
        await _note(tx, feed_desk, viewer, _event(viewer, EventKind.UNHID_CREATOR, other=other.person_id))


@get("/me/hidden")
async def hidden(viewer: Member, tx: Transaction, cursor: Cursor = None) -> PeoplePage:
    """Whom the member hid."""
    return await people_page(tx, await hidden_people(tx, viewer.person_id, cursor))


@get("/me/taste")
async def taste(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk) -> Taste:
    """What the feed has learned of the viewer, in words."""
    if await feed_desk.profiles.choices.is_off(viewer.person_id):
        return Taste([])
    await feed_desk.profiles.show(viewer.person_id)
    facts = await feed_desk.pages.learner.ranker.person_facts(viewer.person_id)
    tastes = [fact for fact in facts if fact.name in _TASTES][:FACTS_MAX]
    told = sorted_facts((*tastes, *(fact for fact in facts if fact.name not in _TASTES)))
    # A video's own sound says no more of a taste than the video does.
    shared = await shared_sounds(tx, [int(fact.subject) for _, fact in told if fact.name == "sound"])
    told = [(kind, fact) for kind, fact in told if fact.name != "sound" or int(fact.subject) in shared]
    people = {PersonId(int(fact.subject)) for _, fact in told if fact.name in _PEOPLE}
    names = {str(person): face.handle for person, face in (await faces(tx, people)).items()}
    return Taste(taste_facts(told, names))


@delete("/me/taste", status_code=204)
async def forget_taste(viewer: Viewer, feed_desk: FeedDesk) -> None:
    """Forget what the feed learned; what was seen and hidden stays so."""
    await feed_desk.ingest.record([_event(viewer, EventKind.FORGOTTEN)])


@get("/me/profiling")
async def profiling(viewer: Member, feed_desk: FeedDesk) -> Profiling:
    """Whether the feed profiles the member."""
    return Profiling(on=not await feed_desk.profiles.choices.is_off(viewer.person_id))


@put("/me/profiling", status_code=200)
async def choose_profiling(viewer: Member, feed_desk: FeedDesk, data: Profiling) -> Profiling:
    """Turn profiling off on all devices, which deletes what was learned; or on again, which starts from nothing."""
    # Its own transaction, so that what was learned is gone once this is answered.
    async with feed_desk.pages.database.transaction(viewer.region) as tx:
        await choose(tx, viewer.person_id, profiling=data.on)
        await feed_desk.signals.send(tx, CHANGED, person_id=viewer.person_id)
    await feed_desk.signals.hear(CHANGED, person_id=viewer.person_id)
    return data


_PEOPLE = frozenset({"creator", "hidden"})
_TASTES = frozenset({"tag", "creator", "sound", "word", "length", "look", "language"})


def _held(exclude: str) -> tuple[ItemId, ...]:
    try:
        return tuple(ItemId(parse_id(part)) for part in exclude.split(",") if part)[-HELD_MAX:]
    except ValueError as error:
        raise InvalidInputError("`exclude` must be ids with commas between.", fields={"exclude": str(error)}) from error


def _event(viewer: Viewer, kind: EventKind, item: int = 0, other: PersonId | None = None) -> Event:
    return Event(viewer.person_id, uuid4(), kind, item, to_ms(now()), other)


async def _note(tx: Transaction, feed_desk: FeedDesk, viewer: Viewer, event: Event) -> None:
    await feed_desk.ingest.record([event])
    await feed_desk.signals.send(tx, "relation.changed", person_id=viewer.person_id)


def hidden_kind(kind: str) -> HiddenKind | None:
    """What the feed calls a reported subject; None for what it does not show by itself."""
    return {"video": "item", "person": "person"}.get(kind)  # type: ignore[return-value]


def busy_routes(feed_desk: FeedDesk) -> list[HTTPRouteHandler]:
    """The two busiest routes. They close over the desk: one more dependency costs a tenth of such a request."""

    @get("/feed")
    async def feed(
        viewer: Viewer,
        mode: FeedMode = "for_you",
        size: Annotated[int | None, QueryParameter(ge=1, le=20)] = None,
        session: Annotated[str, QueryParameter(max_length=64)] = "",  # noqa: ARG001 - Reserved by the contract.
        exclude: Annotated[str, QueryParameter(max_length=HELD_MAX * 20)] = "",
        looked_for: Annotated[str, QueryParameter(max_length=256)] = "",
    ) -> FeedPage:
        """The next few items.

        `exclude` names those that the screen holds already; `looked_for` the tags that were looked at lately, the
        newest first, with commas between. They lead this page and are not kept.
        """
        looked_up = tuple(filter(None, looked_for.split(",")))
        wish = PageWish(mode, size or feed_desk.page_size_default, _held(exclude), looked_up)
        page = await feed_desk.pages.page(viewer, wish)
        return Response(_json.encode(page), media_type="application/json", headers=_NO_STORE)  # type: ignore[return-value]

    @post("/events", status_code=200)
    async def events(viewer: Viewer, data: EventBatch) -> Accepted:
        """Take in what happened on a screen; what is acknowledged is durable."""
        return Accepted(await feed_desk.ingest.take(viewer.region, viewer.person_id, data.events))

    return [feed, events]


HANDLERS: list[Any] = [
    not_interested, interested_again, hide_person, show_person, hidden,
    taste, forget_taste, profiling, choose_profiling,
]  # fmt: skip


def router(feed_desk: FeedDesk) -> Router:
    """Everything of the feed under /api."""
    return Router(
        path="/api",
        route_handlers=[*busy_routes(feed_desk), *HANDLERS, *STEERING, *topic_handlers()],
        dependencies={"feed_desk": Provide(lambda: feed_desk, sync_to_thread=False)},
        tags=["feed"],
    )
