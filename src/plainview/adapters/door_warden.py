"""The door whose other side is the warden: each person's home region has its own."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Protocol, TypeVar

import msgspec

from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import PersonId, RegionNumber, region_of
from plainview.ports.door import By, Deed, Plain, Sealed
from plainview.warden import protocol

_blobs = msgspec.msgpack.Decoder(list[bytes])
_opened = msgspec.msgpack.Decoder(list[bytes | None])
_persons = msgspec.msgpack.Decoder(list[int])
_bytes = msgspec.msgpack.Decoder(bytes)
_number = msgspec.msgpack.Decoder(int)
_status = msgspec.msgpack.Decoder(protocol.Status)
_deeds = msgspec.msgpack.Decoder(protocol.Deeds)
_policies = msgspec.msgpack.Decoder(protocol.Policies)


class _OfPerson(Protocol):
    @property
    def person(self) -> PersonId: ...


T = TypeVar("T", bound=_OfPerson)
R = TypeVar("R")


class DoorWarden:
    """Asks the warden of each person's home region."""

    def __init__(self, wardens: Mapping[RegionNumber, WardenCalls]) -> None:
        self._wardens = dict(wardens)

    async def seal(self, plains: Sequence[Plain]) -> list[bytes]:
        """The sealed bytes of each (see the port)."""

        async def of_region(region: RegionNumber, those: Sequence[Plain]) -> list[bytes]:
            question = protocol.Seal([protocol.Plain(each.person, each.field, each.value) for each in those])
            return list(await self._warden(region).ask("seal", question, _blobs))

        return await _by_region(plains, of_region)

    async def open(self, sealed: Sequence[Sealed], purpose: str, by: By) -> list[bytes | None]:
        """The plain bytes of each (see the port)."""

        async def of_region(region: RegionNumber, those: Sequence[Sealed]) -> list[bytes | None]:
            values = [protocol.Sealed(each.person, each.field, each.value) for each in those]
            question = protocol.Open(values, str(purpose), _by(by))
            return list(await self._warden(region).ask("open", question, _opened))

        return await _by_region(sealed, of_region)

    async def use(self, persons: Collection[PersonId], fields: Collection[str], purpose: str, by: By) -> None:
        """Log the use of what this process holds (see the port)."""
        for region in {region_of(person) for person in persons}:
            those = [int(person) for person in persons if region_of(person) == region]
            question = protocol.Use(those, list(fields), str(purpose), _by(by))
            if await self._warden(region).ask("use", question, _persons):
                raise NotAllowedError("What is held of a person who was erased may not be used.")

    async def begin_erasure(self, person: PersonId) -> None:
        """Book that a person's erasure begins (see the port)."""
        await self._warden(region_of(person)).ask("erase", protocol.Erase(person))

    async def destroy(self, person: PersonId) -> None:
        """Destroy a person's keys (see the port)."""
        await self._warden(region_of(person)).ask("destroy", protocol.Destroy(person))

    async def proof(self, person: PersonId, by: By) -> bytes:
        """The person's proof file (see the port)."""
        question = protocol.Proof(person, _by(by))
        return bytes(await self._warden(region_of(person)).ask("proof", question, _bytes))

    async def status(self, region: RegionNumber) -> protocol.Status:
        """How a region's warden is."""
        found = await self._warden(region).ask("status", None, _status)
        assert isinstance(found, protocol.Status)
        return found

    async def policies(self, region: RegionNumber) -> protocol.Policies:
        """The policies in force in a region."""
        found = await self._warden(region).ask("policies", None, _policies)
        assert isinstance(found, protocol.Policies)
        return found

    async def serve_client(self, manifest_hash: bytes) -> None:
        """Have every region's log say which web client is served from here on, when it is another than before."""
        for warden in self._wardens.values():
            await warden.ask("client", protocol.Client(manifest_hash))

    async def act(self, region: RegionNumber, deed: Deed, body: bytes) -> int:
        """Book an act by authority (see the port)."""
        return int(await self._warden(region).ask("act", protocol.Act(deed, body), _number))

    async def deeds(self, region: RegionNumber) -> protocol.Deeds:
        """What a region's log says of acts by authority."""
        found = await self._warden(region).ask("deeds", None, _deeds)
        assert isinstance(found, protocol.Deeds)
        return found

    async def close(self) -> None:
        """Let go of all connections."""
        for warden in self._wardens.values():
            await warden.close()

    def _warden(self, region: RegionNumber) -> WardenCalls:
        warden = self._wardens.get(region)
        if warden is None:
            raise NotAllowedError("This server does not serve that person's region.")
        return warden


def _by(by: By) -> protocol.By:
    return protocol.By(by.principal, by.case, by.origin_region, by.approval)


async def _by_region(
    things: Sequence[T], ask: Callable[[RegionNumber, Sequence[T]], Awaitable[Sequence[R]]]
) -> list[R]:
    """Each region's answers, put back into the order of the things."""
    regions = {region_of(each.person) for each in things}
    if not regions:
        return []
    if len(regions) == 1:
        return list(await ask(regions.pop(), things))
    parts = {region: [each for each in things if region_of(each.person) == region] for region in regions}
    answers = await asyncio.gather(*(ask(region, part) for region, part in parts.items()))
    by_region = {region: iter(answer) for region, answer in zip(parts, answers, strict=True)}
    return [next(by_region[region_of(each.person)]) for each in things]
