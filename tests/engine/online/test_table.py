"""The table gives each id its own row, whatever is admitted, forgotten, grown, written and read."""

from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.engine.online.keymap import KeyMap, mixed
from plainview.engine.online.sightings import Sightings
from plainview.engine.online.table import EmbeddingTable, TableConfig, initial
from plainview.ports.engine import SnapshotUnreadableError

IDS = st.integers(1, 2**64 - 1)


def ids_of(*values: int) -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    return np.array(values, np.uint64)


def table(rows: int = 1000, admit_after: int = 1, dim: int = 4) -> EmbeddingTable:
    return EmbeddingTable(TableConfig("t", rows, dim, admit_after, sightings_bytes=1 << 14))


def written(each: EmbeddingTable) -> bytes:
    file = BytesIO()
    each.write(file)
    return file.getvalue()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sets(IDS | st.integers(1, 40), min_size=1, max_size=60)), max_size=25))
def test_a_map_answers_as_a_dictionary_does(steps: list[tuple[bool, set[int]]]) -> None:
    found, plain, row = KeyMap(), dict[int, int](), 0
    for adding, chosen in steps:
        if adding:
            new = sorted(chosen - plain.keys())
            found.add(ids_of(*new), np.arange(row + 1, row + 1 + len(new), dtype=np.int32))
            plain |= {each: row + 1 + place for place, each in enumerate(new)}
            row += len(new)
        else:
            old = sorted(chosen & plain.keys())
            found.remove(ids_of(*old))
            for each in old:
                del plain[each]
        asked = sorted(chosen | plain.keys())
        assert found.rows(ids_of(*asked)).tolist() == [plain.get(each, 0) for each in asked]
        assert len(found) == len(plain)


def test_a_map_that_grows_through_many_generations_loses_nothing() -> None:
    found, ids = KeyMap(), mixed(np.arange(1, 60_001, dtype=np.uint64))
    rows = np.arange(1, 60_001, dtype=np.int32)
    for start in range(0, 60_000, 700):
        part = slice(start, start + 700)
        found.add(ids[part], rows[part])
        known = start + len(ids[part])
        assert (found.rows(ids[:known]) == rows[:known]).all()
        assert not found.rows(ids[known:]).any()
    found.move(ids[::3], rows[::3] + 100_000)
    assert (found.rows(ids[::3]) == rows[::3] + 100_000).all()
    assert (found.rows(ids[1::3]) == rows[1::3]).all()


def test_keys_that_all_want_one_bucket_are_all_found() -> None:
    # The upper half of the stirred key chooses the bucket; these have it in common.
    ids = _unmixed(np.arange(1, 400, dtype=np.uint64) | np.uint64(7 << 40))
    found = KeyMap()
    found.add(ids, np.arange(1, 400, dtype=np.int32))
    assert found.rows(ids).tolist() == list(range(1, 400))
    found.remove(ids[::2])
    assert found.rows(ids).tolist() == [0 if place % 2 == 0 else place + 1 for place in range(399)]


def test_stirring_can_be_undone_so_that_no_two_ids_become_one() -> None:
    ids = np.random.default_rng(3).integers(0, 2**64, 10_000, np.uint64)
    assert (_unmixed(mixed(ids)) == ids).all()
    assert mixed(ids_of(0))[0] == 0


def test_an_id_gets_its_row_at_the_nth_sighting() -> None:
    held = table(admit_after=3)
    assert held.profile(ids_of(9, 9), 1).tolist() == [0, 0]
    assert held.profile(ids_of(9, 8), 2).tolist() == [1, 0]
    assert held.remap(ids_of(9, 8, 0)).tolist() == [1, 0, 0]
    assert (held.vectors[1] == initial(ids_of(9), held.config)[0]).all()
    assert not held.vectors[0].any()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=20), max_size=12), st.integers(1, 64))
def test_the_filter_never_counts_too_few_while_it_has_room(batches: list[list[int]], buckets: int) -> None:
    counted, plain = Sightings(64 * buckets), dict[int, int]()
    for batch in batches:
        unique, times = np.unique(np.array(batch, np.uint64), return_counts=True)
        for each, count in zip(unique.tolist(), times.tolist(), strict=True):
            plain[each] = plain.get(each, 0) + count
        totals = counted.count(unique, times).tolist()
        assert all(total >= min(plain[each], 15) for total, each in zip(totals, unique.tolist(), strict=True))


def test_of_ids_seen_once_hardly_any_is_admitted_early() -> None:
    held = EmbeddingTable(TableConfig("t", 100_000, 4, 2, sightings_bytes=1 << 18))
    ids = np.random.default_rng(1).integers(1, 2**63, 100_000).astype(np.uint64)
    for start in range(0, len(ids), 5_000):
        held.profile(ids[start : start + 5_000], 1)
    # 131,072 cells for 100,000 ids: one in 200 shares a fingerprint with another of its bucket.
    assert len(held) < 1_000


def test_a_full_table_refuses_new_ids_and_keeps_the_old_ones() -> None:
    held = table(rows=3)
    first = held.profile(ids_of(1, 2, 3), 1)
    assert sorted(first.tolist()) == [1, 2, 3]
    assert held.profile(ids_of(4, 5, 1), 2).tolist() == [0, 0, first[0]]
    assert (len(held), held.refused) == (3, 2)


def test_what_was_not_seen_for_long_gives_its_row_to_another() -> None:
    held = table(rows=4)
    held.profile(ids_of(1, 2, 3, 4), 100)
    held.profile(ids_of(2), 200)
    assert sum(held.evict(150, 1) for _ in range(4)) == 3
    assert held.remap(ids_of(1, 2, 3, 4)).astype(bool).tolist() == [False, True, False, False]
    held.profile(ids_of(7, 8, 9), 201)
    assert len({*held.remap(ids_of(2, 7, 8, 9)).tolist()} - {0}) == 4
    assert (held.vectors[held.remap(ids_of(7))[0]] == initial(ids_of(7), held.config)[0]).all()


STEPS = st.lists(
    st.tuples(st.sampled_from(["learn", "evict", "ship"]), st.lists(st.integers(1, 50), min_size=1, max_size=30)),
    min_size=1,
    max_size=25,
)


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(1, 3))
def test_a_copy_that_was_given_the_changes_is_equal_bit_for_bit(
    steps: list[tuple[str, list[int]]], admit_after: int
) -> None:
    held, copy = table(20, admit_after), table(20, admit_after)
    for now_s, (what, values) in enumerate([*steps, ("ship", [1])]):
        if what == "learn":
            rows = np.unique(held.profile(ids_of(*values), now_s))
            rows = rows[rows != 0]
            held.step(rows, np.outer(np.sin(rows + now_s), np.arange(4)).astype(np.float32))
        elif what == "evict":
            held.evict(now_s - 3, len(values))
        else:
            copy.apply(held.take_changes())
    assert written(copy) == written(held)
    asked = np.arange(60, dtype=np.uint64)
    assert (copy.remap(asked) == held.remap(asked)).all()
    # And a table that was read learns on as the one that was written.
    again = EmbeddingTable.read(BytesIO(written(held)))
    for each in (again, held):
        each.profile(asked, 99)
        each.evict(98, 7)
    assert written(again) == written(held)


def test_a_forgotten_id_leaves_no_trace() -> None:
    held, without = table(admit_after=2), table(admit_after=2)
    held.profile(ids_of(5, 5, 6), 1)
    held.forget(ids_of(5, 6, 7))
    held.profile(ids_of(8, 8), 1)
    without.profile(ids_of(8, 8), 1)
    assert held.remap(ids_of(5, 6, 8)).tolist() == [0, 0, 1]
    assert written(held) == written(without)


def test_a_snapshot_is_whole_or_refused() -> None:
    held = table()
    held.profile(ids_of(*range(1, 50)), 5)
    data = written(held)
    assert written(EmbeddingTable.read(BytesIO(data))) == data
    assert EmbeddingTable.read(BytesIO(data), 5000).config.num_embeddings == 5000
    for broken in (data[:-1], data[: len(data) // 2], b"", b"x" + data, data[:-9] + b"\x01" + data[-8:]):
        with pytest.raises(SnapshotUnreadableError):
            EmbeddingTable.read(BytesIO(broken))


def test_steps_are_those_of_row_wise_adagrad() -> None:
    held = table()
    row = held.profile(ids_of(5), 1)
    slow, squares = held.vectors[row[0]].astype(np.float64), 0.0
    for turn in range(5):
        gradient = np.array([[1, -2, 0.5, turn]], np.float32)
        held.step(row, gradient)
        squares += float((gradient**2).mean())
        slow -= held.config.learning_rate * gradient[0] / np.sqrt(squares)
    np.testing.assert_allclose(held.vectors[row[0]], slow, rtol=1e-5, atol=1e-7)


@pytest.mark.long
def test_ten_million_of_a_hundred_million_ids_have_a_row_each() -> None:
    from benchmarks.table import filled

    found = filled(10_000_000, 64)
    assert found.collisions == 0
    assert found.admitted >= 10_000_000
    assert found.late <= 10_000
    assert found.bytes_ratio <= 1.3


def _unmixed(keys: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    def back(each: int) -> int:
        for factor in (0xC4CEB9FE1A85EC53, 0xFF51AFD7ED558CCD):
            each ^= each >> 33
            each = each * pow(factor, -1, 2**64) % 2**64
        return each ^ each >> 33

    return np.array([back(int(each)) for each in keys], np.uint64)
