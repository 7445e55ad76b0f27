"""Owns one fit of what serves: from what the engine told, in slices, to a model that is judged, or none.

What is judged is what serves: of some people the last video that they enjoyed, and all after it, is kept from the fit
and asked for afterwards. The model that serves by now answers the same questions, as far as they are newer than it is,
and so does the list of what is enjoyed most. What is no better than the list, or clearly worse than what serves, is
refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from plainview.engine.sequence.encoder import EncoderShape
from plainview.engine.sequence.evaluating import Quality
from plainview.engine.sequence.fitting import Course, fit_encoder
from plainview.engine.sequence.histories import gathered
from plainview.engine.sequence.publishing import published
from plainview.engine.sequence.serving import Floats, NextModel
from plainview.engine.sequence.told import Person, Question, Stock, Told, kept_back
from plainview.engine.sequence.waits import until_next, waits


@dataclass(frozen=True, slots=True)
class NightlyShape:
    """Everything that is chosen by hand."""

    encoder: EncoderShape = field(default_factory=lambda: EncoderShape(width=64, recent=32, actions=3))
    course: Course = field(default_factory=lambda: Course(seconds_max=3_600.0))
    items_max: int = 8_000
    """So many items, those most enjoyed, have a vector of their own; the others are placed by traits and content."""
    asked_max: int = 1_000
    """Of so many people at most the last one enjoyed is kept from the fit."""
    worse_by: float = 0.1
    """What reaches less than what serves by more than this share of it is refused,"""
    asked_min: int = 50
    """if so many were asked; of fewer nothing can be said."""


class Outcome(NamedTuple):
    """What became of a fit."""

    model: NextModel | None
    """None where it was refused."""
    verdict: str
    """taken or refused."""
    figures: dict[str, float]


_AT_ONCE = 1_000
_ASKED_FOR_SPREAD, _FIRST = 200, 10


def fit(told: Told, serving: NextModel | None, shape: NightlyShape) -> Outcome:
    """The model of what was told, if it may serve."""
    figures: dict[str, float] = {"people": len(told.people), "enjoyed": told.enjoyed}
    told, questions = kept_back(told, shape.asked_max)
    model = fitted(told, shape)
    figures["ndcg"] = _ndcg(model, questions, told.stock)
    figures["ndcg_of_most_enjoyed"] = _ndcg(None, questions, told.stock)
    is_worse = figures["ndcg"] <= figures["ndcg_of_most_enjoyed"]
    newer = [each for each in questions if serving and each.known.last_ms > _cut(serving)]
    figures |= {"asked": len(questions), "asked_of_both": len(newer)}
    if serving and len(newer) >= shape.asked_min:
        figures["ndcg_of_both"], figures["ndcg_of_serving"] = (
            _ndcg(each, newer, told.stock) for each in (model, serving)
        )
        is_worse |= figures["ndcg_of_both"] < (1.0 - shape.worse_by) * figures["ndcg_of_serving"]
    return Outcome(None, "refused", figures) if is_worse else Outcome(model, "taken", figures)


def fitted(told: Told, shape: NightlyShape) -> NextModel:
    """The model of all that was told."""
    taken = told.stock.taken
    rows = np.sort(np.argsort(-taken, kind="stable")[: min(shape.items_max, int((taken > 0).sum()))])
    number = np.full(len(taken), -1)
    number[rows] = np.arange(len(rows))
    codes, waited = [], []
    for person in told.people:
        at = number[person.met]
        codes.append((person.done * len(rows) + at)[at >= 0])
        waited.append(until_next(person.met_ms[at >= 0] / 1_000))
    encoder = fit_encoder(gathered(codes, 3 * len(rows), waited), shape.encoder, shape.course).encoder
    cut_ms = max(person.last_ms for person in told.people)
    model = published(encoder, told.stock, rows)
    return model.with_facts(spread=_spread(model, told), cut_ms=cut_ms)


def _spread(model: NextModel, told: Told) -> float:
    """How far from the mean the products of what comes first lie, for most people: that counts as one point."""
    people = [person for person in told.people if len(person.met) > 1]
    asked = np.linspace(0, len(people) - 1, min(len(people), _ASKED_FOR_SPREAD)).astype(int)
    products = [_before_last(model, people[number]) for number in asked.tolist()]
    first = min(_FIRST, len(model.items))
    return max(float(np.median([np.partition(each, -first)[-first] for each in products])), 1e-3)


def _before_last(model: NextModel, person: Person) -> Floats:
    """The products when the last was met; of what is asked for at no time nothing was fitted."""
    return _products(model, person.until(len(person.met) - 1), int(person.met_ms[-1]), model.items)


def _products(model: NextModel, person: Person, asked_ms: int, items: Floats) -> Floats:
    met, done, met_ms = (each[-model.recent :] for each in (person.met, person.done, person.met_ms))
    waited = waits(np.diff(met_ms, append=asked_ms) / 1_000)
    found: Floats = items @ model.state(met, done, waited, items[met]).vector
    return found


def _ndcg(model: NextModel | None, questions: Sequence[Question], stock: Stock) -> float:
    """How well these are answered; by the list of what is enjoyed most, where there is no model."""
    items = None if model is None else _vectors(model, stock)
    ranks = []
    for known, target, asked_ms in questions:
        scores = (
            stock.taken.astype(np.float32)
            if items is None or model is None
            else _products(model, known, asked_ms, items)
        )
        reached = scores[target]
        scores[known.met] = -np.inf
        again = (known.met == target).any()
        ranks.append(len(scores) if again else int((scores >= reached).sum()) - 1)
    return Quality(np.array(ranks)).ndcg10 if ranks else 0.0


def _vectors(model: NextModel, stock: Stock) -> Floats:
    """(items, width) of the stock's items: of a new one by its traits and content."""
    at = model.places_of(stock.ids)
    found: Floats = model.items[at]
    unseen = np.flatnonzero(at < 0)
    for start in range(0, len(unseen), _AT_ONCE):
        rows = unseen[start : start + _AT_ONCE]
        found[rows] = model.placed(model.traits_of(stock.traits[rows]), stock.content[rows])
    return found


def _cut(model: NextModel) -> int:
    return int(str(model.facts["cut_ms"]))
