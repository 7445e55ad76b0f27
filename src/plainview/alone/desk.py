"""Owns one transaction: what is read in it, what is written, and what the engine must be told once it is durable."""

import time
from typing import Final

from plainview.alone.limits import ID_CHARS_MAX
from plainview.alone.numbers import PACKED, PAIR
from plainview.alone.records import Erased, Record, decode, encode
from plainview.alone.store import Store, Txn, under
from plainview.kernel.errors import InvalidInputError, PlainviewError

_NEXT: Final = b"next"
_REWRITE: Final = b"rewrite"


class IdTakenError(PlainviewError):
    """An id cannot be told from another one."""

    code, status, title = "id_taken", 409, "This id cannot be told from another"


class View:
    """What can be read in one transaction."""

    def __init__(self, store: Store, txn: Txn) -> None:
        self.txn = txn
        self.db = store.databases

    def get(self, name: str, key: bytes) -> bytes | None:
        """The value of a key; None when there is none."""
        return self.txn.get(key, db=self.db[name])

    def name_of(self, kind: bytes, number: int) -> str:
        """The id that a number stands for; empty for a number without one."""
        found = self.get("names", kind + PACKED.pack(number))
        return "" if found is None else found.decode()


class Desk(View):
    """What can be written in one transaction, too."""

    def __init__(self, store: Store, txn: Txn) -> None:
        super().__init__(store, txn)
        self.now_ms = time.time_ns() // 1_000_000
        self.records: list[Record | Erased] = []
        """What the engine must be told once this is durable, in order."""

    def put(self, name: str, key: bytes, value: bytes = b"") -> None:
        """Sets a key's value."""
        self.txn.put(key, value, db=self.db[name])

    def drop(self, name: str, key: bytes) -> bool:
        """Removes a key; False when it was not there."""
        return self.txn.delete(key, db=self.db[name])

    def log(self, about: int, record: Record) -> None:
        """Writes a record at the end of the log, to be found under the number of a user or an item."""
        seq = self.next_number()
        self.txn.put(PACKED.pack(seq), encode(record), db=self.db["log"], append=True)
        self.put("history", PAIR.pack(about, seq))
        self.records.append(record)

    def relog(self, about: int, record: Record) -> None:
        """The same in place of all that was logged about it: the first one's place is kept, since events follow it."""
        places = self.places(about)
        for place in places[1:]:
            self.unlog(about, place)
        if places:
            self.put("log", PACKED.pack(places[0]), encode(record))
        self.log(about, record)

    def unlog(self, about: int, place: int) -> None:
        """Takes one record out of the log, as if it had never been."""
        self.drop("log", PACKED.pack(place))
        self.drop("history", PAIR.pack(about, place))

    def places(self, about: int) -> list[int]:
        """Where in the log a user or an item is spoken of, oldest first."""
        return [PAIR.unpack(key)[1] for key, _ in under(self.txn, self.db["history"], PACKED.pack(about))]

    def logged(self, place: int) -> Record | None:
        """The record at a place of the log."""
        found = self.get("log", PACKED.pack(place))
        return None if found is None else decode(found)

    def note_name(self, kind: bytes, number: int, text: str) -> None:
        """Keeps what a number stands for.

        Raises:
            IdTakenError: it stands for another id. The chance of that is n²/2^64 for n ids.
        """
        if len(text) > ID_CHARS_MAX:
            raise InvalidInputError(f"An id may have {ID_CHARS_MAX} characters.")
        key, value = kind + PACKED.pack(number), text.encode()
        held = self.get("names", key)
        if held is None:
            self.put("names", key, value)
        elif held != value:
            raise IdTakenError("By a rare chance this id cannot be told from another. Choose a different one.")

    def next_number(self) -> int:
        """A number that was never given before and is larger than all."""
        held = self.get("meta", _NEXT)
        number = 1 if held is None else PACKED.unpack(held)[0]
        self.put("meta", _NEXT, PACKED.pack(number + 1))
        return int(number)

    def erased(self, person: int) -> None:
        """Notes that a user is gone, and that the store is to be copied without its free pages."""
        self.put("meta", _REWRITE, b"1")
        self.records.append(Erased(person))

    def rewritten(self) -> None:
        """Notes that the store holds nothing but what it shows."""
        self.drop("meta", _REWRITE)


def must_be_rewritten(view: View) -> bool:
    """Whether an erasure was committed whose bytes may still lie on free pages."""
    return view.get("meta", _REWRITE) is not None
