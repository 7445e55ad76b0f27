"""Owns what processing works with, and how it tells of its progress while a step runs."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from plainview.kernel.ids import RegionNumber
from plainview.media.assets import Asset, change_asset
from plainview.media.drafts import Announce, Drafts
from plainview.media.limits import MediaLimits
from plainview.media.publishing import Publisher
from plainview.ports.database import Database, Transaction
from plainview.ports.jobs import Jobs
from plainview.ports.objects import Objects
from plainview.ports.signals import Signals
from plainview.ports.transcoder import Progress, Transcoder

TELL_SECONDS = 1.0
LOOK_SECONDS = 0.1


class AssetGoneError(Exception):
    """The asset was deleted while it was worked on: there is nothing left to do."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What processing works with, in one region."""

    database: Database
    region: RegionNumber
    objects: Objects
    transcoder: Transcoder
    signals: Signals
    jobs: Jobs
    limits: MediaLimits
    drafts: Drafts
    announce: Announce

    async def tell(self, tx: Transaction, asset: Asset) -> None:
        """Let everybody who waits for this asset know that it moved."""
        facts = {"asset_id": asset.asset_id, "item_id": asset.item_id, "person_id": asset.person_id}
        await self.signals.send(tx, "asset.moved", **facts)


@dataclass(slots=True)
class Reporter:
    """Tells of one step: at most once a second, and at once when the first stream can be played."""

    shop: Workshop
    asset: Asset
    publisher: Publisher
    state: str
    begins: int
    ends: int
    playable: bool
    pictured: asyncio.Event
    """Set once the still is stored: nothing is playable before it can be shown in a list."""
    started: float = field(default_factory=time.monotonic)
    latest: Progress | None = None

    def hear(self, progress: Progress) -> None:
        """Remember how far the step is; called by the transcoder, often."""
        self.latest = progress

    @contextlib.asynccontextmanager
    async def reporting(self) -> AsyncIterator[None]:
        """Tell while the block runs."""
        try:
            # A group, so that an asset that is deleted meanwhile ends the step at once.
            async with asyncio.TaskGroup() as group:
                task = group.create_task(self._tell_on())
                yield
                task.cancel()
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None

    async def show(self) -> None:
        """Store what can be played, and from the first time on let it be played."""
        if await self.publisher.publish() and not self.playable and self.pictured.is_set():
            self.playable = True
            await self._change(playable=True)
            async with self.shop.database.transaction(self.shop.region) as tx:
                await self.shop.signals.send(tx, "item.changed", item_id=self.asset.item_id)

    async def _tell_on(self) -> None:
        told = time.monotonic()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            progress = self.latest
            if progress is None:
                continue
            first_play = progress.playable and not self.playable and self.pictured.is_set()
            if first_play or time.monotonic() - told >= TELL_SECONDS:
                told = time.monotonic()
                if progress.playable:
                    await self.show()
                await self._change(**self._standing(progress))

    def _standing(self, progress: Progress) -> dict[str, Any]:
        percent = self.begins + int((self.ends - self.begins) * min(1.0, max(0.0, progress.fraction)))
        eta = None if progress.eta_s is None else max(0, round(progress.eta_s))
        return {"state": self.state, "percent": percent, "eta_s": eta}

    async def _change(self, **values: Any) -> None:
        async with self.shop.database.transaction(self.shop.region) as tx:
            if not await change_asset(tx, self.asset.asset_id, **values):
                raise AssetGoneError
            await self.shop.tell(tx, self.asset)
