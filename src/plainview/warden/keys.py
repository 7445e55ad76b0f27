"""Owns persons' keys: made at first use, wrapped by the custodian, held in memory while used, destroyed for good.

A person has one secret of four parts: the key of their values, the tag key and the private key of their log entries,
and what policies need of their age (noted as the sealed age band goes by, and wrapped like the keys). A destroyed
person leaves an empty row, so that nothing can be sealed or booked in their name again.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterator
from enum import IntEnum
from itertools import islice, takewhile
from typing import Final

from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Bound, Custodian
from plainview.warden.entries import body_info
from plainview.warden.hpke import new_pair, public_of, sender
from plainview.warden.sealing import KEY_BYTES, Numbered, new_key
from plainview.warden.store import ONE, TWO, Store, Txn

HELD_MAX: Final = 50_000
VERSION: Final = 1
_VERSION_BYTES: Final = 4
_GONE: Final = b""
# No person has this id: the row is the warden's own, wrapped and renewed like all others.
WARDEN: Final = 0


class PersonGoneError(NotFoundError):
    """The person's keys were destroyed."""

    code, title = "person_gone", "This person's data was erased"


class Age(IntEnum):
    """What the warden knows of a person's age: enough for the rules that protect minors."""

    UNKNOWN = 0
    MINOR = 1
    ADULT = 2


class PersonKeys:
    """One person's keys, unwrapped; and the HPKE context that their entries are sealed in, once there is one."""

    __slots__ = ("age", "context", "context_number", "private_key", "tag_key", "value_key")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != 3 * KEY_BYTES + 1:
            raise ValueError("a person's secret is three keys and a byte")
        self.value_key = secret[:KEY_BYTES]
        self.tag_key = secret[KEY_BYTES : 2 * KEY_BYTES]
        self.private_key = secret[2 * KEY_BYTES : 3 * KEY_BYTES]
        self.age = Age(secret[-1])
        self.context: Numbered | None = None
        self.context_number = 0

    def secret(self) -> bytes:
        """The four parts in one, to be wrapped."""
        return self.value_key + self.tag_key + self.private_key + bytes([self.age])


class Keys:
    """The keys of all persons of a region. One thread uses it, and writes only in the log's transactions."""

    def __init__(self, store: Store, custodian: Custodian, region: RegionNumber, origin: str) -> None:
        self._store = store
        self._rows = store.database("keys")
        self._custodian = custodian
        self._region = region
        self._info = body_info(origin)
        self._held: OrderedDict[int, PersonKeys] = OrderedDict()
        self._changed: set[int] = set()
        self.version = custodian.version()

    def held(self, person: int) -> PersonKeys | None:
        """The keys of a person where they are in memory, and so committed."""
        return None if person in self._changed else self._held.get(person)

    def load(self, txn: Txn, persons: Collection[int]) -> None:
        """Have these persons' keys in memory, with one question to the custodian for each version of its key."""
        wrapped: dict[int, list[tuple[int, bytes]]] = {}
        for person in persons:
            if person not in self._held and (row := txn.get(ONE.pack(person), db=self._rows)):
                wrapped.setdefault(_version_of(row), []).append((person, row[_VERSION_BYTES:]))
        for version, rows in wrapped.items():
            secrets = self._custodian.unwrap(version, [Bound(value, self._bound(person)) for person, value in rows])
            for (person, _), secret in zip(rows, secrets, strict=True):
                self._held[person] = PersonKeys(secret)
        while len(self._held) > max(HELD_MAX, len(persons)):
            self._held.popitem(last=False)

    def find(self, txn: Txn, person: int) -> PersonKeys | None:
        """A person's keys; None where there are none, or none any more."""
        keys = self._held.get(person)
        if keys is None:
            self.load(txn, (person,))
            return self._held.get(person)
        self._held.move_to_end(person)
        return keys

    def is_gone(self, txn: Txn, person: int) -> bool:
        """Whether a person's keys were destroyed."""
        return person not in self._held and txn.get(ONE.pack(person), db=self._rows) == _GONE

    def make(self, txn: Txn, person: int) -> PersonKeys:
        """A person's keys; made where there never were any.

        Raises:
            PersonGoneError: they were destroyed.
        """
        keys = self.find(txn, person)
        if keys is None:
            if self.is_gone(txn, person):
                raise PersonGoneError
            keys = PersonKeys(new_key() + new_key() + new_pair()[0] + bytes([Age.UNKNOWN]))
            self._write(txn, person, keys)
            self._held[person] = keys
        return keys

    def note_age(self, txn: Txn, person: int, age: Age) -> None:
        """Note whether a person is a minor, as the sealed age band goes by."""
        keys = self.make(txn, person)
        if keys.age != age:
            keys.age = age
            self._write(txn, person, keys)

    def destroy(self, txn: Txn, person: int) -> bool:
        """Destroy a person's keys; whether there were any."""
        found = self.find(txn, person) is not None
        self._changed.add(person)
        self._held.pop(person, None)
        txn.put(ONE.pack(person), _GONE, db=self._rows)
        return found

    def tag_key(self, txn: Txn, person: int) -> bytes:
        """The person's tag key (see `access_log.Subjects`)."""
        return self.make(txn, person).tag_key

    def seal_body(self, txn: Txn, person: int, aad: bytes, plain: bytes) -> tuple[int, bytes]:
        """The number of the person's HPKE context, and the body as its next message (see `access_log.Subjects`)."""
        keys = self.make(txn, person)
        context = keys.context
        if context is None:
            enc, context = sender(public_of(keys.private_key), self._info)
            keys.context, keys.context_number = context, self._last_context(txn, person) + 1
            txn.put(TWO.pack(person, keys.context_number), enc, db=self._store.contexts)
        self._changed.add(person)
        return keys.context_number, context.seal(aad, plain)

    def forget(self) -> None:
        """The transaction did not commit: what it changed is read anew (see `access_log.Subjects`)."""
        for person in self._changed:
            self._held.pop(person, None)
        self._changed.clear()

    def committed(self) -> None:
        """The transaction did commit: what it changed may be used outside of one."""
        self._changed.clear()

    def signing_seed(self) -> bytes:
        """The seed of the log's signing key; made at first use."""
        with self._store.env.begin(write=True) as txn:
            seed = self.make(txn, WARDEN).value_key
        self.committed()
        return seed

    def count(self) -> int:
        """How many persons have keys, or had."""
        with self._store.env.begin() as txn:
            return int(txn.stat(self._rows)["entries"]) - 1

    def count_up_to(self, person: int) -> int:
        """How many persons with keys have an id of at most this."""
        with self._store.env.begin() as txn, txn.cursor(self._rows) as cursor:
            found = cursor.iternext(keys=True, values=False) if cursor.first() else ()
            return sum(1 for key in takewhile(lambda key: ONE.unpack(key)[0] <= person, found))

    def rotate(self) -> int:
        """Have the custodian make a newer key for the region; from here on persons' keys are wrapped under it."""
        self.version = self._custodian.rotate()
        return self.version

    def retire(self) -> None:
        """Have the custodian destroy all versions but the newest: call it when `rewrap` has gone through all."""
        self._custodian.retire(self.version - 1)

    def rewrap(self, txn: Txn, after: int, count_max: int) -> int | None:
        """Wrap the keys of the next persons under the newest version; the last of them, or None when all are done."""
        with txn.cursor(self._rows) as cursor:
            there = cursor.set_range(ONE.pack(after + 1))
            page = list(islice(cursor.iternext(), count_max)) if there else []
        stale = [ONE.unpack(key)[0] for key, row in page if row and _version_of(row) != self.version]
        self.load(txn, stale)
        secrets = [Bound(self._held[person].secret(), self._bound(person)) for person in stale]
        wrapped = self._custodian.wrap(self.version, secrets) if stale else []
        for person, value in zip(stale, wrapped, strict=True):
            txn.put(ONE.pack(person), self.version.to_bytes(_VERSION_BYTES, "big") + value, db=self._rows)
        return ONE.unpack(page[-1][0])[0] if page else None

    def everybody(self) -> Iterator[tuple[int, PersonKeys]]:
        """Every person and their keys, one after the other; none are kept.

        Raises:
            KeyUnreadableError: the custodian does not hold the key of one.
            DoorBrokenError: one cannot be unwrapped.
        """
        with self._store.env.begin() as txn, txn.cursor(self._rows) as cursor:
            for key, row in cursor.iternext():
                if row:
                    person = ONE.unpack(key)[0]
                    bound = Bound(row[_VERSION_BYTES:], self._bound(person))
                    yield person, PersonKeys(self._custodian.unwrap(_version_of(row), [bound])[0])

    def check_all(self) -> None:
        """Unwrap every person's keys once, and keep none.

        Raises:
            KeyUnreadableError: the custodian does not hold the key of one.
            DoorBrokenError: one cannot be unwrapped.
        """
        for _ in self.everybody():
            pass

    def bound(self, person: int, field: str) -> bytes:
        """What a value of this person is bound to, in the column of this name."""
        return f"{person}|{field}|{self._region}|{VERSION}".encode()

    def _bound(self, person: int) -> bytes:
        return f"{person}|{self._region}|{VERSION}".encode()

    def _write(self, txn: Txn, person: int, keys: PersonKeys) -> None:
        (wrapped,) = self._custodian.wrap(self.version, [Bound(keys.secret(), self._bound(person))])
        txn.put(ONE.pack(person), self.version.to_bytes(_VERSION_BYTES, "big") + wrapped, db=self._rows)
        self._changed.add(person)

    def _last_context(self, txn: Txn, person: int) -> int:
        """The largest number of a context of this person, or 0."""
        with txn.cursor(self._store.contexts) as cursor:
            there = cursor.set_range(TWO.pack(person + 1, 0))
            if not (cursor.prev() if there else cursor.last()):
                return 0
            owner, number = TWO.unpack(cursor.key())
            return int(number) if owner == person else 0


def _version_of(row: bytes) -> int:
    return int.from_bytes(row[:_VERSION_BYTES], "big")
