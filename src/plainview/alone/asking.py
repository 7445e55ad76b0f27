"""Owns pages: the engine's ranking as long as a client wishes, in a category or in all, with ids for numbers.

A ranking is made in rounds of a fixed size, each without what the earlier ones gave, and holds for a minute: so
`offset` continues a page, and asking again gives the same one until something was observed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Final

from plainview.alone.desk import View
from plainview.alone.facts import languages_of
from plainview.alone.feedback import Given, has_any
from plainview.alone.items import creator_of, is_in, newest
from plainview.alone.limits import CATEGORY_ROUND_ITEMS, POPULAR_ITEMS, ROUND_ITEMS, ROUNDS_MAX, WATCHED_MS_MAX
from plainview.alone.numbers import CREATOR, ITEM, SOUND, USER, number_of
from plainview.alone.shapes import FactOut, Place, ReasonOut, Score
from plainview.alone.users import creators_of, labels_of
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import (
    AS_PUBLISHED,
    Engine,
    EventKind,
    Mode,
    Observation,
    PageRequest,
    RankedItem,
    RankedPage,
    Reason,
    Sliders,
)

_MINUTE_MS: Final = 60_000
_WORTH_TO_ALL: Final = frozenset({"quality", "rising"})
_FILLED_UP: Final = frozenset({"anything", "again"})
_NAMED: Final = {
    **dict.fromkeys(("similar", "next", "co_watched", "enjoyed", "refused"), ITEM),
    **dict.fromkeys(("followed", "creator", "hidden"), CREATOR),
    "sound": SOUND,
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client wants to see."""

    count: int = 10
    offset: int = 0
    category: str = ""
    mode: Mode = Mode.FOR_YOU
    without: tuple[str, ...] = ()
    """Sources that are switched off."""
    sliders: Sliders = AS_PUBLISHED
    """The user's own hand on the weights."""
    looked_for: tuple[str, ...] = ()
    """What the user searched for lately, the newest first."""
    again: bool = False
    """Whether what the user has seen may come again when there is nothing else."""


def for_user(engine: Engine, view: View, user_id: str, wish: Wish, now_ms: int) -> list[RankedItem]:
    """What to show a user next, best first. Somebody who is not known gets a newcomer's page."""
    person = number_of(USER, user_id)
    request = PageRequest(
        now_ms=now_ms,
        person=PersonId(person),
        mode=wish.mode,
        followed=tuple(map(PersonId, creators_of(view, "follows", person))),
        languages=languages_of(labels_of(view, person)),
        without_sources=wish.without,
        looked_for=wish.looked_for,
        sliders=wish.sliders,
    )
    end = wish.offset + wish.count
    found = _ranked(engine, view, request, replace(wish, offset=0, count=end))
    if wish.category and wish.mode is not Mode.FOLLOWING and len(found) < end:
        found += islice(_newest_of_category(view, person, wish.category, found), end - len(found))
    return found[wish.offset :]


def popular(engine: Engine, view: View, user_id: str, wish: Wish, now_ms: int) -> list[RankedItem]:
    """What is worth most to all, and lately rising; without what a user has seen, where one is named."""
    request = PageRequest(
        now_ms=now_ms,
        person=PersonId(number_of(USER, user_id)) if user_id else None,
        mode=Mode.UNPROFILED,
        without_sources=("fresh",),
    )
    wanted = max(wish.offset + wish.count, POPULAR_ITEMS)
    found: list[RankedItem] = []
    for page in _pages(engine, request, ROUND_ITEMS):
        at = [place for place, name in enumerate(page.part_names) if name in _WORTH_TO_ALL]
        new = (each for each in page.items if not each.again and _belongs(view, each.item, wish.category))
        found += [each._replace(score=sum(each.parts[place] for place in at)) for each in new]
        if len(found) >= wanted:
            break
    found.sort(key=lambda each: -each.score)
    return found[wish.offset : wish.offset + wish.count]


def latest(view: View, user_id: str, wish: Wish) -> list[Score]:
    """The newest items, each with its time in seconds as its score; without what a user has seen, if one is named."""
    user = number_of(USER, user_id)
    unseen = (each for each in newest(view, wish.category) if not user_id or not has_any(view, user, each[0]))
    wanted = islice(unseen, wish.offset, wish.offset + wish.count)
    return [Score(view.name_of(ITEM, number), at_ms / 1000) for number, at_ms in wanted]


def alike(engine: Engine, view: View, item_id: str, wish: Wish, now_ms: int) -> list[RankedItem]:
    """What shares most with an item, or is watched after it; only what does."""
    item = ItemId(number_of(ITEM, item_id))
    liked = Observation(PersonId(0), EventKind.LIKE, now_ms, item)
    return _after(engine, view, (liked,), wish, now_ms)


def for_session(engine: Engine, view: View, session: list[Given], wish: Wish, now_ms: int) -> list[RankedItem]:
    """What to show somebody without a name next, after what they did. Nothing of it is learned or kept."""
    acted = tuple(
        Observation(
            PersonId(0),
            each.kind,
            min(each.at_ms or now_ms, now_ms),
            ItemId(number_of(ITEM, each.item_id)),
            watched_ms=int(min(max(each.value, 0.0), WATCHED_MS_MAX)),
            # Where a session met its items is not said; most likely on a page of ours.
            position=0,
        )
        for each in session
    )
    request = PageRequest(
        now_ms=now_ms,
        acted=acted,
        without_sources=wish.without,
        looked_for=wish.looked_for,
        sliders=wish.sliders,
    )
    return _ranked(engine, view, request, wish)


def scores(view: View, ranked: list[RankedItem]) -> list[Score]:
    """Ids with scores."""
    return [Score(view.name_of(ITEM, each.item), each.score) for each in ranked]


def places(view: View, ranked: list[RankedItem]) -> list[Place]:
    """Ids with all that is known of how each came to its place."""
    return [
        Place(
            view.name_of(ITEM, each.item),
            each.score,
            each.sources,
            tuple(_named(view, reason) for reason in each.reasons),
            each.propensity,
            each.exploring,
        )
        for each in ranked
    ]


def held_of(engine: Engine, view: View, user_id: str) -> list[FactOut]:
    """All that the engine holds about a user in words and numbers, the strongest tastes first."""
    facts = engine.person_facts(PersonId(number_of(USER, user_id)))
    return [FactOut(each.name, _name(view, each.name, each.subject), each.weight) for each in facts]


def _after(engine: Engine, view: View, acted: tuple[Observation, ...], wish: Wish, now_ms: int) -> list[RankedItem]:
    """What follows from these events alone: no source that would serve anybody, and nothing to fill up with."""
    anybodys = tuple(each.name for each in engine.origins() if not each.profiled)
    request = PageRequest(now_ms=now_ms, acted=acted, without_sources=anybodys)
    pages = _pages(engine, request, ROUND_ITEMS)
    found = (each for page in pages for each in page.items if not _FILLED_UP.intersection(each.sources))
    return _cut(view, found, wish)


def _ranked(engine: Engine, view: View, request: PageRequest, wish: Wish) -> list[RankedItem]:
    pages = _pages(engine, request, CATEGORY_ROUND_ITEMS if wish.category else ROUND_ITEMS)
    if not wish.again:
        # What was seen comes last, when there is nothing else.
        pages = takewhile(lambda page: not page.items[0].again, pages)
    return _cut(view, (each for page in pages for each in page.items if wish.again or not each.again), wish)


def _pages(engine: Engine, request: PageRequest, size: int) -> Iterator[RankedPage]:
    """One ranking in rounds, made as far as it is read."""
    request = replace(request, now_ms=request.now_ms // _MINUTE_MS * _MINUTE_MS, size=size)
    given: list[ItemId] = list(request.excluded_items)
    for _ in range(ROUNDS_MAX):
        page = engine.page(replace(request, excluded_items=given))
        if not page.items:
            return
        yield page
        given += [each.item for each in page.items]


def _cut(view: View, ranked: Iterator[RankedItem], wish: Wish) -> list[RankedItem]:
    wanted = (each for each in ranked if _belongs(view, each.item, wish.category))
    return list(islice(wanted, wish.offset, wish.offset + wish.count))


def _belongs(view: View, item: int, category: str) -> bool:
    return not category or is_in(view, item, category)


def _newest_of_category(view: View, user: int, category: str, found: list[RankedItem]) -> Iterator[RankedItem]:
    """What the ranking did not come to: the newest first, without what the user knows or whose creator they hide."""
    given, hidden = {each.item for each in found}, set(creators_of(view, "hides", user))
    reasons = (Reason("newest", category, 0.0),)
    for number, _ in newest(view, category):
        if number in given or has_any(view, user, number) or creator_of(view, number) in hidden:
            continue
        yield RankedItem(ItemId(number), 0, 0.0, ("newest",), reasons, (), 1.0, False, False)


def _named(view: View, reason: Reason) -> ReasonOut:
    return ReasonOut(reason.code, _name(view, reason.code, reason.fact), reason.weight)


def _name(view: View, code: str, subject: str) -> str:
    """The subject with its id in place of its number."""
    if code == "forgotten":
        kind, _, name = subject.partition(":")
        return f"{kind}:{_name(view, kind, name)}"
    named = _NAMED.get(code)
    return view.name_of(named, int(subject)) if named is not None and subject.isdigit() else subject
