"""Owns assets: one posted file and what became of it, from the last byte of its upload to its streams."""

from dataclasses import dataclass
from typing import Any

import msgspec
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from plainview.kernel.ids import AssetId, ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.transcoder import Loudness, Probe

UNFINISHED = ("waiting", "probing", "first", "encoding")


@dataclass(frozen=True, slots=True)
class Asset:
    """One posted file, its state in processing, and what a card needs of it."""

    asset_id: AssetId
    person_id: PersonId
    item_id: ItemId
    state: str
    percent: int
    eta_s: int | None
    playable: bool
    second_wave: bool
    attempts: int
    code: str | None
    cause: str | None
    original: str | None
    probe: dict[str, Any] | None
    captions: list[dict[str, str]]


class Journal(msgspec.Struct, omit_defaults=True):
    """What processing has found out and finished so far: a restart goes on after the last finished step."""

    done: list[str] = []
    probe: Probe | None = None
    loudness: Loudness | None = None


_COLUMNS = """asset_id, person_id, item_id, state, percent, eta_s, playable, second_wave, attempts, code, cause,
  original, probe, captions"""
_FIND = f"SELECT {_COLUMNS} FROM assets WHERE asset_id = %s"
_LOCK = _FIND + " FOR UPDATE"
_OF_ITEMS = f"SELECT {_COLUMNS} FROM assets WHERE item_id = ANY(%s)"
_ADD = """
INSERT INTO assets (asset_id, person_id, item_id, original, bytes) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (asset_id) DO NOTHING RETURNING asset_id
"""
_GIVE_BACK_TRY = "UPDATE assets SET attempts = greatest(0, attempts - 1) WHERE asset_id = %s"
_DELETE = "DELETE FROM assets WHERE asset_id = %s"
_CAPTIONS = "UPDATE assets SET captions = %s, changed_at = now() WHERE asset_id = %s"


def media_prefix(asset: AssetId) -> str:
    """Where an asset's streams and stills lie in the object store."""
    return f"media/{asset}"


def original_key(asset: AssetId) -> str:
    """Where an asset's original lies in the object store until it is processed."""
    return f"originals/{asset}"


def journal_of(asset: Asset) -> Journal:
    """How far processing of an asset has come."""
    return msgspec.convert(asset.probe or {}, Journal)


async def find_asset(tx: Transaction, asset: AssetId, *, lock: bool = False) -> Asset | None:
    """One asset, whoever asks: who may see it is the catalog's question."""
    async with tx.cursor(row_factory=class_row(Asset)) as cursor:
        return await (await cursor.execute(_LOCK if lock else _FIND, (asset,))).fetchone()


async def assets_of_items(tx: Transaction, items: list[ItemId]) -> dict[ItemId, Asset]:
    """The assets behind these items, where their uploads are complete."""
    async with tx.cursor(row_factory=class_row(Asset)) as cursor:
        return {each.item_id: each async for each in await cursor.execute(_OF_ITEMS, (items,))}


async def add_asset(tx: Transaction, asset: AssetId, person: PersonId, item: ItemId, length: int) -> bool:
    """Write down a new asset that waits for processing; False when it was there already."""
    cursor = await tx.execute(_ADD, (asset, person, item, original_key(asset), length))
    return await cursor.fetchone() is not None


async def change_asset(tx: Transaction, asset: AssetId, **values: Any) -> bool:
    """Set columns of one asset; False when it is gone."""
    sets = ", ".join(f"{name} = %({name})s" for name in values)
    wrapped = {name: Jsonb(value) if isinstance(value, dict | list) else value for name, value in values.items()}
    statement = f"UPDATE assets SET {sets}, changed_at = now() WHERE asset_id = %(asset)s"
    return (await tx.execute(statement.encode(), {**wrapped, "asset": asset})).rowcount > 0


async def keep_journal(tx: Transaction, asset: AssetId, journal: Journal, **values: Any) -> bool:
    """Write down what a finished step found, and that the next one is at its first try; False when it is gone."""
    return await change_asset(tx, asset, probe=msgspec.to_builtins(journal), attempts=1, **values)


async def give_back_try(tx: Transaction, asset: AssetId) -> None:
    """Take back that a try was begun, since it was stopped for no fault of the file's."""
    await tx.execute(_GIVE_BACK_TRY, (asset,))


async def set_captions(tx: Transaction, asset: AssetId, captions: list[dict[str, str]]) -> None:
    """Set which captions an asset has."""
    await tx.execute(_CAPTIONS, (Jsonb(captions), asset))


async def delete_asset(tx: Transaction, asset: AssetId) -> None:
    """Delete an asset's row; its objects are deleted by a job."""
    await tx.execute(_DELETE, (asset,))
