"""The door in this process. Later the warden stands behind the same port, and this file goes.

A person's key is a row, wrapped by the custodian; it is read each time, so that a key that was destroyed is never used.
Only the unwrapping is remembered. Nothing is logged here.
"""

# ruff: noqa: ARG002 - The port asks for more than can be done here.

from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from plainview.adapters.sealing import new_key, seal, unseal
from plainview.kernel.errors import NotAllowedError, UnavailableError
from plainview.kernel.ids import PersonId, RegionNumber, region_of
from plainview.ports.database import Database
from plainview.ports.door import By, Plain, Sealed
from plainview.privacy.personal import Personal, Purpose

UNWRAPPED_MAX = 10_000
VERSION = 1
_READ = "SELECT person_id, wrapped FROM person_keys WHERE person_id = ANY(%s) AND version = %s"
_MAKE = "INSERT INTO person_keys (person_id, version, wrapped) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_DESTROY = "DELETE FROM person_keys WHERE person_id = %s"


class Custodian(Protocol):
    """Holds a region's key and uses it for us; the key itself need never leave it."""

    def wrap(self, region: RegionNumber, key: bytes, bound_to: bytes) -> bytes:
        """A person's key, sealed under the region's."""

    def unwrap(self, region: RegionNumber, wrapped: bytes, bound_to: bytes) -> bytes:
        """A person's key."""


def _person_bound(person: PersonId) -> bytes:
    return f"{person}|{region_of(person)}|{VERSION}".encode()


def _field_bound(person: PersonId, field: str) -> bytes:
    return f"{person}|{field}|{region_of(person)}|{VERSION}".encode()


class DoorLocal:
    """Seals and opens in process; knows each sealed column's purposes from its declaration."""

    def __init__(self, custodian: Custodian, declared: Mapping[str, Personal], database: Database) -> None:
        self._custodian = custodian
        self._declared = {field: each for field, each in declared.items() if each.sealed}
        self._database = database
        self._unwrapped: OrderedDict[bytes, bytes] = OrderedDict()

    async def seal(self, plains: Sequence[Plain]) -> list[bytes]:
        """The sealed bytes of each (see the port)."""
        for field in {each.field for each in plains}:
            self._declaration(field)
        persons = {each.person for each in plains}
        keys = await self._keys(persons)
        for person in persons - set(keys):
            wrapped = self._custodian.wrap(region_of(person), new_key(), _person_bound(person))
            async with self._database.statements(region_of(person)) as tx:
                await tx.execute(_MAKE, (person, VERSION, wrapped))
        if persons - set(keys):
            keys = await self._keys(persons)
        return [seal(keys[each.person], each.value, _field_bound(each.person, each.field)) for each in plains]

    async def open(self, sealed: Sequence[Sealed], purpose: str, by: By) -> list[bytes | None]:
        """The plain bytes of each (see the port)."""
        self._check({each.field for each in sealed}, purpose)
        keys = await self._keys({each.person for each in sealed})
        return [
            unseal(keys[each.person], each.value, _field_bound(each.person, each.field))
            if each.person in keys
            else None
            for each in sealed
        ]

    async def use(self, persons: Collection[PersonId], fields: Collection[str], purpose: str, by: By) -> None:
        """Refuse what is not declared (see the port)."""
        self._check(fields, purpose)

    async def destroy(self, person: PersonId) -> None:
        """Destroy a person's key (see the port)."""
        for key in (await self._wrapped([person])).values():
            self._unwrapped.pop(key, None)
        async with self._database.statements(region_of(person)) as tx:
            await tx.execute(_DESTROY, (person,))

    async def proof(self, person: PersonId, by: By) -> bytes:
        """There is no log here, so no proof."""
        raise UnavailableError("This server keeps no access log.")

    def _check(self, fields: Iterable[str], purpose: str) -> None:
        for field in fields:
            if Purpose(purpose) not in self._declaration(field).purposes:
                raise NotAllowedError(f"{field} is not declared for {purpose}.")

    def _declaration(self, field: str) -> Personal:
        declaration = self._declared.get(field)
        if declaration is None:
            raise NotAllowedError(f"{field} is not declared as a sealed column.")
        return declaration

    async def _wrapped(self, persons: Iterable[PersonId]) -> dict[PersonId, bytes]:
        by_region: dict[RegionNumber, list[PersonId]] = {}
        for person in persons:
            by_region.setdefault(region_of(person), []).append(person)
        found: dict[PersonId, bytes] = {}
        for region, each in by_region.items():
            async with self._database.statements(region) as tx:
                rows = await (await tx.execute(_READ, (each, VERSION))).fetchall()
            found |= {PersonId(person): bytes(wrapped) for person, wrapped in rows}
        return found

    async def _keys(self, persons: Iterable[PersonId]) -> dict[PersonId, bytes]:
        return {person: self._unwrap(person, each) for person, each in (await self._wrapped(persons)).items()}

    def _unwrap(self, person: PersonId, wrapped: bytes) -> bytes:
        key = self._unwrapped.get(wrapped)
        if key is None:
            key = self._custodian.unwrap(region_of(person), wrapped, _person_bound(person))
            self._unwrapped[wrapped] = key
            if len(self._unwrapped) > UNWRAPPED_MAX:
                self._unwrapped.popitem(last=False)
        else:
            self._unwrapped.move_to_end(wrapped)
        return key
