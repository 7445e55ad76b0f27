"""Receipts are gathered, outlast a database that is away, and follow a person who is erased."""

import pytest

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.feed.receipts import Receipt, Receipts
from plainview.kernel.ids import IdMaker, PageId, PersonId, RegionNumber
from plainview.ports.door import Door

pytestmark = pytest.mark.anyio
HOME = RegionNumber(0)


def _receipt(person: int, page: int) -> Receipt:
    return Receipt(PersonId(person), PageId(page), "for_you", "model-1", ())


async def _kept(database: DatabasePostgres) -> list[tuple[int, int]]:
    async with database.transaction(HOME) as tx:
        return await (await tx.execute("SELECT person_id, page_id FROM pages ORDER BY page_id")).fetchall()


async def test_all_that_is_kept_before_the_end_is_written(database: DatabasePostgres, ids: IdMaker, door: Door) -> None:
    receipts = Receipts(database, door)
    person, pages = ids.next(), [ids.next() for _ in range(5)]
    for page in pages:
        receipts.keep(HOME, _receipt(person, page))
    await receipts.close()
    assert await _kept(database) == [(person, page) for page in pages]


async def test_a_database_that_is_away_finds_its_receipts_waiting(
    database: DatabasePostgres, database_url: str, ids: IdMaker, door: Door
) -> None:
    asleep = DatabasePostgres({"home": HOME}, {"home": database_url}, 3)
    receipts = Receipts(asleep, door)
    person, early, late = ids.next(), ids.next(), ids.next()
    receipts.keep(HOME, _receipt(person, early))
    await receipts.close()
    assert await _kept(database) == []
    await asleep.start()
    receipts.keep(HOME, _receipt(person, late))
    await receipts.flush()
    await asleep.close()
    assert await _kept(database) == [(person, early), (person, late)]


async def test_nothing_is_written_of_who_was_erased(database: DatabasePostgres, ids: IdMaker, door: Door) -> None:
    receipts = Receipts(database, door)
    gone, stays, page = ids.next(), ids.next(), ids.next()
    receipts.keep(HOME, _receipt(gone, ids.next()))
    receipts.keep(HOME, _receipt(stays, page))
    receipts.forget(PersonId(gone))
    await receipts.close()
    assert await _kept(database) == [(stays, page)]
