"""Owns how the feed reaches a recommender that may stand beside it, in a process of its own."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import Fact, ItemFacts, Lesson, Observation, Origin, PageRequest, RankedPage


class RankerAwayError(UnavailableError):
    """The engine's process has ended. It is started again with the server, from the log: nothing is lost."""

    code, title = "ranker_away", "The feed is being made ready"


@runtime_checkable
class Ranker(Protocol):
    """`plainview.ports.engine.Engine`, asked from elsewhere. What is said first takes effect first.

    A change returns when it is on its way, so whoever asks next is answered by it. All raise RankerAwayError.
    """

    async def start(self) -> None:
        """Begins. Nothing else may be called before."""
        ...

    async def close(self) -> None:
        """Ends."""
        ...

    async def add_items(self, items: Sequence[ItemFacts]) -> None:
        """See Engine."""
        ...

    async def remove_item(self, item: ItemId) -> None:
        """See Engine."""
        ...

    async def observe(self, events: Sequence[Observation]) -> None:
        """See Engine."""
        ...

    async def forget(self, person: PersonId) -> None:
        """See Engine."""
        ...

    async def reset(self, person: PersonId) -> None:
        """See Engine."""
        ...

    async def forget_taste(self, person: PersonId, name: str, subject: str) -> None:
        """See Engine."""
        ...

    async def recall_taste(self, person: PersonId, name: str, subject: str) -> None:
        """See Engine."""
        ...

    async def settle(self) -> None:
        """Returns when all that was said has taken effect; says that most of what there is now will stay."""
        ...

    async def page(self, request: PageRequest) -> RankedPage:
        """See Engine."""
        ...

    async def person_facts(self, person: PersonId) -> tuple[Fact, ...]:
        """See Engine."""
        ...

    async def lesson(self, at: tuple[int, int]) -> Lesson:
        """See Engine."""
        ...

    async def take_in(self, piece: bytes, at: int) -> bool:
        """See Engine.

        Raises:
            PlainviewError: it cannot be read. The one before stays.
        """
        ...

    async def model(self) -> str:
        """See Engine."""
        ...

    async def origins(self) -> tuple[Origin, ...]:
        """See Engine."""
        ...
