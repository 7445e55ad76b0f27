"""Owns what becomes of an access log that is brought back with the keys: whether it went on after the copy was made.

A log that is older than what its witnesses saw cannot go on: they refuse to cosign it, as they must. It is retired, and
the next one begins; what was sealed opens as before.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Final

from plainview.settings import Settings
from plainview.warden.notes import note_of
from plainview.warden.publishing import read_published
from plainview.warden.retiring import retire
from plainview.warden.starting import Plan, kept_origin
from plainview.warden.store import Store
from plainview.warden.witnesses import Witness, request_of
from plainview.wiring_warden import plan_warden

CONFLICT: Final = 409
_NUMBERED: Final = re.compile(r"(.*)-(\d+)")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a log that was brought back stands: its last checkpoint's size, and the most that a witness saw of it."""

    region: str
    origin: str
    size: int
    seen: int
    answering: int

    @property
    def is_older(self) -> bool:
        """Whether a witness saw more than is here."""
        return self.seen > self.size

    @property
    def next_origin(self) -> str:
        """What the next log is called: by custom it counts on."""
        numbered = _NUMBERED.fullmatch(self.origin)
        return f"{numbered[1]}-{int(numbered[2]) + 1}" if numbered else f"{self.origin}-2"


def standings(settings: Settings) -> list[Standing]:
    """How each region's log stands, as its own store and the witnesses that the settings name tell. Changes nothing."""
    return [_standing(region, plan_warden(settings, region)) for region in settings.region_numbers()]


def retire_older(settings: Settings, standing: Standing) -> Path:
    """Set a region's log aside, and have the next one begin at the warden's start; where the old one is kept."""
    plan = plan_warden(settings, standing.region)
    archive = settings.data.absolute() / f"retired-{standing.region}-{standing.size}"
    retire(plan.store, plan.public, archive, standing.next_origin)
    return archive


def _standing(region: str, plan: Plan) -> Standing:
    store = Store(plan.store)
    try:
        with store.env.begin() as txn:
            published = read_published(store, txn)
        origin = kept_origin(store, plan.origin)
    finally:
        store.close()
    if published is None:
        return Standing(region, origin, 0, 0, 0)
    signed = published.signed
    seen = _seen(plan.witnesses, note_of(signed.text, [signed.line]))
    return Standing(region, origin, signed.size, max(seen, default=0), len(seen))


def _seen(witnesses: Sequence[Witness], note: str) -> list[int]:
    """The size that each witness who answers saw last: asked to go on from nothing, it says where it is."""
    found = []
    for each in witnesses:
        with suppress(OSError, HTTPException, ValueError):
            status, answer = each.post(request_of(0, [], note))
            found.append(int(answer) if status == CONFLICT else 0)
    return found
