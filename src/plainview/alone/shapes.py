"""Owns what travels: Gorse's rows with Gorse's names of fields, and the lists and scores that are answered."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from plainview.alone.limits import (
    CATEGORIES_MAX,
    CATEGORY_CHARS_MAX,
    COMMENT_CHARS_MAX,
    ID_CHARS_MAX,
    KIND_CHARS_MAX,
    PAGE_MAX,
    ROWS_MAX,
    SESSION_MAX,
)

# As Gorse: no slash, since ids stand in paths. And nothing that no terminal and no log would bear.
_PLAIN = r"^[^/\x00-\x1f\x7f]+$"
Id = Annotated[str, Meta(min_length=1, max_length=ID_CHARS_MAX, pattern=_PLAIN)]
KindName = Annotated[str, Meta(min_length=1, max_length=KIND_CHARS_MAX, pattern=_PLAIN)]
Category = Annotated[str, Meta(min_length=1, max_length=CATEGORY_CHARS_MAX, pattern=_PLAIN)]
Categories = Annotated[list[Category], Meta(max_length=CATEGORIES_MAX)]
Comment = Annotated[str, Meta(max_length=COMMENT_CHARS_MAX)]
Moment = Annotated[str, Meta(max_length=64, description="ISO 8601, a date, seconds or milliseconds; empty for now")]
Count = Annotated[int, Meta(ge=0, le=PAGE_MAX)]


class Item(Struct, rename="pascal"):
    """What can be recommended. A client may leave out all but the id, or say null."""

    item_id: Id
    is_hidden: bool = False
    categories: Categories | None = None
    timestamp: Moment | None = None
    labels: Any = None
    comment: Comment | None = None


class ItemPatch(Struct, rename="pascal"):
    """What is to be changed of an item; null leaves it as it is."""

    is_hidden: bool | None = None
    categories: Categories | None = None
    timestamp: Moment | None = None
    labels: Any = None
    comment: Comment | None = None


class User(Struct, rename="pascal"):
    """Somebody to whom items are recommended."""

    user_id: Id
    labels: Any = None
    comment: Comment | None = None


class UserPatch(Struct, rename="pascal"):
    """What is to be changed of a user; null leaves it as it is."""

    labels: Any = None
    comment: Comment | None = None


class Feedback(Struct, rename="pascal"):
    """What a user did with an item. Of a watch, Value is the milliseconds watched, and Comment the item's length."""

    feedback_type: KindName
    user_id: Id
    item_id: Id
    value: float = 0.0
    timestamp: Moment | None = None
    comment: Comment | None = None


class SessionFeedback(Struct, rename="pascal"):
    """What somebody without a name did."""

    feedback_type: KindName
    item_id: Id
    user_id: str = ""
    value: float = 0.0
    timestamp: Moment | None = None
    comment: Comment | None = None


class RowAffected(Struct, rename="pascal"):
    """How many rows a request added, changed or removed."""

    row_affected: int


class Score(Struct, rename="pascal"):
    """One ranked item. Higher is better; not a chance."""

    id: str
    score: float


class ReasonOut(Struct, rename="pascal"):
    """One thing that moved an item up."""

    code: str
    fact: str
    weight: float


class Place(Struct, rename="pascal"):
    """One ranked item with all that is known of how it came to its place."""

    id: str
    score: float
    sources: tuple[str, ...]
    reasons: tuple[ReasonOut, ...]
    propensity: float
    """The chance with which it was drawn for this place; 1 where the order left no choice."""
    exploring: bool


class FactOut(Struct, rename="pascal"):
    """One thing that the engine holds about a user."""

    name: str
    subject: str
    weight: float


class ItemIterator(Struct, rename="pascal"):
    """A page of items, and where the next one begins; an empty cursor ends."""

    cursor: str
    items: list[msgspec.Raw]


class UserIterator(Struct, rename="pascal"):
    """A page of users, and where the next one begins; an empty cursor ends."""

    cursor: str
    users: list[msgspec.Raw]


class FeedbackIterator(Struct, rename="pascal"):
    """A page of feedback, and where the next one begins; an empty cursor ends."""

    cursor: str
    feedback: list[Feedback]


Items = Annotated[list[Item], Meta(max_length=ROWS_MAX)]
Users = Annotated[list[User], Meta(max_length=ROWS_MAX)]
Feedbacks = Annotated[list[Feedback], Meta(max_length=ROWS_MAX)]
Sessions = Annotated[list[SessionFeedback], Meta(max_length=SESSION_MAX)]
