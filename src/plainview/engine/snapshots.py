"""Owns the engine's state as bytes: a header that says what is in it, then the arrays as they lie in memory.

No pickle: reading a snapshot runs no code. A checksum at the end tells a whole one from a torn one.
"""

import json
import struct
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import COLUMNS, Catalogue
from plainview.engine.content import COLUMNS as CONTENT_SUMS
from plainview.engine.growing import IntList, grown
from plainview.engine.habits import PARTS_OF_DAY, REPEATS
from plainview.engine.kinds import COLUMNS as KIND_COLUMNS
from plainview.engine.learning import Learner
from plainview.engine.limits import Limits
from plainview.engine.persons import COUNTS, EVENT, Person, Seen
from plainview.engine.sequence.serving import read_model
from plainview.engine.showings import COLUMNS as SHOWING_COLUMNS
from plainview.engine.terms import LENGTHS
from plainview.ports.engine import SnapshotUnreadableError

_MAGIC = b"plainview-engine-15\n"
_WATCHES = (2, PARTS_OF_DAY, LENGTHS)
_LENGTH = struct.Struct("<Q")
_SUM = struct.Struct("<I")

Arrays = dict[str, NDArray[Any]]
Facts = dict[str, Any]


def pack(learner: Learner, seed: int, version: int) -> bytes:
    """All of the engine's state. Equal states give equal bytes."""
    arrays: Arrays = {}
    facts: Facts = {"seed": seed, "version": version, "limits": asdict(learner.limits)}
    _pack_catalogue(learner.catalogue, arrays, facts)
    _pack_learned(learner, arrays, facts)
    _pack_vectors(learner, arrays, facts)
    _pack_kinds(learner, arrays, facts)
    _pack_foretelling(learner, arrays, facts)
    _pack_upcoming(learner, arrays)
    _pack_people(learner.people, arrays)
    table = [(name, array.dtype.descr, array.shape) for name, array in arrays.items()]
    header = json.dumps({"facts": facts, "arrays": table}, separators=(",", ":")).encode()
    body = b"".join((_MAGIC, _LENGTH.pack(len(header)), header, *(array.tobytes() for array in arrays.values())))
    return body + _SUM.pack(zlib.crc32(body))


def unpack(data: bytes, limits: Limits) -> tuple[Learner, int, int]:
    """The state, the seed and the version that a snapshot holds.

    Raises:
        SnapshotUnreadableError: torn, of another kind, or made under other limits.
    """
    body = data[: -_SUM.size]
    if not data.startswith(_MAGIC) or _SUM.pack(zlib.crc32(body)) != data[-_SUM.size :]:
        raise SnapshotUnreadableError("The snapshot is torn or of another kind; rebuild the engine from the event log.")
    start = len(_MAGIC) + _LENGTH.size
    end = start + _LENGTH.unpack_from(data, len(_MAGIC))[0]
    header = json.loads(body[start:end])
    facts: Facts = header["facts"]
    if facts["limits"] != asdict(limits):
        raise SnapshotUnreadableError(
            "The snapshot was made under other limits; rebuild the engine from the event log."
        )
    arrays = _arrays(body, end, header["arrays"])
    catalogue = _unpack_catalogue(limits, arrays, facts)
    learner = Learner(limits, catalogue, facts["seed"])
    _unpack_learned(learner, arrays, facts)
    _unpack_vectors(learner, arrays, facts)
    _unpack_kinds(learner, arrays, facts)
    _unpack_foretelling(learner, arrays, facts)
    _unpack_upcoming(learner, arrays)
    learner.people = _unpack_people(limits, arrays)
    return learner, facts["seed"], facts["version"]


def _arrays(body: bytes, offset: int, table: list[tuple[str, list[list[str]], list[int]]]) -> Arrays:
    found: Arrays = {}
    for name, description, shape in table:
        fields = [(str(field[0]), str(field[1])) for field in description]
        dtype = np.dtype(fields[0][1]) if fields[0][0] == "" else np.dtype(fields)
        count = int(np.prod(shape, dtype=np.int64))
        found[name] = np.frombuffer(body, dtype, count, offset).reshape(shape).copy()
        offset += count * dtype.itemsize
    return found


def _joined(lists: list[NDArray[Any]], dtype: Any) -> tuple[NDArray[Any], NDArray[np.int32]]:
    """All of them in one array, and how long each is."""
    lengths = np.array([len(part) for part in lists], np.int32)
    return (np.concatenate(lists).astype(dtype) if lists else np.zeros(0, dtype)), lengths


def _parted(values: NDArray[Any], lengths: NDArray[np.int32]) -> list[NDArray[Any]]:
    return np.split(values, np.cumsum(lengths)[:-1]) if len(lengths) else []


def _pack_catalogue(catalogue: Catalogue, arrays: Arrays, facts: Facts) -> None:
    terms = catalogue.terms
    for name in COLUMNS:
        arrays[name] = getattr(catalogue, name)[: catalogue.count]
    arrays["term_kind"], arrays["term_newest_ms"] = terms.kind[: len(terms)], terms.newest_ms[: len(terms)]
    arrays["term_usage"] = terms.usage[: len(terms)]
    arrays["term_items"], arrays["term_item_counts"] = _joined([held.values for held in terms.items], np.int32)
    facts["term_names"] = terms.names
    facts["languages"] = list(catalogue.languages)
    facts["alive_count"] = catalogue.alive_count
    facts["worth_total"], facts["exposures_total"] = catalogue.worth_total, catalogue.exposures_total


def _unpack_catalogue(limits: Limits, arrays: Arrays, facts: Facts) -> Catalogue:
    catalogue = Catalogue(limits, facts["seed"])
    for name in COLUMNS:
        setattr(catalogue, name, arrays[name])
    catalogue.traits, catalogue.facts, catalogue.record = catalogue.parted(catalogue.table)
    catalogue.count, catalogue.alive_count = len(catalogue.ids), facts["alive_count"]
    catalogue.worth_total, catalogue.exposures_total = facts["worth_total"], facts["exposures_total"]
    catalogue.slots = {item: slot for slot, item in enumerate(catalogue.ids.tolist())}
    catalogue.languages = {language: code for code, language in enumerate(facts["languages"])}
    terms = catalogue.terms
    terms.names = facts["term_names"]
    terms.kind, terms.newest_ms, terms.usage = arrays["term_kind"], arrays["term_newest_ms"], arrays["term_usage"]
    terms.items = [IntList(part) for part in _parted(arrays["term_items"], arrays["term_item_counts"])]
    for slot, kind in enumerate(terms.kind.tolist()):
        if slot:
            terms.slots[kind][terms.names[slot]] = slot
    return catalogue


def _pack_learned(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    count = learner.catalogue.count
    co_watched, pools = learner.co_watched, learner.pools
    arrays["followers"], arrays["follower_weights"] = co_watched.followers[:count], co_watched.weights[:count]
    arrays["watch_ranks"] = learner.ranks.seen
    arrays["popular"], arrays["rising"], arrays["fresh"] = pools.popular, pools.rising, pools.fresh
    arrays["near"], arrays["pool_changed"] = pools.near, np.array(pools.changed, np.int32)
    facts["pool_cursor"], facts["clock_ms"] = pools.cursor, learner.clock_ms
    facts["rising_origin_ms"], facts["co_watched_origin_ms"] = learner.rising.origin_ms, co_watched.fading.origin_ms


def _unpack_learned(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    co_watched, pools = learner.co_watched, learner.pools
    co_watched.followers, co_watched.weights = arrays["followers"], arrays["follower_weights"]
    learner.ranks.seen = arrays["watch_ranks"]
    pools.popular, pools.rising, pools.fresh = arrays["popular"], arrays["rising"], arrays["fresh"]
    pools.near, pools.changed = arrays["near"], arrays["pool_changed"].tolist()
    pools.cursor, learner.clock_ms = facts["pool_cursor"], facts["clock_ms"]
    learner.rising.origin_ms, co_watched.fading.origin_ms = facts["rising_origin_ms"], facts["co_watched_origin_ms"]


def _pack_vectors(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    vectors, lengths = learner.vectors, _vector_lengths(learner)
    for name, length in lengths.items():
        # A trait that came with an event and not with an item has no room yet.
        arrays[f"vectors_{name}"] = grown(getattr(vectors, name), length)[:length]
    _pack_content(learner, arrays, facts)
    arrays["vectors_free"] = np.array(vectors.free, np.int64)
    arrays["vectors_waiting"] = np.array(vectors.waiting, np.int64).reshape(-1, 2)
    facts["vectors"] = [vectors.people_count, vectors.answered, vectors.cursor]


def _unpack_vectors(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    vectors = learner.vectors
    vectors.people_count, vectors.answered, vectors.cursor = facts["vectors"]
    for name in _vector_lengths(learner):
        setattr(vectors, name, arrays[f"vectors_{name}"])
    _unpack_content(learner, arrays, facts)
    vectors.free = arrays["vectors_free"].tolist()
    vectors.sum_up()
    vectors.waiting = [(person, slot) for person, slot in arrays["vectors_waiting"].tolist()]


def _pack_content(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    content, count = learner.catalogue.content, learner.catalogue.count
    arrays["content_rows"], arrays["leanings"] = content.rows[:count], learner.vectors.leanings
    for name in CONTENT_SUMS:
        arrays[f"content_{name}"] = getattr(content, name)
    facts["content"] = [content.taught, content.lessons]


def _unpack_content(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    content = learner.catalogue.content
    content.rows, learner.vectors.leanings = arrays["content_rows"], arrays["leanings"]
    for name in CONTENT_SUMS:
        setattr(content, name, arrays[f"content_{name}"])
    content.taught, content.lessons = facts["content"]


def _pack_kinds(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    kinds, catalogue = learner.kinds, learner.catalogue
    kinds.reserve(catalogue.count, len(catalogue.terms), learner.vectors.people_count)
    used = (catalogue.count,) * 2 + (learner.vectors.people_count,) * 2 + (len(catalogue.terms), kinds.size)
    for name, length in zip(KIND_COLUMNS, used, strict=True):
        arrays[f"kinds_{name}"] = getattr(kinds, name)[:length]
    facts["kinds"] = [kinds.next_at, kinds.cursor]


def _unpack_kinds(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    for name in KIND_COLUMNS:
        setattr(learner.kinds, name, arrays[f"kinds_{name}"])
    learner.kinds.next_at, learner.kinds.cursor = facts["kinds"]
    learner.kinds.main, learner.kinds.sure = (np.zeros(len(learner.kinds.items), np.uint8) for _ in range(2))
    learner.kinds.head(np.arange(len(learner.kinds.items)))


def _pack_foretelling(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    foretelling, showings = learner.foretelling, learner.showings
    arrays["lines"], arrays["lines_sure"], arrays["lines_around"] = (
        foretelling.lines, foretelling.sure, foretelling.around,
    )  # fmt: skip
    for name in SHOWING_COLUMNS:
        arrays[f"showings_{name}"] = getattr(showings, name)[: showings.held]
    facts["showings"], facts["showings_waiting"] = showings.count, showings.waiting


def _unpack_foretelling(learner: Learner, arrays: Arrays, facts: Facts) -> None:
    foretelling, showings = learner.foretelling, learner.showings
    foretelling.lines, foretelling.sure = arrays["lines"], arrays["lines_sure"]
    foretelling.around = arrays["lines_around"]
    foretelling.settle()
    for name in SHOWING_COLUMNS:
        setattr(showings, name, arrays[f"showings_{name}"])
    showings.count, showings.waiting = facts["showings"], facts["showings_waiting"]
    showings.find_rows()


def _pack_upcoming(learner: Learner, arrays: Arrays) -> None:
    model, guard = learner.upcoming.model, learner.next_guard
    arrays["next_foretold"], arrays["next_enjoyed"] = guard.foretold[:, : guard.count], guard.enjoyed[: guard.count]
    arrays["next_model"] = np.frombuffer(b"" if model is None else model.to_bytes(), np.uint8)


def _unpack_upcoming(learner: Learner, arrays: Arrays) -> None:
    data = arrays["next_model"].tobytes()
    if data:
        learner.adopt(read_model(data))
    guard = learner.next_guard
    guard.count = len(arrays["next_enjoyed"])
    guard.foretold[:, : guard.count], guard.enjoyed[: guard.count] = arrays["next_foretold"], arrays["next_enjoyed"]


def _vector_lengths(learner: Learner) -> dict[str, int]:
    """How much of each of the vectors' arrays is in use."""
    items, terms, size = learner.catalogue.count, len(learner.catalogue.terms), learner.vectors.size
    by_item, by_term = (
        dict.fromkeys(("items", "viewers", "answers", "viewed"), items),
        dict.fromkeys(("traits", "trait_counts"), terms),
    )
    return by_item | by_term | {"people": learner.vectors.people_count, "items_gram": size, "people_gram": size}


def _pack_people(people: dict[int, Person], arrays: Arrays) -> None:
    held = list(people.values())
    arrays["people"] = np.array(list(people), np.int64)
    arrays["people_counts"] = np.array([[p.counts[name] for name in COUNTS] for p in held], np.int64).reshape(
        -1, len(COUNTS)
    )
    arrays["people_cursors"] = np.array(
        [[p.event_count, p.seen.cursor, p.row, p.unsolved] for p in held], np.int64
    ).reshape(-1, 4)
    arrays["taste_fast"], arrays["taste_counts"] = _joined([p.fast[: p.term_count] for p in held], np.float32)
    arrays["taste_slow"], _ = _joined([p.slow[: p.term_count] for p in held], np.float32)
    arrays["taste_terms"], _ = _joined([p.terms[: p.term_count] for p in held], np.int32)
    arrays["events"], arrays["event_counts"] = _joined([p.events[: p.event_count] for p in held], EVENT)
    arrays["habits_watches"] = np.array([p.habits.watches for p in held], np.float32).reshape(-1, *_WATCHES)
    arrays["habits_repeats"] = np.array([p.habits.repeats for p in held], np.float64).reshape(-1, REPEATS)
    arrays["seen"], arrays["seen_counts"] = _joined([p.seen.slots for p in held], np.int32)
    arrays["forgotten"], arrays["forgotten_counts"] = _joined(
        [np.array(list(p.forgotten), np.int32) for p in held], np.int32
    )
    strengths = [strength for p in held for strength in p.forgotten.values()]
    arrays["forgotten_strengths"] = np.array(strengths, np.float32).reshape(-1, 2)
    for name in ("enjoyed", "refused", "hidden"):
        arrays[name], arrays[f"{name}_counts"] = _joined([np.array(getattr(p, name), np.int32) for p in held], np.int32)


def _unpack_people(limits: Limits, arrays: Arrays) -> dict[int, Person]:
    people: dict[int, Person] = {}
    tastes = [_parted(arrays[f"taste_{name}"], arrays["taste_counts"]) for name in ("terms", "fast", "slow")]
    events = _parted(arrays["events"], arrays["event_counts"])
    seen = _parted(arrays["seen"], arrays["seen_counts"])
    forgotten = _parted(arrays["forgotten"], arrays["forgotten_counts"])
    strengths = iter(arrays["forgotten_strengths"].tolist())
    lists = {name: _parted(arrays[name], arrays[f"{name}_counts"]) for name in ("enjoyed", "refused", "hidden")}
    for row, number in enumerate(arrays["people"].tolist()):
        person = people[number] = Person(limits)
        person.term_count = held = len(tastes[0][row])
        person.terms[:held], person.fast[:held], person.slow[:held] = (part[row] for part in tastes)
        person.events[: len(events[row])] = events[row]
        person.event_count, cursor, person.row, person.unsolved = arrays["people_cursors"][row].tolist()
        person.habits.watches[:] = arrays["habits_watches"][row]
        person.habits.repeats[:] = arrays["habits_repeats"][row]
        person.seen = Seen(limits.seen_per_person_max, seen[row], cursor)
        person.counts = dict(zip(COUNTS, arrays["people_counts"][row].tolist(), strict=True))
        person.forgotten = {term: tuple(next(strengths)) for term in forgotten[row].tolist()}
        for name, parts in lists.items():
            setattr(person, name, parts[row].tolist())
    return people
