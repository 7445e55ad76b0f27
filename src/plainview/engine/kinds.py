"""Owns the learned kinds: of which of a few dozen kinds each item is likely to be, though nobody ever named them.

Everybody has a share of each kind in what they answer to, and likes some kinds better than others; an item is of the
kind that best explains who answered to it and how, near what its traits say. A mixture of multinomials with people for
words (Nigam, McCallum, Thrun and Mitchell, "Text classification from labeled and unlabeled documents using EM", Machine
Learning 2000), every share taken without the item itself (Asuncion, Welling, Smyth and Teh, "On smoothing and inference
for topic models", UAI 2009), done a little at each event. The kinds are founded on the learned vectors (founding.py).

*Who* answered says what an item is only where somebody else chose what was shown: what our own pages showed was shown
for what was believed of it, and would confirm that for ever. Of those showings only *how* was answered counts.

A person's opinion of the kinds (opinions.py) is made of their answers, each less what everybody answers to that item.
Whom our pages showed much of a kind just now has had enough of it for a while (Leqi, Kilinc-Karzan, Lipton and
Montgomery, "Rebounding bandits for modeling satiation effects", NeurIPS 2021): `met`.

Where vectors say how much two items have in common, kinds say which are of one sort: what one answer says of a sort it
says of all of it, and a page is not filled with one (variety.py).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.founding import found
from plainview.engine.growing import grown
from plainview.engine.limits import Limits
from plainview.engine.opinions import Opinion, nothing_known, opinion_of, shares_of
from plainview.engine.persons import Person
from plainview.engine.terms import WEIGHTS_BY_KIND
from plainview.engine.vectors import ANSWER_STEPS, USUAL_PATIENCE, Answered, Vectors, answered_by
from plainview.engine.worth import (
    ANSWER_WORTH_MAX,
    MET_HALF_LIFE_HOURS,
    MET_KEPT,
)

Floats = NDArray[np.float32]
Slots = NDArray[np.intp]
COLUMNS = ("items", "counted", "people", "usual", "traits", "all")

# Everybody is credited with so many answers as they are usual, each trait with so many items as they are usual.
_USUAL_ANSWERS, _USUAL_ITEMS = np.float32(80.0), np.float32(4.0)
# What others are taken to think of a kind is held by so many answers near what they think of all; and how far answers
# scatter.
_PATIENCE, _SCATTER = np.float32(6.0), np.float32(0.5)
_IN_TURN = 256
# Kinds are founded when there are so many answers an item, and anew, on better vectors, whenever there are so many
# times as many as then.
_FOUNDED_FROM, _FOUNDED_AGAIN = 2.0, 1.5
_LOOKED_BACK = 48
_FADING = np.float32(1.0 - MET_KEPT) * np.float32(MET_KEPT) ** np.arange(_LOOKED_BACK, dtype=np.float32)
_HOUR_MS = 3_600_000.0
_SURE_STEPS = 255


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
        self.usual: Floats = np.zeros((0, 3), np.float32)
        """(rows, 3): how many answers, what the usual one is worth, and which part no page of ours called for."""
        self.main: NDArray[np.uint8] = np.zeros(0, np.uint8)
        """(items,): the likeliest kind of each."""
        self.sure: NDArray[np.uint8] = np.zeros(0, np.uint8)
        """(items,): how likely that one is, in parts of _SURE_STEPS."""
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
        self.main, self.sure = grown(self.main, items), grown(self.sure, items)
        self.traits = grown(self.traits, terms)
        self.people, self.usual = grown(self.people, people), grown(self.usual, people)

    def place(self, slot: int, catalogue: Catalogue) -> None:
        """Says of which kinds a new item is likely to be; a known one keeps what was learned."""
        self.reserve(catalogue.count, len(catalogue.terms), len(self.people))
        if self.next_at and not self.counted[slot]:
            self.items[slot] = _chances(self._expected(np.array([slot]), catalogue))[0]
            self.head(np.array([slot]))

    def learn(self, answered: Answered, vectors: Vectors, catalogue: Catalogue) -> None:
        """Counts what these people answered to, and finds the kinds of the items and of a few in turn."""
        self.reserve(catalogue.count, len(catalogue.terms), vectors.people_count)
        enough = max(_FOUNDED_FROM * catalogue.alive_count, self._answers_min, self.next_at)
        if vectors.answered >= enough:
            self.next_at = int(_FOUNDED_AGAIN * vectors.answered)
            found(self, np.random.default_rng((self._seed, 6, vectors.answered)), vectors, catalogue)
        if not self.next_at:
            return
        for row, person in answered.people.items():
            self._count(row, person, catalogue)
        turn = np.arange(self.cursor, self.cursor + _IN_TURN) % max(catalogue.count, 1)
        self.cursor = int(turn[-1]) + 1
        self._find(np.unique(np.concatenate((answered.slots, turn))), vectors, catalogue)

    def opinion(self, person: Person, vectors: Vectors, catalogue: Catalogue) -> Opinion:
        """What this person thinks of each kind, by what they answered beyond what everybody answers."""
        slots, worths = answered_by(person, catalogue)
        if not len(slots) or not self.next_at:
            return nothing_known(self.size)
        return opinion_of(_beyond(slots, worths, vectors), self._of(slots))

    def because(
        self, person: Person, vectors: Vectors, catalogue: Catalogue, of: Slots
    ) -> tuple[Slots, Floats, Floats]:
        """What an opinion comes from.

        Returns:
            The items that were answered to, the worth of each answer, and (answers, n) which part of what is thought of
            these items comes from each.
        """
        slots, worths = answered_by(person, catalogue)
        return slots, worths, shares_of(_beyond(slots, worths, vectors), self._of(slots), self._of(of))

    def met(self, person: Person, now_ms: int, further: Sequence[int] = ()) -> Floats:
        """(size,) from 0 to 1, which part of what this person met lately is of each kind, the last counting most.

        Only what a page of ours placed: what somebody went to by themselves is no sign that they have had enough of it.

        Args:
            person: whose.
            now_ms: the longer ago before this, the less it counts.
            further: slots of what they have before them, of which no event has come yet, in order.
        """
        if not self.next_at:
            return np.zeros(self.size, np.float32)
        ahead = min(len(further), _LOOKED_BACK)
        many = min(person.event_count, len(person.events), _LOOKED_BACK - ahead)
        events = person.events.take(np.arange(person.event_count - 1, person.event_count - 1 - many, -1), mode="wrap")
        away_ms = np.maximum(np.float64(now_ms) - events["at_ms"], 0.0)
        weights = np.exp2(away_ms * (-1.0 / (MET_HALF_LIFE_HOURS * _HOUR_MS))).astype(np.float32)
        weights *= _FADING[ahead : ahead + many]
        weights[(events["item"] < 0) | ~events["placed"]] = 0.0
        met: Floats = weights @ self.items.take(events["item"], axis=0, mode="clip").astype(np.float32)
        if ahead:
            met += _FADING[:ahead] @ self.items[list(further[: -ahead - 1 : -1])].astype(np.float32)
        return met

    def usually(self, person: Person, slot: int) -> float:
        """From 0 to 1, which part of all that this person answered to is of the kinds of this item."""
        if not self.next_at or not 0 <= person.row < len(self.people):
            return 0.0
        counts = self.people[person.row, 0]
        return float(counts @ self.items[slot].astype(np.float32)) / (float(counts.sum()) + 1.0)

    def head(self, slots: Slots) -> None:
        """Notes the likeliest kind of these items, by which they are found (sources/kind.py)."""
        kinds = self.items[slots]
        main = kinds.argmax(axis=1)
        self.main[slots] = main
        self.sure[slots] = kinds[np.arange(len(slots)), main] * np.float16(_SURE_STEPS)

    def _of(self, slots: Slots) -> Floats:
        """(n, size) how likely these items are of each kind."""
        return self.items.take(slots, axis=0).astype(np.float32)

    def forget(self, row: int) -> None:
        """Erases what a person, by their row, answered to."""
        if 0 <= row < len(self.people):
            self._put(row, np.zeros_like(self.people[row]), (0.0, 0.0, 0.0))

    def _count(self, row: int, person: Person, catalogue: Catalogue) -> None:
        slots, worths = answered_by(person, catalogue)
        if len(slots):
            kinds, beyond = self.items.take(slots, axis=0).astype(np.float32), worths_beyond(worths)
            usual = float(np.clip(worths, -1.0, 1.0).sum()) / (len(slots) + USUAL_PATIENCE)
            elsewhere = 1.0 - person.counts["on_pages"] / max(person.counts["shown"], 1)
            self._put(row, np.stack((kinds.sum(axis=0), beyond @ kinds)), (float(len(slots)), usual, elsewhere))

    def _put(self, row: int, counts: Floats, usual: tuple[float, float, float]) -> None:
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
        self._recount(slots[seen], (kinds - self.items[slots])[seen].astype(np.float32), vectors)
        self.items[slots], self.counted[slots] = kinds, seen
        self.head(slots)
        traits = catalogue.traits[slots]
        item, at = traits.nonzero()
        terms = traits[item, at]
        order = terms.argsort(kind="stable")
        begins = np.flatnonzero(np.diff(terms[order], prepend=-1))
        if len(begins):
            self.traits[terms[order][begins]] += np.add.reduceat(change[item[order]], begins, axis=0)

    def _recount(self, slots: Slots, change: Floats, vectors: Vectors) -> None:
        """Counts the answers to these items under the kinds that they are of now."""
        viewers = vectors.viewers[slots]
        item, at = np.nonzero(viewers >= 0)
        rows = viewers[item, at]
        beyond = vectors.answers[slots[item], at] * np.float32(1.0 / ANSWER_STEPS) - self.usual[rows, 1]
        order = rows.argsort(kind="stable")
        rows, moved = rows[order], change[item[order]]
        begins = np.flatnonzero(np.diff(rows, prepend=-1))
        if len(begins):
            whose = rows[begins]
            # An answer that is no more among a person's last ones is moved here all the same: never below nothing.
            held = np.maximum(self.people[whose, 0] + np.add.reduceat(moved, begins, axis=0), np.float32(0.0))
            self.all += (held - self.people[whose, 0]).sum(axis=0, dtype=np.float64)
            self.people[whose, 0] = held
            self.people[whose, 1] += np.add.reduceat(moved * beyond[order][:, None], begins, axis=0)

    def _often(self) -> Floats:
        """(size,) which part of all answers is of each kind."""
        often: Floats = ((np.maximum(self.all, 0.0) + 1.0) / (self.all.sum() + self.size)).astype(np.float32)
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
        said *= usual[:, 2:]
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


def _beyond(slots: Slots, worths: Floats, vectors: Vectors) -> Floats:
    """(n,) by how much each answer is better than what everybody answers to that item."""
    bounded: Floats = np.clip(worths, -ANSWER_WORTH_MAX, ANSWER_WORTH_MAX)
    return bounded - np.float32(vectors.usual_answer) - vectors.standing(slots)


def _chances(odds: Floats) -> Floats:
    """(n, size) that sum to 1."""
    odds -= odds.max(axis=1, keepdims=True)
    chances: Floats = np.exp(odds)
    chances /= chances.sum(axis=1, keepdims=True)
    return chances
