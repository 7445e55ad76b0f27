"""Owns when a model of what comes next is fitted, and what becomes of it: adopted and kept, or refused and counted."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plainview.kernel.errors import PlainviewError
from plainview.kernel.time import now, to_ms
from plainview.ports.fitter import FitFailedError, Fitter, KeptModels
from plainview.ports.ranker import Ranker

log = logging.getLogger(__name__)
TRIED_AGAIN = timedelta(hours=1)
"""So often a first model is tried, until enough has happened."""


@dataclass(slots=True)
class Fits:
    """The nightly fit of one server."""

    ranker: Ranker
    fitter: Fitter
    kept: KeptModels
    hour: int
    """Of the day, by the machine's clock."""
    verdicts: Counter[str] = field(default_factory=Counter)
    """How often a fit ended how: taken, refused, too_little, failed."""
    serving: bytes = b""

    async def begin(self) -> None:
        """The last model that served, serves again."""
        self.serving = await asyncio.to_thread(self.kept.last)
        if not self.serving:
            return
        try:
            await self.ranker.adopt(self.serving)
        except PlainviewError:
            log.warning("next_unreadable")
            self.serving = b""

    async def run(self) -> None:
        """Fit each night; while there is no model at all, each hour."""
        while True:
            await asyncio.sleep(self.wait(now()).total_seconds())
            try:
                await self.fit()
            except (PlainviewError, FitFailedError):
                self.verdicts["failed"] += 1
                log.exception("fit_failed")

    def wait(self, at: datetime) -> timedelta:
        """How long until the next fit."""
        if not self.serving:
            return TRIED_AGAIN
        local = at.astimezone()
        due = local.replace(hour=self.hour, minute=0, second=0, microsecond=0)
        return (due if due > local else due + timedelta(days=1)) - local

    async def fit(self) -> str:
        """One fit, while pages are served on; what became of it."""
        found = await self.fitter.fit(self.serving, self._lessons())
        self.verdicts[found.verdict] += 1
        log.info("fitted", extra={"verdict": found.verdict, **found.figures})
        if found.model:
            await self.ranker.adopt(found.model)
            await asyncio.to_thread(self.kept.keep, found.model, to_ms(now()))
            self.serving = found.model
        return found.verdict

    async def _lessons(self) -> AsyncIterator[bytes]:
        at: tuple[int, int] | None = (0, 0)
        while at is not None:
            told, at = await self.ranker.lesson(at)
            yield told
