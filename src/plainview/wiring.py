"""Builds everything once from settings; the only importer of adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.jobs_procrastinate import JobsProcrastinate
from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.adapters.signals_postgres import SignalsPostgres
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.settings import Settings


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    ids: IdMaker
    region: RegionNumber
    database: DatabasePostgres
    signals: SignalsPostgres
    jobs: JobsProcrastinate


def make_objects(settings: Settings) -> ObjectsObstore:
    """The object store that the settings name, or the one in the data folder."""
    return ObjectsObstore(settings.objects or f"file://{settings.data.absolute() / 'objects'}")


@asynccontextmanager
async def wire(settings: Settings, urls: dict[str, str], node: int) -> AsyncIterator[Parts]:
    """The parts of one process, started; closed when the block ends.

    Args:
        settings: of this process.
        urls: the database of each region.
        node: 0 to 63, unlike that of any other process that makes ids in the same region.
    """
    regions = {name: RegionNumber(number) for name, number in settings.region_numbers().items()}
    default = next(iter(regions.values()))
    database = DatabasePostgres(regions, urls, settings.database_connections)
    signals = SignalsPostgres(urls.values())
    parts = Parts(
        settings=settings,
        ids=IdMaker(default, node),
        region=default,
        database=database,
        signals=signals,
        jobs=JobsProcrastinate(),
    )
    await database.start()
    try:
        yield parts
    finally:
        await signals.close()
        await database.close()
