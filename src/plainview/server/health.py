"""Routes for whoever runs the service: is it alive, is it ready, what does it measure."""

import asyncio
import shutil
from contextlib import suppress
from typing import Any

import psycopg
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from plainview.accounts.viewers import Operator, Public
from plainview.kernel.errors import PlainviewError
from plainview.media.describing import undescribed
from plainview.server.asking import Resolver
from plainview.server.gate import LOCAL
from plainview.server.metrics import Metrics
from plainview.wiring import Parts

CHECK_S = 3.0
_VERSION = "SELECT version_num FROM alembic_version"


async def findings(parts: Parts) -> dict[str, str]:
    """Each part's state: "ok", or what is wrong with it, in words."""
    found = {}
    for name, region in parts.database.regions.items():
        try:
            async with asyncio.timeout(CHECK_S), parts.database.transaction(region) as tx:
                row = await (await tx.execute(_VERSION)).fetchone()
            has = row[0] if row else None
            found[f"database {name}"] = "ok"
            found[f"schema {name}"] = "ok" if has == parts.schema else f"is {has}, this program wants {parts.schema}"
        except (TimeoutError, OSError, PlainviewError) as error:
            found[f"database {name}"] = f"does not answer ({type(error).__name__})"
        except Exception as error:  # noqa: BLE001 - Whatever a driver raises, the answer is that it is not ready.
            found[f"database {name}"] = f"does not answer ({type(error).__name__})"
    free = (await asyncio.to_thread(shutil.disk_usage, parts.settings.data)).free
    enough = free > parts.settings.disk_reserve_bytes
    found["disk"] = "ok" if enough else f"{free // 1024**2} MiB free, less than the reserve"
    return found


async def _undescribed(parts: Parts) -> int:
    count = 0
    for region in parts.database.regions.values():
        async with asyncio.timeout(CHECK_S), parts.database.transaction(region) as tx:
            count += await undescribed(tx)
    return count


def health_routes(parts: Parts, metrics: Metrics, resolver: Resolver) -> list[HTTPRouteHandler]:
    """/healthz, /readyz and /metrics."""

    @get("/healthz", sync_to_thread=False, include_in_schema=False)
    def healthz(viewer: Public) -> dict[str, str]:  # noqa: ARG001 - A route says who may call it.
        return {"status": "ok"}

    @get("/readyz", include_in_schema=False)
    async def readyz(viewer: Public) -> Response[dict[str, str]]:  # noqa: ARG001 - A route says who may call it.
        found = await findings(parts)
        is_ready = all(each == "ok" for each in found.values())
        return Response({"status": "ok" if is_ready else "not ready", **found}, status_code=200 if is_ready else 503)

    @get("/metrics", include_in_schema=False)
    async def measures(request: Request[Any, Any, Any], viewer: Public) -> Response[bytes]:  # noqa: ARG001 - As above.
        if not request.scope["state"].get(LOCAL):
            await resolver(request, Operator)
        if parts.living.fits:
            metrics.note_fits(parts.living.fits.verdicts)
        # A database that does not answer is told by /readyz; the other measures are worth having then.
        with suppress(PlainviewError, OSError, psycopg.Error):
            metrics.note_undescribed(await _undescribed(parts))
        return Response(metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return [healthz, readyz, measures]
