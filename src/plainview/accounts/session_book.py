"""Owns the sessions that this process has lately seen, so that a request asks the database for none of them.

A revocation takes them out at once: in this process directly, in every other through the signal `session.revoked`.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Any

from plainview.accounts.sessions import FoundSession, find_session, hash_of, mark_seen, region_of_token
from plainview.kernel.ids import PersonId, SessionId
from plainview.kernel.time import now
from plainview.ports.database import Database

SESSIONS_MAX = 50_000
TRUSTED_S = 300.0  # A session is read again after this long, whatever signals said.
SEEN_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Entry:
    session: FoundSession
    until: float


class SessionBook:
    """Finds the session of a token, mostly without SQL."""

    def __init__(self, database: Database, days: int, clock: Callable[[], float] = monotonic) -> None:
        self._database = database
        self._days = days
        self._clock = clock
        self._entries: OrderedDict[bytes, _Entry] = OrderedDict()
        self._hashes: dict[SessionId, bytes] = {}
        self._changes = 0

    async def find(self, token: str) -> FoundSession | None:
        """The living session of a token; None when there is none, or none any more."""
        token_hash = hash_of(token)
        entry = self._entries.get(token_hash)
        if entry is not None and entry.until > self._clock():
            return entry.session
        return await self._read(token, token_hash)

    async def _read(self, token: str, token_hash: bytes) -> FoundSession | None:
        region = region_of_token(token)
        if region is None or region not in self._database.regions.values():
            return None
        changes = self._changes
        async with self._database.statements(region) as tx:
            found = await find_session(tx, token_hash)
            if found is not None and now() - found.seen_at > SEEN_EVERY:
                await mark_seen(tx, found, self._days)
        # A revocation that arrived while we read may have been of this very session: then it is not remembered.
        if found is not None and changes == self._changes:
            self._remember(token_hash, found)
        return found

    def _remember(self, token_hash: bytes, found: FoundSession) -> None:
        lasts_s = min(TRUSTED_S, (found.expires_at - now()).total_seconds())
        self._entries[token_hash] = _Entry(found, self._clock() + lasts_s)
        self._entries.move_to_end(token_hash)
        self._hashes[found.session_id] = token_hash
        if len(self._entries) > SESSIONS_MAX:
            _, oldest = self._entries.popitem(last=False)
            self._hashes.pop(oldest.session.session_id, None)

    def drop(self, session: SessionId) -> None:
        """Forget one session: the next request with its token reads the database."""
        self._changes += 1
        if token_hash := self._hashes.pop(session, None):
            self._entries.pop(token_hash, None)

    def drop_person(self, person: PersonId) -> None:
        """Forget all sessions of a person: their roles changed, or the account is gone."""
        self._changes += 1
        for entry in [each for each in self._entries.values() if each.session.person_id == person]:
            self.drop(entry.session.session_id)

    def drop_all(self) -> None:
        """Forget everything: signals were missed."""
        self._changes += 1
        self._entries.clear()
        self._hashes.clear()

    async def on_revoked(self, facts: dict[str, Any]) -> None:
        """Take in the signal `session.revoked`."""
        if facts.get("missed"):
            self.drop_all()
        else:
            self.drop(SessionId(int(facts["session_id"])))

    async def on_person_changed(self, facts: dict[str, Any]) -> None:
        """Take in the signal `person.changed`: roles, or the end of the account."""
        if facts.get("missed"):
            self.drop_all()
        else:
            self.drop_person(PersonId(int(facts["person_id"])))
