"""Owns sessions: a 256-bit token in a cookie, of which only the SHA-256 is kept; listed and revoked by their owner."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row

from plainview.accounts.viewers import Role
from plainview.kernel.errors import NotAllowedError, NotFoundError
from plainview.kernel.ids import PersonId, RegionNumber, SessionId
from plainview.kernel.purposes import Purpose
from plainview.kernel.time import now
from plainview.ports.database import Transaction
from plainview.ports.door import SERVER, Door, Sealed
from plainview.ports.signals import Signals
from plainview.privacy.door import open_texts, seal_texts

REVOKED = "session.revoked"
FRESH = timedelta(minutes=5)
_SECRET_BYTES = 32
_MAKE = """
INSERT INTO sessions (person_id, session_id, token_hash, device, address, expires_at) VALUES (%s, %s, %s, %s, %s, %s)
"""
_FIND = """
SELECT person_id, session_id, roles, seen_at, expires_at FROM sessions JOIN persons USING (person_id)
WHERE token_hash = %s AND expires_at > now()
"""
_IS_FRESH = "SELECT 1 FROM sessions WHERE person_id = %s AND session_id = %s AND created_at > now() - %s"
_SEEN = "UPDATE sessions SET seen_at = now(), expires_at = %s WHERE person_id = %s AND session_id = %s"
_LIST = """
SELECT session_id, device, address, created_at, seen_at FROM sessions
WHERE person_id = %s AND expires_at > now() ORDER BY seen_at DESC, session_id DESC LIMIT 200
"""
_REVOKE = "DELETE FROM sessions WHERE person_id = %s AND session_id = %s RETURNING session_id"
_REVOKE_OTHERS = "DELETE FROM sessions WHERE person_id = %s AND session_id <> %s RETURNING session_id"
_SWEEP = "DELETE FROM sessions WHERE expires_at <= now()"


class ProofNeededError(NotAllowedError):
    """The session is not of these minutes, so whoever holds it may not be the account's owner."""

    code = "proof_needed"


@dataclass(frozen=True, slots=True)
class Place:
    """From where and on what a session was opened."""

    device: str
    address: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """What a new session is made from."""

    person_id: PersonId
    session_id: SessionId
    region: RegionNumber
    place: Place
    days: int


@dataclass(frozen=True, slots=True)
class FoundSession:
    """Whose session a token opens."""

    person_id: PersonId
    session_id: SessionId
    roles: frozenset[Role]
    seen_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its owner sees it."""

    session_id: SessionId
    device: str
    address: str
    created_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class _Row:
    session_id: SessionId
    device: bytes
    address: bytes
    created_at: datetime
    seen_at: datetime


def new_token(region: RegionNumber) -> str:
    """A fresh token: the region's number, then 256 random bits, in URL-safe base64."""
    return base64.urlsafe_b64encode(bytes([region]) + secrets.token_bytes(_SECRET_BYTES)).decode()


def region_of_token(token: str) -> RegionNumber | None:
    """The region in which a token's session lies; None for what is no token."""
    try:
        raw = base64.urlsafe_b64decode(token)
    except ValueError:
        return None
    return RegionNumber(raw[0]) if len(raw) == 1 + _SECRET_BYTES else None


def hash_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


async def open_session(tx: Transaction, door: Door, new: NewSession) -> str:
    """Make a session; the token that goes into the cookie and is kept nowhere."""
    token = new_token(new.region)
    place = {"sessions.device": new.place.device, "sessions.address": new.place.address}
    device, address = await seal_texts(door, new.person_id, place)
    expires_at = now() + timedelta(days=new.days)
    await tx.execute(_MAKE, (new.person_id, new.session_id, hash_of(token), device, address, expires_at))
    return token


async def find_session(tx: Transaction, token_hash: bytes) -> FoundSession | None:
    """The living session of a token; None when there is none."""
    row = await (await tx.execute(_FIND, (token_hash,))).fetchone()
    if row is None:
        return None
    person, session, roles, seen_at, expires_at = row
    return FoundSession(person, session, frozenset(Role(role) for role in roles), seen_at, expires_at)


async def must_be_fresh(tx: Transaction, person: PersonId, session: SessionId | None) -> None:
    """Return only in a session that was opened a moment ago: who is here has just shown that the account is theirs.

    Raises:
        ProofNeededError: it is older.
    """
    if await (await tx.execute(_IS_FRESH, (person, session, FRESH))).fetchone() is None:
        raise ProofNeededError("Sign in once more, so that it is certainly you who asks for this.")


async def mark_seen(tx: Transaction, session: FoundSession, days: int) -> None:
    """Note that a session is in use, which lengthens it."""
    await tx.execute(_SEEN, (now() + timedelta(days=days), session.person_id, session.session_id))


async def list_sessions(tx: Transaction, door: Door, person: PersonId) -> list[ListedSession]:
    """A person's living sessions, the latest used first, opened for their own view."""
    async with tx.cursor(row_factory=class_row(_Row)) as cursor:
        rows = await (await cursor.execute(_LIST, (person,))).fetchall()
    sealed = [Sealed(person, "sessions.device", row.device) for row in rows]
    sealed += [Sealed(person, "sessions.address", row.address) for row in rows]
    texts = [text or "" for text in await open_texts(door, sealed, Purpose.OWN_VIEW, SERVER)] if rows else []
    return [
        ListedSession(row.session_id, device, address, row.created_at, row.seen_at)
        for row, device, address in zip(rows, texts[: len(rows)], texts[len(rows) :], strict=True)
    ]


async def revoke(tx: Transaction, signals: Signals, person: PersonId, session: SessionId) -> None:
    """End one of a person's sessions, everywhere, once the transaction commits.

    Raises:
        NotFoundError: they have no such session.
    """
    row = await (await tx.execute(_REVOKE, (person, session))).fetchone()
    if row is None:
        raise NotFoundError("There is no such session any more.")
    await signals.send(tx, REVOKED, session_id=session, person_id=person)


async def revoke_others(tx: Transaction, signals: Signals, person: PersonId, keep: SessionId) -> list[SessionId]:
    """End all of a person's sessions but one; which ones ended. `keep` 0 ends all."""
    rows = await (await tx.execute(_REVOKE_OTHERS, (person, keep))).fetchall()
    for (session,) in rows:
        await signals.send(tx, REVOKED, session_id=session, person_id=person)
    return [SessionId(session) for (session,) in rows]


async def sweep(tx: Transaction) -> int:
    """Delete the sessions that have ended; how many."""
    return (await tx.execute(_SWEEP)).rowcount
