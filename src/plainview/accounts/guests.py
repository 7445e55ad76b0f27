"""Owns guests: people who watch without an account. A signed cookie carries their id; nothing of them is stored here.

Signing up keeps the id, and with it what the feed learned. From then on the old cookie is worth nothing: an id that has
an account is no guest's.
"""

import base64
import hashlib
import hmac
from collections import OrderedDict
from typing import Any

from plainview.accounts.persons import is_person
from plainview.kernel.ids import PersonId, parse_id, region_of
from plainview.ports.database import Database

KNOWN_MAX = 100_000
PERSON_OPENED = "person.opened"
_TAG_CHARS = 22  # 128 bits in base64.


class Guests:
    """Signs and reads guests' cookies."""

    def __init__(self, key: bytes, database: Database) -> None:
        self._key = key
        self._database = database
        self._known: OrderedDict[PersonId, None] = OrderedDict()
        self._changes = 0

    def sign(self, person: PersonId) -> str:
        """The cookie's value for a guest."""
        return f"{person}.{self._tag(str(person))}"

    def read(self, value: str) -> PersonId | None:
        """The guest's id; None when the cookie was not signed here."""
        number, _, tag = value.partition(".")
        if not hmac.compare_digest(tag.encode(), self._tag(number).encode()):
            return None
        try:
            return PersonId(parse_id(number))
        except ValueError:
            return None

    async def find(self, value: str) -> PersonId | None:
        """The guest of a cookie; None when it is not ours, or the guest has opened an account since."""
        person = self.read(value)
        if person is None or region_of(person) not in self._database.regions.values():
            return None
        if person not in self._known:
            changes = self._changes
            async with self._database.transaction(region_of(person)) as tx:
                if await is_person(tx, person):
                    return None
            if changes == self._changes:
                self._remember(person)
        return person

    def _remember(self, person: PersonId) -> None:
        self._known[person] = None
        if len(self._known) > KNOWN_MAX:
            self._known.popitem(last=False)

    def drop(self, person: PersonId) -> None:
        """This guest has an account now."""
        self._changes += 1
        self._known.pop(person, None)

    async def on_opened(self, facts: dict[str, Any]) -> None:
        """Take in the signal `person.opened`."""
        if facts.get("missed"):
            self._changes += 1
            self._known.clear()
        else:
            self.drop(PersonId(int(facts["person_id"])))

    def _tag(self, number: str) -> str:
        digest = hmac.new(self._key, f"guest|{number}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).decode()[:_TAG_CHARS]
