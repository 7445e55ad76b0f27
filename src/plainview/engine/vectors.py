"""Owns the learned vectors: one for each item and each person, so that their product foretells what a showing is worth.

Alternating least squares over what people answered, with all that they have not seen as one weak answer of nothing
(Hu, Koren and Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008), done a little at each
event instead of in a nightly fit: a person is solved anew from their last answers, an item from its last viewers, and
where an item has few viewers it stays near what its traits' vectors say (Agarwal and Chen, "Regression-based latent
factor models", KDD 2009). So a new video of a known creator has a place before anybody saw it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.growing import grown
from plainview.engine.limits import Limits
from plainview.engine.persons import Person
from plainview.engine.terms import WEIGHTS_BY_KIND
from plainview.engine.worth import (
    ANSWER_OFFSET,
    ANSWER_WORTH_MAX,
    LEANING_HALF_VIEWERS,
    STANDING_DOUBT,
    STANDING_PRIOR_ANSWERS,
    TRUSTED_PEOPLE,
)

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]

_STARTS = 4096
ANSWER_STEPS = 127
USUAL_PATIENCE = 5.0
"""A person's usual answer is held near nothing by so many answers."""
_START_SPREAD = 0.05
_PERSON_PULL, _ITEM_PULL = np.float32(0.5), np.float32(0.5)
# All that is not seen weighs together this many times as much as all that is.
_UNSEEN_SHARE, _UNSEEN_MAX = 40.0, 1.0
_TRAIT_PATIENCE, _TRAIT_MEMORY = 4.0, 200.0
_VIEWERS_PATIENCE = 8.0
_RENEWED_AT_ONCE = 48
_STALE_SHARE = 8
_NO_LEANING: Floats = np.zeros(0, np.float32)


class Line(NamedTuple):
    """A person's vector, and what it was made from."""

    vector: Floats
    """(size,)"""
    slots: Slots
    """(answers,) the items that were answered to."""
    wished: Floats
    """(answers,) what the products with their vectors should be."""
    inverse: Floats
    """(size, size) of the matrix that was solved."""
    leaning: Floats
    """(features,) towards what content; see `Content.leaning`."""


class Answered(NamedTuple):
    """Who answered to what since the last lesson."""

    people: dict[int, Person]
    """By their rows."""
    slots: Slots


class _Posed(NamedTuple):
    """The linear equations of one person's vector: `left` times it is `right`."""

    slots: Slots
    wished: Floats
    left: Floats
    right: Floats


class Vectors:
    """Vectors of items (by slot), of people (by row) and of traits (by term), and who answered what last."""

    def __init__(self, limits: Limits, seed: int) -> None:
        size = self.size = limits.vector_size
        self._viewers_kept, self._at_once = limits.viewers_per_item, limits.answers_at_once
        self._starts: Floats = np.random.default_rng((seed, 4)).standard_normal((_STARTS, size), np.float32)
        self._starts *= np.float32(_START_SPREAD)
        self.items: Floats = np.zeros((0, size), np.float32)
        self.viewers: NDArray[np.int32] = np.zeros((0, limits.viewers_per_item), np.int32)
        """(items, k): rows of people, -1 for nobody; an item's next viewer takes the place of the earliest."""
        self.answers: NDArray[np.int8] = np.zeros((0, limits.viewers_per_item), np.int8)
        """(items, k): what those viewers' answers were worth, bounded, in parts of ANSWER_STEPS."""
        self.viewed: NDArray[np.int32] = np.zeros(0, np.int32)
        """(items,) how many answers an item ever had."""
        self.people: Floats = np.zeros((0, size), np.float32)
        self.leanings: Floats = np.zeros((0, 0), np.float32)
        """(people, features) towards what content, as old as their vectors; no columns while nothing has any."""
        self.people_count = 0
        self.free: list[int] = []
        """Rows of people who were forgotten."""
        self.traits: Floats = np.zeros((0, size), np.float32)
        self.trait_counts: Floats = np.zeros(0, np.float32)
        self.items_gram: NDArray[np.float64] = np.zeros((size, size))
        self.people_gram: NDArray[np.float64] = np.zeros((size, size))
        self.sums: NDArray[np.int32] = np.zeros(0, np.int32)
        """(items,) the sum of `answers`."""
        self.answer_sum, self.answer_count = 0, 0
        """The same of all items, and of how many answers."""
        self.answered = 0
        self.cursor = 0
        """The next item to be solved anew without an event of its own."""
        self.waiting: list[tuple[int, int]] = []
        """(person's id, slot) of answers that are not learned yet."""

    def reserve(self, items: int, terms: int) -> None:
        """Makes room for this many items and traits."""
        before = len(self.items)
        self.items, self.viewers = grown(self.items, items), grown(self.viewers, items)
        self.answers, self.viewed = grown(self.answers, items), grown(self.viewed, items)
        self.sums = grown(self.sums, items)
        self.viewers[before:] = -1
        self.traits, self.trait_counts = grown(self.traits, terms), grown(self.trait_counts, terms)

    def place(self, slot: int, catalogue: Catalogue) -> None:
        """Gives a new item its first vector; a known one keeps what was learned."""
        self.reserve(catalogue.count, len(catalogue.terms))
        if not self.viewed[slot]:
            self._put(np.array([slot]), self._expected(np.array([slot]), catalogue))

    def note(self, number: int, person: Person, slot: int) -> bool:
        """Notes that a person answered to an item; True when it is time to `learn`."""
        if person.row < 0:
            person.row = self._row()
        person.unsolved += 1
        if not self.waiting or self.waiting[-1] != (number, slot):
            self.waiting.append((number, slot))
        return len(self.waiting) > self._at_once

    def learn(self, people: dict[int, Person], catalogue: Catalogue) -> Answered:
        """Solves the people and then the items of all waiting answers, and a few items in turn; says whose."""
        waiting = [(people[number], slot) for number, slot in self.waiting if number in people]
        self.waiting = []
        answered = Answered(
            {person.row: person for person, _ in waiting}, np.array([slot for _, slot in waiting], np.intp)
        )
        self._solve_people(answered.people, catalogue)
        for person, slot in waiting:
            self._answer(person, slot)
        turn = np.arange(self.cursor, self.cursor + _RENEWED_AT_ONCE) % max(catalogue.count, 1)
        self.cursor = int(turn[-1]) + 1
        slots = np.unique(np.concatenate((answered.slots, turn)))
        self._put(slots, self._solved(slots, catalogue))
        seen = slots[self.viewed[slots] > 0]
        self._teach_traits(seen, catalogue)
        viewers = self.viewed[seen].astype(np.float32)
        catalogue.content.teach(seen, self.items[seen], viewers / (viewers + np.float32(_VIEWERS_PATIENCE)))
        return answered

    def line(self, person: Person, catalogue: Catalogue) -> "Line | None":
        """The vector that answers best to what a person answered last; None when they answered nothing."""
        posed = self._posed(person, catalogue, self._ground(catalogue))
        if posed is None:
            return None
        # One inverse serves the vector and the shares of the answers in it (`because`): cheaper than to solve twice.
        inverse: Floats = np.linalg.inv(posed.left)
        leaning = catalogue.content.leaning(posed.slots, posed.wished)
        return Line(inverse @ posed.right, posed.slots, posed.wished, inverse, leaning)

    def current(self, person: Person, catalogue: Catalogue) -> Floats | None:
        """(size,) the person's vector as it is kept, renewed when an eighth of their answers is not in it."""
        if person.row < 0:
            return None
        if person.unsolved * _STALE_SHARE >= min(person.event_count, len(person.events)):
            self._solve_people({person.row: person}, catalogue)
        vector: Floats = self.people[person.row]
        return vector

    def _solve_people(self, people: dict[int, Person], catalogue: Catalogue) -> None:
        """Solves these people anew, by their rows."""
        ground = self._ground(catalogue)
        posed = {row: self._posed(person, catalogue, ground) for row, person in people.items() if row >= 0}
        asked = {row: each for row, each in posed.items() if each is not None}
        if asked:
            left, right = (np.stack([getattr(each, side) for each in asked.values()]) for side in ("left", "right"))
            self._put_people(np.array(list(asked)), np.linalg.solve(left, right[:, :, None])[:, :, 0])
        for row, each in asked.items():
            self._lean(row, catalogue.content.leaning(each.slots, each.wished))
        for row, person in people.items():
            if row >= 0:
                person.unsolved = 0

    def _lean(self, row: int, leaning: Floats) -> None:
        if not len(leaning):
            return
        if self.leanings.shape[1] != len(leaning):
            self.leanings = np.zeros((0, len(leaning)), np.float32)
        self.leanings = grown(self.leanings, row + 1)
        self.leanings[row] = leaning

    def _ground(self, catalogue: Catalogue) -> Floats:
        """(size, size) what all that is not seen, and the pull towards nothing, say of any person."""
        ground: Floats = np.float32(self._unseen(catalogue)) * self.items_gram.astype(np.float32)
        ground.flat[:: self.size + 1] += _PERSON_PULL
        return ground

    def _posed(self, person: Person, catalogue: Catalogue, ground: Floats) -> "_Posed | None":
        slots, answers = answered_by(person, catalogue)
        if not len(slots):
            return None
        mine, wished = self.items[slots], targets(answers)
        return _Posed(slots, wished, mine.T @ mine + ground, wished @ mine)

    def because(self, line: "Line", slots: Slots, catalogue: Catalogue) -> Floats:
        """(answers, n) which part of the foretold worth of each of these items comes from each of the answers."""
        foretold = line.wished[:, None] * (self.items[line.slots] @ (line.inverse @ self.items[slots].T))
        alike = catalogue.content.because(line.slots, line.wished, slots) * self.unknown_share(
            slots, LEANING_HALF_VIEWERS
        )
        return foretold * np.float32(self.trust) + alike

    def leaned(self, leaning: Floats, slots: Slots, catalogue: Catalogue) -> Floats:
        """(n,) what content adds to the foretold worth of these items: the less, the more people have answered."""
        found: Floats = catalogue.content.parts(leaning, slots) * self.unknown_share(slots, LEANING_HALF_VIEWERS)
        return found

    def unknown_share(self, slots: Slots, half_viewers: float) -> Floats:
        """(n,) from 1 for items that nobody has answered to towards 0, half where so many have."""
        half = np.float32(half_viewers)
        return half / (half + self.viewed[slots].astype(np.float32))

    def leaning_of(self, person: Person) -> Floats:
        """(features,) towards what content a person leans, as old as their `current` vector; empty for none."""
        return self.leanings[person.row] if 0 <= person.row < len(self.leanings) else _NO_LEANING

    def forget(self, number: int, person: Person) -> None:
        """Erases a person's vector and their answers to items."""
        self.waiting = [(other, slot) for other, slot in self.waiting if other != number]
        if person.row < 0:
            return
        self._put_people(np.array([person.row]), np.zeros((1, self.size), np.float32))
        self.leanings[person.row : person.row + 1] = 0.0
        theirs = self.viewers == person.row
        self.viewers[theirs], self.answers[theirs] = -1, 0
        self.sum_up()
        self.free.append(person.row)
        person.row = -1

    @property
    def trust(self) -> float:
        """From 0 to 1, how far to trust the vectors: what one person does says nothing of what others like."""
        people = self.people_count - len(self.free)
        return people / (people + TRUSTED_PEOPLE)

    def _row(self) -> int:
        if self.free:
            return self.free.pop()
        self.people_count += 1
        self.people = grown(self.people, self.people_count)
        return self.people_count - 1

    def _unseen(self, catalogue: Catalogue) -> float:
        """What one unseen item weighs beside one that was answered to."""
        pairs = max(self.people_count, 1) * max(catalogue.alive_count, 1)
        return min(_UNSEEN_SHARE * self.answered / pairs, _UNSEEN_MAX)

    def _answer(self, person: Person, slot: int) -> None:
        worth = person.answer_to(slot)
        if worth is None or person.row < 0:
            return
        row = self.viewers[slot]
        known = np.flatnonzero(row == person.row)
        if len(known):
            place = int(known[0])
        else:
            place = int(self.viewed[slot]) % self._viewers_kept
            self.viewed[slot] += 1
            self.answered += 1
        share = min(max(worth / ANSWER_WORTH_MAX, -1.0), 1.0)
        step = round(share * ANSWER_STEPS)
        change = step - int(self.answers[slot, place])
        self.sums[slot] += change
        self.answer_sum += change
        self.answer_count += int(row[place] < 0)
        row[place], self.answers[slot, place] = person.row, step

    def sum_up(self) -> None:
        """Adds up the answers of each item and of all; they are kept up with each answer from then on."""
        self.sums = self.answers.sum(axis=1, dtype=np.int32)
        self.answer_sum, self.answer_count = int(self.sums.sum()), int((self.viewers >= 0).sum())

    @property
    def usual_answer(self) -> float:
        """What an answer of anybody to anything is worth."""
        return self.answer_sum / (ANSWER_STEPS * max(self.answer_count, 1))

    def standing(self, slots: Slots | slice) -> Floats:
        """(n,) by how much better than the usual one these items' answers are, below 0 while there are few."""
        held = np.minimum(self.viewed[slots], self._viewers_kept).astype(np.float32)
        beyond = self.sums[slots].astype(np.float32) * np.float32(1.0 / ANSWER_STEPS) - held * np.float32(
            self.usual_answer
        )
        beyond -= np.float32(STANDING_PRIOR_ANSWERS * STANDING_DOUBT)
        standing: Floats = beyond / (held + np.float32(STANDING_PRIOR_ANSWERS))
        return standing

    def _solved(self, slots: Slots, catalogue: Catalogue) -> Floats:
        """(n, size) the vectors that answer best to their items' viewers, near what the traits say."""
        common = np.float32(self._unseen(catalogue)) * self.people_gram.astype(np.float32)
        common.flat[:: self.size + 1] += _ITEM_PULL
        right = _ITEM_PULL * self._expected(slots, catalogue)
        found: Floats = np.linalg.solve(common, right.T).T
        viewed = np.flatnonzero(self.viewed[slots])
        if not len(viewed):
            return found
        most = min(int(self.viewed[slots].max()), self._viewers_kept)
        viewers = self.viewers[slots[viewed], :most]
        there = (viewers >= 0).astype(np.float32)
        theirs = self.people[viewers] * there[:, :, None]
        across = theirs.transpose(0, 2, 1)
        worths = self.answers[slots[viewed], :most] * np.float32(ANSWER_WORTH_MAX / ANSWER_STEPS)
        wished = targets(worths) * there
        towards = right[viewed][:, :, None] + across @ wished[:, :, None]
        found[viewed] = np.linalg.solve(across @ theirs + common, towards)[:, :, 0]
        return found

    def _expected(self, slots: Slots, catalogue: Catalogue) -> Floats:
        """(n, size) what the traits of items say; while that is little, a lot keeps equals apart."""
        traits = catalogue.traits[slots]
        trust = WEIGHTS_BY_KIND[catalogue.terms.kind[traits]] * (
            self.trait_counts[traits] / (self.trait_counts[traits] + np.float32(_TRAIT_PATIENCE))
        )
        trusted = trust.sum(axis=1)[:, None]
        foretold, sure = catalogue.content.foretold(slots)
        trusted += sure[:, None]
        said: Floats = np.einsum("nt,ntd->nd", trust, self.traits[traits]) + sure[:, None] * foretold
        said /= np.maximum(trusted, np.float32(1.0))
        said += np.maximum(np.float32(1.0) - trusted, np.float32(0.0)) * self._starts[slots % _STARTS]
        return said

    def _teach_traits(self, slots: Slots, catalogue: Catalogue) -> None:
        """Moves each trait towards the vectors of these items: a running mean of its last few hundred."""
        traits = catalogue.traits[slots]
        terms, at = np.unique(traits, return_inverse=True)
        at = at.reshape(traits.shape)
        counts = np.bincount(at.ravel(), minlength=len(terms)).astype(np.float32)
        sums = np.zeros((len(terms), self.size), np.float32)
        np.add.at(sums, at, self.items[slots][:, None, :])
        before = np.minimum(self.trait_counts[terms], np.float32(_TRAIT_MEMORY))
        self.traits[terms] = (self.traits[terms] * before[:, None] + sums) / (before + counts)[:, None]
        self.trait_counts[terms] = before + counts
        self.traits[0], self.trait_counts[0] = 0.0, 0.0

    def _put(self, slots: Slots, vectors: Floats) -> None:
        self.items_gram += _squared(vectors) - _squared(self.items[slots])
        self.items[slots] = vectors

    def _put_people(self, rows: Slots, vectors: Floats) -> None:
        self.people_gram += _squared(vectors) - _squared(self.people[rows])
        self.people[rows] = vectors


def _squared(vectors: Floats) -> NDArray[np.float64]:
    """(size, size) the sum of the vectors' products with themselves."""
    exact = vectors.astype(np.float64)
    return exact.T @ exact


def answered_by(person: Person, catalogue: Catalogue) -> tuple[Slots, Floats]:
    """What a person answered to and what each answer is worth, but for what has a trait whose taste is forgotten."""
    slots, answers = person.answers()
    if person.forgotten and len(slots):
        kept = ~np.isin(catalogue.traits[slots], list(person.forgotten)).any(axis=1)
        slots, answers = slots[kept], answers[kept]
    return slots, answers


def targets(worths: Floats) -> Floats:
    """What products should be: the worth of an answer, bounded, and moved so that the usual one is above none."""
    bounded: Floats = np.minimum(np.maximum(worths, np.float32(-ANSWER_WORTH_MAX)), np.float32(ANSWER_WORTH_MAX))
    bounded += np.float32(ANSWER_OFFSET)
    return bounded
