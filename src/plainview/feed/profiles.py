"""Owns whose profile the feed may use: no minor's, nobody's who declined; and each use of another's is logged."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from plainview.feed.choices import Choices
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.kernel.wishes import asks_not_to_be_profiled
from plainview.ports.door import FEED, SERVER, Door

# What the engine was taught by; it holds no more of a person than follows from these.
PROFILE = ("event_segments.body",)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Asks the warden for leave to use what the engine holds of a person. `is_minor`: accounts answers."""

    door: Door
    is_minor: Callable[[PersonId], Awaitable[bool]]
    choices: Choices

    async def declines(self, person: PersonId) -> bool:
        """Whether a person does not want to be profiled: by their account's setting, or by the request we answer."""
        return asks_not_to_be_profiled() or await self.choices.is_off(person)

    async def is_unprofiled(self, person: PersonId) -> bool:
        """Whether nothing that a person does is read or kept, by their own wish or for their age."""
        return await self.declines(person) or await self.is_minor(person)

    async def may_rank(self, person: PersonId) -> bool:
        """Whether a page may be made by this person's profile; when it may, that it is stands in their access log."""
        try:
            await self.door.use([person], PROFILE, Purpose.FEED_RANK, FEED)
        except NotAllowedError:
            return False
        return True

    async def show(self, person: PersonId) -> None:
        """Log that a person is shown their own profile."""
        await self.door.use([person], PROFILE, Purpose.OWN_VIEW, SERVER)
