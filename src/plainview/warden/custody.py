"""Owns which custodian holds a region's key, and the change from one to another.

The highest byte of a version counts the custodians that the region has had, from 0; the rest is that custodian's own
number. So each wrapped key says who can unwrap it, and a change that was cut off goes on where it stood. The old
custodian's key is destroyed when every person's keys have been wrapped under the new one, and opened again by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import msgspec

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Bound, Custodian, KeyUnreadableError
from plainview.warden.access_log import AccessLog
from plainview.warden.entries import KeyChange, Kind
from plainview.warden.keys import Keys
from plainview.warden.store import Store

OWN_BITS: Final = 24
_OWN: Final = (1 << OWN_BITS) - 1
REWRAPPED_AT_ONCE: Final = 200
_HELD, _CHANGING = b"custodian", b"changing custodian"
Progress = Callable[[int, int], None]


class CustodianDiffersError(PlainviewError):
    """The key lies with another custodian than the settings name, or is on its way to one."""

    code, status, title = "custodian_differs", 409, "The keys lie with another custodian"


class Held(msgspec.Struct, array_like=True, frozen=True):
    """Who holds the region's key: the how many-th custodian, and what the settings call it."""

    generation: int
    name: str


class Counted:
    """A custodian whose versions say that they are its own (see the port)."""

    def __init__(self, custodian: Custodian, generation: int) -> None:
        self._custodian = custodian
        self._first = generation << OWN_BITS

    def version(self) -> int:
        """The newest version."""
        return self._first | self._custodian.version()

    def wrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value wrapped."""
        return self._custodian.wrap(self._own(version), keys)

    def unwrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value."""
        return self._custodian.unwrap(self._own(version), keys)

    def rotate(self) -> int:
        """A newer version."""
        return self._first | self._custodian.rotate()

    def retire(self, version: int) -> None:
        """Destroy a version and all older ones."""
        self._custodian.retire(self._own(version))

    def end(self) -> None:
        """Destroy all versions."""
        self._custodian.end()

    def fact(self) -> str:
        """What holds the key."""
        return self._custodian.fact()

    def _own(self, version: int) -> int:
        if version & ~_OWN != self._first:
            raise KeyUnreadableError("This key was wrapped by another custodian than holds the region's key.")
        return version & _OWN


class Changing(Counted):
    """A new custodian that wraps, with the one before it, which only unwraps what is not wrapped anew yet."""

    def __init__(self, before: Counted, custodian: Custodian, generation: int) -> None:
        super().__init__(custodian, generation)
        self._before = before

    def unwrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value."""
        if version & ~_OWN == self._first:
            return super().unwrap(version, keys)
        return self._before.unwrap(version, keys)


@dataclass(frozen=True, slots=True)
class Change:
    """From which custodian to which, each with what the settings call it; of which region's log."""

    before: Custodian
    before_name: str
    after: Custodian
    after_name: str
    region: RegionNumber
    origin: str
    clock_ms: Callable[[], int]


def own_number(version: int) -> int:
    """A version's number with its custodian."""
    return version & _OWN


def in_force(store: Store, custodian: Custodian, name: str) -> Counted:
    """The custodian that the settings name, when it is the one that holds this store's keys.

    Raises:
        CustodianDiffersError: it is not, or a change to another was cut off.
    """
    held, target = _noted(store, _HELD), _noted(store, _CHANGING)
    if target is not None:
        again = f"run `plainview rotate-keys --to {target.name}` again"
        raise CustodianDiffersError(f"The change of the keys to {target.name} was cut off: {again}.")
    if held is None:
        held = Held(0, name)
        _note(store, _HELD, held)
    if _kind(held.name) != _kind(name):
        raise CustodianDiffersError(
            f"The keys lie with {held.name}, and PLAINVIEW_CUSTODIAN names {name}. Set it to {held.name}, or change "
            f"with `plainview rotate-keys --to {name}`."
        )
    return Counted(custodian, held.generation)


def change(store: Store, wanted: Change, progress: Progress) -> None:
    """Wrap all keys of a store under another custodian's key, and destroy the one before. The warden must not run.

    After a stop half way, say it again with the same custodians.

    Raises:
        CustodianDiffersError: the keys lie with another one, or are on their way to another.
    """
    held = _noted(store, _HELD) or Held(0, wanted.before_name)
    target = _noted(store, _CHANGING) or Held(held.generation + 1, wanted.after_name)
    if held.name == wanted.after_name:
        raise CustodianDiffersError(f"The keys lie with {held.name} already.")
    if target.name != wanted.after_name or _kind(held.name) != _kind(wanted.before_name):
        raise CustodianDiffersError(f"The keys lie with {held.name}, and are on their way to {target.name}.")
    _note(store, _CHANGING, target)
    before = Counted(wanted.before, held.generation)
    keys = Keys(store, Changing(before, wanted.after, target.generation), wanted.region, wanted.origin)
    log = AccessLog(store, keys, wanted.region, wanted.clock_ms)
    _wrap_all(log, keys, progress)
    # Nothing is destroyed before the new custodian alone has opened each key once.
    Keys(store, Counted(wanted.after, target.generation), wanted.region, wanted.origin).check_all()
    before.end()
    notes = store.database("house")
    with log.writing() as txn:
        for what, generation in ((KeyChange.RETIRED, held.generation), (KeyChange.MADE, target.generation)):
            name = f"plainview region key|{wanted.region}|custodian {generation}".encode()
            log.note(txn, Kind.KEY, bytes([what]) + sha256(name).digest())
        txn.put(_HELD, msgspec.msgpack.encode(target), db=notes)
        txn.delete(_CHANGING, db=notes)


def _wrap_all(log: AccessLog, keys: Keys, progress: Progress) -> None:
    count, done, after = keys.count() + 1, 0, -1
    while True:
        with log.writing() as txn:
            last = keys.rewrap(txn, after, REWRAPPED_AT_ONCE)
        keys.committed()
        if last is None:
            return
        after, done = last, done + REWRAPPED_AT_ONCE
        progress(min(done, count), count)


def _noted(store: Store, note: bytes) -> Held | None:
    notes = store.database("house")
    with store.env.begin() as txn:
        row = txn.get(note, db=notes)
    return None if row is None else msgspec.msgpack.decode(row, type=Held)


def _note(store: Store, note: bytes, held: Held) -> None:
    notes = store.database("house")
    with store.env.begin(write=True) as txn:
        txn.put(note, msgspec.msgpack.encode(held), db=notes)


def _kind(name: str) -> str:
    return name.partition(":")[0]
