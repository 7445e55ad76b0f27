"""Owns the bundle that the feed's handlers take, gathered once by wiring."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from plainview.feed.ingest import Ingest
from plainview.feed.pages import Pages
from plainview.feed.profiles import Profiles
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.database import Transaction
from plainview.ports.signals import Signals

# Raises NotFoundError when this viewer may not see the item.
SeeItem = Callable[[Transaction, PersonId, ItemId], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class FeedDesk:
    """What the feed is given by wiring."""

    pages: Pages
    ingest: Ingest
    signals: Signals
    see_item: SeeItem
    page_size_default: int
    profiles: Profiles
