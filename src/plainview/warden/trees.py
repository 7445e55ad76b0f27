"""Owns the state of each person's tree: its compact range, what the next entry is chained to, the label in the map."""

import struct
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice
from typing import Final

from plainview.warden.merkle import HASH_BYTES, CompactRange
from plainview.warden.store import ONE, Store, Txn

KEPT_MAX: Final = 50_000
_FRONT: Final = struct.Struct(">Q32s32s")
CHANGED: Final = b"\x00"
ERASED: Final = b"\x01"


class PersonTree:
    """The RFC 6962 tree over one person's entries."""

    __slots__ = ("label", "last_leaf", "range")

    def __init__(self, label: bytes, last_leaf: bytes = bytes(HASH_BYTES), grown: CompactRange | None = None) -> None:
        self.label = label
        self.last_leaf = last_leaf
        self.range = grown or CompactRange()

    def append(self, leaf: bytes) -> None:
        """Grow by the leaf hash of the person's next entry."""
        self.range.append(leaf)
        self.last_leaf = leaf

    def packed(self) -> bytes:
        """The state as it is stored."""
        return _FRONT.pack(self.range.size, self.label, self.last_leaf) + self.range.packed()

    @classmethod
    def unpacked(cls, packed: bytes) -> "PersonTree":
        """The state that these stored bytes are."""
        size, label, last_leaf = _FRONT.unpack_from(packed)
        return cls(label, last_leaf, CompactRange.unpacked(size, packed[_FRONT.size :]))


class Trees:
    """The trees of all persons: those used lately in memory, those that grew too, until they are settled."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[int, PersonTree] = OrderedDict()
        self._changed: dict[int, PersonTree] = {}
        self._dirty: set[int] = set()

    def read(self, txn: Txn, person: int) -> PersonTree | None:
        """A person's tree as it is now; None where nothing was ever booked on them. Only for a write transaction."""
        if tree := self._changed.get(person) or self._kept.get(person):
            return tree
        packed = txn.get(ONE.pack(person), db=self._store.trees)
        return None if packed is None else self._keep(person, PersonTree.unpacked(packed))

    def to_change(self, txn: Txn, person: int, label: Callable[[], bytes]) -> PersonTree:
        """A person's tree, to be grown now; begun with this label where there is none yet."""
        if tree := self._changed.get(person):
            return tree
        tree = self.read(txn, person)
        if tree is None:
            tree = self._keep(person, PersonTree(label()))
            txn.put(ONE.pack(person), tree.packed(), db=self._store.trees)
        self._changed[person] = tree
        return tree

    def settle(self, txn: Txn, person: int) -> None:
        """Store a tree that grew, and note that its head must go to the map."""
        tree = self._changed.pop(person, None)
        if tree is not None:
            txn.put(ONE.pack(person), tree.packed(), db=self._store.trees)
            if person not in self._dirty:
                self._dirty.add(person)
                txn.put(ONE.pack(person), CHANGED, overwrite=False, db=self._store.dirty)

    def erase(self, txn: Txn, person: int) -> None:
        """Mark a person's tree as one to forget once its last head stands in the map."""
        self._dirty.add(person)
        txn.put(ONE.pack(person), ERASED, db=self._store.dirty)

    def drop(self, txn: Txn, person: int) -> None:
        """Forget a person's tree."""
        self._kept.pop(person, None)
        self._changed.pop(person, None)
        txn.delete(ONE.pack(person), db=self._store.trees)

    def take_dirty(self, txn: Txn, count_max: int | None) -> list[tuple[int, bytes]]:
        """Up to so many persons whose head must go to the map, and why; they count as clean from here on."""
        with txn.cursor(self._store.dirty) as cursor:
            taken = list(islice(cursor.iternext(), count_max))
        for key, _ in taken:
            txn.delete(key, db=self._store.dirty)
            self._dirty.discard(int.from_bytes(key, "big"))
        return [(int.from_bytes(key, "big"), why) for key, why in taken]

    def trim(self) -> None:
        """Forget the trees that were not used for longest; those that are not settled stay."""
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)

    def forget(self) -> None:
        """Forget all that is in memory: the transaction did not commit, and the store says what is so."""
        self._kept.clear()
        self._changed.clear()
        self._dirty.clear()

    def _keep(self, person: int, tree: PersonTree) -> PersonTree:
        self._kept[person] = tree
        return tree
