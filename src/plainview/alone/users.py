"""Owns users: Gorse's rows, whom they follow, and their erasure."""

from collections.abc import Sequence
from itertools import islice
from typing import Any, Final

import msgspec

from plainview.alone.desk import Desk, View
from plainview.alone.facts import checked_labels
from plainview.alone.limits import FOLLOWED_MAX
from plainview.alone.numbers import PACKED, PAIR, USER, number_of
from plainview.alone.records import TastesForgotten
from plainview.alone.shapes import User, UserPatch
from plainview.alone.store import under
from plainview.kernel.errors import NotFoundError

WAITING_USER_AT: Final = slice(16, 24)
Row = dict[str, Any]


def put_users(desk: Desk, users: Sequence[User]) -> int:
    """Adds users, or puts these in place of those with the same ids; how many."""
    for each in users:
        checked_labels(each.labels)
        _put(desk, msgspec.to_builtins(each))
    return len(users)


def patch_user(desk: Desk, user_id: str, patch: UserPatch) -> int:
    """Changes what is not null.

    Raises:
        NotFoundError: there is no such user.
    """
    checked_labels(patch.labels)
    changes = {key: value for key, value in msgspec.to_builtins(patch).items() if value is not None}
    _put(desk, msgspec.json.decode(user_json(desk, user_id)) | changes)
    return 1


def ensure_user(desk: Desk, user_id: str) -> int:
    """The number of a user, who is added where they are missing, as Gorse does."""
    number = number_of(USER, user_id)
    if desk.get("users", PACKED.pack(number)) is None:
        _put(desk, {"UserId": user_id})
    return number


def user_json(view: View, user_id: str) -> bytes:
    """Gorse's row of a user, as JSON.

    Raises:
        NotFoundError: there is no such user.
    """
    held = view.get("users", PACKED.pack(number_of(USER, user_id)))
    if held is None:
        raise NotFoundError("There is no user with this id.")
    return held


def labels_of(view: View, number: int) -> Any:
    """A user's labels; None for one who is not known."""
    held = view.get("users", PACKED.pack(number))
    return None if held is None else msgspec.json.decode(held)["Labels"]


def creators_of(view: View, name: str, number: int) -> list[int]:
    """The numbers of the creators that a user `follows` or `hides`, as many as one page looks at."""
    found = under(view.txn, view.db[name], PACKED.pack(number))
    return [PAIR.unpack(key)[1] for key, _ in islice(found, FOLLOWED_MAX)]


def forget_tastes(desk: Desk, user_id: str) -> int:
    """Has the engine forget a user's tastes and keep what they have seen, refused and hidden.

    Raises:
        NotFoundError: there is no such user.
    """
    user_json(desk, user_id)
    number = number_of(USER, user_id)
    desk.log(number, TastesForgotten(number))
    return 1


def erase(desk: Desk, user_id: str) -> int:
    """Removes a user from every row and from the log; 0 when nothing was there. The store is to be rewritten then."""
    number = number_of(USER, user_id)
    key = PACKED.pack(number)
    places = desk.places(number)
    known = desk.drop("users", key) or bool(places)
    desk.drop("names", USER + key)
    for place in places:
        desk.unlog(number, place)
    for row, _ in list(under(desk.txn, desk.db["feedback"], key)):
        desk.drop("feedback", row)
        desk.drop("of_item", row[8:16] + key + row[16:])
    for name in ("follows", "hides"):
        for row, _ in list(under(desk.txn, desk.db[name], key)):
            desk.drop(name, row)
    for row, _ in list(under(desk.txn, desk.db["waiting"], b"")):
        if row[WAITING_USER_AT] == key:
            known |= desk.drop("waiting", row)
    if known:
        desk.erased(number)
    return int(known)


def _put(desk: Desk, row: Row) -> None:
    number = number_of(USER, row["UserId"])
    row = {"UserId": row["UserId"], "Labels": row.get("Labels"), "Comment": row.get("Comment") or ""}
    desk.note_name(USER, number, row["UserId"])
    desk.put("users", PACKED.pack(number), msgspec.json.encode(row))
