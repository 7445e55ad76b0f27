"""Owns what a fit of the model of what comes next is told: the engine's state in slices, each a few milliseconds.

Who is behind a history is not told; an item is its number, a trait a digest, and when each was met is told, so that the
fit can number the times between. Only people whom the engine knows are in
it, and those are the ones who are profiled.
"""

from itertools import islice
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.learning import Learner
from plainview.engine.online.archive import to_bytes
from plainview.engine.sequence.serving import trait_name
from plainview.engine.upcoming import ENJOYED, history
from plainview.ports.engine import Lesson

_TERMS, _ITEMS, _PEOPLE = range(3)
_AT_ONCE: Final = (2_000, 5_000, 250)
BEGINNING: Final = (0, 0)


class _Rows(NamedTuple):
    items: list[NDArray[np.int64]]
    acts: list[NDArray[np.int8]]
    met_ms: list[NDArray[np.int64]]
    last_ms: list[int]


def lesson(learner: Learner, at: tuple[int, int]) -> Lesson:
    """The slice that begins here, and where the next begins."""
    stage, start = at
    end = start + _AT_ONCE[stage]
    told, total = (_terms, _items, _people)[stage](learner, start, end)
    after = (stage, end) if end < total else (stage + 1, 0)
    return Lesson(to_bytes({"stage": stage}, told), after if after[0] <= _PEOPLE else None)


def _terms(learner: Learner, start: int, end: int) -> tuple[dict[str, NDArray[np.generic]], int]:
    terms = learner.catalogue.terms
    kinds = terms.kind[start : min(end, len(terms))].tolist()
    names = [trait_name(kind, name) for kind, name in zip(kinds, terms.names[start:end], strict=True)]
    found = np.array(names, np.uint64)
    if start == 0:
        found[0] = 0
    return {"names": found}, len(terms)


def _items(learner: Learner, start: int, end: int) -> tuple[dict[str, NDArray[np.generic]], int]:
    catalogue = learner.catalogue
    here = slice(start, min(end, catalogue.count))
    told: dict[str, NDArray[np.generic]] = {"ids": catalogue.ids[here], "traits": catalogue.traits[here]}
    return told | {"content": catalogue.content.rows[here]}, catalogue.count


def _people(learner: Learner, start: int, end: int) -> tuple[dict[str, NDArray[np.generic]], int]:
    rows = _Rows([], [], [], [])
    for person in islice(learner.people.values(), start, end):
        slots, acts, met_ms = history(person, learner.catalogue)
        if (acts == ENJOYED).any():
            rows.items.append(learner.catalogue.ids[slots])
            rows.acts.append(acts.astype(np.int8))
            rows.met_ms.append(met_ms)
            rows.last_ms.append(person.counts["last_ms"])
    told: dict[str, NDArray[np.generic]] = {
        "lengths": np.array([len(each) for each in rows.items], np.int64),
        "items": np.concatenate([np.zeros(0, np.int64), *rows.items]),
        "acts": np.concatenate([np.zeros(0, np.int8), *rows.acts]),
        "met_ms": np.concatenate([np.zeros(0, np.int64), *rows.met_ms]),
        "last_ms": np.array(rows.last_ms, np.int64),
    }
    return told, len(learner.people)
