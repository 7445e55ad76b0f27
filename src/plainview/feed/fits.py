"""Owns when a model of what comes next is fitted, and what becomes of it: adopted and kept, or refused and counted.

The engine takes a model out that gets worse; that is noted beside the kept ones, so that no restart brings it back.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from plainview.kernel.errors import PlainviewError
from plainview.kernel.time import now, to_ms
from plainview.ports.engine import MODEL_PIECE_BYTES
from plainview.ports.fitter import FitFailedError, Fitter, KeptModels
from plainview.ports.ranker import Ranker

log = logging.getLogger(__name__)
TRIED_AGAIN: Final = timedelta(hours=1)
"""So often a first model is tried, until enough has happened."""
LOOKED_AFTER: Final = timedelta(seconds=20)
"""So often the engine is asked whether the model still serves, where no page says so."""
_NAMED: Final = "+next-"
"""Stands in the version by which a page was made where a model took part."""


@dataclass(slots=True)
class Fits:
    """The nightly fit of one server."""

    ranker: Ranker
    fitter: Fitter
    kept: KeptModels
    hour: int
    """Of the day, by the machine's clock."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """How often a fit ended how: taken, refused, too_little, failed; and how often a model was taken_out."""
    serving: bytes | None = None
    """Empty where it was taken out, None where there never was one."""
    _noting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def begin(self) -> None:
        """The last model that served, serves again."""
        self.serving = await asyncio.to_thread(self.kept.last)
        if not self.serving:
            return
        try:
            await self._adopt(self.serving)
        except PlainviewError:
            log.warning("next_unreadable")
            self.serving = None

    async def run(self) -> None:
        """Fit each night; while there never was a model, each hour."""
        try:
            while True:
                try:
                    await self._watch_for(self.wait(now()))
                    await self.fit()
                except (PlainviewError, FitFailedError):
                    self.verdicts["failed"] += 1
                    log.exception("fit_failed")
        finally:
            await self.look_after()

    def wait(self, at: datetime) -> timedelta:
        """How long until the next fit."""
        if self.serving is None:
            return TRIED_AGAIN
        local = at.astimezone()
        due = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return (due if due > local else due + timedelta(days=1)) - local

    async def notice(self, model_version: str) -> None:
        """Returns once it is noted that a model was taken out, where a page's version shows it.

        Awaited before the page is sent: nobody has seen one that was made without the model before that is on the disk.
        """
        if self.serving and _NAMED not in model_version:
            await self.look_after()

    async def look_after(self) -> None:
        """Notes it where the engine has taken the model out."""
        async with self._noting:
            if not self.serving or await self.ranker.model():
                return
            try:
                await asyncio.to_thread(self.kept.take_out)
            except OSError:
                log.exception("next_not_noted")
            self.serving = b""
            self.verdicts["taken_out"] += 1

    async def _watch_for(self, time: timedelta) -> None:
        until = now() + time
        while (left := until - now()) > timedelta():
            await asyncio.sleep(min(left, LOOKED_AFTER).total_seconds())
            await self.look_after()

    async def fit(self) -> str:
        """One fit, while pages are served on; what became of it."""
        found = await self.fitter.fit(self.serving or b"", self._lessons())
        self.verdicts[found.verdict] += 1
        log.info("fitted", extra={"verdict": found.verdict, **found.figures})
        if found.model:
            await self._adopt(found.model)
            await asyncio.to_thread(self.kept.keep, found.model, to_ms(now()))
            self.serving = found.model
        return found.verdict

    async def _adopt(self, model: bytes) -> None:
        """In slices, between which pages are made."""
        for at in range(0, len(model), MODEL_PIECE_BYTES):
            await self.ranker.take_in(model[at : at + MODEL_PIECE_BYTES], at)
        while not await self.ranker.take_in(b"", len(model)):
            pass

    async def _lessons(self) -> AsyncIterator[bytes]:
        at: tuple[int, int] | None = (0, 0)
        while at is not None:
            told, at = await self.ranker.lesson(at)
            yield told
