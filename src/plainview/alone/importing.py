"""Owns moving in from Gorse: the JSONL files that its dashboard exports (users, items, feedback), a row a line.

They hold feedback in the order of its keys; it is learned in the order of its times.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

import msgspec
import numpy as np

from plainview.alone import feedback, items, users
from plainview.alone.desk import Desk
from plainview.alone.feedback import understood
from plainview.alone.living import commit
from plainview.alone.shapes import Feedback, Item, User
from plainview.alone.store import Lock, Store, opened
from plainview.alone.times import moment_ms
from plainview.kernel.errors import InvalidInputError, PlainviewError
from plainview.ports.engine import EventKind

_AT_ONCE: Final = 2_000
T = TypeVar("T")


@dataclass(slots=True)
class Imported:
    """How many rows were taken in."""

    items: int = 0
    users: int = 0
    feedback: int = 0
    passed_over: Counter[str] = field(default_factory=Counter)
    """Feedback whose type stands for no kind of event, by type."""


def import_gorse(data: Path, files: Sequence[Path], kinds: Mapping[str, EventKind]) -> Imported:
    """What was taken in from these files, in whatever order they are named.

    Raises:
        InvalidInputError: a line is no row of Gorse's; what stood before it is taken in, and may be again.
        FolderTakenError: the service runs on this folder.
    """
    lock = Lock(data)
    store = opened(data)
    done = Imported()
    try:
        for path in files:
            with path.open("rb") as file:
                done.items += _take(store, _rows(path, file, "ItemId", Item), items.put_items)
        for path in files:
            with path.open("rb") as file:
                done.users += _take(store, _rows(path, file, "UserId", User), users.put_users)
        for path in files:
            with path.open("rb") as file:
                _take_feedback(store, path, file, kinds, done)
    finally:
        store.close()
        lock.release()
    return done


def _take(store: Store, rows: Iterator[T], put: Callable[[Desk, Sequence[T]], int]) -> int:
    count = 0
    while batch := list(islice(rows, _AT_ONCE)):
        result = commit(store, [lambda desk, batch=batch: put(desk, batch)]).results[0]  # type: ignore[misc]
        if isinstance(result, PlainviewError):
            raise result
        count += len(batch)
    return count


def _rows(path: Path, file: BinaryIO, name: str, shape: type[T]) -> Iterator[T]:
    """The file's rows that have this field and are no feedback."""
    for number, line in enumerate(file, 1):
        if line.strip() and name in (fields := _fields(path, number, line)) and "FeedbackType" not in fields:
            yield _row(path, number, fields, shape)


def _take_feedback(store: Store, path: Path, file: BinaryIO, kinds: Mapping[str, EventKind], done: Imported) -> None:
    places, times = _feedback_places(path, file)

    def in_time() -> Iterator[Feedback]:
        for place in places[np.argsort(times, kind="stable")].tolist():
            file.seek(place)
            row = _row(path, place, _fields(path, place, file.readline()), Feedback)
            if row.feedback_type.casefold() in kinds:
                yield row
            else:
                done.passed_over[row.feedback_type] += 1

    done.feedback += _take(
        store, in_time(), lambda desk, batch: feedback.take(desk, understood(kinds, batch), overwrite=True)
    )


def _feedback_places(path: Path, file: BinaryIO) -> tuple[np.ndarray, np.ndarray]:
    """Where each feedback stands in the file, and its time."""
    places, times, place = [], [], 0
    for number, line in enumerate(file, 1):
        if line.strip() and "FeedbackType" in (fields := _fields(path, number, line)):
            places.append(place)
            times.append(moment_ms(str(fields.get("Timestamp") or "")) or 0)
        place += len(line)
    return np.array(places, np.int64), np.array(times, np.int64)


def _fields(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise InvalidInputError(f"{path.name}, line {number}: {error}") from error


def _row(path: Path, number: int, fields: dict[str, Any], shape: type[T]) -> T:
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        raise InvalidInputError(f"{path.name}, line {number}: {error}") from error
