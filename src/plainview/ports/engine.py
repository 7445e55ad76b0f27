"""Owns what the product asks of a recommender, and what it gets back. The engine knows items and persons by id only.

Everything here is plain data, so that another engine (a deep, online one) can stand behind the same Protocol.
An engine ranks; it never decides what may be shown: only public, published items are given to it, and whoever
calls `page` checks visibility once more before anything is sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import NamedTuple, Protocol, runtime_checkable

from plainview.kernel.errors import InvalidInputError, PlainviewError
from plainview.kernel.ids import ItemId, PersonId


class EventKind(StrEnum):
    """What happened between a person and an item, or a person and a creator."""

    SHOWN = "shown"
    WATCHED = "watched"
    FINISHED = "finished"
    SKIPPED = "skipped"
    LIKE = "like"
    UNLIKE = "unlike"
    COMMENT = "comment"
    SHARE = "share"
    SAVE = "save"
    UNSAVE = "unsave"
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    NOT_INTERESTED = "not_interested"
    UNDO_NOT_INTERESTED = "undo_not_interested"
    REPORT = "report"
    HIDE_CREATOR = "hide_creator"
    UNHIDE_CREATOR = "unhide_creator"
    UNMUTED = "unmuted"
    PAUSED = "paused"
    REASONS_OPENED = "reasons_opened"
    CHOSE_TOPIC = "chose_topic"


class Mode(StrEnum):
    """Which recipe a page is made by."""

    FOR_YOU = "for_you"
    """All sources, ranked by the person's own events."""
    FOLLOWING = "following"
    """Unseen items of followed creators, newest first. No profiling."""
    UNPROFILED = "unprofiled"
    """What is liked, rising or new for everybody. Reads nothing that the person did but what they have seen."""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known of an item before anybody has seen it."""

    item: ItemId
    creator: PersonId
    duration_ms: int
    published_at_ms: int
    sound: int | None = None
    """The sound's id; None when it has none. Two items with one id are never placed next to each other."""
    tags: Sequence[str] = ()
    language: str | None = None
    caption: str = ""
    features: Sequence[float] | bytes | None = None
    """What it looks and sounds like: a content vector of any length; every item's must have the same. As signed bytes
    it takes least room."""
    spoken: bytes | None = None
    """What is said in it, as `engine.said.said` puts a transcript; None where there is none."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that happened. Idempotence is the caller's: each event is observed once, in the order of the log."""

    person: PersonId
    kind: EventKind
    at_ms: int
    """The server's time of receipt; a client's clock is not to be trusted here."""
    item: ItemId | None = None
    creator: PersonId | None = None
    """For follow, unfollow, hide_creator and unhide_creator; else the item's own."""
    watched_ms: int = 0
    """All of the time played, loops included. For `watched`; sent once when the view ends."""
    loops: int = 0
    tag: str = ""
    """For `chose_topic`: what the person says they would like to see."""
    position: int = -1
    """The place on a page that this engine made, from 0 on; -1 where something else chose to show it. Said with
    `shown`."""


SLIDER_MOST = 2
"""How many steps a slider goes to either side of its middle."""


@dataclass(frozen=True, slots=True)
class Sliders:
    """How far a person moved each thing that their feed is made of, in whole steps; 0, the middle, is as published.

    Raises:
        InvalidInputError: a step is no whole number, or more than SLIDER_MOST from the middle.
    """

    familiar: int = 0
    """Down: what is new to them. Up: what is like what they enjoyed, or watched after it by others."""
    followed: int = 0
    """Whom they follow."""
    popular: int = 0
    """What others enjoy."""
    fresh: int = 0
    """What was published lately."""
    varied: int = 0
    """How little the videos of one page have in common."""

    def __post_init__(self) -> None:
        for name in SLIDERS:
            step = getattr(self, name)
            if type(step) is not int or not -SLIDER_MOST <= step <= SLIDER_MOST:
                raise InvalidInputError(
                    f"Move {name} by whole steps from {-SLIDER_MOST} to {SLIDER_MOST}.", fields={name: f"not {step!r}"}
                )

    def moved(self) -> dict[str, int]:
        """Those that do not stand in the middle."""
        return {name: step for name in SLIDERS if (step := getattr(self, name))}


SLIDERS = tuple(each.name for each in fields(Sliders))
AS_PUBLISHED = Sliders()


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A wish for the next few items."""

    now_ms: int
    size: int = 8
    person: PersonId | None = None
    """None asks for a page for nobody in particular."""
    acted: Sequence[Observation] = ()
    """In place of a person: what somebody without a name did, oldest first. Nothing of it is learned or kept."""
    mode: Mode = Mode.FOR_YOU
    in_session: Sequence[ItemId] = ()
    """Seen, or held by the client, in this session: oldest first. Comes again only when all else is exhausted."""
    excluded_items: Sequence[ItemId] = ()
    """Never on this page, whatever happens."""
    followed: Sequence[PersonId] = ()
    excluded_creators: Sequence[PersonId] = ()
    """Blocked either way, and muted. Never on this page."""
    languages: Sequence[str] = ()
    """Languages that the person understands; empty means any."""
    looked_for: Sequence[str] = ()
    """What the person looked for lately by themselves, words or tags, the newest first. Used for this page alone, and
    not at all where the source "looked_for" is off."""
    without_sources: Sequence[str] = ()
    """Sources that the person has switched off."""
    sliders: Sliders = AS_PUBLISHED
    """The person's own hand on the weights; they move what is there, and let nothing in."""


class Reason(NamedTuple):
    """One thing that moved an item up, as it was computed: a stable code, the fact, its share of the score."""

    code: str
    """similar, next, co_watched, followed, looked_for, rising, fresh, popular, tag, creator, sound, word, length, look,
    language, time_of_day, again, unseen."""
    fact: str
    """The item's or creator's id, the tag, the word; empty where there is none."""
    weight: float

    def __str__(self) -> str:
        return f"{self.code}:{self.fact}" if self.fact else self.code


class RankedItem(NamedTuple):
    """One place on a page, with all that a receipt and a later training need."""

    item: ItemId
    position: int
    score: float
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]
    parts: tuple[float, ...]
    """The parts of the score before their weights, in the order of `RankedPage.part_names`."""
    propensity: float
    """The chance with which this item was drawn for its place; 1.0 where the order left no choice."""
    exploring: bool
    """This place was given to a new item by lot."""
    again: bool
    """The person has seen it before: everything else is exhausted."""


class RankedPage(NamedTuple):
    """A page of at most the wished size; shorter only when fewer items may be shown at all."""

    items: tuple[RankedItem, ...]
    mode: Mode
    model_version: str
    """Changes whenever the code or a published weight changes."""
    state_version: int
    """How many changes of state the engine had taken in when it made this page."""
    part_names: tuple[str, ...]
    candidates: int
    failed_sources: tuple[str, ...]


class Origin(NamedTuple):
    """One source of candidates, as a person may switch it off."""

    name: str
    profiled: bool
    """Reads what the person did, so it is left out of a page without profiling anyway."""


class Fact(NamedTuple):
    """One thing that the engine holds about a person, with a name, its subject and how strong it is."""

    name: str
    """tag, creator, sound, word, length, look, language: a taste. shown, finished, skipped, skip_after_ms, events:
    tempo.
    answered: how many videos the learned vector stands on.
    watched_at: how many of the last watches fell into a part of the day (of UTC). time_of_day: by how much better a
    length is answered to then than at other times. repeats: how many times as soon as others one tires of a kind.
    forgotten: a taste, as `tag:cats`, that counts for nothing and can be taken back."""
    subject: str
    weight: float


class Lesson(NamedTuple):
    """A slice of what a fit is told: histories without names, items and traits as numbers."""

    told: bytes
    after: tuple[int, int] | None
    """Where the next slice begins; None after the last."""


MODEL_PIECE_BYTES = 1 << 19
"""So much of a fitted model is taken in at once."""


class SnapshotUnreadableError(PlainviewError):
    """The bytes are not a whole snapshot of this engine and version; rebuild by replaying the log."""

    code, status, title = "snapshot_unreadable", 500, "The engine's snapshot cannot be read; rebuild it from the log"


@runtime_checkable
class Engine(Protocol):
    """A recommender. One owner at a time: it is not safe to call from two threads at once.

    Pages are a pure function of (state, request, seed): asking for one changes nothing, so a served page can be made
    again by replaying the log up to its `state_version`.
    """

    def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown from the next page on. One that is known already is changed; a removed one returns."""
        ...

    def change_item(self, facts: ItemFacts) -> None:
        """Replaces what is known of an item, keeping what was learned about it. An unknown one is added."""
        ...

    def remove_item(self, item: ItemId) -> None:
        """Takes an item out of every page from this moment on. An unknown one is no error."""
        ...

    def observe(self, events: Sequence[Observation]) -> None:
        """Learns from these, in order. Events of unknown items are passed over."""
        ...

    def page(self, request: PageRequest) -> RankedPage:
        """The next items for a person, best first."""
        ...

    def person_facts(self, person: PersonId) -> tuple[Fact, ...]:
        """All that is held about a person in words and numbers, strongest first; empty for one who is not known."""
        ...

    def forget(self, person: PersonId) -> None:
        """Erases all that is held about a person, what they have seen included."""
        ...

    def reset(self, person: PersonId) -> None:
        """Forgets a person's tastes; keeps what they have seen, refused and hidden, so that it does not come again."""
        ...

    def forget_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Makes one taste count for nothing until the person leans that way again. An unknown one is no error.

        The last few are laid aside, so that `recall_taste` can give them back. `name`, `subject`: of its `Fact`.
        """
        ...

    def recall_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Adds a forgotten taste again, as strong as it was. One that is not laid aside is no error."""
        ...

    def lesson(self, at: tuple[int, int] = (0, 0)) -> Lesson:
        """A slice of what a fitted model of what comes next is made from; the first, or the one that begins there."""
        ...

    def adopt(self, model: bytes) -> None:
        """Ranks with this fitted model from the next page on, in place of the one before; with none for no bytes.

        Raises:
            SnapshotUnreadableError: it is no whole model. The one before stays.
        """
        ...

    def take_in(self, piece: bytes, at: int) -> bool:
        """The same in slices of a few milliseconds, so that pages wait for none longer: the model's bytes in pieces of
        MODEL_PIECE_BYTES, then no bytes again and again until it is True, from when on the model ranks.

        Args:
            piece: the next bytes of the model; none to have a little done of what is left to do.
            at: where in the model they begin; at 0 whatever was begun before is let go.

        Raises:
            SnapshotUnreadableError: it is no whole model. The one before stays.
        """
        ...

    def model(self) -> str:
        """The digest of the fitted model that ranks; empty where none does, or it was taken out for getting worse."""
        ...

    def origins(self) -> tuple[Origin, ...]:
        """The sources of candidates that a person may switch off."""
        ...

    def snapshot(self) -> bytes:
        """The whole state, bit for bit."""
        ...

    def restore(self, data: bytes) -> None:
        """Replaces the whole state by a snapshot's.

        Raises:
            SnapshotUnreadableError: it is not a whole snapshot of this engine and version. The state is unchanged.
        """
        ...
