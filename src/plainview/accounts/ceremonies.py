"""Owns ceremonies: the challenge of a passkey's creation or use, kept for minutes and used once.

What a ceremony is for is sealed under the ceremony's own id, and its key is destroyed with it.
"""

import base64
import secrets
from dataclasses import dataclass
from datetime import timedelta

from plainview.kernel.errors import InvalidInputError
from plainview.kernel.ids import IdMaker, PersonId, RegionNumber, parse_id, region_of
from plainview.kernel.time import now
from plainview.ports.database import Database, Transaction
from plainview.ports.door import Door, Sealed
from plainview.privacy.personal import Purpose

LASTS = timedelta(minutes=10)
CHALLENGE_BYTES = 32
_FIELD = "ceremonies.intent"
_MAKE = "INSERT INTO ceremonies (ceremony_id, challenge, intent, expires_at) VALUES (%s, %s, %s, %s)"
_TAKE = "DELETE FROM ceremonies WHERE ceremony_id = %s AND challenge = %s AND expires_at > now() RETURNING intent"
_SWEEP = "DELETE FROM ceremonies WHERE expires_at <= now() RETURNING ceremony_id"


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


async def begin(tx: Transaction, door: Door, maker: IdMaker, intent: bytes) -> Ceremony:
    """Start a ceremony. An empty intent (signing in) is not sealed: it says nothing of anybody."""
    number, challenge = maker.next(), secrets.token_bytes(CHALLENGE_BYTES)
    sealed = await door.seal(tx, PersonId(number), _FIELD, intent) if intent else b""
    await tx.execute(_MAKE, (number, challenge, sealed, now() + LASTS))
    return Ceremony(f"{number}.{base64.urlsafe_b64encode(challenge).decode()}", challenge)


def region_of_ceremony(name: str, database: Database) -> RegionNumber:
    """The region in which a ceremony lies.

    Raises:
        CeremonyOverError: it is no ceremony's name.
    """
    number, _ = _parsed(name)
    if region_of(number) not in database.regions.values():
        raise CeremonyOverError
    return region_of(number)


async def take(tx: Transaction, door: Door, name: str) -> Held:
    """Take up a ceremony, once.

    Raises:
        CeremonyOverError: there is none of this name, or no longer.
    """
    number, challenge = _parsed(name)
    row = await (await tx.execute(_TAKE, (number, challenge))).fetchone()
    if row is None:
        raise CeremonyOverError
    intent = bytes(row[0])
    if not intent:
        return Held(b"", challenge)
    (plain,) = await door.open(tx, [Sealed(PersonId(number), _FIELD, intent)], Purpose.SIGN_IN)
    await door.destroy(tx, PersonId(number))
    if plain is None:
        raise CeremonyOverError
    return Held(plain, challenge)


async def sweep(tx: Transaction, door: Door) -> int:
    """Delete the ceremonies that nobody finished, with their keys; how many."""
    rows = await (await tx.execute(_SWEEP)).fetchall()
    for (number,) in rows:
        await door.destroy(tx, PersonId(number))
    return len(rows)


def _parsed(name: str) -> tuple[int, bytes]:
    number, _, challenge = name.partition(".")
    try:
        return parse_id(number), base64.urlsafe_b64decode(challenge)
    except ValueError as error:
        raise CeremonyOverError from error
