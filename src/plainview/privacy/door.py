"""Owns how domains seal and open text through the door: one value in, one value out, in UTF-8."""

from collections.abc import Sequence

from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.door import Door, Sealed
from plainview.privacy.personal import Purpose


async def seal_text(door: Door, tx: Transaction, person: PersonId, field: str, text: str) -> bytes:
    """The sealed bytes of a text that stands in `table.column`."""
    return await door.seal(tx, person, field, text.encode())


async def open_texts(door: Door, tx: Transaction, sealed: Sequence[Sealed], purpose: Purpose) -> list[str | None]:
    """The texts, in order; None where the person's key is gone."""
    return [None if plain is None else plain.decode() for plain in await door.open(tx, sealed, purpose)]


async def open_text(door: Door, tx: Transaction, sealed: Sealed, purpose: Purpose) -> str | None:
    """The text; None when the person's key is gone."""
    return (await open_texts(door, tx, [sealed], purpose))[0]
