"""Owns the map of heads: the sparse Merkle map from persons' labels to their heads (specification, section 3).

Keys are hashes, so they fall evenly into 2**12 buckets by their first bits. Only buckets with a changed pair are hashed
anew; the roots of all others, and the tree above them, are kept. Each row holds two generations of a pair: the newest,
and the one before it, so that proofs are made from what the published checkpoint holds while the next is prepared.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from plainview.warden.pacing import Pace
from plainview.warden.store import ONE, Store, Txn

BUCKET_BITS: Final = 12
BUCKETS: Final = 1 << BUCKET_BITS
_SHIFT: Final = 256 - BUCKET_BITS
NO_PAIR: Final = bytes(40)

# A subtree: how many pairs it holds (2 stands for more than one), and its hash.
Subtree = tuple[int, bytes]
Pair = tuple[bytes, bytes]
EMPTY: Final[Subtree] = (0, bytes(32))


@dataclass(frozen=True, slots=True)
class MapProof:
    """The siblings from the root downwards, and the other pair that the path ends in, if it does."""

    siblings: list[bytes]
    other: Pair | None


@dataclass(frozen=True, slots=True)
class Folded:
    """The map of a generation that is not yet published: its upper tree, and the buckets that changed in it."""

    generation: int
    upper: list[Subtree]
    changed: dict[int, Subtree]

    @property
    def root(self) -> bytes:
        """The map's root."""
        return self.upper[1][1]


def key_of(label: bytes) -> bytes:
    """Where a label stands in the map."""
    return sha256(label).digest()


def value_of(label: bytes, size: int, root: bytes) -> bytes:
    """What the map says of the person of this label: that their tree has this size and root."""
    return sha256(b"\x02" + label + size.to_bytes(8, "big") + root).digest()


def subtree(pairs: Sequence[Pair], depth: int = 0) -> Subtree:
    """The subtree of these pairs, sorted by key, which share their first `depth` bits."""
    if len(pairs) < 2:
        return _single(*pairs[0]) if pairs else EMPTY
    split = _split(pairs, depth)
    return _join(subtree(pairs[:split], depth + 1), subtree(pairs[split:], depth + 1))


def prove(pairs: Sequence[Pair], key: bytes, depth: int = 0) -> MapProof:
    """The proof for a key among these pairs, from `depth` downwards."""
    siblings = []
    while len(pairs) > 1:
        split = _split(pairs, depth)
        left, right = pairs[:split], pairs[split:]
        pairs, other = (right, left) if _bit(key, depth) else (left, right)
        depth += 1
        siblings.append(subtree(other, depth)[1])
    return MapProof(siblings, pairs[0] if pairs and pairs[0][0] != key else None)


class HeadsMap:
    """The map in the store. Generations are counted; the one after the published is the one that is prepared."""

    def __init__(self, store: Store) -> None:
        self._store = store
        # The upper tree as a heap (1 is the root, 2n and 2n + 1 below n) with its generation.
        self._kept: tuple[int, list[Subtree]] | None = None

    def put(self, txn: Txn, label: bytes, head: tuple[int, bytes], generation: int) -> int:
        """Let the generation that is prepared say that the person of this label has this head. The bucket it is in."""
        key, (size, root) = key_of(label), head
        was = txn.get(key, db=self._store.heads)
        before = NO_PAIR if was is None else was[8:48] if _older(was, generation) else was[48:]
        row = ONE.pack(generation) + value_of(label, size, root) + ONE.pack(size) + before
        txn.put(key, row, db=self._store.heads)
        txn.put(ONE.pack(_bucket(key)), b"", db=self._store.fresh)
        return _bucket(key)

    def persons(self, txn: Txn) -> int:
        """The number of pairs in the generation that is prepared."""
        return int(txn.stat(self._store.heads)["entries"])

    def begin(self, txn: Txn, generation: int, pace: Pace) -> Folded:
        """The map of the generation after this published one, with all that was put into it so far."""
        folded = Folded(generation + 1, list(self._upper(txn, generation)), {})
        buckets = [int.from_bytes(key, "big") for key, _ in txn.cursor(self._store.fresh)]
        self.fold(txn, folded, buckets, pace)
        return folded

    def fold(self, txn: Txn, folded: Folded, buckets: Iterable[int], pace: Pace) -> None:
        """Hash these buckets anew, and what stands above them."""
        changed = set(buckets)
        for bucket in changed:
            found = subtree(self._pairs(txn, bucket, folded.generation), BUCKET_BITS)
            folded.changed[bucket] = folded.upper[BUCKETS + bucket] = found
            pace.breathe()
        _hash_above(folded.upper, {BUCKETS + bucket for bucket in changed})

    def settle(self, txn: Txn, folded: Folded) -> None:
        """Make this generation the published one."""
        for bucket, (count, root) in folded.changed.items():
            txn.put(ONE.pack(bucket), bytes([count]) + root, db=self._store.buckets)
        txn.drop(self._store.fresh, delete=False)
        self._kept = (folded.generation, folded.upper)

    def size_of(self, txn: Txn, key: bytes, generation: int) -> int:
        """The number of entries that the map of this generation says a person has; 0 where they are not in it."""
        row = txn.get(key, db=self._store.heads)
        return 0 if row is None else _pair(row, generation)[1]

    def proof(self, txn: Txn, key: bytes, generation: int) -> MapProof:
        """The proof for a key in the published map, which is of this generation."""
        upper, at, depth = self._upper(txn, generation), 1, 0
        siblings: list[bytes] = []
        while depth < BUCKET_BITS and upper[at][0] > 1:
            at = 2 * at + _bit(key, depth)
            depth += 1
            siblings.append(upper[at ^ 1][1])
        pairs: list[Pair] = []
        if upper[at][0]:
            width = 1 << (BUCKET_BITS - depth)
            pairs = self._pairs(txn, at * width - BUCKETS, generation, width)
        below = prove(pairs, key, depth)
        return MapProof(siblings + below.siblings, below.other)

    def _upper(self, txn: Txn, generation: int) -> list[Subtree]:
        """The upper tree of the published map, from memory where it is of this generation."""
        kept = self._kept
        if kept is not None and kept[0] == generation:
            return kept[1]
        upper = [EMPTY] * (2 * BUCKETS)
        buckets = {int.from_bytes(key, "big"): (row[0], row[1:]) for key, row in txn.cursor(self._store.buckets)}
        for bucket, found in buckets.items():
            upper[BUCKETS + bucket] = found
        _hash_above(upper, {BUCKETS + bucket for bucket in buckets})
        self._kept = (generation, upper)
        return upper

    def _pairs(self, txn: Txn, bucket: int, generation: int, count: int = 1) -> list[Pair]:
        """The pairs of a generation in these buckets, in the order of their keys."""
        start, end = bucket << _SHIFT, (bucket + count) << _SHIFT
        pairs: list[Pair] = []
        with txn.cursor(self._store.heads) as cursor:
            if not cursor.set_range(start.to_bytes(32, "big")):
                return pairs
            for key, row in cursor.iternext():
                if int.from_bytes(key, "big") >= end:
                    break
                value, size = _pair(row, generation)
                if size:
                    pairs.append((key, value))
        return pairs


def _older(row: bytes, generation: int) -> bool:
    return int.from_bytes(row[:8], "big") < generation


def _pair(row: bytes, generation: int) -> tuple[bytes, int]:
    """The value and the size that a row says in this generation; the size is 0 where it says nothing yet."""
    at = 8 if _older(row, generation + 1) else 48
    return row[at : at + 32], int.from_bytes(row[at + 32 : at + 40], "big")


def _single(key: bytes, value: bytes) -> Subtree:
    return 1, sha256(b"\x00" + key + value).digest()


def _join(left: Subtree, right: Subtree) -> Subtree:
    if left[0] + right[0] < 2:
        return left if left[0] else right
    return 2, sha256(b"\x01" + left[1] + right[1]).digest()


def _hash_above(upper: list[Subtree], changed: set[int]) -> None:
    """Hash anew all that stands above these places of the heap."""
    while changed and 1 not in changed:
        changed = {each >> 1 for each in changed}
        for each in changed:
            upper[each] = _join(upper[2 * each], upper[2 * each + 1])


def _split(pairs: Sequence[Pair], depth: int) -> int:
    """How many of the sorted pairs have a 0 as the bit at this depth."""
    return bisect_left(pairs, 1, key=lambda pair: _bit(pair[0], depth))


def _bit(key: bytes, depth: int) -> int:
    return key[depth >> 3] >> (7 - (depth & 7)) & 1


def _bucket(key: bytes) -> int:
    return int.from_bytes(key[:2], "big") >> (16 - BUCKET_BITS)
