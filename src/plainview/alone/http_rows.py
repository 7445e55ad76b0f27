"""Owns the routes of items and users: Gorse's paths, fields and answers."""

from typing import Annotated, Any, Final

import msgspec
from litestar import Response, delete, get, patch, post, put
from litestar.enums import MediaType
from litestar.params import QueryParameter

from plainview.alone import items, users
from plainview.alone.asking import held_of
from plainview.alone.limits import LIST_MAX
from plainview.alone.living import Alone
from plainview.alone.numbers import USER, number_of
from plainview.alone.rows import page_of
from plainview.alone.shapes import (
    Category,
    FactOut,
    Id,
    Item,
    ItemIterator,
    ItemPatch,
    Items,
    RowAffected,
    User,
    UserIterator,
    UserPatch,
    Users,
)
from plainview.kernel.errors import InvalidInputError

ListCount = Annotated[int, QueryParameter(ge=1, le=LIST_MAX)]
Cursor = Annotated[str, QueryParameter(max_length=1_024)]


@post("/api/item", status_code=200)
async def insert_item(data: Item, alone: Alone) -> RowAffected:
    """Add an item, or put this one in place of it."""
    return RowAffected(await alone.write(lambda desk: items.put_items(desk, [data])))


@post("/api/items", status_code=200)
async def insert_items(data: Items, alone: Alone) -> RowAffected:
    """Add items, or put these in place of them."""
    return RowAffected(await alone.write(lambda desk: items.put_items(desk, data), len(data)))


@patch("/api/item/{item_id:str}")
async def modify_item(item_id: Id, data: ItemPatch, alone: Alone) -> RowAffected:
    """Change what is not null."""
    return RowAffected(await alone.write(lambda desk: items.patch_item(desk, item_id, data)))


@delete("/api/item/{item_id:str}", status_code=200)
async def delete_item(item_id: Id, alone: Alone) -> RowAffected:
    """Remove an item and all feedback on it."""
    return RowAffected(await alone.write(lambda desk: items.drop_item(desk, item_id)))


@get("/api/item/{item_id:str}")
async def get_item(item_id: Id, alone: Alone) -> Response[Item]:
    """An item."""
    return _raw(alone.read(lambda view: items.item_json(view, item_id)))


@get("/api/items")
async def get_items(alone: Alone, n: ListCount = 10, cursor: Cursor = "", q: str = "") -> Response[ItemIterator]:
    """Items in an order that does not change; the cursor leads to the next ones."""
    if q:
        raise InvalidInputError("Searching is left to your own database; ask for the items without q.")
    found, after = alone.read(lambda view: page_of(view, "items", cursor, n))
    return _raw(msgspec.json.encode(ItemIterator(after, [msgspec.Raw(row) for _, row in found])))


@put("/api/item/{item_id:str}/category/{category:str}")
async def insert_category(item_id: Id, category: Category, alone: Alone) -> RowAffected:
    """Put an item into a category."""
    return RowAffected(await alone.write(lambda desk: items.put_into_category(desk, item_id, category, belongs=True)))


@delete("/api/item/{item_id:str}/category/{category:str}", status_code=200)
async def delete_category(item_id: Id, category: Category, alone: Alone) -> RowAffected:
    """Take an item out of a category."""
    return RowAffected(await alone.write(lambda desk: items.put_into_category(desk, item_id, category, belongs=False)))


@post("/api/user", status_code=200)
async def insert_user(data: User, alone: Alone) -> RowAffected:
    """Add a user, or put this one in place of them."""
    return RowAffected(await alone.write(lambda desk: users.put_users(desk, [data])))


@post("/api/users", status_code=200)
async def insert_users(data: Users, alone: Alone) -> RowAffected:
    """Add users, or put these in place of them."""
    return RowAffected(await alone.write(lambda desk: users.put_users(desk, data), len(data)))


@patch("/api/user/{user_id:str}")
async def modify_user(user_id: Id, data: UserPatch, alone: Alone) -> RowAffected:
    """Change what is not null."""
    return RowAffected(await alone.write(lambda desk: users.patch_user(desk, user_id, data)))


@get("/api/user/{user_id:str}")
async def get_user(user_id: Id, alone: Alone) -> Response[User]:
    """A user."""
    return _raw(alone.read(lambda view: users.user_json(view, user_id)))


@get("/api/users")
async def get_users(alone: Alone, n: ListCount = 10, cursor: Cursor = "") -> Response[UserIterator]:
    """Users in an order that does not change; the cursor leads to the next ones."""
    found, after = alone.read(lambda view: page_of(view, "users", cursor, n))
    return _raw(msgspec.json.encode(UserIterator(after, [msgspec.Raw(row) for _, row in found])))


@delete("/api/user/{user_id:str}", status_code=200)
async def delete_user(user_id: Id, alone: Alone) -> RowAffected:
    """Erase a user from rows, log, state and disk. The answer comes when that is done."""
    try:
        return RowAffected(await alone.write(lambda desk: users.erase(desk, user_id)))
    finally:
        alone.handed.forget(number_of(USER, user_id))


@get("/api/user/{user_id:str}/facts")
async def get_facts(user_id: Id, alone: Alone) -> list[FactOut]:
    """All that the engine holds about a user, in words and numbers, the strongest tastes first."""
    return alone.read(lambda view: held_of(alone.engine, view, user_id))


@delete("/api/user/{user_id:str}/facts", status_code=200)
async def delete_facts(user_id: Id, alone: Alone) -> RowAffected:
    """Have a user's tastes forgotten. What they have seen, refused and hidden is kept."""
    return RowAffected(await alone.write(lambda desk: users.forget_tastes(desk, user_id)))


ROUTES: Final = (
    insert_item, insert_items, modify_item, delete_item, get_item, get_items, insert_category, delete_category,
    insert_user, insert_users, modify_user, get_user, get_users, delete_user, get_facts, delete_facts,
)  # fmt: skip


def _raw(body: bytes) -> Response[Any]:
    """Bytes that are JSON already."""
    return Response(body, media_type=MediaType.JSON)
