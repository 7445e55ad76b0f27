"""The fast tree agrees with the obvious one of RFC 6962 at every size, and its proofs hold for nothing else."""

from collections.abc import Sequence
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as some

from plainview.warden import merkle
from plainview.warden.merkle import CompactRange, consistent, root_of_inclusion

SIZES = some.integers(1, 70)


def slow_root(leaves: Sequence[bytes]) -> bytes:
    """MTH, word for word from RFC 6962, 2.1."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + slow_root(leaves[:split]) + slow_root(leaves[split:])).digest()


def some_leaves(count: int) -> list[bytes]:
    return [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def reader(leaves: Sequence[bytes]) -> merkle.Node:
    return lambda level, index: slow_root(leaves[index << level : (index + 1) << level])


@given(some.integers(0, 300))
def test_a_compact_range_has_the_root_of_all_its_leaves(count: int) -> None:
    tree = CompactRange()
    for leaf in some_leaves(count):
        tree.append(leaf)
    assert tree.root() == slow_root(some_leaves(count))
    assert CompactRange.unpacked(count, tree.packed()).root() == tree.root()


@given(SIZES, some.data())
def test_an_inclusion_proof_leads_from_its_leaf_to_the_root_and_no_other_leaf_does(
    size: int, data: some.DataObject
) -> None:
    index, other = data.draw(some.integers(0, size - 1)), data.draw(some.integers(0, size - 1))
    leaves = some_leaves(size)
    proof = merkle.inclusion_proof(index, size, reader(leaves))
    assert root_of_inclusion(index, size, leaves[index], proof) == slow_root(leaves)
    if other != index:
        assert root_of_inclusion(other, size, leaves[index], proof) != slow_root(leaves)
        assert root_of_inclusion(index, size, leaves[other], proof) != slow_root(leaves)
    assert root_of_inclusion(index, size, leaves[index], [*proof, bytes(32)]) is None


@given(SIZES)
def test_the_proof_of_the_next_leaf_is_known_before_it_is_appended(size: int) -> None:
    leaves = some_leaves(size)
    tree = CompactRange()
    for leaf in leaves[:-1]:
        tree.append(leaf)
    assert tree.proof_of_next() == merkle.inclusion_proof(size - 1, size, reader(leaves))


@given(SIZES, some.data())
def test_a_consistency_proof_holds_for_the_two_trees_and_not_for_a_fork(size: int, data: some.DataObject) -> None:
    old = data.draw(some.integers(0, size))
    leaves = some_leaves(size)
    proof = merkle.consistency_proof(old, size, reader(leaves))
    was, now = (old, slow_root(leaves[:old])), (size, slow_root(leaves))
    assert consistent(was, now, proof)
    if old:
        changed = data.draw(some.integers(0, old - 1))
        fork = [*leaves[:changed], bytes(32), *leaves[changed + 1 :]]
        for wrong in (merkle.consistency_proof(old, size, reader(fork)), proof):
            assert not consistent(was, (size, slow_root(fork)), wrong)
    if proof:
        assert not consistent(was, now, proof[:-1])
        assert not consistent(was, now, [*proof, proof[-1]])
        assert not consistent(now, was, proof)


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root() == merkle.EMPTY_ROOT == sha256(b"").digest()
    assert consistent((0, merkle.EMPTY_ROOT), (3, slow_root(some_leaves(3))), [])
