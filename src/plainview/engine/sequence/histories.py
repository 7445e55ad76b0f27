"""Owns the histories of people: which items each has taken, oldest first, as one flat array of item numbers."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Histories:
    """People's items, oldest first; a person is a stretch of `items`."""

    items: NDArray[np.int64]
    """(events,) item numbers in 0..item_count-1, person after person."""
    starts: NDArray[np.int64]
    """(people + 1,) where each person's stretch begins; the last is the number of events."""
    item_count: int

    def __post_init__(self) -> None:
        assert self.items.ndim == 1
        assert self.starts[0] == 0
        assert self.starts[-1] == len(self.items)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def of(self, person: int) -> NDArray[np.int64]:
        """One person's items, oldest first."""
        return self.items[self.starts[person] : self.starts[person + 1]]

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(people,) how many items each has."""
        return np.diff(self.starts)

    @cached_property
    def places(self) -> NDArray[np.int64]:
        """(events,) how many of the same person's events came before each."""
        return np.arange(len(self.items)) - np.repeat(self.starts[:-1], self.lengths)

    def some(self, people: NDArray[np.int64]) -> "Histories":
        """These people only, in this order."""
        return gathered([self.of(person) for person in people], self.item_count)

    def distinct(self) -> "Histories":
        """The same people with each item once, in the order of the items' numbers."""
        owners = np.repeat(np.arange(len(self)), self.lengths)
        owners, items = np.divmod(np.unique(owners * self.item_count + self.items), max(1, self.item_count))
        return Histories(items, np.searchsorted(owners, np.arange(len(self) + 1)), self.item_count)

    def turned(self) -> "Histories":
        """The same seen from the items: for each item the people who took it."""
        owners = np.repeat(np.arange(len(self)), self.lengths)
        order = np.argsort(self.items, kind="stable")
        counts = np.bincount(self.items, minlength=self.item_count)
        return Histories(owners[order], np.concatenate([[0], np.cumsum(counts)]), len(self))

    def without_last(self, count: int) -> "Histories":
        """The same people with their last few items taken away; those who had no more keep nothing."""
        rows = [
            self.items[start : max(start, end - count)]
            for start, end in zip(self.starts, self.starts[1:], strict=False)
        ]
        return gathered(rows, self.item_count)


def gathered(rows: list[NDArray[np.int64]], item_count: int) -> Histories:
    """Histories from a row of items for each person."""
    starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
    return Histories(np.concatenate([np.empty(0, np.int64), *rows]), starts, item_count)


@dataclass(frozen=True)
class HeldOut:
    """What is known of people, and the one item that each took next."""

    known: Histories
    targets: NDArray[np.int64]


def hold_out(histories: Histories, nth_last: int = 1) -> HeldOut:
    """Leave one out, by order: everybody's nth last item is the target, and what came before it is known.

    People with nothing before it are not asked about.
    """
    people = np.flatnonzero(histories.lengths > nth_last)
    known = histories.without_last(nth_last).some(people)
    return HeldOut(known, histories.items[histories.starts[1:][people] - nth_last])
