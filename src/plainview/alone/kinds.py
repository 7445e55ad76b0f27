"""Owns what a feedback type means: which of the engine's kinds of event, and whether it can happen again."""

from collections.abc import Iterable, Mapping
from typing import Final

from plainview.kernel.errors import InvalidInputError, PlainviewError
from plainview.ports.engine import EventKind

_NAMES: Final[dict[EventKind, str]] = {
    EventKind.SHOWN: "read shown view viewed impression",
    EventKind.WATCHED: "watch watched play",
    EventKind.FINISHED: "finish finished complete completed",
    EventKind.SKIPPED: "skip skipped",
    EventKind.LIKE: "like star favourite favorite fav heart upvote",
    EventKind.UNLIKE: "unlike unstar",
    EventKind.COMMENT: "comment reply",
    EventKind.SHARE: "share repost boost reblog",
    EventKind.SAVE: "save bookmark",
    EventKind.UNSAVE: "unsave unbookmark",
    EventKind.FOLLOW: "follow subscribe",
    EventKind.UNFOLLOW: "unfollow unsubscribe",
    EventKind.NOT_INTERESTED: "dislike downvote not_interested hide",
    EventKind.UNDO_NOT_INTERESTED: "undislike undo_not_interested unhide",
    EventKind.REPORT: "report flag",
    EventKind.HIDE_CREATOR: "hide_creator block mute",
    EventKind.UNHIDE_CREATOR: "unhide_creator unblock unmute",
}
KINDS: Final[dict[str, EventKind]] = {name: kind for kind, names in _NAMES.items() for name in names.split()}
TAKEN_BACK_BY: Final = {
    EventKind.LIKE: EventKind.UNLIKE,
    EventKind.SAVE: EventKind.UNSAVE,
    EventKind.FOLLOW: EventKind.UNFOLLOW,
    EventKind.NOT_INTERESTED: EventKind.UNDO_NOT_INTERESTED,
    EventKind.HIDE_CREATOR: EventKind.UNHIDE_CREATOR,
}
TAKES_BACK: Final = {after: before for before, after in TAKEN_BACK_BY.items()}
STATES: Final = frozenset({*TAKEN_BACK_BY, EventKind.REPORT})
"""So or not so. All others may happen again and again."""


class UnknownKindError(PlainviewError):
    """No kind of event is known for a feedback type."""

    code, status, title = "unknown_kind", 422, "What this feedback means is not known"


def kind_of(kinds: Mapping[str, EventKind], name: str) -> EventKind:
    """The kind of event that a feedback type stands for.

    Raises:
        UnknownKindError: none is named.
    """
    kind = kinds.get(name.casefold())
    if kind is None:
        known = ", ".join(sorted(kinds))
        raise UnknownKindError(f"Start the service with --kind {name}=KIND to say what {name!r} means. Known: {known}.")
    return kind


def with_named(given: Iterable[str]) -> dict[str, EventKind]:
    """All known names and these, each as `name=kind`.

    Raises:
        InvalidInputError: one is not of this form, or its kind is none.
    """
    kinds = dict(KINDS)
    for each in given:
        name, _, kind = each.partition("=")
        if not name or kind not in KINDS:
            raise InvalidInputError(f"Write --kind star=like; {each!r} names none of {', '.join(sorted(KINDS))}.")
        kinds[name.casefold()] = KINDS[kind]
    return kinds
