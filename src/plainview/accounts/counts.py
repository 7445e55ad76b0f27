"""Owns the public counters of a person: followers, following, likes received and videos posted."""

from typing import Literal

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction

PersonCounter = Literal["followers", "following", "likes", "videos"]
_ADD = {
    name: f"UPDATE persons SET {name} = greatest(0, {name} + %s) WHERE person_id = %s"
    for name in ("followers", "following", "likes", "videos")
}


async def count_person(tx: Transaction, person: PersonId, counter: PersonCounter, by: int) -> None:
    """Move one counter of a person; concurrent movements all count."""
    await tx.execute(_ADD[counter], (by, person))
