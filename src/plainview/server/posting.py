"""Owns how media and the catalog are put together from the parts of the server."""

from litestar.types import ControllerRouterHandler

from plainview.catalog import card_cache
from plainview.catalog import privacy as catalog_privacy
from plainview.catalog.desk import CatalogDesk
from plainview.catalog.gate import ItemGate
from plainview.catalog.http import router as catalog_router
from plainview.catalog.items import ItemDrafts, Shredder
from plainview.catalog.studio import Studio
from plainview.catalog.wording import Pen
from plainview.kernel.ids import ItemId, PersonId
from plainview.media import privacy as media_privacy
from plainview.media.http import router as media_router
from plainview.media.http_uploads import UploadParts
from plainview.media.http_uploads import router as upload_router
from plainview.media.spool import Spool
from plainview.media.uploads import Desk
from plainview.ports.database import Transaction
from plainview.privacy.erasure import Erase
from plainview.social.gone import forget_items
from plainview.social.notices import Notices, Tidings, was_given
from plainview.social.relations import RelationsSocial
from plainview.wiring import Parts, media_limits


def posting_routes(parts: Parts) -> list[ControllerRouterHandler]:
    """The routes of uploads, streams and videos. What they hold in process hears the signals from now on."""
    gate = ItemGate(parts.database, RelationsSocial(parts.adults.of_age))
    gate.listen(parts.signals)
    card_cache.listen(parts.signals)
    return [
        upload_router(uploads_of(parts)),
        media_router(parts.objects, gate),
        catalog_router(catalog_desk_of(parts, gate)),
    ]


def posting_erasers(parts: Parts) -> list[Erase]:
    """The parts of an erasure of the catalog and of media."""
    return [catalog_privacy.eraser(parts.signals, forget_items), media_privacy.eraser(parts.jobs)]


def spool_of(parts: Parts) -> Spool:
    """Where uploads arrive."""
    limits = media_limits(parts.settings)
    return Spool(limits.uploads, limits.disk_reserve_bytes, limits.checked_piece_bytes_max)


def uploads_of(parts: Parts) -> UploadParts:
    """What taking uploads needs."""
    desk = Desk(spool_of(parts), parts.objects, parts.jobs, parts.signals)
    return UploadParts(parts.database, parts.makers, desk, ItemDrafts(), media_limits(parts.settings))


def catalog_desk_of(parts: Parts, gate: ItemGate) -> CatalogDesk:
    """What the catalog's routes need."""
    relations = RelationsSocial(parts.adults.of_age)
    notices = Notices(parts.ids, parts.signals)

    async def tell_mentioned(tx: Transaction, person: PersonId, actor: PersonId, item: ItemId) -> None:
        tidings = Tidings(person, "mention", actor=actor, item=item)
        # Who was told once is not told again, however often the video is put away and shown again.
        if not await was_given(tx, tidings):
            await notices.give(tx, tidings)

    return CatalogDesk(
        database=parts.database,
        objects=parts.objects,
        jobs=parts.jobs,
        signals=parts.signals,
        relations=relations,
        studio=Studio(spool_of(parts), relations, parts.door),
        pen=Pen(parts.signals, parts.door),
        shredder=Shredder(parts.signals, parts.jobs, forget_items),
        gate=gate,
        tell_mentioned=tell_mentioned,
        caption_chars_max=parts.settings.caption_chars_max,
        captions_bytes_max=parts.settings.captions_bytes_max,
    )
