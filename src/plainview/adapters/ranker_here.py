"""Owns a recommender in this very process: less memory, and one processor for it and all else."""

import asyncio
from collections.abc import Sequence

from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import Engine, Fact, ItemFacts, Lesson, Observation, Origin, PageRequest, RankedPage


class RankerHere:
    """Implements `plainview.ports.ranker.Ranker`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def start(self) -> None:
        """There is nothing to begin."""

    async def close(self) -> None:
        """There is nothing to end."""

    async def add_items(self, items: Sequence[ItemFacts]) -> None:
        """Lets these be shown."""
        self._engine.add_items(items)

    async def remove_item(self, item: ItemId) -> None:
        """Takes an item out of every page."""
        self._engine.remove_item(item)

    async def observe(self, events: Sequence[Observation]) -> None:
        """Learns from these."""
        self._engine.observe(events)

    async def forget(self, person: PersonId) -> None:
        """Erases all that is held about a person."""
        self._engine.forget(person)

    async def reset(self, person: PersonId) -> None:
        """Forgets a person's tastes."""
        self._engine.reset(person)

    async def forget_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Forgets one taste."""
        self._engine.forget_taste(person, name, subject)

    async def recall_taste(self, person: PersonId, name: str, subject: str) -> None:
        """Takes that back."""
        self._engine.recall_taste(person, name, subject)

    async def settle(self) -> None:
        """All has taken effect already."""

    async def page(self, request: PageRequest) -> RankedPage:
        """The next items. What others ask at the same time leaves first, so that its answer is made meanwhile."""
        await asyncio.sleep(0)  # A turn of the loop for another to ask,
        await asyncio.sleep(0)  # and one for a wire, which gathers what is asked in a turn.
        return self._engine.page(request)

    async def person_facts(self, person: PersonId) -> tuple[Fact, ...]:
        """What is held about a person."""
        return self._engine.person_facts(person)

    async def lesson(self, at: tuple[int, int]) -> Lesson:
        """A slice of what a fit is told."""
        return self._engine.lesson(at)

    async def take_in(self, piece: bytes, at: int) -> bool:
        """Takes in a slice of a fitted model. What others ask goes first."""
        await asyncio.sleep(0)
        return self._engine.take_in(piece, at)

    async def model(self) -> str:
        """Which fitted model ranks."""
        return self._engine.model()

    async def origins(self) -> tuple[Origin, ...]:
        """The sources that a person may switch off."""
        return self._engine.origins()
