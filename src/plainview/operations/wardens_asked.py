"""What an operator asks a region's warden on its own machine: who approves, what was asked, keys, acts by authority."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from plainview.adapters.warden_wire import WardenCalls
from plainview.kernel.errors import NotFoundError, PlainviewError
from plainview.kernel.time import from_ms, now, to_ms
from plainview.moderation.access import SIGN_MS_MAX
from plainview.moderation.http_access import fingerprint_of
from plainview.operations.wardens import warden_status
from plainview.settings import Settings
from plainview.warden import protocol
from plainview.warden.entries import Deed
from plainview.warden.protocol import Approving, Deeds, Dismiss, Enrol, Requested, socket_of

POLL_SECONDS: Final = 0.1
Progress = Callable[[str, int, int], None]


class FingerprintError(PlainviewError):
    """The fingerprint is not that of the passkey which waits."""

    code, status, title = "fingerprint_differs", 409, "This is not the passkey that waits"


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who may approve, or offered to."""

    handle: str
    fingerprint: str
    enrolled: bool


class Asking(NamedTuple):
    """A request for what is refused by default, as one line."""

    region: str
    number: int
    asked_at: str
    asked_by: str
    case: str
    kind: str
    columns: str
    hours: float
    approvals: int
    state: str


@dataclass(frozen=True, slots=True)
class Record:
    """A government request: who asked, on what legal basis, and what was done."""

    asked_by: str
    basis: str
    done: str
    gagged: bool = False


def asked(settings: Settings, region: str, op: str, question: Any, result: Any) -> Any:
    """The answer of a region's warden to its operator.

    Raises:
        PlainviewError: it does not answer, or refuses.
    """

    async def ask() -> Any:
        calls = WardenCalls(region, socket_of(settings.data.absolute(), region), "operator")
        try:
            return await calls.ask(op, question, msgspec.msgpack.Decoder(result))
        finally:
            await calls.close()

    return asyncio.run(ask())


def approvers(settings: Settings, region: str) -> list[Listed]:
    """Who may approve in a region, and who offered to."""
    return [
        Listed(each.handle, _fingerprint(each), each.enrolled)
        for each in asked(settings, region, "approvers", None, list[Approving])
    ]


def admit(settings: Settings, region: str, handle: str, fingerprint: str) -> None:
    """Let somebody approve, with the passkey that they offered and read the fingerprint of to us.

    Raises:
        NotFoundError: nobody of this name offered one.
        FingerprintError: it is another passkey.
    """
    for each in asked(settings, region, "approvers", None, list[Approving]):
        if each.handle == handle.removeprefix("@") and not each.enrolled:
            if _plain(fingerprint) != _plain(_fingerprint(each)):
                fault = "The fingerprint that they read to you must be the one that waits here. If it is not, somebody"
                raise FingerprintError(f"{fault} put another passkey in its place: do not let it in.")
            enrol = Enrol(each.person, each.handle, each.credential_id, each.public_key)
            asked(settings, region, "enrol", enrol, None)
            return
    raise NotFoundError(f"No passkey of {handle} waits to be let in. They offer it on the page /staff/access.")


def dismiss(settings: Settings, region: str, handle: str) -> None:
    """Let somebody approve no more.

    Raises:
        NotFoundError: nobody of this name may, or offered to.
    """
    persons = {
        each.person
        for each in asked(settings, region, "approvers", None, list[Approving])
        if each.handle == handle.removeprefix("@")
    }
    if not persons:
        raise NotFoundError(f"{handle} is no approver of {region}.")
    for person in persons:
        asked(settings, region, "dismiss", Dismiss(person), int)


def requests(settings: Settings, region: str) -> list[Requested]:
    """The newest requests of a region, newest first."""
    found: list[Requested] = asked(settings, region, "requests", None, list[Requested])
    return found


def requests_told(settings: Settings, region: str) -> list[Asking]:
    """The newest requests of a region as lines to read, newest first."""
    now_ms = to_ms(now())
    return [_told(region, each, now_ms) for each in requests(settings, region)]


def deeds(settings: Settings, region: str) -> Deeds:
    """What a region's log says of acts by authority."""
    found: Deeds = asked(settings, region, "deeds", None, Deeds)
    return found


def record(settings: Settings, region: str, record: Record) -> int:
    """Book a government request, before anything is done for it; its number among those of its kind.

    A gagged one is in the public log as a number and a hash only; what it says stays with the warden.
    """
    said = {"at": now().isoformat(timespec="seconds"), "asked_by": record.asked_by}
    said |= {"basis": record.basis, "done": record.done}
    deed = Deed.GAGGED_REQUEST if record.gagged else Deed.GOVERNMENT_REQUEST
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return int(asked(settings, region, "act", protocol.Act(deed, body), int))


def rotate(settings: Settings, region: str, progress: Progress) -> int:
    """Renew a region's key while its warden serves; its new version, once every person's keys are wrapped under it.

    The warden does the work and goes on with it after a restart; whoever asks meanwhile joins what is under way.
    """
    if warden_status(settings, region).rewrapped is None:
        asked(settings, region, "rotate", None, int)
    while True:
        status = warden_status(settings, region)
        if status.rewrapped is None:
            return status.key_version
        progress(f"keys of {region}", status.rewrapped, status.persons)
        time.sleep(POLL_SECONDS)


def _told(region: str, each: Requested, now_ms: int) -> Asking:
    ask, asked_at = each.ask, from_ms(each.asked_at_ms)
    if each.refused_by:
        state = "refused"
    elif each.until_ms:
        state = "granted" if now_ms < each.until_ms else "over"
    else:
        state = "waiting" if now_ms <= each.asked_at_ms + SIGN_MS_MAX else "lapsed"
    case, columns = ask.by.case or "", ", ".join(ask.fields)
    when, count = f"{asked_at:%Y-%m-%d %H:%M}", len(each.approvers)
    return Asking(region, each.request, when, ask.by.principal, case, ask.kind, columns, ask.hours, count, state)


def _fingerprint(each: Approving) -> str:
    return fingerprint_of(sha256(each.public_key).digest())


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()
