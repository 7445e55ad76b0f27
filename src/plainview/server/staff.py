"""Owns how staff access is put together: people of every region, the notice that tells them, their sealed columns."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from litestar import Router
from psycopg import sql

from plainview.accounts.faces import Face, face_of_handle, faces
from plainview.accounts.passkeys import Site
from plainview.kernel.errors import NotFoundError
from plainview.kernel.ids import PersonId, RegionNumber, region_of
from plainview.moderation.access import AccessBench, AccessSubjects
from plainview.moderation.http_access import access_router
from plainview.ports.door import Sealed
from plainview.privacy.sealed import SEALED
from plainview.social.notices import Notices, Tidings
from plainview.wiring import Parts

VALUES_MAX: Final = 200
_VALUES: Final = sql.SQL("SELECT {column} FROM {table} WHERE person_id = %s AND {column} IS NOT NULL LIMIT %s")


def staff_router(parts: Parts) -> Router:
    """The routes of staff access."""
    known = _People(parts)
    bench = AccessBench(
        door=parts.door,
        approvals=parts.approvals,
        limits=parts.limits,
        subjects=AccessSubjects(known.find, known.faces, known.tell, known.sealed),
        fields=SEALED,
        regions={name: RegionNumber(number) for name, number in parts.settings.region_numbers().items()},
    )
    return access_router(bench, Site(parts.settings.realm, parts.settings.address()), parts.makers)


class _People:
    """What staff access is told of people, each in a transaction of their region."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def find(self, handle: str) -> Face:
        for region in self._parts.database.regions.values():
            async with self._parts.database.transaction(region) as tx:
                try:
                    return await face_of_handle(tx, handle)
                except NotFoundError:
                    continue
        raise NotFoundError("Nobody here has that handle.")

    async def faces(self, region: RegionNumber, persons: Collection[PersonId]) -> Mapping[PersonId, Face]:
        async with self._parts.database.transaction(region) as tx:
            return await faces(tx, persons)

    async def tell(self, person: PersonId) -> None:
        region = region_of(person)
        notices = Notices(self._parts.makers[region], self._parts.signals)
        async with self._parts.database.transaction(region) as tx:
            await notices.give(tx, Tidings(person, "access"))

    async def sealed(self, person: PersonId, fields: Sequence[str]) -> list[Sealed]:
        found: list[Sealed] = []
        async with self._parts.database.transaction(region_of(person)) as tx:
            for field in fields:
                table, _, column = field.partition(".")
                names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
                rows = await tx.execute(_VALUES.format(**names), (person, VALUES_MAX))
                found += [Sealed(person, field, bytes(row[0])) for row in await rows.fetchall()]
        return found
