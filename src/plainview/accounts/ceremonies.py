"""Owns ceremonies: the challenge of a passkey's creation or use, kept for minutes and used once.

What a ceremony is for travels in its name, to the browser and back; here stands only a commitment to it, whose opening
the browser alone holds. So nothing is kept of somebody who begins to sign up.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import IdMaker, RegionNumber, parse_id, region_of
from plainview.kernel.time import now
from plainview.ports.database import Database, Transaction

LASTS = timedelta(minutes=10)
CHALLENGE_BYTES = OPENING_BYTES = 32
_MAKE = "INSERT INTO ceremonies (ceremony_id, challenge, commitment, expires_at) VALUES (%s, %s, %s, %s)"
_TAKE = """
DELETE FROM ceremonies WHERE ceremony_id = %s AND commitment = %s AND expires_at > now() RETURNING challenge
"""
_SWEEP = "DELETE FROM ceremonies WHERE expires_at <= now()"


class CeremonyOverError(InvalidInputError):
    """The ceremony is unknown, was used already, or took too long."""

    code, title = "ceremony_over", "This took too long"

    def __init__(self) -> None:
        super().__init__("The time for using your passkey has passed. Please start again.")


@dataclass(frozen=True, slots=True)
class Ceremony:
    """A ceremony under way: its name on the wire, and the challenge that the authenticator signs."""

    name: str
    challenge: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A ceremony that was taken up: what it was for, and its challenge."""

    intent: bytes
    challenge: bytes


@dataclass(frozen=True, slots=True)
class _Name:
    number: int
    opening: bytes
    intent: bytes

    def __str__(self) -> str:
        parts = (base64.urlsafe_b64encode(each).decode() for each in (self.opening, self.intent))
        return ".".join((str(self.number), *parts))

    def commitment(self) -> bytes:
        """Says nothing of the intent to who does not hold the opening, and fits no other."""
        return hashlib.sha256(self.opening + self.intent).digest()


async def begin(tx: Transaction, maker: IdMaker, intent: bytes) -> Ceremony:
    """Start a ceremony for this; its name is the browser's to bring back."""
    name = _Name(maker.next(), secrets.token_bytes(OPENING_BYTES), intent)
    challenge = secrets.token_bytes(CHALLENGE_BYTES)
    await tx.execute(_MAKE, (name.number, challenge, name.commitment(), now() + LASTS))
    return Ceremony(str(name), challenge)


def region_of_ceremony(name: str, database: Database) -> RegionNumber:
    """The region in which a ceremony lies.

    Raises:
        CeremonyOverError: it is no ceremony's name.
    """
    region = region_of(_parsed(name).number)
    if region not in database.regions.values():
        raise CeremonyOverError
    return region


async def take(tx: Transaction, name: str) -> Held:
    """Take up a ceremony, once.

    Raises:
        CeremonyOverError: there is none of this name, or no longer.
    """
    parsed = _parsed(name)
    row = await (await tx.execute(_TAKE, (parsed.number, parsed.commitment()))).fetchone()
    if row is None:
        raise CeremonyOverError
    return Held(parsed.intent, bytes(row[0]))


async def sweep(tx: Transaction) -> int:
    """Delete the ceremonies that nobody finished; how many."""
    return (await tx.execute(_SWEEP)).rowcount


def _parsed(name: str) -> _Name:
    try:
        number, opening, intent = name.split(".")
        return _Name(parse_id(number), base64.urlsafe_b64decode(opening), base64.urlsafe_b64decode(intent))
    except ValueError as error:
        raise CeremonyOverError from error
