"""Owns the copy of all that is kept about a person, which they may take along: each domain's part, opened for them."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from plainview.accounts import privacy as accounts_privacy
from plainview.accounts.passkeys import passkeys_of
from plainview.accounts.persons import band_of
from plainview.accounts.sessions import list_sessions
from plainview.accounts.viewers import Member
from plainview.catalog import privacy as catalog_privacy
from plainview.feed import privacy as feed_privacy
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.kernel.time import now
from plainview.media import privacy as media_privacy
from plainview.moderation import privacy as moderation_privacy
from plainview.ports.database import Transaction
from plainview.ports.limits import Rule
from plainview.privacy.erasure import Export, export_person
from plainview.social import privacy as social_privacy
from plainview.wiring import Parts

EXPORTS = Rule("export", 5, 3_600)
# Above this, a number of JSON is not exact everywhere; ids travel as text, as they do elsewhere.
_EXACT_MAX = 2**53


def exporters(parts: Parts) -> list[Export]:
    """Each domain's part of an export, from the account up."""

    async def opened(tx: Transaction, person: PersonId) -> dict[str, Any]:
        band = await band_of(tx, parts.door, person, Purpose.OWN_VIEW)
        sessions = await list_sessions(tx, parts.door, person)
        devices = [{"device": each.device, "address": each.address, "seen_at": each.seen_at} for each in sessions]
        passkeys = [each.name for each in await passkeys_of(tx, parts.door, person)]
        return {"age_band": band, "devices": devices, "passkey_names": passkeys}

    return [
        accounts_privacy.export,
        opened,
        moderation_privacy.exporter(parts.door),
        media_privacy.export,
        catalog_privacy.exporter(parts.door),
        social_privacy.export,
        feed_privacy.exporter(parts.living.log, parts.door),
    ]


def export_route(parts: Parts) -> HTTPRouteHandler:
    """/api/me/export."""
    exports = exporters(parts)

    @get("/api/me/export", tags=["accounts"], media_type="application/json", summary="All that is kept about oneself")
    async def export(viewer: Member, tx: Transaction) -> Response[bytes]:
        parts.limits.take(EXPORTS, viewer.person_id)
        whole = await export_person(tx, viewer.person_id, exports)
        name = f"plainview-{whole['account'][0]['handle']}-{now().date()}.json"
        body = msgspec.json.format(msgspec.json.encode(_exact({"exported_at": now(), **whole})), indent=1)
        return Response(body, media_type="application/json", headers=_as_file(name))

    return export


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


def _exact(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(each) for each in value]
    return str(value) if isinstance(value, int) and abs(value) > _EXACT_MAX else value
