"""Moves a region's keys from one custodian to another, while the service is stopped."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from plainview.settings import Settings
from plainview.warden.custody import Change, change
from plainview.warden.retiring import refuse_running
from plainview.warden.starting import clock_ms, kept_origin
from plainview.warden.store import Store
from plainview.wiring_warden import make_custodian, plan_warden

Progress = Callable[[str, int, int], None]


def change_custodian(settings: Settings, region: str, to: str, secret: Path | None, progress: Progress) -> None:
    """Wrap the region's keys under the key of the custodian `to`, and destroy the one before.

    Args:
        settings: those that name the custodian before.
        region: its name.
        to: the custodian after, as PLAINVIEW_CUSTODIAN will name it.
        secret: the file with its PIN or token.
        progress: told (what, done, of how many).

    Raises:
        RetiringRefusedError: the region's warden runs.
        CustodianDiffersError: the keys lie with another custodian, or are on their way to another.
        ValueError: `to` is no custodian.
    """
    plan = plan_warden(settings, region)
    refuse_running(plan.socket)
    changed = replace(settings, custodian=to, custodian_secret="" if secret is None else str(secret.absolute()))
    store = Store(plan.store)
    try:
        wanted = Change(
            before=make_custodian(settings, region),
            before_name=settings.custodian,
            after=make_custodian(changed, region),
            after_name=to,
            region=plan.region,
            origin=kept_origin(store, plan.origin),
            clock_ms=clock_ms,
        )
        change(store, wanted, lambda done, count: progress(f"keys of {region}", done, count))
    finally:
        store.close()
