"""A process that erases somebody, and is killed when the first row would go. Arguments: data, database, person."""

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from plainview.accounts.leaving import erase_account
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.server.routes import desk_of
from plainview.settings import Settings
from plainview.wiring import wire


async def _die(_: Transaction, __: PersonId) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def _main(data: str, database: str, person: str) -> None:
    settings = Settings(data=Path(data))
    async with wire(settings, {"home": database}, node=2) as parts, parts.database.transaction(parts.region) as tx:
        await erase_account(replace(desk_of(parts), erasers=[_die]), tx, PersonId(int(person)))


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
