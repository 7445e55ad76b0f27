"""Owns how the feed's things look on the wire."""

from typing import Annotated, Literal

import msgspec

from plainview.catalog.shapes import Card
from plainview.ports.engine import SLIDER_MOST

Uuid = Annotated[
    str, msgspec.Meta(pattern="^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$")
]
Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
ReasonCode = Literal[
    "similar", "next", "co_watched", "followed", "looked_for", "rising", "fresh", "popular", "tag",
    "creator", "sound", "word", "length", "look", "language", "time_of_day", "again", "unseen", "other",
]  # fmt: skip
FactKind = Literal["taste", "count", "list", "forgotten"]
TasteName = Literal["tag", "creator", "sound", "word", "length", "look", "language"]
Step = Annotated[int, msgspec.Meta(ge=-SLIDER_MOST, le=SLIDER_MOST)]
PageMode = Literal["for_you", "following", "unprofiled"]
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
    """The next few items. `mode`: by the person's own profile, from whom they follow, or by nobody's profile."""

    page_id: str
    model: str
    mode: PageMode
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
    """One thing that the feed holds of a person: a taste, one that they had forgotten, a count, or one of a list.

    `name` and `subject` of a taste are what it is forgotten and recalled by; a count and one of a list have no subject.
    """

    kind: FactKind
    name: str
    subject: str
    text: str
    weight: float


class Taste(msgspec.Struct, frozen=True):
    """All that the feed holds of a person."""

    facts: list[TasteFact]


class Profiling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether the feed may learn from what a person does, and use it, on all their devices."""

    on: bool


class TasteTrait(msgspec.Struct, frozen=True):
    """What one taste is of."""

    name: TasteName
    subject: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class TasteNames(msgspec.Struct, frozen=True):
    """Some tastes; those that are told in the same words are forgotten together."""

    tastes: Annotated[list[TasteTrait], msgspec.Meta(max_length=64)]


class Topic(msgspec.Struct, frozen=True):
    """One thing that videos here are about. `on`: the feed holds that the person likes it."""

    tag: str
    on: bool


class Topics(msgspec.Struct, frozen=True):
    """What a person may say they would like to see; empty where nothing may be learned of them."""

    topics: list[Topic]


class TopicNames(msgspec.Struct, frozen=True):
    """What a person would like to see."""

    tags: Annotated[
        list[Annotated[str, msgspec.Meta(min_length=1, max_length=60)]], msgspec.Meta(min_length=1, max_length=16)
    ]


class SliderSteps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far each slider is moved; 0 is as published."""

    familiar: Step = 0
    followed: Step = 0
    popular: Step = 0
    fresh: Step = 0
    varied: Step = 0


class SourceShape(msgspec.Struct, frozen=True):
    """One source of videos. `profiled`: it reads what a person did, so it gives nothing where profiling is off."""

    name: str
    profiled: bool
    on: bool


class SteeringShape(msgspec.Struct, frozen=True):
    """How a person steers their feed."""

    sliders: SliderSteps
    sources: list[SourceShape]


class SteeringWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a person wants to steer their feed. `off`: the names of the sources that give nothing."""

    sliders: SliderSteps
    off: Annotated[list[Annotated[str, msgspec.Meta(max_length=64)]], msgspec.Meta(max_length=32)]
