"""Owns the bundle that the catalog's handlers take from wiring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from plainview.catalog.gate import ItemGate
from plainview.catalog.items import Shredder
from plainview.catalog.studio import Studio
from plainview.catalog.wording import Pen
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Database, Transaction
from plainview.ports.jobs import Jobs
from plainview.ports.objects import Objects
from plainview.ports.relations import Relations
from plainview.ports.signals import Signals

TellMentioned = Callable[[Transaction, PersonId, PersonId, ItemId], Awaitable[None]]
"""Tells a person that another one named them in a caption; social answers, above."""


@dataclass(frozen=True, slots=True)
class CatalogDesk:
    """What the catalog's routes need."""

    database: Database
    objects: Objects
    jobs: Jobs
    signals: Signals
    relations: Relations
    studio: Studio
    pen: Pen
    shredder: Shredder
    gate: ItemGate
    tell_mentioned: TellMentioned
    caption_chars_max: int
    captions_bytes_max: int
