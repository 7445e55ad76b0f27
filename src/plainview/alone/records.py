"""Owns the log's records: what the engine was told, in order, by numbers. Replaying them makes its state again."""

from collections.abc import Iterable, Sequence

import msgspec
import numpy as np
from msgspec import Struct

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import Engine, EventKind, ItemFacts, Observation


class ItemPut(Struct, array_like=True, tag="i", frozen=True):
    """An item may be shown from here on, with these facts. `features` are float32 as they lie in memory."""

    item: int
    creator: int
    duration_ms: int
    published_at_ms: int
    sound: int | None
    tags: tuple[str, ...]
    language: str | None
    caption: str
    features: bytes


class ItemOut(Struct, array_like=True, tag="o", frozen=True):
    """An item is shown no more."""

    item: int


class Happened(Struct, array_like=True, tag="e", frozen=True):
    """One event. Events about a creator are about the item's own."""

    person: int
    item: int
    kind: str
    at_ms: int
    watched_ms: int
    position: int = -1
    """At which it was handed out; -1 where the user found it elsewhere."""


class TastesForgotten(Struct, array_like=True, tag="f", frozen=True):
    """A person asked for their tastes to be forgotten; what they have seen is kept."""

    person: int


class Erased(Struct, frozen=True):
    """A user is erased. It is told to the engine and stands in no log, since nothing of the user does."""

    person: int


Record = ItemPut | ItemOut | Happened | TastesForgotten
encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Record).decode


def apply(engine: Engine, records: Iterable[Record | Erased]) -> None:
    """Tells the engine all of this, in order."""
    events: list[Observation] = []
    for record in records:
        if isinstance(record, Happened):
            events.append(observation(record))
            continue
        engine.observe(events)
        events.clear()
        match record:
            case ItemPut():
                engine.add_items((_facts(record),))
            case ItemOut():
                engine.remove_item(ItemId(record.item))
            case TastesForgotten():
                engine.reset(PersonId(record.person))
            case Erased():
                engine.forget(PersonId(record.person))
    engine.observe(events)


def observation(event: Happened) -> Observation:
    """The event as the engine takes it."""
    return Observation(
        PersonId(event.person),
        EventKind(event.kind),
        event.at_ms,
        ItemId(event.item),
        watched_ms=event.watched_ms,
        position=event.position,
    )


def _facts(put: ItemPut) -> ItemFacts:
    features: Sequence[float] | None = np.frombuffer(put.features, np.float32).tolist() if put.features else None
    return ItemFacts(
        item=ItemId(put.item),
        creator=PersonId(put.creator),
        duration_ms=put.duration_ms,
        published_at_ms=put.published_at_ms,
        sound=put.sound,
        tags=put.tags,
        language=put.language,
        caption=put.caption,
        features=features,
    )
