"""Owns how the feed's things look on the wire."""

from typing import Annotated, Literal

import msgspec

from plainview.catalog.shapes import Card

Uuid = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
ReasonCode = Literal[
    "similar", "co_watched", "followed", "rising", "fresh", "popular", "tag",
    "creator", "sound", "word", "length", "look", "again", "other",
]  # fmt: skip
FactKind = Literal["taste", "count", "list"]
ClientKind = Literal["shown", "watched", "finished", "skipped", "unmuted", "paused", "reasons_opened"]


class ReasonShape(msgspec.Struct, frozen=True):
    """Why an item stands where it does (contract: Reason)."""

    code: ReasonCode
    text: str
    item_id: str | msgspec.UnsetType = msgspec.UNSET
    tag: str | msgspec.UnsetType = msgspec.UNSET


class FeedEntry(msgspec.Struct, frozen=True):
    """One place of a page."""

    card: Card
    position: int
    sources: list[str]
    reasons: list[ReasonShape]


class FeedPage(msgspec.Struct, frozen=True):
    """The next few items."""

    page_id: str
    model: str
    entries: list[FeedEntry]


class EventShape(msgspec.Struct, frozen=True):
    """One thing that happened on a screen."""

    id: Uuid
    kind: ClientKind
    item_id: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,19}$")]
    at_ms: Number
    session: Annotated[str, msgspec.Meta(max_length=64)] = ""
    page_id: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,19}$")] | None = None
    position: Number | None = None
    watched_ms: Number | None = None
    loops: Number | None = None


class EventBatch(msgspec.Struct, frozen=True):
    """Some events."""

    events: Annotated[list[EventShape], msgspec.Meta(max_length=200)]


class Accepted(msgspec.Struct, frozen=True):
    """The ids of the events that are durable now, or were before."""

    accepted: list[str]


class TasteFact(msgspec.Struct, frozen=True):
    """One thing that the feed holds of a person: a taste, a count of what they did, or one of a list."""

    kind: FactKind
    name: str
    text: str
    weight: float


class Taste(msgspec.Struct, frozen=True):
    """All that the feed holds of a person."""

    facts: list[TasteFact]


class Profiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the feed may learn from what a person does, and use it, on all their devices."""

    on: bool
