"""Owns the learned kinds: of which of a few dozen kinds each item is likely to be, though nobody ever named them.

Everybody has a share of each kind in what they answer to, and likes some kinds better than others; an item is of the
kind that best explains who answered to it and how, near what its traits say. A mixture of multinomials with people for
words (Nigam, McCallum, Thrun and Mitchell, "Text classification from labeled and unlabeled documents using EM", Machine
Learning 2000), every share taken without the item itself (Asuncion, Welling, Smyth and Teh, "On smoothing and inference
for topic models", UAI 2009), done a little at each event. The kinds are founded on the learned vectors (founding.py).

Where vectors say how much two items have in common, kinds say which are of one sort: what one answer says of a sort it
says of all of it, and a page is not filled with one (variety.py).
"""

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.founding import found
from plainview.engine.growing import grown
from plainview.engine.limits import Limits
from plainview.engine.persons import Person
from plainview.engine.terms import WEIGHTS_BY_KIND
from plainview.engine.vectors import ANSWER_STEPS, USUAL_PATIENCE, Answered, Vectors, answered_by
from plainview.engine.worth import ANSWER_WORTH_MAX, KIND_PATIENCE

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]
COLUMNS = ("items", "counted", "people", "usual", "traits", "all")

# Everybody is credited with so many answers as they are usual, each trait with so many items as they are usual.
_USUAL_ANSWERS, _USUAL_ITEMS = np.float32(80.0), np.float32(4.0)
# What a person thinks of a kind is held by so many answers near what they think of all; and how far answers scatter.
_PATIENCE, _SCATTER = np.float32(6.0), np.float32(0.5)
_IN_TURN = 256
# Kinds are founded when there are so many answers an item, and once more when there are twice as many.
_FOUNDED_FROM, _FOUNDED_TO = 2.0, 4.0
_NEVER = 1 << 60


class Kinds:
    """The kinds of items (by slot), of what people (by row) answered to, and of what has a trait (by term)."""

    def __init__(self, limits: Limits, seed: int) -> None:
        size = self.size = limits.kinds
        self._seed, self._answers_min = seed, limits.kinds_from_answers
        self.items: NDArray[np.float16] = np.zeros((0, size), np.float16)
        """(items, size): how likely an item is of each kind; a row sums to 1, to 0 while there are no kinds."""
        self.counted: NDArray[np.bool_] = np.zeros(0, np.bool_)
        """(items,): whether an item is among those that its traits count."""
        self.people: Floats = np.zeros((0, 2, size), np.float32)
        """(rows, 2, size): how many answers to each kind, and by how much they were better than the usual one."""
        self.usual: Floats = np.zeros((0, 2), np.float32)
        """(rows, 2): how many answers, and what the usual one is worth."""
        self.traits: Floats = np.zeros((0, size), np.float32)
        """(terms, size): how many of the items with a trait are of each kind."""
        self.all: NDArray[np.float64] = np.zeros(size)
        """(size,): all answers of people by kind."""
        self.next_at = 0
        """With so many answers the kinds are founded again; 0 while there are none."""
        self.cursor = 0

    def reserve(self, items: int, terms: int, people: int) -> None:
        """Makes room for this many items, traits and people."""
        self.items, self.counted = grown(self.items, items), grown(self.counted, items)
        self.traits = grown(self.traits, terms)
        self.people, self.usual = grown(self.people, people), grown(self.usual, people)

    def place(self, slot: int, catalogue: Catalogue) -> None:
        """Says of which kinds a new item is likely to be; a known one keeps what was learned."""
        self.reserve(catalogue.count, len(catalogue.terms), len(self.people))
        if self.next_at and not self.counted[slot]:
            self.items[slot] = _chances(self._expected(np.array([slot]), catalogue))[0]

    def learn(self, answered: Answered, vectors: Vectors, catalogue: Catalogue) -> None:
        """Counts what these people answered to, and finds the kinds of the items and of a few in turn."""
        self.reserve(catalogue.count, len(catalogue.terms), vectors.people_count)
        enough = max(_FOUNDED_FROM * catalogue.alive_count, self._answers_min, self.next_at)
        if vectors.answered >= enough:
            many = vectors.answered >= _FOUNDED_TO * catalogue.alive_count
            self.next_at = _NEVER if many else 2 * vectors.answered
            found(self, np.random.default_rng((self._seed, 6, vectors.answered)), vectors, catalogue)
        if not self.next_at:
            return
        for row, person in answered.people.items():
            self._count(row, person, catalogue)
        turn = np.arange(self.cursor, self.cursor + _IN_TURN) % max(catalogue.count, 1)
        self.cursor = int(turn[-1]) + 1
        self._find(np.unique(np.concatenate((answered.slots, turn))), vectors, catalogue)

    def liked(self, person: Person, catalogue: Catalogue) -> Floats:
        """(size,) by how much each kind is better than the usual answer of this person, near 0 for few answers."""
        slots, worths = answered_by(person, catalogue)
        if not len(slots) or not self.next_at:
            return np.zeros(self.size, np.float32)
        kinds = self.items.take(slots, axis=0).astype(np.float32)
        beyond = worths_beyond(worths)
        liked: Floats = (beyond @ kinds) / (kinds.sum(axis=0) + np.float32(KIND_PATIENCE))
        return liked

    def because(self, person: Person, catalogue: Catalogue, of: Slots) -> tuple[Slots, Floats]:
        """The items that were answered to, and (answers, n) which part of these items' liking comes from each."""
        slots, worths = answered_by(person, catalogue)
        kinds = self.items.take(slots, axis=0).astype(np.float32)
        each = kinds / (kinds.sum(axis=0) + np.float32(KIND_PATIENCE))
        return slots, worths_beyond(worths)[:, None] * (each @ self.items.take(of, axis=0).astype(np.float32).T)

    def forget(self, row: int) -> None:
        """Erases what a person, by their row, answered to."""
        if 0 <= row < len(self.people):
            self._put(row, np.zeros_like(self.people[row]), (0.0, 0.0))

    def _count(self, row: int, person: Person, catalogue: Catalogue) -> None:
        slots, worths = answered_by(person, catalogue)
        if len(slots):
            kinds, beyond = self.items.take(slots, axis=0).astype(np.float32), worths_beyond(worths)
            usual = float(np.clip(worths, -1.0, 1.0).sum()) / (len(slots) + USUAL_PATIENCE)
            self._put(row, np.stack((kinds.sum(axis=0), beyond @ kinds)), (float(len(slots)), usual))

    def _put(self, row: int, counts: Floats, usual: tuple[float, float]) -> None:
        self.all += counts[0].astype(np.float64) - self.people[row, 0]
        self.people[row], self.usual[row] = counts, usual

    def _find(self, slots: Slots, vectors: Vectors, catalogue: Catalogue) -> None:
        """Says anew of which kinds these items are."""
        odds = self._expected(slots, catalogue)
        seen = vectors.viewed[slots] > 0
        odds[seen] += self._told(slots[seen], vectors)
        kinds = _chances(odds).astype(np.float16)
        now, before = seen[:, None].astype(np.float32), self.counted[slots][:, None].astype(np.float32)
        change = kinds * now - self.items[slots] * before
        self.items[slots], self.counted[slots] = kinds, seen
        traits = catalogue.traits[slots]
        item, at = traits.nonzero()
        terms = traits[item, at]
        order = terms.argsort(kind="stable")
        begins = np.flatnonzero(np.diff(terms[order], prepend=-1))
        if len(begins):
            self.traits[terms[order][begins]] += np.add.reduceat(change[item[order]], begins, axis=0)

    def _often(self) -> Floats:
        """(size,) which part of all answers is of each kind."""
        often: Floats = ((self.all + 1.0) / (self.all.sum() + self.size)).astype(np.float32)
        return often

    def _expected(self, slots: Slots, catalogue: Catalogue) -> Floats:
        """(n, size) log-odds of the kinds by the traits, as the other items with them are."""
        often, traits = self._often(), catalogue.traits[slots]
        traits = traits[:, traits.any(axis=0)]
        own = self.items[slots] * self.counted[slots][:, None].astype(np.float32)
        counts = np.maximum(self.traits[traits] - own[:, None, :], np.float32(0.0))
        total = counts.sum(axis=2)
        said = (counts + _USUAL_ITEMS * often) / ((total + _USUAL_ITEMS)[:, :, None] * often)
        weight = WEIGHTS_BY_KIND[catalogue.terms.kind[traits]]
        known = (weight * total / (total + _USUAL_ITEMS)).sum(axis=1, keepdims=True)
        odds: Floats = np.einsum("nt,ntk->nk", weight, np.log(said)) / np.maximum(known, np.float32(1.0))
        odds += np.log(often)
        return odds

    def _told(self, slots: Slots, vectors: Vectors) -> Floats:
        """(n, size) what those who answered to each item say of it, in log-odds."""
        often, viewers = self._often(), vectors.viewers[slots]
        item, at = np.nonzero(viewers >= 0)
        rows = viewers[item, at]
        own, kept, usual = self.items[slots[item]].astype(np.float32), self.people[rows], self.usual[rows]
        beyond = vectors.answers[slots[item], at] * np.float32(1.0 / ANSWER_STEPS) - usual[:, 1]
        count = np.maximum(kept[:, 0] - own, np.float32(0.0))
        said = np.log(count / often + _USUAL_ANSWERS)
        said -= np.log(np.maximum(usual[:, :1] - np.float32(1.0), np.float32(0.0)) + _USUAL_ANSWERS)
        liked = (kept[:, 1] - own * beyond[:, None]) / (count + _PATIENCE)
        said += liked * (beyond[:, None] - np.float32(0.5) * liked) / _SCATTER
        told: Floats = np.zeros((len(slots), self.size), np.float32)
        begins = np.flatnonzero(np.diff(item, prepend=-1))
        if len(begins):
            told[item[begins]] = np.add.reduceat(said, begins, axis=0)
        return told


def worths_beyond(worths: Floats) -> Floats:
    """(n,) by how much each answer is better than the usual one of the same person."""
    bounded: Floats = np.clip(worths, -ANSWER_WORTH_MAX, ANSWER_WORTH_MAX)
    return bounded - np.float32(float(bounded.sum()) / (len(worths) + USUAL_PATIENCE))


def _chances(odds: Floats) -> Floats:
    """(n, size) that sum to 1."""
    odds -= odds.max(axis=1, keepdims=True)
    chances: Floats = np.exp(odds)
    chances /= chances.sum(axis=1, keepdims=True)
    return chances
