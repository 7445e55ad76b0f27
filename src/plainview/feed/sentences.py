"""Owns the words in which the feed explains itself: reasons of a place on a page, and what is held of a person."""

from collections.abc import Mapping, Sequence
from typing import cast

from msgspec import UNSET

from plainview.feed.shapes import FactKind, ReasonCode, ReasonShape, TasteFact
from plainview.ports.engine import Fact, Reason

_PLAIN: dict[str, str] = {
    "similar": "Like a video that you enjoyed",
    "next": "What people often enjoy next, after what you watched lately",
    "co_watched": "People who enjoyed what you watched enjoyed this too",
    "followed": "You follow who made this",
    "rising": "Liked and watched more than most in the last hours",
    "fresh": "Posted lately",
    "popular": "Liked more than most by those who saw it",
    "unseen": "You have not seen it yet",
    "creator": "You have enjoyed videos by this person",
    "sound": "You have enjoyed videos with this sound",
    "length": "You tend to enjoy videos of this length",
    "look": "You tend to enjoy videos that look like this",
    "language": "You tend to enjoy videos in this language",
    "time_of_day": "You tend to enjoy videos of this length at this time of day",
    "again": "You have seen everything; this comes again",
}
_ITEMS = frozenset({"similar", "next", "co_watched"})
# The words for one, and for any other number.
_COUNTED = {
    "events": ("1 thing you did is behind this", "{n} things you did are behind this"),
    "shown": ("You were shown 1 video", "You were shown {n} videos"),
    "finished": ("You watched 1 of them to the end", "You watched {n} of them to the end"),
    "skipped": ("You skipped 1", "You skipped {n}"),
    "skip_after_ms": ("When you skip, it is at once", "When you skip, it is after {s} seconds"),
    "answered": (
        "What you did with 1 video places you near people who did the same",
        "What you did with {n} videos places you near people who did the same",
    ),
    "repeats": (
        "You tire of one kind of video as soon as others do",
        "You tire of one kind of video {x} times as soon as others",
    ),
    "seen": (
        "1 video is remembered so that it does not come again",
        "{n} videos are remembered so that they do not come again",
    ),
}
# Of a part of the day: how much was watched, and which lengths are liked then.
_BY_TIME = frozenset({"watched_at", "time_of_day"})
_LISTS = {
    "refused": "You are not interested in one video",
    "hidden": "You hid {who}",
    "enjoyed": "You enjoyed a video lately",
}


def reason_shape(reason: Reason) -> ReasonShape:
    """A reason with its sentence."""
    if reason.code == "tag":
        return ReasonShape("tag", f"You have enjoyed videos tagged #{reason.fact}", tag=reason.fact)
    if reason.code == "looked_for":
        return ReasonShape("looked_for", f"You just looked for “{reason.fact}”")
    if reason.code == "word":
        return ReasonShape("word", f"You have enjoyed videos about “{reason.fact}”")
    if reason.code not in _PLAIN:
        return ReasonShape("other", "Chosen by what you watched")
    item_id = reason.fact if reason.code in _ITEMS else UNSET
    return ReasonShape(cast("ReasonCode", reason.code), _PLAIN[reason.code], item_id=item_id)


def reason_shapes(reasons: Sequence[Reason]) -> list[ReasonShape]:
    """The reasons of one place, strongest first, no sentence twice."""
    found: dict[str, ReasonShape] = {}
    for reason in reasons:
        shape = reason_shape(reason)
        found.setdefault(shape.text, shape)
    return list(found.values())


def sorted_facts(facts: Sequence[Fact]) -> list[tuple[FactKind, Fact]]:
    """Each fact with its kind; a forgotten taste as the taste that it was."""
    return [_sorted(fact) for fact in facts]


def taste_facts(facts: Sequence[tuple[FactKind, Fact]], names: Mapping[str, str]) -> list[TasteFact]:
    """What the feed holds of a person, in words. `names`: the handles of creators by their id."""
    return [
        TasteFact(
            kind,
            fact.name,
            fact.subject if kind in {"taste", "forgotten"} or fact.name in _BY_TIME else "",
            _fact_text(fact, names),
            fact.weight,
        )
        for kind, fact in facts
    ]


def _sorted(fact: Fact) -> tuple[FactKind, Fact]:
    if fact.name == "forgotten":
        name, _, subject = fact.subject.partition(":")
        return "forgotten", Fact(name, subject, fact.weight)
    if fact.name in _COUNTED:
        return "count", fact
    if fact.name in _BY_TIME:
        return "count", fact
    return ("list" if fact.name in _LISTS else "taste"), fact


def _by_time(fact: Fact) -> str:
    part, _, length = fact.subject.partition(", ")
    hours = part.removesuffix(" h").replace("-", " and ")
    if not length:
        return f"{fact.weight:,.0f} of the watches remembered were between {hours} o'clock (UTC)"
    how = "more" if fact.weight > 0 else "less"
    return f"Between {hours} o'clock (UTC) you enjoy videos of {length} {how} than at other times"


def _fact_text(fact: Fact, names: Mapping[str, str]) -> str:
    if fact.name in _COUNTED:
        one, other = _COUNTED[fact.name]
        # What is forgotten bit by bit is no whole number: the words fit the number that is said.
        alone = round(fact.weight, 1) == 1.0 if fact.name == "repeats" else round(fact.weight) == 1
        words = one if alone else other
        return words.format(n=f"{fact.weight:,.0f}", s=f"{fact.weight / 1000:.1f}", x=f"{fact.weight:.1f}")
    who = f"@{names[fact.subject]}" if fact.subject in names else "somebody who is gone"
    if fact.name in _LISTS:
        return _LISTS[fact.name].format(who=who)
    if fact.name in _BY_TIME:
        return _by_time(fact)
    verb = "You enjoy" if fact.weight >= 0 else "You pass over"
    what = {
        "tag": f"#{fact.subject}",
        "creator": f"videos by {who}",
        "word": f"videos about “{fact.subject}”",
        "sound": "videos with a certain sound",
        "length": f"videos of a certain length ({fact.subject})",
        "look": "videos with a certain look",
        "language": f"videos in a certain language ({fact.subject})",
    }.get(fact.name, f"{fact.name} {fact.subject}")
    return f"{verb} {what}"
