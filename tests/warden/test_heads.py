"""The map of heads is the map of the specification, at every generation, however the heads came into it."""

import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from plainview.warden import heads
from plainview.warden.heads import HeadsMap, MapProof
from plainview.warden.pacing import NO_PACE
from plainview.warden.store import Store
from tests.warden.fakes import drawn

KEYS = some.binary(min_size=1, max_size=2).map(lambda start: start + bytes(32 - len(start)))


def slow_hash(pairs: Mapping[bytes, bytes], bits: str = "") -> bytes:
    """Section 3 of the specification, word for word."""
    below = {key: value for key, value in pairs.items() if f"{int.from_bytes(key, 'big'):0256b}".startswith(bits)}
    if not below:
        return bytes(32)
    if len(below) == 1:
        ((key, value),) = below.items()
        return sha256(b"\x00" + key + value).digest()
    return sha256(b"\x01" + slow_hash(below, bits + "0") + slow_hash(below, bits + "1")).digest()


def root_by(proof: MapProof, key: bytes, value: bytes | None) -> bytes:
    """The root that a proof leads to, for a value or for absence."""
    at = heads._single(key, value)[1] if value else bytes(32)
    if proof.other:
        assert value is None
        at = heads._single(*proof.other)[1]
    for depth in reversed(range(len(proof.siblings))):
        pair = (proof.siblings[depth], at) if heads._bit(key, depth) else (at, proof.siblings[depth])
        at = sha256(b"\x01" + pair[0] + pair[1]).digest()
    return at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "store")
    yield store
    store.close()


@given(some.dictionaries(KEYS, some.just(bytes(32)) | some.binary(min_size=32, max_size=32), max_size=12), KEYS)
def test_roots_and_proofs_are_those_of_the_obvious_map(pairs: dict[bytes, bytes], other: bytes) -> None:
    ordered = sorted(pairs.items())
    root = heads.subtree(ordered)[1]
    assert root == slow_hash(pairs)
    for key in [*pairs, other]:
        assert root_by(heads.prove(ordered, key), key, pairs.get(key)) == root


@settings(max_examples=25, deadline=None)
@given(some.lists(some.lists(some.integers(0, 40), max_size=30), min_size=1, max_size=5), some.booleans())
def test_each_generation_is_proven_from_while_the_next_is_prepared(generations: list[list[int]], forget: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        try:
            _live_through(store, generations, forget=forget)
        finally:
            store.close()


def _live_through(store: Store, generations: list[list[int]], *, forget: bool) -> None:
    mapped = HeadsMap(store)
    shown: dict[bytes, bytes] = {}
    sizes: dict[int, int] = {}
    for generation, persons in enumerate(generations):
        with store.env.begin(write=True) as txn:
            for person in persons:
                sizes[person] = sizes.get(person, 0) + 1
                mapped.put(txn, drawn(person), (sizes[person], drawn(sizes[person])), generation)
        if forget:
            mapped = HeadsMap(store)
        with store.env.begin() as txn:
            _check(mapped, txn, shown, generation - 1)
            folded = mapped.begin(txn, generation - 1, NO_PACE) if generation else None
        # The first generation is numbered 1 in life; what is put here in generation 0 stands for an older one.
        with store.env.begin(write=True) as txn:
            folded = folded or mapped.begin(txn, -1, NO_PACE)
            new = {
                heads.key_of(drawn(person)): heads.value_of(drawn(person), size, drawn(size))
                for person, size in sizes.items()
            }
            assert folded.root == slow_hash(new)
            assert mapped.persons(txn) == len(new)
            mapped.settle(txn, folded)
        shown = new
        with store.env.begin() as txn:
            _check(mapped, txn, shown, generation)


def _check(mapped: HeadsMap, txn, shown: dict[bytes, bytes], generation: int) -> None:  # type: ignore[no-untyped-def]
    root = slow_hash(shown)
    for person in range(0, 44, 3):
        key = heads.key_of(drawn(person))
        assert root_by(mapped.proof(txn, key, generation), key, shown.get(key)) == root
        assert bool(mapped.size_of(txn, key, generation)) == (key in shown)


def test_late_heads_are_folded_into_what_was_hashed_before(store: Store) -> None:
    mapped = HeadsMap(store)
    with store.env.begin(write=True) as txn:
        mapped.put(txn, drawn(1), (1, drawn("root")), 1)
        folded = mapped.begin(txn, 0, NO_PACE)
        bucket = mapped.put(txn, drawn(2), (5, drawn("root")), 1)
        mapped.fold(txn, folded, [bucket], NO_PACE)
    values = {
        heads.key_of(drawn(who)): heads.value_of(drawn(who), size, drawn("root")) for who, size in ((1, 1), (2, 5))
    }
    assert folded.root == slow_hash(values)
