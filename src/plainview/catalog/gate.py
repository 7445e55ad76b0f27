"""Owns the answer to media's question, who may have an asset's streams: held in process, so that a segment is cheap."""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from psycopg.rows import class_row

from plainview.accounts.viewers import JUDGES, Viewer
from plainview.catalog.visibility import SeenItem, marks_for, may_see
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import AssetId, ItemId, PersonId, region_of
from plainview.media.access import Audience
from plainview.moderation.reports import is_reported
from plainview.ports.database import Database
from plainview.ports.relations import Marks, Relations
from plainview.ports.signals import Signals

ENTRIES_MAX = 50_000
NOBODY = Marks(frozenset(), frozenset(), {}, frozenset())
_READ = """
SELECT i.item_id, i.person_id, i.asset_id, i.state, i.visibility, i.allow_comments, a.playable,
  p.is_private AS owner_is_private, i.adults_only
FROM items i JOIN assets a USING (asset_id) JOIN persons p ON p.person_id = i.person_id
WHERE i.asset_id = %s
"""


@dataclass(slots=True)
class ItemGate:
    """Judges by the one rule of visibility; forgets what it holds when a signal says that it changed."""

    database: Database
    relations: Relations
    _held: OrderedDict[AssetId, SeenItem] = field(default_factory=OrderedDict)
    _assets: dict[ItemId, AssetId] = field(default_factory=dict)
    _generation: int = 0

    async def __call__(self, viewer: Viewer, asset: AssetId) -> Audience:
        """For whom the asset's streams are (see media.access.Gate)."""
        item = self._held.get(asset) or await self._read(asset)
        if may_see(item, None, NOBODY):
            return Audience.EVERYONE
        if not may_see(item, viewer.person_id, await self._marks(viewer, item)) and not await self._judges(
            viewer, item
        ):
            raise NotFoundError("This video is not there, or not for you.")
        return Audience.VIEWER

    def listen(self, signals: Signals) -> None:
        """Keep what is held true to what other processes do."""
        signals.subscribe("item.changed", self.on_item_changed)
        signals.subscribe("person.changed", self.on_person_changed)
        signals.subscribe("person.erased", self.on_person_changed)

    def forget(self, item: ItemId) -> None:
        """Ask the database again about this item."""
        self._generation += 1
        asset = self._assets.pop(item, None)
        if asset is not None:
            self._held.pop(asset, None)

    async def on_item_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signal `item.changed`."""
        self._clear() if facts.get("missed") else self.forget(ItemId(int(facts["item_id"])))

    async def on_person_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signals `person.changed` and `person.erased`."""
        if facts.get("missed"):
            self._clear()
            return
        person = PersonId(int(facts["person_id"]))
        for item in [each.item_id for each in self._held.values() if each.person_id == person]:
            self.forget(item)

    def _clear(self) -> None:
        self._generation += 1
        self._held.clear()
        self._assets.clear()

    async def _read(self, asset: AssetId) -> SeenItem:
        generation = self._generation
        async with (
            self.database.transaction(region_of(asset)) as tx,
            tx.cursor(row_factory=class_row(SeenItem)) as reader,
        ):
            found = await (await reader.execute(_READ, (asset,))).fetchone()
        if found is None:
            raise NotFoundError("This video is not there, or not for you.")
        if generation == self._generation:
            self._hold(found)
        return found

    def _hold(self, item: SeenItem) -> None:
        self._held[item.asset_id] = item
        self._assets[item.item_id] = item.asset_id
        if len(self._held) > ENTRIES_MAX:
            _, oldest = self._held.popitem(last=False)
            self._assets.pop(oldest.item_id, None)

    async def _judges(self, viewer: Viewer, item: SeenItem) -> bool:
        """Whether a moderator must look at this to decide about it: only while a report of it is open."""
        if not viewer.roles & JUDGES or item.state == "draft":
            return False
        async with self.database.transaction(viewer.region) as tx:
            return await is_reported(tx, "video", item.item_id)

    async def _marks(self, viewer: Viewer, item: SeenItem) -> Marks:
        if not viewer.is_member or viewer.person_id == item.person_id:
            return NOBODY
        async with self.database.transaction(viewer.region) as tx:
            return await marks_for(tx, self.relations, viewer.person_id, [item])
