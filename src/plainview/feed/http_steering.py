"""Serves how a person moves their own feed: sliders, sources, and tastes that are forgotten one by one."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from litestar import get, post, put

from plainview.accounts.viewers import Viewer
from plainview.feed.desk import FeedDesk
from plainview.feed.shapes import SliderSteps, SourceShape, SteeringShape, SteeringWish, TasteNames
from plainview.feed.steering import CHANGED, Steering, steer, steering_of
from plainview.kernel.errors import InvalidInputError
from plainview.kernel.purposes import Purpose
from plainview.kernel.time import now, to_ms
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER
from plainview.ports.engine import Origin, Sliders
from plainview.ports.event_log import Event, EventKind
from plainview.ports.limits import Rule

STEERS = Rule("steering", 240, 60)


@get("/me/steering")
async def steering(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk) -> SteeringShape:
    """How the viewer steers their feed, and what there is to steer."""
    chosen = await steering_of(tx, feed_desk.profiles.door, viewer.person_id, Purpose.OWN_VIEW, SERVER)
    return _shape(chosen, await feed_desk.pages.learner.ranker.origins())


@put("/me/steering", status_code=200)
async def choose_steering(viewer: Viewer, tx: Transaction, feed_desk: FeedDesk, data: SteeringWish) -> SteeringShape:
    """Have the next page made by these sliders and without these sources. All in the middle is as published."""
    feed_desk.ingest.limits.take(STEERS, viewer.person_id)
    origins = await feed_desk.pages.learner.ranker.origins()
    unknown = set(data.off) - {origin.name for origin in origins}
    if unknown:
        raise InvalidInputError("There is no such source.", fields={"off": ", ".join(sorted(unknown))})
    chosen = Steering(Sliders(**msgspec.structs.asdict(data.sliders)), tuple(sorted(set(data.off))))
    await steer(tx, feed_desk.profiles.door, viewer.person_id, chosen)
    await feed_desk.signals.send(tx, CHANGED, person_id=viewer.person_id)
    return _shape(chosen, origins)


@post("/me/taste/forget", status_code=204)
async def forget_tastes(viewer: Viewer, feed_desk: FeedDesk, data: TasteNames) -> None:
    """Have these tastes count for nothing, until the viewer leans that way again."""
    await _tell(viewer, feed_desk, EventKind.TASTE_FORGOTTEN, data)


@post("/me/taste/recall", status_code=204)
async def recall_tastes(viewer: Viewer, feed_desk: FeedDesk, data: TasteNames) -> None:
    """Take that back: the tastes are again as strong as they were."""
    await _tell(viewer, feed_desk, EventKind.TASTE_RECALLED, data)


async def _tell(viewer: Viewer, feed_desk: FeedDesk, kind: EventKind, data: TasteNames) -> None:
    feed_desk.ingest.limits.take(STEERS, viewer.person_id, max(1, len(data.tastes)))
    at_ms = to_ms(now())
    await feed_desk.ingest.record(
        [
            Event(viewer.person_id, uuid4(), kind, 0, at_ms, trait=f"{taste.name}:{taste.subject}")
            for taste in data.tastes
        ]
    )


def _shape(chosen: Steering, origins: Sequence[Origin]) -> SteeringShape:
    steps = SliderSteps(**{name: getattr(chosen.sliders, name) for name in SliderSteps.__struct_fields__})
    sources = [SourceShape(origin.name, origin.profiled, origin.name not in chosen.off) for origin in origins]
    return SteeringShape(steps, sources)


HANDLERS: list[Any] = [steering, choose_steering, forget_tastes, recall_tastes]
