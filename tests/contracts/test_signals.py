"""The port of signals: who asks to hear at once hears before the sender's block ends, and of nothing undone."""

import asyncio
from typing import Any

import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.signals_postgres import SignalsPostgres
from plainview.kernel.ids import RegionNumber

pytestmark = pytest.mark.anyio
HOME = RegionNumber(0)


class Heard:
    """What a handler was told."""

    def __init__(self) -> None:
        self.facts: list[dict[str, Any]] = []

    async def __call__(self, facts: dict[str, Any]) -> None:
        self.facts.append(facts)


async def test_who_wishes_to_hear_at_once_hears_before_the_block_ends_and_others_by_the_database(
    database_url: str,
) -> None:
    signals = SignalsPostgres([])
    database = DatabasePostgres({"home": HOME}, {"home": database_url}, 3, signals.committed)
    at_once, later = Heard(), Heard()
    signals.subscribe("changed", at_once, at_once=True)
    signals.subscribe("changed", later)
    await database.start()
    try:
        async with database.transaction(HOME) as tx:
            await signals.send(tx, "changed", number=1)
            await signals.send(tx, "other", number=2)
            assert at_once.facts == []
        assert at_once.facts == [{"number": 1}]
        assert later.facts == []
        with pytest.raises(ZeroDivisionError):
            await _undone(database, signals)
        assert at_once.facts == [{"number": 1}]
    finally:
        await database.close()


async def _undone(database: DatabasePostgres, signals: SignalsPostgres) -> None:
    async with database.transaction(HOME) as tx:
        await signals.send(tx, "changed", number=3)
        raise ZeroDivisionError


async def test_what_is_heard_at_once_is_visible_to_whoever_asks_the_database_then(database_url: str) -> None:
    signals = SignalsPostgres([])
    database = DatabasePostgres({"home": HOME}, {"home": database_url}, 3, signals.committed)
    seen: list[bool] = []

    async def look(_: dict[str, Any]) -> None:
        async with database.statements(HOME) as tx:
            row = await (await tx.execute("SELECT EXISTS (SELECT FROM likes WHERE person_id = 5)")).fetchone()
            seen.append(row is not None and bool(row[0]))

    signals.subscribe("changed", look, at_once=True)
    await database.start()
    try:
        async with database.transaction(HOME) as tx:
            await tx.execute("INSERT INTO likes (person_id, item_id) VALUES (5, 6)")
            await signals.send(tx, "changed")
        assert seen == [True]
    finally:
        await database.close()


async def test_who_listens_stops_even_where_the_first_word_is_lost(database_url: str) -> None:
    signals = SignalsPostgres([database_url])
    database = DatabasePostgres({"home": HOME}, {"home": database_url}, 3, signals.committed)
    reached, lost = asyncio.Event(), asyncio.Event()

    async def loses_one(_: dict[str, Any]) -> None:
        reached.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            lost.set()

    signals.subscribe("changed", loses_one)
    await database.start()
    await signals.start()
    try:
        async with database.transaction(HOME) as tx:
            await signals.send(tx, "changed")
        await reached.wait()
        await signals.close()
        assert lost.is_set()
    finally:
        await database.close()
