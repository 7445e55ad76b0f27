"""A process that decides to remove something, and is killed when that begins. Arguments: data, database, report."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from plainview.kernel.ids import PersonId, ReportId
from plainview.moderation.reports import report
from plainview.moderation.subjects import Subject
from plainview.moderation.verdicts import Court, Judgement, judge
from plainview.ports.database import Transaction
from plainview.server.feeding import bench_of
from plainview.settings import Settings
from plainview.wiring import wire


async def _die(_: Transaction, __: Subject) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _main(data: str, database: str, number: str) -> None:
    settings = Settings(data=Path(data))
    async with wire(settings, {"home": database}, node=2) as parts, parts.database.transaction(parts.region) as tx:
        bench = bench_of(parts)
        court = Court(bench.ids, bench.door, replace(bench.subjects, remove=_die))
        found = await report(tx, ReportId(int(number)))
        await judge(tx, court, found, Judgement(PersonId(1), "remove", ""))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
