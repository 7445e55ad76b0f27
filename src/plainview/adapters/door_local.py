"""The door in this process. Later the warden stands behind the same port, and this file goes.

A person's key is a row, wrapped by the custodian; it is read in the caller's transaction each time, so that a key that
was destroyed, or made by a transaction that failed, is never used. Only the unwrapping is remembered.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from plainview.adapters.sealing import new_key, seal, unseal
from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import PersonId, RegionNumber, region_of
from plainview.ports.database import Transaction
from plainview.ports.door import Sealed
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

    def __init__(self, custodian: Custodian, declared: Mapping[str, Personal]) -> None:
        self._custodian = custodian
        self._declared = {field: each for field, each in declared.items() if each.sealed}
        self._unwrapped: OrderedDict[bytes, bytes] = OrderedDict()

    async def seal(self, tx: Transaction, person: PersonId, field: str, plain: bytes) -> bytes:
        """The sealed bytes of one value (see the port)."""
        self._declaration(field)
        key = (await self._keys(tx, [person])).get(person)
        if key is None:
            wrapped = self._custodian.wrap(region_of(person), new_key(), _person_bound(person))
            await tx.execute(_MAKE, (person, VERSION, wrapped))
            key = (await self._keys(tx, [person]))[person]
        return seal(key, plain, _field_bound(person, field))

    async def open(self, tx: Transaction, sealed: Sequence[Sealed], purpose: str) -> list[bytes | None]:
        """The plain bytes of each (see the port)."""
        for field in {each.field for each in sealed}:
            if Purpose(purpose) not in self._declaration(field).purposes:
                raise NotAllowedError(f"{field} is not declared for {purpose}.")
        keys = await self._keys(tx, {each.person for each in sealed})
        return [
            unseal(keys[each.person], each.value, _field_bound(each.person, each.field))
            if each.person in keys
            else None
            for each in sealed
        ]

    async def destroy(self, tx: Transaction, person: PersonId) -> None:
        """Destroy a person's key (see the port)."""
        for key in (await self._wrapped(tx, [person])).values():
            self._unwrapped.pop(key, None)
        await tx.execute(_DESTROY, (person,))

    def _declaration(self, field: str) -> Personal:
        declaration = self._declared.get(field)
        if declaration is None:
            raise NotAllowedError(f"{field} is not declared as a sealed column.")
        return declaration

    async def _wrapped(self, tx: Transaction, persons: Iterable[PersonId]) -> dict[PersonId, bytes]:
        rows = await (await tx.execute(_READ, (list(persons), VERSION))).fetchall()
        return {PersonId(person): bytes(wrapped) for person, wrapped in rows}

    async def _keys(self, tx: Transaction, persons: Iterable[PersonId]) -> dict[PersonId, bytes]:
        return {person: self._unwrap(person, each) for person, each in (await self._wrapped(tx, persons)).items()}

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
