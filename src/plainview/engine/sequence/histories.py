"""Owns the histories of people: which items each has taken, oldest first, as one flat array of item numbers."""

from collections.abc import Sequence
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
    waits: NDArray[np.int64] | None = None
    """(events,) how long after each the same person's next came, as `waits.py` numbers it; None where no times are
    known. What is taken away at the end leaves this behind: it is when the next is asked for."""

    def __post_init__(self) -> None:
        assert self.items.ndim == 1
        assert self.waits is None or self.waits.shape == self.items.shape
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
        return self.of_spans([(self.starts[person], self.starts[person + 1]) for person in people])

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
        spans = zip(self.starts, self.starts[1:], strict=False)
        return self.of_spans([(start, max(start, end - count)) for start, end in spans])

    def of_spans(self, spans: Sequence[tuple[int, int]]) -> "Histories":
        """A person for each span of the events."""
        rows = [slice(*span) for span in spans]
        waits = None if self.waits is None else [self.waits[row] for row in rows]
        return gathered([self.items[row] for row in rows], self.item_count, waits)


def gathered(rows: list[NDArray[np.int64]], item_count: int, waits: list[NDArray[np.int64]] | None = None) -> Histories:
    """Histories from a row of items, and of waits where they are known, for each person."""
    starts = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int64)
    none = np.empty(0, np.int64)
    known = None if waits is None else np.concatenate([none, *waits])
    return Histories(np.concatenate([none, *rows]), starts, item_count, known)


@dataclass(frozen=True)
class HeldOut:
    """What is known of people, and the one item that each took next."""

    known: Histories
    targets: NDArray[np.int64]


def hold_out_of_some(histories: Histories, people_max: int) -> tuple[Histories, HeldOut]:
    """Leave one out of some people, spread evenly: at most so many, and half of those who have two items.

    Returns:
        What may be learned from, which is all but these people's last items; and these.
    """
    can = np.flatnonzero(histories.lengths > 1)
    chosen = can[np.unique(np.linspace(0, len(can) - 1, min(people_max, -(-len(can) // 2))).astype(np.int64))]
    fewer = np.zeros(len(histories), np.int64)
    fewer[chosen] = 1
    spans = zip(histories.starts, histories.starts[1:] - fewer, strict=False)
    known = histories.without_last(1).some(chosen)
    return histories.of_spans(list(spans)), HeldOut(known, histories.items[histories.starts[1:][chosen] - 1])


def hold_out(histories: Histories, nth_last: int = 1) -> HeldOut:
    """Leave one out, by order: everybody's nth last item is the target, and what came before it is known.

    People with nothing before it are not asked about.
    """
    people = np.flatnonzero(histories.lengths > nth_last)
    known = histories.without_last(nth_last).some(people)
    return HeldOut(known, histories.items[histories.starts[1:][people] - nth_last])
