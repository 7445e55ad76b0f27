"""Owns the shapes of videos on the wire (contract: Card, Draft and what they are made of)."""

from typing import Annotated, Literal

import msgspec

from plainview.accounts.faces import PersonShape
from plainview.catalog.visibility import Visibility
from plainview.media.processing import Processing
from plainview.ports.relations import FollowState


class SoundShape(msgspec.Struct, frozen=True):
    """The sound of a video."""

    id: str
    title: str


class MentionShape(msgspec.Struct, frozen=True):
    """A person named in a caption."""

    handle: str
    id: str


class StripShape(msgspec.Struct, frozen=True):
    """Preview tiles: `count` of them in rows of `columns`, one each `interval_ms`."""

    url: str
    tile_width: int
    tile_height: int
    columns: int
    count: int
    interval_ms: int


class CaptionsShape(msgspec.Struct, frozen=True):
    """Captions in one language."""

    language: str
    url: str
    label: str


class VideoShape(msgspec.Struct, frozen=True):
    """What a player needs."""

    duration_ms: int
    width: int
    height: int
    playlist: str
    poster: str
    strip: StripShape | None
    placeholder: str
    has_sound: bool
    captions: list[CaptionsShape]


class CountsShape(msgspec.Struct, frozen=True):
    """The public counters of a video."""

    views: int
    likes: int
    comments: int
    shares: int
    saves: int


class YourVideo(msgspec.Struct, frozen=True):
    """How the viewer stands to a video."""

    liked: bool
    saved: bool
    follows: FollowState
    self: bool


class PublicCard(msgspec.Struct, frozen=True):
    """The part of a card that is the same for everybody and seldom changes."""

    id: str
    kind: Literal["video"]
    creator: PersonShape
    caption: str
    hashtags: list[str]
    mentions: list[MentionShape]
    language: str | None
    published_at_ms: int
    edited: bool
    visibility: Visibility
    allow_comments: bool
    allow_reuse: bool
    adults_only: bool
    sample: bool
    sound: SoundShape
    video: VideoShape


class Card(PublicCard, frozen=True):
    """One video as a feed shows it."""

    counts: CountsShape
    you: YourVideo


class CardPage(msgspec.Struct, frozen=True):
    """Some cards, and where the next ones begin."""

    cards: list[Card]
    next: str | None


class CardAnswer(msgspec.Struct, frozen=True):
    """One card."""

    card: Card


class Details(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the owner says about a video."""

    caption: Annotated[str, msgspec.Meta(max_length=10_000)]
    visibility: Visibility
    allow_comments: bool
    allow_reuse: bool
    language: Annotated[str, msgspec.Meta(max_length=35, pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] | None = None


class Draft(msgspec.Struct, frozen=True):
    """One of the viewer's own videos, with how far its processing is."""

    item_id: str
    upload_id: str | None
    state: Literal["draft", "published"]
    processing: Processing
    card: Card | None
    caption: str
    visibility: Visibility
    allow_comments: bool
    allow_reuse: bool
    created_at_ms: int


class DraftPage(msgspec.Struct, frozen=True):
    """Some of the viewer's own videos, newest first."""

    drafts: list[Draft]
    next: str | None
