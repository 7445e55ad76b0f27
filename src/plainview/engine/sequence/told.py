"""Owns what a fit is told, taken in: histories of people without names, and the items that are in them. No torch."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.archive import from_bytes
from plainview.engine.upcoming import ENJOYED

PEOPLE_MAX = 100_000
"""Of more people, those are learned from who did something last."""
_ASKED_SHARE = 0.2


class Stock(NamedTuple):
    """The items of which something is known, taken or not."""

    ids: NDArray[np.int64]
    """(items,) ascending."""
    traits: NDArray[np.uint64]
    """(items, k) names of traits (`serving.trait_name`); 0 for an empty place."""
    content: NDArray[np.int8]
    """(items, numbers) what each says, looks and sounds like; see `engine.content`."""
    taken: NDArray[np.int64]
    """(items,) how often each was taken."""


class Person(NamedTuple):
    """One history."""

    met: NDArray[np.intp]
    """(n,) places in the stock, oldest first."""
    done: NDArray[np.intp]
    met_ms: NDArray[np.int64]
    """(n,) when each was met."""
    last_ms: int

    def until(self, count: int) -> "Person":
        """The same person when they had met so many."""
        return Person(self.met[:count], self.done[:count], self.met_ms[:count], self.last_ms)


class Told(NamedTuple):
    """What the engine told."""

    stock: Stock
    people: list[Person]

    @property
    def enjoyed(self) -> int:
        """How many videos were enjoyed, all people together."""
        return int(self.stock.taken.sum())


class Question(NamedTuple):
    """What somebody met, and what they enjoyed next."""

    known: Person
    target: int
    asked_ms: int
    """When they met it."""


def gathered_up(slices: Iterable[bytes], people_max: int = PEOPLE_MAX) -> Told:
    """What the slices say together; of too many people those who did something last."""
    parts: list[list[dict[str, NDArray[Any]]]] = [[], [], []]
    for data in slices:
        facts, arrays = from_bytes(data)
        parts[facts["stage"]].append(arrays)
    names, ids, terms = (
        np.concatenate([part[name] for part in parts[stage]])
        for stage, name in ((0, "names"), (1, "ids"), (1, "traits"))
    )
    order = np.argsort(ids)
    ids, terms = ids[order], np.where(terms[order] < len(names), terms[order], 0)
    people = [person for part in parts[2] for person in _people(part, ids)]
    people.sort(key=lambda person: person.last_ms)
    people = people[-people_max:]
    content = _of_one_width([part["content"] for part in parts[1]])[order]
    return Told(Stock(ids, names[terms], content, _taken(people, len(ids))), people)


def kept_back(told: Told, asked_max: int) -> tuple[Told, list[Question]]:
    """Less to learn from, and what is asked for it: of some people, spread evenly over all."""
    count = min(asked_max, int(_ASKED_SHARE * len(told.people)))
    chosen = set(np.linspace(0, len(told.people) - 1, count).astype(int).tolist())
    people, questions = [], []
    for number, person in enumerate(told.people):
        enjoyed = np.flatnonzero(person.done == ENJOYED)
        if number in chosen and len(enjoyed) > 1:
            last = int(enjoyed[-1])
            before = person.until(last)
            questions.append(Question(before, int(person.met[last]), int(person.met_ms[last])))
            people.append(before)
        else:
            people.append(person)
    return Told(told.stock._replace(taken=_taken(people, len(told.stock.ids))), people), questions


def _of_one_width(rows: Sequence[NDArray[np.int8]]) -> NDArray[np.int8]:
    """All of them; features may have come for the first time between two slices."""
    width = max(part.shape[1] for part in rows)
    return np.concatenate([np.pad(part, ((0, 0), (0, width - part.shape[1]))) for part in rows])


def _people(part: dict[str, NDArray[Any]], ids: NDArray[np.int64]) -> Iterable[Person]:
    ends = np.cumsum(part["lengths"])[:-1]
    rows = [np.split(part[name], ends) for name in ("items", "acts", "met_ms")]
    for met, done, met_ms, last_ms in zip(*rows, part["last_ms"].tolist(), strict=False):
        at = np.minimum(np.searchsorted(ids, met), len(ids) - 1)
        known = ids[at] == met
        yield Person(at[known], done[known].astype(np.intp), met_ms[known], last_ms)


def _taken(people: Sequence[Person], items: int) -> NDArray[np.int64]:
    found = np.zeros(items, np.int64)
    for person in people:
        np.add.at(found, person.met[person.done == ENJOYED], 1)
    return found
