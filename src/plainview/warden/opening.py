"""Owns what happens to personal values: sealed, opened, used, destroyed. What is read has two halves.

The first runs in the log's write transaction: it decides, and books. What it returns is the second half, the only place
where a value is opened; it runs when that transaction has committed. So after a crash anywhere there is an entry and
perhaps no read, or no entry and no read; never a read without an entry.
"""

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any, Final, NamedTuple

from plainview.kernel.errors import NotAllowedError
from plainview.kernel.ids import ID_MAX, RegionNumber, region_of
from plainview.kernel.purposes import DataClass, Purpose
from plainview.warden.access_log import AccessLog
from plainview.warden.approvals import Approvals, Granted
from plainview.warden.entries import KeyChange, Kind, Read
from plainview.warden.hpke import public_of
from plainview.warden.keys import Age, Keys, PersonKeys
from plainview.warden.policy import Policy, Question, principal_of
from plainview.warden.protocol import By, Destroy, Erase, Open, Proof, Seal, Sealed, Use
from plainview.warden.sealing import seal, unseal
from plainview.warden.store import Txn

ADULT: Final = b"18_plus"
PERSONS_MAX: Final = 10_000
Release = Callable[[], Any]
Fields = Mapping[int, Collection[str]]


class WrongRegionError(NotAllowedError):
    """A person whose home is another region was named."""

    code, title = "wrong_region", "This person's data lies in another region"


class Errand(NamedTuple):
    """Who does what, and by what leave: all that a decision depends on, but for whose value it is."""

    principal: str
    purpose: str
    home: bool
    case: bool
    granted: Granted


class Opening:
    """Seals, opens and destroys in one region."""

    def __init__(
        self, log: AccessLog, keys: Keys, policy: Policy, approvals: Approvals, clock_ms: Callable[[], int]
    ) -> None:
        self._log = log
        self._keys = keys
        self._policy = policy
        self._approvals = approvals
        self._clock_ms = clock_ms
        self._region = RegionNumber(log.region)

    def seal(self, txn: Txn, question: Seal) -> Release:
        """Seal values, with keys that are durable when they are given out. Not a read, so nothing is booked."""
        self._check_region({plain.person for plain in question.plains})
        self._keys.load(txn, {plain.person for plain in question.plains})
        sealed = []
        for plain in question.plains:
            if self._policy.class_of(plain.field) is DataClass.AGE_BAND:
                self._keys.note_age(txn, plain.person, Age.ADULT if plain.value == ADULT else Age.MINOR)
            key = self._keys.make(txn, plain.person).value_key
            sealed.append(seal(key, plain.value, self._keys.bound(plain.person, plain.field)))
        return lambda: sealed

    def seal_at_once(self, question: Seal) -> list[bytes] | None:
        """The sealed values, when all keys are in memory and nothing changes; None when the store must be asked."""
        self._check_region({plain.person for plain in question.plains})
        sealed = []
        for plain in question.plains:
            keys = self._keys.held(plain.person)
            if keys is None or self._policy.class_of(plain.field) is DataClass.AGE_BAND:
                return None
            sealed.append(seal(keys.value_key, plain.value, self._keys.bound(plain.person, plain.field)))
        return sealed

    def open(self, txn: Txn, question: Open) -> Release:
        """Book a read on each person whose values these are; open the values when that is durable."""
        now_ms = self._clock_ms()
        fields: dict[int, list[str]] = {}
        for each in question.sealed:
            fields.setdefault(each.person, []).append(each.field)
        found = self._found(txn, fields)
        classes = self._allowed(txn, question.by, question.purpose, fields, now_ms)
        self._log.append(
            txn,
            [
                _read(question.by, question.purpose, person, classes[person], now_ms, len(fields[person]))
                for person in found
            ],
        )
        return partial(self._open_values, question.sealed, found)

    def use(self, txn: Txn, question: Use) -> Release:
        """Book a read of these fields on each person; who is gone is told when the others' entries are durable."""
        now_ms = self._clock_ms()
        fields = dict.fromkeys(question.persons, question.fields)
        self._found(txn, fields)
        gone = [person for person in fields if self._keys.is_gone(txn, person)]
        classes = self._allowed(txn, question.by, question.purpose, fields, now_ms)
        self._log.append(
            txn,
            [
                _read(question.by, question.purpose, person, classes[person], now_ms)
                for person in fields
                if person not in gone
            ],
        )
        return lambda: gone

    def erase(self, txn: Txn, question: Erase) -> Release:
        """Book that a person's erasure begins; nothing when that is booked already, or their keys are gone."""
        self._check_region((question.person,))
        if not self._keys.is_gone(txn, question.person):
            self._log.begin_erasure(txn, question.person, blinded(question.person.to_bytes(8, "big")))
        return lambda: None

    def destroy(self, txn: Txn, question: Destroy) -> Release:
        """Destroy a person's keys, with an entry that says which; nothing is booked when they are gone already."""
        self.erase(txn, Erase(question.person))
        if self._keys.is_gone(txn, question.person):
            return lambda: False
        if keys := self._keys.find(txn, question.person):
            self._log.note(txn, Kind.KEY, retired(keys))
        self._log.erase(txn, question.person)
        there = self._keys.destroy(txn, question.person)
        return lambda: there

    def own_view(self, txn: Txn, question: Proof) -> PersonKeys:
        """Book that a person sees who read their data. The keys that their proof needs.

        Raises:
            PersonGoneError: they were destroyed.
        """
        self._check_region((question.person,))
        keys = self._keys.make(txn, question.person)
        read = _read(question.by, Purpose.OWN_VIEW, question.person, (DataClass.ACCOUNT,), self._clock_ms())
        self._log.append(txn, [read])
        return keys

    def _open_values(self, sealed: Sequence[Sealed], found: Mapping[int, PersonKeys]) -> list[bytes | None]:
        """The values, where the keys are not gone. Runs after the commit, and nowhere else."""
        return [
            unseal(found[each.person].value_key, each.value, self._keys.bound(each.person, each.field))
            if each.person in found
            else None
            for each in sealed
        ]

    def _found(self, txn: Txn, persons: Collection[int]) -> dict[int, PersonKeys]:
        """The keys of those persons who have any."""
        self._check_region(persons)
        self._keys.load(txn, persons)
        found = {person: self._keys.find(txn, person) for person in persons}
        return {person: keys for person, keys in found.items() if keys is not None}

    def _allowed(self, txn: Txn, by: By, purpose: str, fields: Fields, now_ms: int) -> dict[int, tuple[str, ...]]:
        """The classes of each person's fields, when the policies permit all of it.

        Raises:
            NotAllowedError: they forbid some of it, and so nothing of it is done.
        """
        errand = Errand(
            principal_of(by.principal),
            purpose,
            by.origin_region in (None, self._region),
            bool(by.case),
            self._approvals.granted(txn, by, purpose, fields, now_ms),
        )
        return {person: self._classes(txn, errand, person, wanted) for person, wanted in fields.items()}

    def _classes(self, txn: Txn, errand: Errand, person: int, wanted: Collection[str]) -> tuple[str, ...]:
        keys = self._keys.find(txn, person)
        age = Age.UNKNOWN if keys is None else keys.age
        principal, purpose, home, case, granted = errand
        for field in wanted:
            self._policy.check(
                Question(principal, purpose, field, age, home, granted.approvals, granted.glass_broken, case)
            )
        return tuple({self._policy.class_of(field) for field in wanted})

    def _check_region(self, persons: Collection[int]) -> None:
        if len(persons) > PERSONS_MAX:
            raise NotAllowedError(f"At most {PERSONS_MAX} persons at a time.")
        if any(not 0 < person <= ID_MAX or region_of(person) != self._region for person in persons):
            raise WrongRegionError


def blinded(body: bytes) -> bytes:
    """An act's body with 16 random bytes after it, so that nobody guesses it from its hash in the public log."""
    return body + secrets.token_bytes(16)


def retired(keys: PersonKeys) -> bytes:
    """What the log's key entry says of a person's keys that are destroyed: who holds a copy of them can tell."""
    return bytes([KeyChange.RETIRED]) + sha256(public_of(keys.private_key)).digest()


def _read(by: By, purpose: str, person: int, classes: tuple[str, ...], now_ms: int, count: int = 1) -> Read:
    return Read(person, purpose, by.principal, classes, now_ms, by.case, by.origin_region, count)
