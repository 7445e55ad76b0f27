"""Owns how domains seal and open text through the door, in UTF-8."""

from collections.abc import Mapping, Sequence

from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.ports.door import By, Door, Plain, Sealed


async def seal_texts(door: Door, person: PersonId, texts: Mapping[str, str]) -> list[bytes]:
    """The sealed bytes of one person's texts, given by `table.column`, in order."""
    return await door.seal([Plain(person, field, text.encode()) for field, text in texts.items()])


async def seal_text(door: Door, person: PersonId, field: str, text: str) -> bytes:
    """The sealed bytes of a text that stands in `table.column`."""
    return (await seal_texts(door, person, {field: text}))[0]


async def open_texts(door: Door, sealed: Sequence[Sealed], purpose: Purpose, by: By) -> list[str | None]:
    """The texts, in order; None where the person's key is gone."""
    return [None if plain is None else plain.decode() for plain in await door.open(sealed, purpose, by)]


async def open_text(door: Door, sealed: Sealed, purpose: Purpose, by: By) -> str | None:
    """The text; None when the person's key is gone."""
    return (await open_texts(door, [sealed], purpose, by))[0]
