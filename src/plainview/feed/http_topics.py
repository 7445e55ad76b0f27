"""Serves the choice of topics, with which a person who is new here may begin: what they like is said, not guessed."""

import time
from typing import Any
from uuid import uuid4

from litestar import get, post

from plainview.accounts.viewers import Viewer
from plainview.catalog.topics import topics_of
from plainview.catalog.words import normal_tag
from plainview.feed.desk import FeedDesk
from plainview.feed.http_steering import STEERS
from plainview.feed.shapes import Topic, TopicNames, Topics
from plainview.kernel.time import now, to_ms
from plainview.kernel.wishes import languages_asked
from plainview.ports.database import Transaction
from plainview.ports.event_log import Event, EventKind

WANTED = 12
KEPT_S = 300.0
_KEPT_MAX = 64


class Shelf:
    """The topics of the last minutes, by language: they change slowly, and are the same for everybody."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, ...], tuple[float, list[str]]] = {}

    async def topics(self, tx: Transaction, languages: tuple[str, ...]) -> list[str]:
        """At most WANTED, those of these languages first."""
        kept = self._kept.get(languages)
        if kept is not None and time.monotonic() - kept[0] < KEPT_S:
            return kept[1]
        found = await topics_of(tx, languages, WANTED)
        if languages and len(found) < WANTED:
            found = list(dict.fromkeys((*found, *await topics_of(tx, (), WANTED))))[:WANTED]
        if found:
            self._kept.pop(languages, None)
            self._kept[languages] = (time.monotonic(), found)
            if len(self._kept) > _KEPT_MAX:
                del self._kept[next(iter(self._kept))]
        return found


@post("/me/topics", status_code=204)
async def choose_topics(viewer: Viewer, feed_desk: FeedDesk, data: TopicNames) -> None:
    """Have these count as liked, from the next page on. Each can be forgotten like every other taste."""
    feed_desk.ingest.limits.take(STEERS, viewer.person_id, len(data.tags))
    at_ms = to_ms(now())
    tags = dict.fromkeys(normal_tag(tag.removeprefix("#")) for tag in data.tags)
    await feed_desk.ingest.record(
        [Event(viewer.person_id, uuid4(), EventKind.TOPIC_CHOSEN, 0, at_ms, trait=f"tag:{tag}") for tag in tags]
    )


def handlers() -> list[Any]:
    """Both routes, around one shelf."""
    shelf = Shelf()

    @get("/me/topics")
    async def topics(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk) -> Topics:
        """What the viewer may say they would like to see: what videos here are about, in their languages first."""
        if await feed_desk.profiles.is_unprofiled(viewer.person_id):
            return Topics([])
        await feed_desk.profiles.show(viewer.person_id)
        facts = await feed_desk.pages.learner.ranker.person_facts(viewer.person_id)
        liked = {fact.subject for fact in facts if fact.name == "tag" and fact.weight > 0.0}
        return Topics([Topic(tag, tag in liked) for tag in await shelf.topics(tx, languages_asked())])

    return [topics, choose_topics]
