"""Owns what was known just before a showing, as one row of numbers: the parts of the score, and a few plain facts.

It says for one item what `scoring.py` says for a page's candidates; a test holds the two against each other. Followed
creators, searches, languages and luck belong to a request and are not known here; and how soon this person tires of
repeats is left out, since that is found from what is noted here (habits.py).
"""

import math
from typing import Final, NamedTuple

import numpy as np

from plainview.engine.catalogue import (
    DURATION_AT,
    HEAT_AT,
    PUBLISHED_AT,
    SCALE_AT,
    Catalogue,
    days,
)
from plainview.engine.covisits import CoWatched
from plainview.engine.fading import Fading
from plainview.engine.foretelling import PARTS
from plainview.engine.kinds import Kinds
from plainview.engine.persons import Person, opinion
from plainview.engine.terms import length_number
from plainview.engine.upcoming import Upcoming
from plainview.engine.vectors import Vectors
from plainview.engine.worth import (
    FRESH_HALF_LIFE_DAYS,
    RISING_HALF_WORTH,
    TASTE_HALF_VIEWERS,
    TASTE_STEEPNESS,
)

_AT: Final = {part: place for place, part in enumerate(PARTS)}
_USUAL_LENGTH_MS, _DOUBLINGS = 30_000.0, 4.0


class Known(NamedTuple):
    """All that the parts are made from."""

    catalogue: Catalogue
    vectors: Vectors
    upcoming: Upcoming
    co_watched: CoWatched
    kinds: Kinds
    rising: Fading


def told(known: Known, person: Person, slot: int, at_ms: int, position: int = 0) -> list[float]:
    """The inputs of `Foretelling` for showing this item to this person now, on this place of a page, from 0 on."""
    parts = parts_of(known, person, slot, at_ms)
    newcomer = person.newcomer
    found = [(1.0 - newcomer) * part for part in parts]
    found += [newcomer * part for part in parts]
    found += person.facts(at_ms)
    length_ms = max(int(known.catalogue.facts[slot, DURATION_AT]), 1)
    length = min(max(math.log2(length_ms / _USUAL_LENGTH_MS) / _DOUBLINGS, -1.0), 1.0)
    place = min(math.log2(1.0 + max(position, 0)) / _DOUBLINGS, 1.0)
    usual = known.kinds.usually(person, slot)
    return [*found, length, length * length, place, place * place, usual]


def parts_of(known: Known, person: Person, slot: int, at_ms: int) -> list[float]:
    """(parts,): those of `scoring.scored` for one item; 0 for what only a request knows."""
    catalogue = known.catalogue
    record: list[float] = catalogue.record[slot].tolist()
    parts = [0.0] * len(PARTS)
    agreement = math.tanh(TASTE_STEEPNESS * _agreement(known, person, slot) * record[SCALE_AT])
    newcomer, unknown = person.newcomer, float(known.vectors.unknown_share(np.array([slot]), TASTE_HALF_VIEWERS)[0])
    parts[_AT["taste"]] = agreement * (newcomer + (1.0 - newcomer) * unknown)
    habit = person.habits.at_this_time(at_ms)
    if habit is not None:
        parts[_AT["taste"]] += float(habit[length_number(int(catalogue.facts[slot, DURATION_AT]))])
    vector = known.vectors.current(person, catalogue)
    if vector is not None:
        product = float(known.vectors.items[slot] @ vector)
        parts[_AT["learned"]] = min(max(product, -2.0), 2.0) * known.vectors.trust
        leaning = known.vectors.leaning_of(person)
        if len(leaning):
            parts[_AT["learned"]] += float(known.vectors.leaned(leaning, np.array([slot]), catalogue)[0])
    state = known.upcoming.expected(person, catalogue, at_ms)
    if state is not None:
        parts[_AT["next"]] = float(known.upcoming.parts(state, np.array([slot]))[0])
    parts[_AT["co_watched"]] = known.co_watched.share_of(slot, person.enjoyed[::-1])
    if known.kinds.next_at:
        of_kinds = known.kinds.items[slot].astype(np.float32)
        parts[_AT["kind"]] = float(known.kinds.opinion(person, known.vectors, catalogue).liked @ of_kinds)
        parts[_AT["tired"]] = -float(known.kinds.met(person, at_ms) @ of_kinds)
    parts[_AT["quality"]] = float(known.vectors.standing(np.array([slot]))[0])
    heat = max(record[HEAT_AT] / known.rising.weight_at(at_ms), 0.0)
    parts[_AT["rising"]] = heat / (heat + RISING_HALF_WORTH)
    parts[_AT["fresh"]] = 2.0 ** (-max(days(at_ms) - record[PUBLISHED_AT], 0.0) / FRESH_HALF_LIFE_DAYS)
    return parts


def _agreement(known: Known, person: Person, slot: int) -> float:
    """How much the item's traits agree with the person's tastes."""
    count = person.term_count
    if not count:
        return 0.0
    traits = known.catalogue.traits[slot]
    which, at = (traits[:, None] == person.terms[:count]).nonzero()
    if not len(at):
        return 0.0
    return float(opinion(person.fast[at], person.slow[at]) @ known.catalogue.gains[traits[which]])
