"""Owns the Merkle tree of RFC 6962, section 2.1: hashes, the compact range that grows it, proofs and their checks.

A compact range is the list of the roots of the full subtrees, the largest first: all that is needed to append and to
give the root. Proofs are built from a reader of full subtrees: `node(level, index)` is the root of the entries
`[index * 2**level, (index + 1) * 2**level)`.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf: SHA-256 of 0x00 and the entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256 of 0x01 and both children."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """A tree that only grows, by the roots of its full subtrees."""

    __slots__ = ("roots", "size")

    def __init__(self, size: int = 0, roots: Iterable[bytes] = ()) -> None:
        self.size = size
        self.roots = list(roots)
        if len(self.roots) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} full subtrees, not {len(self.roots)}")

    def append(self, leaf: bytes) -> None:
        """Grow by one leaf, given by its hash."""
        size, roots = self.size, self.roots
        while size & 1:
            leaf = sha256(b"\x01" + roots.pop() + leaf).digest()
            size >>= 1
        roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root of the tree as it is."""
        return fold(self.roots)

    def proof_of_next(self) -> list[bytes]:
        """The inclusion proof, leaf upwards, of the leaf that is appended next, in the tree that ends with it."""
        return self.roots[::-1]

    def packed(self) -> bytes:
        """The roots as one string, the largest first; with the size, all that `unpacked` needs."""
        return b"".join(self.roots)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> "CompactRange":
        """The range of this size whose `packed` gave these bytes.

        Raises:
            ValueError: the two do not fit.
        """
        return cls(size, [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)])


def fold(roots: Sequence[bytes]) -> bytes:
    """The root of the tree whose full subtrees have these roots, the largest first."""
    if not roots:
        return EMPTY_ROOT
    root = roots[-1]
    for left in reversed(roots[:-1]):
        root = node_hash(left, root)
    return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    tree = CompactRange()
    for leaf in leaves:
        tree.append(leaf)
    return tree.root()


def span_hash(start: int, end: int, node: Node) -> bytes:
    """The hash of the entries [start, end) as one subtree; start is a multiple of the power of two that holds it."""
    count = end - start
    if count == 0:
        return EMPTY_ROOT
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return node(level, start >> level)
    split = start + _largest_power_below(count)
    return node_hash(span_hash(start, split, node), span_hash(split, end, node))


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """The audit path of the leaf at this index in the tree of this size, leaf upwards (PATH of RFC 6962).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        split = start + _largest_power_below(end - start)
        if index < split:
            path.append(span_hash(split, end, node))
            end = split
        else:
            path.append(span_hash(start, split, node))
            start = split
    return path[::-1]


def consistency_proof(old: int, new: int, node: Node) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` leaves (PROOF of RFC 6962); empty for 0.

    Raises:
        ValueError: the old tree is larger.
    """
    if not 0 <= old <= new:
        raise ValueError(f"no proof from {old} to {new} leaves")
    if old in (0, new):
        return []
    path: list[bytes] = []
    start, end, whole = 0, new, True
    while end != old:
        split = start + _largest_power_below(end - start)
        if old <= split:
            path.append(span_hash(split, end, node))
            end = split
        else:
            path.append(span_hash(start, split, node))
            start, whole = split, False
    if not whole:
        path.append(span_hash(start, end, node))
    return path[::-1]


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes | None:
    """The root that this audit path leads to (RFC 9162, 2.1.3.2); None where its length does not fit."""
    if not 0 <= index < size:
        return None
    first, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if first & 1 or first == last:
            root = node_hash(sibling, root)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        first, last = first >> 1, last >> 1
    return root if last == 0 else None


def consistent(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether this proof shows that the new tree (size, root) begins with the old one (RFC 9162, 2.1.4.2)."""
    (old_size, old_root), (new_size, new_root) = old, new
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    if not 0 < old_size < new_size or not proof:
        return False
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    first, last = old_size - 1, new_size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    was = now = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            was, now = node_hash(sibling, was), node_hash(sibling, now)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            now = node_hash(now, sibling)
        first, last = first >> 1, last >> 1
    return was == old_root and now == new_root and last == 0


def _largest_power_below(count: int) -> int:
    """The largest power of two smaller than a count of at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
