"""Owns items: Gorse's rows, what the engine is told of them, and the lists of the newest."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from plainview.alone.desk import Desk, View
from plainview.alone.facts import checked_labels, described
from plainview.alone.numbers import ITEM, PACKED, PAIR, number_of
from plainview.alone.records import ItemOut
from plainview.alone.shapes import Item, ItemPatch
from plainview.alone.store import under
from plainview.alone.times import moment_ms, written
from plainview.kernel.errors import NotFoundError

_LATEST: Final = (1 << 64) - 1
Row = dict[str, Any]


def put_items(desk: Desk, items: Sequence[Item]) -> int:
    """Adds items, or puts these in place of those with the same ids; how many."""
    for each in items:
        checked_labels(each.labels)
        _put(desk, msgspec.to_builtins(each) | {"Timestamp": moment_ms(each.timestamp)})
    return len(items)


def patch_item(desk: Desk, item_id: str, patch: ItemPatch) -> int:
    """Changes what is not null.

    Raises:
        NotFoundError: there is no such item.
    """
    checked_labels(patch.labels)
    row = item_row(desk, item_id)
    changes = {key: value for key, value in msgspec.to_builtins(patch).items() if value is not None}
    _put(desk, row | changes | {"Timestamp": moment_ms(changes.get("Timestamp") or row["Timestamp"])})
    return 1


def put_into_category(desk: Desk, item_id: str, category: str, *, belongs: bool) -> int:
    """Adds an item to a category, or takes it out; 0 when it was so already."""
    row = item_row(desk, item_id)
    others = [each for each in row["Categories"] if each != category]
    if belongs == (len(others) < len(row["Categories"])):
        return 0
    _put(
        desk, row | {"Categories": [*others, category] if belongs else others, "Timestamp": moment_ms(row["Timestamp"])}
    )
    return 1


def drop_item(desk: Desk, item_id: str) -> int:
    """Removes an item, its words in the log and all feedback on it; 0 when there was none."""
    number = number_of(ITEM, item_id)
    key = PACKED.pack(number)
    held = desk.get("items", key)
    if held is None:
        return 0
    _leave_newest(desk, number, msgspec.json.decode(held))
    desk.drop("items", key)
    desk.drop("names", ITEM + key)
    for of_item, _ in list(under(desk.txn, desk.db["of_item"], key)):
        desk.drop("of_item", of_item)
        desk.drop("feedback", of_item[8:16] + key + of_item[16:])
    for place in desk.places(number):
        desk.unlog(number, place)
    desk.log(number, ItemOut(number))
    return 1


def ensure_item(desk: Desk, item_id: str, at_ms: int) -> int:
    """The number of an item, which is added with nothing known of it where it is missing, as Gorse does."""
    number = number_of(ITEM, item_id)
    if desk.get("items", PACKED.pack(number)) is None:
        _put(desk, {"ItemId": item_id, "IsHidden": False, "Timestamp": at_ms})
    return number


def item_json(view: View, item_id: str) -> bytes:
    """Gorse's row of an item, as JSON.

    Raises:
        NotFoundError: there is no such item.
    """
    held = view.get("items", PACKED.pack(number_of(ITEM, item_id)))
    if held is None:
        raise NotFoundError("There is no item with this id.")
    return held


def item_row(view: View, item_id: str) -> Row:
    """The same as a dictionary."""
    row: Row = msgspec.json.decode(item_json(view, item_id))
    return row


def newest(view: View, category: str) -> Iterator[tuple[int, int]]:
    """Number and time of every item that may be shown, in a category or (empty) in all, the newest first."""
    prefix = category.encode() + b"\0"
    for key, _ in under(view.txn, view.db["newest"], prefix):
        rank, number = PAIR.unpack(key[len(prefix) :])
        yield number, _LATEST - rank


def is_in(view: View, number: int, category: str) -> bool:
    """Whether an item is in a category."""
    held = view.get("items", PACKED.pack(number))
    return held is not None and category in (msgspec.json.decode(held).get("Categories") or ())


def creator_of(view: View, number: int) -> int:
    """The number of an item's creator; its own where none is named."""
    held = view.get("items", PACKED.pack(number))
    row = {} if held is None else msgspec.json.decode(held)
    return described(row.get("ItemId", ""), row, 0).put.creator if row else number


def _put(desk: Desk, row: Row) -> None:
    item_id, number = row["ItemId"], number_of(ITEM, row["ItemId"])
    key = PACKED.pack(number)
    held = desk.get("items", key)
    before = None if held is None else msgspec.json.decode(held)
    at_ms = row["Timestamp"]
    if at_ms is None:
        # Said again without a time, an item keeps the one that it had.
        at_ms = desk.now_ms if before is None else moment_ms(before["Timestamp"])
    row = {
        "ItemId": item_id,
        "IsHidden": row["IsHidden"],
        "Categories": list(dict.fromkeys(row.get("Categories") or ())),
        "Timestamp": written(at_ms),
        "Labels": row.get("Labels"),
        "Comment": row.get("Comment") or "",
    }
    if row == before:
        return
    desk.note_name(ITEM, number, item_id)
    if before is not None:
        _leave_newest(desk, number, before)
    desk.put("items", key, msgspec.json.encode(row))
    facts = described(item_id, row, at_ms)
    for kind, of_name, text in facts.names:
        desk.note_name(kind, of_name, text)
    desk.relog(number, facts.put)
    if row["IsHidden"]:
        desk.log(number, ItemOut(number))
        return
    for entry in _newest_keys(number, row):
        desk.put("newest", entry)


def _leave_newest(desk: Desk, number: int, row: Row) -> None:
    for entry in _newest_keys(number, row):
        desk.drop("newest", entry)


def _newest_keys(number: int, row: Row) -> Iterator[bytes]:
    at_ms = moment_ms(row["Timestamp"]) or 0
    for category in ("", *row["Categories"]):
        yield category.encode() + b"\0" + PAIR.pack(_LATEST - at_ms, number)
