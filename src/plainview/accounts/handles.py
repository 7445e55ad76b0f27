"""Owns handles: what one may look like, which are kept back, whether one is free in every region served."""

import re
import unicodedata
from asyncio import Lock
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from plainview.kernel.errors import InvalidInputError, PlainviewError
from plainview.kernel.ids import RegionNumber
from plainview.ports.database import Database

HANDLE_CHARS_MIN, HANDLE_CHARS_MAX = 3, 24
NAME_CHARS_MAX = 50
_ALLOWED = re.compile(r"[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*")
# Names that would pass for the service itself, or that its addresses use.
_RESERVED_WORDS = """
about abuse account accounts admin administrator all anonymous api app assets billing blog contact copyright deleted
demo developer docs embed everyone explore feed following guest guidelines healthz help home inbox index info legal
live login logout mail me media metrics mod moderation moderator moderators news newsletter noreply notifications
nobody null oembed official offline operator operators owner pictures plainview postmaster press privacy readyz
register report reports root safety saved schema search security settings share sign_in sign_out sign_up signin
signup source staff status studio support system team terms trust undefined upload uploads user users verified video
videos warden webmaster www you
"""
RESERVED = frozenset(_RESERVED_WORDS.split())
_TAKEN = "SELECT 1 FROM persons WHERE lower(handle) = lower(%s)"
_LOCK = "SELECT pg_advisory_xact_lock(7238116, hashtext(lower(%s)))"


class HandleTakenError(PlainviewError):
    """Somebody has this handle already, in some writing of it."""

    code, status, title = "handle_taken", 409, "This handle is taken"


class HandleLengthError(InvalidInputError):
    """The handle is too short or too long."""

    code = "handle_length"


class HandleLettersError(InvalidInputError):
    """The handle has something in it that no handle may have, or not what each must have."""

    code = "handle_letters"


class HandleReservedError(InvalidInputError):
    """The handle would pass for the service itself."""

    code = "handle_reserved"


class NameTooLongError(InvalidInputError):
    """The name is longer than a name may be."""

    code = "name_too_long"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a handle may be had, and if not, why: as a code and as a sentence."""

    available: bool
    code: str | None = None
    reason: str | None = None


def fault_of(handle: str) -> PlainviewError | None:
    """Why nobody may have this handle; None when it is well formed and not kept back."""
    if not HANDLE_CHARS_MIN <= len(handle) <= HANDLE_CHARS_MAX:
        fault = f"A handle has {HANDLE_CHARS_MIN} to {HANDLE_CHARS_MAX} characters."
        numbers = {"least": HANDLE_CHARS_MIN, "most": HANDLE_CHARS_MAX}
        return HandleLengthError(fault, fields={"handle": fault}, numbers=numbers)
    if not _ALLOWED.fullmatch(handle):
        fault = "A handle is made of letters a to z, digits, underscores, and single dots between them."
        return HandleLettersError(fault, fields={"handle": fault})
    if handle.isdigit():
        fault = "A handle needs at least one letter."
        return HandleLettersError(fault, fields={"handle": fault})
    if handle.lower().replace(".", "_") in RESERVED or handle.lower().replace("_", "").replace(".", "") in RESERVED:
        fault = "This handle is kept back for the service itself."
        return HandleReservedError(fault, fields={"handle": fault})
    return None


def checked_handle(handle: str) -> str:
    """The handle as it is stored: trimmed, without a leading @, in the person's own writing.

    Raises:
        InvalidInputError: it cannot be anybody's handle.
    """
    trimmed = handle.strip().removeprefix("@")
    if fault := fault_of(trimmed):
        raise fault
    return trimmed


def checked_name(name: str | None, handle: str) -> str:
    """The name as it is shown: one line without control characters; the handle when none is given.

    Raises:
        InvalidInputError: it is too long.
    """
    shown = " ".join(visible(name or "").split())
    if len(shown) > NAME_CHARS_MAX:
        fault = f"A name has at most {NAME_CHARS_MAX} characters."
        raise NameTooLongError(fault, fields={"name": fault}, numbers={"n": NAME_CHARS_MAX})
    return shown or handle


def visible(text: str) -> str:
    """The text in NFC without control and direction-changing characters; line breaks and tabs stay."""
    composed = unicodedata.normalize("NFC", text)
    kept = (each for each in composed if each in "\n\t" or not _is_unseen(each))
    return "".join(kept)


def _is_unseen(character: str) -> bool:
    # The joiner U+200D is a format character too, but emoji and several scripts are written with it.
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"} and character not in "\u200c\u200d"


async def verdict(database: Database, handle: str) -> Verdict:
    """Whether this handle could be had just now."""
    handle = handle.strip().removeprefix("@")
    if fault := fault_of(handle):
        return Verdict(available=False, code=fault.code, reason=fault.detail)
    if await _is_taken_in(database, list(database.regions.values()), handle):
        return Verdict(available=False, code=HandleTakenError.code, reason="Somebody has this handle already.")
    return Verdict(available=True)


@asynccontextmanager
async def claimed(turn: Lock, database: Database, home: RegionNumber, handle: str) -> AsyncIterator[None]:
    """Hold a handle while the block gives it to somebody in their home region; `turn` is this process's own.

    Within one region the unique index decides. Between regions, every claim takes the same lock in the first region
    and keeps it until the block has committed. In one process claims wait for their turn before they take a connection:
    else those that wait for the lock would hold all that the one which has it still needs.

    Raises:
        HandleTakenError: somebody in another region has it.
    """
    others = [region for region in database.regions.values() if region != home]
    if not others:
        yield
        return
    async with turn, database.transaction(next(iter(database.regions.values()))) as guard:
        await guard.execute(_LOCK, (handle,))
        if await _is_taken_in(database, others, handle):
            raise HandleTakenError("Somebody has this handle already. Please choose another.")
        yield


async def _is_taken_in(database: Database, regions: Sequence[RegionNumber], handle: str) -> bool:
    for region in regions:
        async with database.transaction(region) as tx:
            if await (await tx.execute(_TAKEN, (handle,))).fetchone() is not None:
                return True
    return False
