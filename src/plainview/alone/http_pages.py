"""Owns the routes that rank: for a user, for a session, like an item, popular, latest."""

from dataclasses import replace
from typing import Annotated, Final

from litestar import Response, get, post
from litestar.params import QueryParameter

from plainview.alone import asking, feedback
from plainview.alone.feedback import Given, understood
from plainview.alone.limits import ID_CHARS_MAX
from plainview.alone.living import Alone
from plainview.alone.numbers import ITEM, USER, number_of
from plainview.alone.shapes import Category, Id, Place, Score, Sessions
from plainview.alone.wishes import Asked, Kinds, Reply
from plainview.ports.engine import RankedItem

Ranked = Response[list[Place] | list[Score] | list[str]]
Reader = Annotated[str, QueryParameter(name="user-id", max_length=ID_CHARS_MAX)]


@get(["/api/recommend/{user_id:str}", "/api/recommend/{user_id:str}/{in_category:str}"])
async def recommend(
    user_id: Id, alone: Alone, asked: Asked, reply: Reply, in_category: Category | None = None
) -> Ranked:
    """What to show a user next, best first: ids, or with version 2 scores too, or with `reasons` all that is known."""
    wish = replace(asked.wish, category=in_category or asked.wish.category)
    ranked = alone.read(lambda view: asking.for_user(alone.engine, view, user_id, wish, asked.now_ms))
    alone.handed.note(number_of(USER, user_id), (each.item for each in ranked), wish.offset)
    answer = _answer(alone, asked, ranked, with_scores=reply.with_scores)
    if reply.kind is not None and ranked:
        kind, at_ms = reply.kind, asked.now_ms + reply.delay_ms
        ids = alone.read(lambda view: [view.name_of(ITEM, each.item) for each in ranked])
        given = [
            Given(user_id, each, reply.type_name, kind, 0.0, at_ms, "", position)
            for position, each in enumerate(ids, wish.offset)
        ]
        await alone.write(lambda desk: feedback.take(desk, given, overwrite=False), len(given))
    return answer


@post(["/api/session/recommend", "/api/session/recommend/{in_category:str}"], status_code=200)
async def recommend_session(
    data: Sessions, alone: Alone, kinds: Kinds, asked: Asked, in_category: Category | None = None
) -> Ranked:
    """What to show somebody without a name after what they did. Nothing of it is learned or kept."""
    wish = replace(asked.wish, category=in_category or asked.wish.category)
    given = understood(kinds, data)
    ranked = alone.read(lambda view: asking.for_session(alone.engine, view, given, wish, asked.now_ms))
    return _answer(alone, asked, ranked)


@get(["/api/item/{item_id:str}/neighbors", "/api/item/{item_id:str}/neighbors/{in_category:str}"])
async def neighbors(item_id: Id, alone: Alone, asked: Asked, in_category: Category | None = None) -> Ranked:
    """What shares most with an item, or is watched after it. Empty for an unknown item."""
    wish = replace(asked.wish, category=in_category or asked.wish.category)
    return _answer(alone, asked, alone.read(lambda view: asking.alike(alone.engine, view, item_id, wish, asked.now_ms)))


@get(["/api/popular", "/api/popular/{in_category:str}", "/api/non-personalized/popular"])
async def popular(alone: Alone, asked: Asked, in_category: Category | None = None, reader: Reader = "") -> Ranked:
    """What is liked most by all; with `user-id` without what that user has seen."""
    wish = replace(asked.wish, category=in_category or asked.wish.category)
    return _answer(
        alone, asked, alone.read(lambda view: asking.popular(alone.engine, view, reader, wish, asked.now_ms))
    )


@get(["/api/latest", "/api/latest/{in_category:str}"])
async def latest(alone: Alone, asked: Asked, in_category: Category | None = None, reader: Reader = "") -> list[Score]:
    """The newest items, the score being the time in seconds; with `user-id` without what that user has seen."""
    wish = replace(asked.wish, category=in_category or asked.wish.category)
    return alone.read(lambda view: asking.latest(view, reader, wish))


ROUTES: Final = (recommend, recommend_session, neighbors, popular, latest)


def _answer(alone: Alone, asked: Asked, ranked: list[RankedItem], *, with_scores: bool = True) -> Ranked:
    """Places, scores or ids, as was wished."""
    if asked.with_reasons:
        return Response(alone.read(lambda view: asking.places(view, ranked)))
    if with_scores:
        return Response(alone.read(lambda view: asking.scores(view, ranked)))
    return Response(alone.read(lambda view: [view.name_of(ITEM, each.item) for each in ranked]))
