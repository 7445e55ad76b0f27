"""Owns one fit of what serves: from what the engine told, in slices, to a model that is judged, or none.

What is judged is what serves: of some people the last video that they enjoyed is kept from the fit and asked for
afterwards. Who serves by now answers the same questions, as far as they are newer than it is; so does the list of what
is enjoyed most.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.archive import from_bytes
from plainview.engine.sequence.encoder import EncoderShape
from plainview.engine.sequence.fitting import Course, fit_encoder
from plainview.engine.sequence.histories import Histories, gathered
from plainview.engine.sequence.publishing import Stock, published
from plainview.engine.sequence.serving import NextModel
from plainview.engine.upcoming import ENJOYED


@dataclass(frozen=True, slots=True)
class NightlyShape:
    """Everything that is chosen by hand."""

    encoder: EncoderShape = field(default_factory=lambda: EncoderShape(width=64, recent=32, actions=3))
    course: Course = field(default_factory=Course)
    enjoyed_min: int = 2_000
    """Fewer videos enjoyed, all people together, and nothing is fitted."""
    asked_max: int = 1_000
    """Of so many people at most the last one enjoyed is kept from the fit."""
    asked_share: float = 0.2


_ASKED_FOR_SPREAD, _FIRST = 200, 10


class Told(NamedTuple):
    """What the engine told."""

    stock: Stock
    items: list[NDArray[np.int64]]
    """For each person the places in the stock of the videos that they met, oldest first."""
    acts: list[NDArray[np.int64]]
    last_ms: NDArray[np.int64]


def gathered_up(slices: Iterable[bytes]) -> Told:
    """What the slices say together."""
    parts: list[list[dict[str, NDArray[Any]]]] = [[], [], []]
    for data in slices:
        facts, arrays = from_bytes(data)
        parts[facts["stage"]].append(arrays)
    names = np.concatenate([part["names"] for part in parts[0]])
    ids = np.concatenate([part["ids"] for part in parts[1]])
    terms = np.concatenate([part["traits"] for part in parts[1]])
    order = np.argsort(ids)
    ids, terms = ids[order], np.where(terms[order] < len(names), terms[order], 0)
    items, acts = [], []
    for part in parts[2]:
        ends = np.cumsum(part["lengths"])[:-1]
        for met, done in zip(np.split(part["items"], ends), np.split(part["acts"], ends), strict=True):
            if len(met):
                at = np.minimum(np.searchsorted(ids, met), len(ids) - 1)
                known = ids[at] == met
                items.append(at[known])
                acts.append(done[known].astype(np.int64))
    taken = np.zeros(len(ids), np.int64)
    for met, done in zip(items, acts, strict=True):
        taken[met[done == ENJOYED]] += 1
    last_ms = np.concatenate([part["last_ms"] for part in parts[2]])
    return Told(Stock(ids, names[terms], taken), items, acts, last_ms)


def fitted(told: Told, shape: NightlyShape) -> NextModel:
    """The model of all that was told."""
    rows = np.flatnonzero(told.stock.taken)
    number = np.full(len(told.stock.ids), -1)
    number[rows] = np.arange(len(rows))
    histories = []
    for met, done in zip(told.items, told.acts, strict=True):
        at = number[met]
        histories.append((done * len(rows) + at)[at >= 0])
    codes: Histories = gathered(histories, 3 * len(rows))
    encoder = fit_encoder(codes, shape.encoder, shape.course).encoder
    model = published(encoder, told.stock, rows)
    return model.with_spread(_spread(model, told))


def _spread(model: NextModel, told: Told) -> float:
    """How far from the mean the products of what comes first lie, for most people: that counts as one point."""
    asked = np.linspace(0, len(told.items) - 1, min(len(told.items), _ASKED_FOR_SPREAD)).astype(np.intp)
    firsts = []
    for person in asked.tolist():
        met, done = (each[person][-model.recent :] for each in (told.items, told.acts))
        products = model.items @ model.state(met, done, model.items[met]).vector
        firsts.append(float(np.partition(products, -_FIRST)[-_FIRST]))
    return max(float(np.median(firsts)), 1e-3)
