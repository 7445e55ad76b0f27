"""Owns feedback: what somebody did with an item, kept once for each user, item and type, told to the engine as events.

Gorse counts rows; the engine learns from events. A state (a like) is an event when it begins, and another when it is
taken back. All else (a watch) is an event each time, but for the same time said twice. What is first heard of a user
and an item counts as an exposure, whether or not a `read` was sent.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from plainview.alone.desk import Desk, View
from plainview.alone.handed import Handed
from plainview.alone.items import creator_of, ensure_item, item_row, patch_item
from plainview.alone.kinds import STATES, TAKEN_BACK_BY, TAKES_BACK, kind_of
from plainview.alone.limits import FUTURE_MS, ROWS_MAX, WATCHED_MS_MAX
from plainview.alone.numbers import ITEM, PACKED, PAIR, USER, number_of
from plainview.alone.records import Happened
from plainview.alone.shapes import Feedback, ItemPatch, SessionFeedback
from plainview.alone.store import under
from plainview.alone.times import moment_ms, written
from plainview.alone.users import WAITING_USER_AT, ensure_user
from plainview.ports.engine import EventKind


class Given(NamedTuple):
    """One feedback, understood."""

    user_id: str
    item_id: str
    type_name: str
    kind: EventKind
    value: float
    at_ms: int | None
    """None where no time was said."""
    comment: str
    position: int = -1
    """At which it was handed to the user; -1 where it was not."""


class Row(msgspec.Struct, array_like=True, frozen=True):
    """What is kept of a user, an item and a type."""

    kind: str
    value: float
    at_ms: int
    comment: str


_ABOUT_CREATORS = {EventKind.FOLLOW: "follows", EventKind.HIDE_CREATOR: "hides"}
_encode = msgspec.msgpack.Encoder().encode
_row = msgspec.msgpack.Decoder(Row).decode
_given = msgspec.msgpack.Decoder(Given).decode


def understood(kinds: Mapping[str, EventKind], feedback: Sequence[Feedback | SessionFeedback]) -> list[Given]:
    """The same with kinds and times.

    Raises:
        UnknownKindError: a type stands for no kind of event.
        InvalidInputError: a time is none.
    """
    return [
        Given(
            each.user_id,
            each.item_id,
            each.feedback_type,
            kind_of(kinds, each.feedback_type),
            each.value,
            moment_ms(each.timestamp),
            each.comment or "",
        )
        for each in feedback
    ]


def with_positions(given: Sequence[Given], handed: Handed) -> list[Given]:
    """The same with the positions at which they were handed out."""
    held = {user_id: handed.to(number_of(USER, user_id)) for user_id in {each.user_id for each in given}}
    return [
        each._replace(position=mine.get(number_of(ITEM, each.item_id), -1)) if (mine := held[each.user_id]) else each
        for each in given
    ]


def take(desk: Desk, feedback: Sequence[Given], *, overwrite: bool) -> int:
    """Takes in feedback, whose users and items are added where they are missing; how many.

    Args:
        overwrite: a row that is there already is replaced and says nothing new (PUT). Else (POST) a state stays as it
            is, and of all others the values are added up.
    """
    for each in feedback:
        if each.at_ms is not None and each.at_ms > desk.now_ms + FUTURE_MS:
            user = PACKED.pack(ensure_user(desk, each.user_id))
            desk.put("waiting", PAIR.pack(each.at_ms, desk.next_number()) + user, _encode(each))
        else:
            _put(desk, each, overwrite=overwrite)
    return len(feedback)


def take_due(desk: Desk) -> int:
    """Takes in what waited for its time and is due; how many."""
    due = []
    for key, value in under(desk.txn, desk.db["waiting"], b""):
        if PACKED.unpack(key[:8])[0] > desk.now_ms:
            break
        due.append((key, _given(value)))
    for key, each in due:
        desk.drop("waiting", key)
        _put(desk, each, overwrite=False)
    return len(due)


def next_due_ms(view: View) -> int | None:
    """When the next feedback that waits is due; None when none waits."""
    first = next(under(view.txn, view.db["waiting"], b""), None)
    return None if first is None else int(PACKED.unpack(first[0][:8])[0])


def drop(desk: Desk, user_id: str, item_id: str, type_name: str | None = None) -> int:
    """Removes the feedback of a user on an item, of one type or of all; how many.

    A state is taken back in the engine too. Of all else the events leave the log; what they taught stays until the
    state is made again from the whole log.
    """
    user, item = number_of(USER, user_id), number_of(ITEM, item_id)
    pair = PAIR.pack(user, item)
    found = [(key, _row(value)) for key, value in under(desk.txn, desk.db["feedback"], pair)]
    if type_name is not None:
        found = [each for each in found if each[0] == pair + type_name.encode("utf-8", "surrogatepass")]
    for key, row in found:
        desk.drop("feedback", key)
        desk.drop("of_item", key[8:16] + key[:8] + key[16:])
        kind = EventKind(row.kind)
        if kind in TAKEN_BACK_BY:
            _take_back(desk, user, item, kind)
        else:
            _unlog(desk, user, item, kind)
    return len(found) + _drop_waiting(desk, user, item_id, type_name)


def of_user(view: View, user_id: str, type_name: str | None = None) -> list[Feedback]:
    """All feedback of a user, or that of one type."""
    return _listed(view, under(view.txn, view.db["feedback"], PACKED.pack(number_of(USER, user_id))), type_name)


def of_item(view: View, item_id: str, type_name: str | None = None) -> list[Feedback]:
    """All feedback on an item, or that of one type."""
    item = PACKED.pack(number_of(ITEM, item_id))
    keys = (key[8:16] + item + key[16:] for key, _ in under(view.txn, view.db["of_item"], item))
    return _listed(view, ((key, view.get("feedback", key) or b"") for key in keys), type_name)


def of_pair(view: View, user_id: str, item_id: str, type_name: str | None = None) -> list[Feedback]:
    """All feedback of a user on an item, or that of one type."""
    pair = PAIR.pack(number_of(USER, user_id), number_of(ITEM, item_id))
    return _listed(view, under(view.txn, view.db["feedback"], pair), type_name)


def has_any(view: View, user: int, item: int) -> bool:
    """Whether there is feedback of a user on an item, both by their numbers."""
    return next(under(view.txn, view.db["feedback"], PAIR.pack(user, item)), None) is not None


def shown(view: View, key: bytes, value: bytes) -> Feedback:
    """A row as Gorse writes it."""
    user, item = PAIR.unpack(key[:16])
    row = _row(value)
    return Feedback(
        key[16:].decode(),
        view.name_of(USER, user),
        view.name_of(ITEM, item),
        row.value,
        written(row.at_ms),
        row.comment,
    )


def _listed(view: View, entries: Iterator[tuple[bytes, bytes]], type_name: str | None) -> list[Feedback]:
    wanted = None if type_name is None else type_name.encode("utf-8", "surrogatepass")
    rows = (shown(view, key, value) for key, value in entries if wanted is None or key[16:] == wanted)
    return list(islice(rows, ROWS_MAX))


def _put(desk: Desk, given: Given, *, overwrite: bool) -> None:
    at_ms = desk.now_ms if given.at_ms is None else given.at_ms
    user, item = ensure_user(desk, given.user_id), ensure_item(desk, given.item_id, at_ms)
    if given.kind in TAKES_BACK:
        _take_back_rows(desk, user, item, TAKES_BACK[given.kind])
        return
    pair, type_name = PAIR.pack(user, item), given.type_name.encode()
    key = pair + type_name
    held = desk.get("feedback", key)
    before = None if held is None else _row(held)
    value = given.value
    if before is not None and not overwrite:
        if given.kind in STATES or given.at_ms == before.at_ms:
            return
        value += before.value
    kinds = {_row(row).kind for _, row in under(desk.txn, desk.db["feedback"], pair)}
    desk.put("feedback", key, _encode(Row(given.kind, value, at_ms, given.comment)))
    desk.put("of_item", PAIR.pack(item, user) + type_name)
    is_new = before is None or not overwrite
    # An exposure that was counted when something else came first is not counted again.
    if not is_new or (given.kind is EventKind.SHOWN and kinds and EventKind.SHOWN not in kinds):
        return
    if not kinds and given.kind is not EventKind.SHOWN:
        desk.log(user, Happened(user, item, EventKind.SHOWN, at_ms, 0, given.position))
    _tell(desk, given, user, item, at_ms)


def _tell(desk: Desk, given: Given, user: int, item: int, at_ms: int) -> None:
    watched_ms = 0
    if given.kind in {EventKind.WATCHED, EventKind.SKIPPED}:
        watched_ms = int(min(max(given.value, 0.0), WATCHED_MS_MAX))
        _learn_length(desk, given)
    if given.kind in _ABOUT_CREATORS:
        desk.put(_ABOUT_CREATORS[given.kind], PAIR.pack(user, creator_of(desk, item)))
    desk.log(user, Happened(user, item, given.kind, at_ms, watched_ms, given.position))


def _learn_length(desk: Desk, given: Given) -> None:
    """Adds the length that a watch names to an item without labels, so that the watch can be ranked."""
    length_ms = (
        int(given.comment) if given.comment.isascii() and given.comment.isdigit() and len(given.comment) < 9 else 0
    )
    if length_ms and item_row(desk, given.item_id)["Labels"] is None:
        patch_item(desk, given.item_id, ItemPatch(labels={"duration_ms": length_ms}))


def _take_back_rows(desk: Desk, user: int, item: int, kind: EventKind) -> None:
    """Removes a user's rows of this kind on an item, and tells the engine, if there are any."""
    entries = list(under(desk.txn, desk.db["feedback"], PAIR.pack(user, item)))
    found = [key for key, value in entries if _row(value).kind == kind]
    for key in found:
        desk.drop("feedback", key)
        desk.drop("of_item", PAIR.pack(item, user) + key[16:])
    if found:
        _take_back(desk, user, item, kind)


def _take_back(desk: Desk, user: int, item: int, kind: EventKind) -> None:
    if kind in _ABOUT_CREATORS:
        desk.drop(_ABOUT_CREATORS[kind], PAIR.pack(user, creator_of(desk, item)))
    desk.log(user, Happened(user, item, TAKEN_BACK_BY[kind], desk.now_ms, 0))


def _unlog(desk: Desk, user: int, item: int, kind: EventKind) -> None:
    for place in desk.places(user):
        record = desk.logged(place)
        if isinstance(record, Happened) and (record.item, record.kind) == (item, kind):
            desk.unlog(user, place)


def _drop_waiting(desk: Desk, user: int, item_id: str, type_name: str | None) -> int:
    dropped = 0
    for key, value in list(under(desk.txn, desk.db["waiting"], b"")):
        if key[WAITING_USER_AT] != PACKED.pack(user):
            continue
        each = _given(value)
        if each.item_id == item_id and type_name in {None, each.type_name}:
            dropped += desk.drop("waiting", key)
    return dropped
