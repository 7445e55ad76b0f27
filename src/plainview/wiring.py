"""Builds everything once from settings; the only importer of adapters."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from imageio_ffmpeg import get_ffmpeg_exe

from plainview.accounts.adults import Adults
from plainview.accounts.cookies import Cookies
from plainview.accounts.guests import PERSON_OPENED, Guests
from plainview.accounts.passwords import Hashing
from plainview.accounts.session_book import SessionBook
from plainview.accounts.sessions import REVOKED
from plainview.adapters.approvals_warden import ApprovalsWarden
from plainview.adapters.custodian_file import kept_secret
from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.door_warden import DoorWarden
from plainview.adapters.event_log_postgres import EventLogPostgres
from plainview.adapters.jobs_procrastinate import JobsProcrastinate
from plainview.adapters.limits_memory import LimitsMemory
from plainview.adapters.logs_structlog import set_up_logs
from plainview.adapters.media_verdict import TranscoderLimits
from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.adapters.portraits_pillow import PortraitsPillow
from plainview.adapters.schema_wanted import wanted
from plainview.adapters.signals_postgres import SignalsPostgres
from plainview.adapters.transcoder_ffmpeg import TranscoderFfmpeg
from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.ids import IdMaker, RegionNumber
from plainview.media.limits import MediaLimits
from plainview.ports.door import Door
from plainview.ports.event_log import EventLog
from plainview.ports.ranker import Ranker
from plainview.settings import Settings
from plainview.warden.protocol import socket_of

if TYPE_CHECKING:
    from plainview.feed.fits import Fits
    from plainview.feed.living import Living
    from plainview.privacy.personal import Personal

# Each module declares its columns as it is imported; the door knows from them what may be opened, and for what.
DECLARING = ("accounts", "catalog", "feed", "media", "moderation", "social")


@dataclass(frozen=True)
class Parts:
    """What a process is made of."""

    settings: Settings
    ids: IdMaker
    region: RegionNumber
    database: DatabasePostgres
    signals: SignalsPostgres
    jobs: JobsProcrastinate
    makers: dict[RegionNumber, IdMaker]
    objects: ObjectsObstore
    door: DoorWarden
    approvals: ApprovalsWarden
    limits: LimitsMemory
    portraits: PortraitsPillow
    hashing: Hashing
    cookies: Cookies
    guests: Guests
    book: SessionBook
    adults: Adults
    schema: str

    @cached_property
    def living(self) -> "Living":
        """What the feed holds between requests; made when it is first asked for, which the worker never does."""
        return make_living(self.settings, self.database, self.door, self.adults)


def start_logs(settings: Settings) -> None:
    """Have this process write its logs as the settings say."""
    set_up_logs(settings.log_format, settings.log_level)


def all_declarations() -> dict[str, "Personal"]:
    """Every domain's declarations of personal columns, by `table.column`."""
    # What the tables are declared with is large, and only who describes them needs it.
    from plainview.privacy.declared import declarations
    from plainview.privacy.personal import tables

    for domain in DECLARING:
        import_module(f"plainview.{domain}.tables")
    return declarations(tables)


def make_calls(settings: Settings) -> dict[RegionNumber, WardenCalls]:
    """The ways to each region's warden, through its socket in the data folder; connected when they are first used."""
    data = settings.data.absolute()
    return {
        RegionNumber(number): WardenCalls(region, socket_of(data, region), "server")
        for region, number in settings.region_numbers().items()
    }


def make_door(settings: Settings) -> DoorWarden:
    """The door to personal plaintext."""
    return DoorWarden(make_calls(settings))


def make_objects(settings: Settings) -> ObjectsObstore:
    """The object store that the settings name, or the one in the data folder."""
    return ObjectsObstore(settings.objects or f"file://{settings.data.absolute() / 'objects'}")


def make_transcoder(settings: Settings) -> TranscoderFfmpeg:
    """The transcoder on the wheel's FFmpeg; the worker makes one, the server none."""
    limits = TranscoderLimits(
        duration_ms_min=settings.duration_ms_min,
        duration_ms_max=settings.duration_ms_max,
        threads=settings.transcode_threads,
    )
    return TranscoderFfmpeg(limits, Path(get_ffmpeg_exe()))


def media_limits(settings: Settings) -> MediaLimits:
    """The limits of media."""
    return MediaLimits(
        folder=settings.data.absolute() / "media",
        upload_bytes_max=settings.upload_bytes_max,
        checked_piece_bytes_max=settings.upload_checked_bytes_max,
        uploads_open_max=settings.uploads_open_max,
        upload_keep_hours=settings.upload_keep_hours,
        disk_reserve_bytes=settings.disk_reserve_bytes,
        tries_max=settings.transcode_tries,
        second_wave=settings.second_wave,
        second_wave_load_max=0.75 * (os.cpu_count() or 1),
    )


def make_event_log(settings: Settings, database: DatabasePostgres, door: Door) -> EventLog:
    """The event log that the settings name: JetStream, or the database itself."""
    if not settings.event_log:
        return EventLogPostgres(database, door)
    # Its client takes a tenth of a start to import, and few have a JetStream.
    from plainview.adapters.event_log_nats import EventLogNats

    return EventLogNats(dict.fromkeys(database.regions.values(), settings.event_log), door)


def make_ranker(settings: Settings) -> Ranker:
    """The engine, beside this process or in it."""
    if settings.engine_beside:
        from plainview.adapters.ranker_process import RankerProcess

        return RankerProcess(["rank", settings.log_format, settings.log_level], _end)
    from plainview.adapters.ranker_here import RankerHere
    from plainview.engine.ranking import TasteEngine

    return RankerHere(TasteEngine())


def make_fits(settings: Settings, ranker: Ranker) -> "Fits | None":
    """The nightly fit of the model of what comes next; None where it is switched off, or PyTorch is not there."""
    if settings.fit_hour < 0 or find_spec("torch") is None:
        return None
    from plainview.adapters.fitter_process import FitterProcess
    from plainview.adapters.models_folder import ModelsFolder
    from plainview.feed.fits import Fits

    fitter = FitterProcess(["fit", settings.log_format, settings.log_level])
    return Fits(ranker, fitter, ModelsFolder(settings.data / "models"), settings.fit_hour)


def _end() -> None:
    """Stop gracefully what cannot go on; whoever watches starts it again."""
    signal.raise_signal(signal.SIGTERM)


def make_living(settings: Settings, database: DatabasePostgres, door: Door, adults: Adults) -> "Living":
    """What the feed holds between requests."""
    from plainview.feed.choices import Choices
    from plainview.feed.circles import Circles
    from plainview.feed.learner import Learner
    from plainview.feed.living import Living
    from plainview.feed.receipts import Receipts
    from plainview.feed.steering import Steerings
    from plainview.feed.views import Views

    ranker = make_ranker(settings)
    return Living(
        database=database,
        log=make_event_log(settings, database, door),
        learner=Learner(ranker),
        circles=Circles(),
        receipts=Receipts(database, door),
        views=Views(database),
        is_minor=adults.is_minor,
        choices=Choices(database),
        steerings=Steerings(database, door),
        fits=make_fits(settings, ranker),
    )


def build(settings: Settings, urls: dict[str, str], node: int) -> Parts:
    """The parts of one process, not started.

    Args:
        settings: of this process.
        urls: the database of each region.
        node: 0 to 63, unlike that of any other process that makes ids in the same region.
    """
    regions = {name: RegionNumber(number) for name, number in settings.region_numbers().items()}
    default = next(iter(regions.values()))
    signals = SignalsPostgres(urls.values())
    database = DatabasePostgres(regions, urls, settings.database_connections, signals.committed)
    makers = {number: IdMaker(number, node) for number in regions.values()}
    hashing = Hashing(settings.hashes_at_once)
    guests = Guests(kept_secret(settings.data / "keys" / "guests.key"), database)
    book = SessionBook(database, settings.session_days)
    signals.subscribe(REVOKED, book.on_revoked)
    signals.subscribe("person.changed", book.on_person_changed)
    signals.subscribe("person.erased", book.on_person_changed)
    signals.subscribe(PERSON_OPENED, guests.on_opened)
    calls = make_calls(settings)
    door = DoorWarden(calls)
    adults = Adults(door, database)
    signals.subscribe(PERSON_OPENED, adults.on_person_changed)
    signals.subscribe("person.changed", adults.on_person_changed)
    signals.subscribe("person.erased", adults.on_person_changed)
    return Parts(
        settings=settings,
        ids=makers[default],
        region=default,
        database=database,
        signals=signals,
        jobs=JobsProcrastinate(),
        makers=makers,
        objects=make_objects(settings),
        door=door,
        approvals=ApprovalsWarden(calls),
        limits=LimitsMemory(settings.limit_factor),
        portraits=PortraitsPillow(),
        hashing=hashing,
        cookies=Cookies(settings.address().startswith("https:"), settings.session_days),
        guests=guests,
        book=book,
        adults=adults,
        schema=wanted(),
    )


@asynccontextmanager
async def wire(settings: Settings, urls: dict[str, str], node: int) -> AsyncIterator[Parts]:
    """The parts of one process, started; closed when the block ends (see `build`)."""
    parts = build(settings, urls, node)
    await parts.database.start()
    try:
        yield parts
    finally:
        parts.hashing.close()
        await parts.signals.close()
        await parts.door.close()
        await parts.database.close()
