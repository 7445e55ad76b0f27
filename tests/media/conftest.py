"""Builds the media domain alone: real database, real files, and an asker who is named by a header."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from litestar.connection import ASGIConnection

from plainview.accounts.viewers import Member, Public, Role, Viewer
from plainview.adapters.database_postgres import DatabasePostgres
from plainview.adapters.jobs_procrastinate import JobsProcrastinate
from plainview.adapters.objects_obstore import ObjectsObstore
from plainview.adapters.signals_postgres import SignalsPostgres
from plainview.kernel.errors import SignInNeededError
from plainview.kernel.ids import AssetId, IdMaker, ItemId, PersonId, RegionNumber, SessionId
from plainview.media.http_uploads import UploadParts
from plainview.media.limits import MediaLimits
from plainview.media.spool import Spool
from plainview.media.uploads import Desk
from plainview.ports.database import Transaction

REGION = RegionNumber(0)
MIB = 1024 * 1024


@dataclass
class DraftsInMemory:
    """Remembers which drafts were opened and given up."""

    opened: list[ItemId] = field(default_factory=list)
    abandoned: list[ItemId] = field(default_factory=list)

    async def open(self, tx: Transaction, person: PersonId, item: ItemId, asset: AssetId) -> None:
        self.opened.append(item)

    async def abandon(self, tx: Transaction, item: ItemId) -> None:
        self.abandoned.append(item)


async def ask(request: ASGIConnection[Any, Any, Any, Any], audience: type[Public | Viewer]) -> Public | Viewer:
    """Whoever the header names: the accounts domain has its own tests of cookies."""
    if audience is Public:
        return Public(REGION, "127.0.0.1")
    person = request.headers.get("asker")
    if person is None:
        if audience is Viewer:
            return Viewer(PersonId(1), REGION, "127.0.0.1")
        raise SignInNeededError
    roles = frozenset(Role(each) for each in request.headers.get("roles", "person").split(","))
    return Member(PersonId(int(person)), REGION, "127.0.0.1", SessionId(1), roles)


@pytest.fixture
def limits(tmp_path: Path) -> MediaLimits:
    return MediaLimits(
        folder=tmp_path / "data",
        upload_bytes_max=8 * MIB,
        checked_piece_bytes_max=2 * MIB,
        uploads_open_max=3,
        upload_keep_hours=24,
        disk_reserve_bytes=1 * MIB,
    )


@pytest.fixture
def objects(tmp_path: Path) -> ObjectsObstore:
    return ObjectsObstore(f"file://{tmp_path / 'objects'}")


@pytest.fixture
def drafts() -> DraftsInMemory:
    return DraftsInMemory()


@pytest.fixture
def spool(limits: MediaLimits) -> Spool:
    return Spool(limits.uploads, limits.disk_reserve_bytes, limits.checked_piece_bytes_max)


@pytest.fixture
async def signals(database_url: str) -> AsyncIterator[SignalsPostgres]:
    listening = SignalsPostgres([database_url])
    await listening.start()
    yield listening
    await listening.close()


@pytest.fixture
def upload_parts(
    database: DatabasePostgres,
    ids: IdMaker,
    spool: Spool,
    objects: ObjectsObstore,
    signals: SignalsPostgres,
    drafts: DraftsInMemory,
    limits: MediaLimits,
) -> UploadParts:
    return UploadParts(database, {REGION: ids}, Desk(spool, objects, JobsProcrastinate(), signals), drafts, limits)
