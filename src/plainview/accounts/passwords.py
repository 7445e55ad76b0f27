"""Owns passwords: what one must be, and their Argon2id hashes, computed in a bounded number of threads.

How easily one is guessed is estimated by zxcvbn (Wheeler, USENIX Security 2016), from lists of common passwords, words
and names, keyboards, dates and repetitions. Parameters of Argon2id: the OWASP Password Storage Cheat Sheet's minimum
(19 MiB, two passes, one lane).
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from plainview.kernel.errors import InvalidInputError, UnavailableError
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, Door, Sealed
from plainview.privacy.door import open_text, seal_text

T = TypeVar("T")
PASSWORD_CHARS_MIN, PASSWORD_CHARS_MAX = 8, 200
WAITING_MAX = 64
FIELD = "passwords.hash"
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
# Fewer guesses than this are made in an hour by who makes a few hundred a second (zxcvbn's "very guessable").
GUESSES_MIN = 1_000_000
# What makes a long password hard stands within these; the time to estimate grows faster than the length.
ESTIMATED_CHARS_MAX = 40
_KEEP = """
INSERT INTO passwords (person_id, hash) VALUES (%s, %s)
ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, changed_at = now()
"""
_READ = "SELECT hash FROM passwords WHERE person_id = %s"


class PasswordLengthError(InvalidInputError):
    """The password is too short or too long."""

    code = "password_length"

    def __init__(self) -> None:
        detail = f"A password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters."
        super().__init__(detail, numbers={"least": PASSWORD_CHARS_MIN, "most": PASSWORD_CHARS_MAX})


class PasswordGuessableError(InvalidInputError):
    """The password is guessed too soon by who tries what people mostly choose."""

    code = "password_guessable"


class PasswordHasHandleError(InvalidInputError):
    """The password leans on the handle, which everybody sees."""

    code = "password_has_handle"


class PasswordWrongError(InvalidInputError):
    """The current password that was given is not it."""

    code = "password_wrong"


def checked_password(password: str, handle: str) -> str:
    """The password as it is hashed, in NFKC so that two keyboards agree.

    Raises:
        InvalidInputError: it is too short, too long, easily guessed, or too short without the handle in it.
    """
    fault: InvalidInputError | None = None
    if not PASSWORD_CHARS_MIN <= len(password) <= PASSWORD_CHARS_MAX:
        fault = PasswordLengthError()
    elif _leans_on(password.lower(), handle.lower()):
        fault = PasswordHasHandleError("Your handle is public. Leave it out of your password, or add more to it.")
    elif _guesses(password, handle) < GUESSES_MIN:
        fault = PasswordGuessableError(
            "This is easy to guess. Join a few words that have nothing to do with each other."
        )
    if fault:
        fault.fields["password"] = fault.detail
        raise fault
    return normal(password)


def _leans_on(password: str, handle: str) -> bool:
    return handle in password and len(password.replace(handle, "")) < PASSWORD_CHARS_MIN


def _guesses(password: str, handle: str) -> float:
    # Its word lists take 13 MB, so they wait for the first password that is chosen.
    from zxcvbn import zxcvbn

    estimated: float = zxcvbn(password[:ESTIMATED_CHARS_MAX], [handle, "plainview"])["guesses"]
    return estimated


def normal(password: str) -> str:
    """The password in NFKC."""
    return unicodedata.normalize("NFKC", password)


class Hashing:
    """Computes hashes in at most `at_once` threads; refuses when too many wait."""

    def __init__(self, at_once: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="argon2")
        self._waiting = 0
        # Compared with when there is no such person, so that both answers take the same time.
        self._nobody = _HASHER.hash("nobody has this password")

    async def checked(self, password: str, handle: str) -> str:
        """A password that somebody chooses, as it is hashed (see checked_password).

        Raises:
            UnavailableError: too many hashes are waiting.
            InvalidInputError: it is no good password.
        """
        return await self._run(checked_password, password, handle)

    async def hash(self, password: str) -> str:
        """The Argon2id hash, with its parameters and salt.

        Raises:
            UnavailableError: too many hashes are waiting.
        """
        return await self._run(_HASHER.hash, password)

    async def is_right(self, kept: str | None, password: str) -> bool:
        """Whether the password is the one kept; never for nobody, and as slowly.

        Raises:
            UnavailableError: too many hashes are waiting.
        """
        right = await self._run(_verified, kept or self._nobody, password)
        return right and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return _HASHER.check_needs_rehash(kept)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Callable[..., T], *arguments: str) -> T:
        if self._waiting >= WAITING_MAX:
            raise UnavailableError("Too many people are signing in just now. Please try again in a moment.")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)
        finally:
            self._waiting -= 1


def _verified(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


async def keep_hash(tx: Transaction, door: Door, person: PersonId, hashed: str) -> None:
    """Make this the person's password."""
    await tx.execute(_KEEP, (person, await seal_text(door, person, FIELD, hashed)))


async def has_password(tx: Transaction, person: PersonId) -> bool:
    """Whether a person has a password."""
    return await (await tx.execute(_READ, (person,))).fetchone() is not None


async def kept_hash(tx: Transaction, door: Door, person: PersonId) -> str | None:
    """The hash of a person's password, opened to compare; None when they have none."""
    row = await (await tx.execute(_READ, (person,))).fetchone()
    return None if row is None else await open_text(door, Sealed(person, FIELD, row[0]), Purpose.SIGN_IN, SERVER)
