"""Owns the items: one dense slot each, and for each slot its traits, its record so far and whether it may be shown.

A slot is never given to another item, since people's histories speak in slots; an item that returns gets its old one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainview.engine.content import Content
from plainview.engine.growing import grown
from plainview.engine.limits import Limits
from plainview.engine.terms import CREATOR, LANGUAGE, LENGTH, LOOK, SOUND, TAG, WORD, Looks, Terms, length_of, words_of
from plainview.engine.worth import QUALITY_PRIOR_SHOWINGS
from plainview.kernel.ids import ItemId
from plainview.ports.engine import ItemFacts

COLUMNS = ("ids", "published_ms", "alive", "table")
_FACTS, _RECORD = 4, 8
CREATOR_AT, SOUND_AT, LANGUAGE_AT, DURATION_AT = range(4)
WORTH_AT, EXPOSURES_AT, HEAT_AT, PUBLISHED_AT, SCALE_AT = range(5)
_DAY_MS = 86_400_000
_DAYS_FROM_MS = 1_767_225_600_000  # 2026: days since then fit a float32 to within seconds.


class Catalogue:
    """Every item ever added, by slot; `count` slots are in use, `alive` says which may be shown."""

    def __init__(self, limits: Limits, seed: int) -> None:
        self.limits = limits
        self.terms = Terms()
        self.looks = Looks(seed)
        self.content = Content(seed, limits.vector_size)
        self.slots: dict[int, int] = {}
        self.languages: dict[str, int] = {"": 0}
        self.count = 0
        self.alive_count = 0
        self.worth_total = 0.0
        self.exposures_total = 0.0
        self.ids = np.zeros(0, np.int64)
        self.published_ms = np.zeros(0, np.int64)
        self.alive = np.zeros(0, np.bool_)
        self.table = np.zeros((0, limits.traits_per_item + _FACTS + _RECORD), np.int32)
        """What is read together lies together: traits, facts and record of one item in two lines of the cache."""
        self.traits, self.facts, self.record = self.parted(self.table)

    def reserve(self, count: int) -> None:
        """Makes room for this many slots."""
        if count > len(self.ids):
            for name in COLUMNS:
                setattr(self, name, grown(getattr(self, name), count))
            self.traits, self.facts, self.record = self.parted(self.table)

    def put(self, facts: ItemFacts) -> int:
        """The slot of an item, which may be shown from now on, with these facts in place of earlier ones."""
        slot = self.slots.get(facts.item)
        if slot is None:
            slot = self.count
            self.reserve(slot + 1)
            self.count += 1
            self.slots[facts.item] = slot
            self.ids[slot] = facts.item
        self._describe(slot, facts)
        return slot

    def take_out(self, item: ItemId) -> int | None:
        """The slot of an item that was shown until now; None when there was nothing to take out."""
        slot = self.slots.get(item)
        if slot is None or not self.alive[slot]:
            return None
        self._leave_lists(slot)
        return slot

    def parted(self, rows: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]:
        """Views of rows of the table.

        Returns:
            traits (n, traits) int32: terms, 0 where there are fewer.
            facts (n, 4) int32: creator's term, sound's term (0 for none), language, length in milliseconds.
            record (n, 8) float32: worth so far, exposures, heat, day of publishing, one over the root of the number of
            traits, and three to spare.
        """
        traits = self.limits.traits_per_item
        return rows[:, :traits], rows[:, traits : traits + _FACTS], rows[:, traits + _FACTS :].view(np.float32)

    @property
    def creator(self) -> NDArray[np.int32]:
        """(slots,) int32: the term of each item's creator."""
        return self.facts[:, CREATOR_AT]

    @property
    def heat(self) -> NDArray[np.float32]:
        """(slots,) float32: fading sums of worth; see fading.py for what they stand for."""
        return self.record[:, HEAT_AT]

    def quality(self, record: NDArray[np.float32]) -> NDArray[np.float32]:
        """(n,) float32 for (n, 8) rows: what a showing was worth, near the average of all while there are few."""
        prior = QUALITY_PRIOR_SHOWINGS
        credit = np.float32(prior * self.average_worth)
        return (record[:, WORTH_AT] + credit) / (record[:, EXPOSURES_AT] + np.float32(prior))

    @property
    def average_worth(self) -> float:
        """What one showing of any item has been worth."""
        return self.worth_total / max(self.exposures_total, 1.0)

    @property
    def gains(self) -> NDArray[np.float32]:
        """(terms,) float32: how much each trait says; see `Terms.gains`."""
        return self.terms.gains(self.alive_count)

    def known(self, items: Sequence[ItemId]) -> list[int]:
        """The slots of those items that are known, in the given order."""
        get = self.slots.get
        return [slot for item in items if (slot := get(item)) is not None]

    def _describe(self, slot: int, facts: ItemFacts) -> None:
        terms, limits = self.terms, self.limits
        creator = terms.slot(CREATOR, int(facts.creator))
        sound = terms.slot(SOUND, int(facts.sound)) if facts.sound is not None else 0
        tags = tuple(dict.fromkeys(tag.casefold() for tag in facts.tags if tag))[: limits.tags_per_item_max]
        traits = [creator, terms.slot(LENGTH, length_of(facts.duration_ms))]
        traits += [sound] if sound else []
        traits += [terms.slot(TAG, tag) for tag in tags]
        language = _first_part(facts.language or "")
        traits += [terms.slot(LANGUAGE, language)] if language else []
        traits += [terms.slot(LOOK, look) for look in self.looks.of(facts.features)]
        words = (word for word in words_of(facts.caption, limits.words_per_item_max + len(tags)) if word not in tags)
        traits += [terms.slot(WORD, word) for word in list(words)[: limits.words_per_item_max]]
        traits = traits[: limits.traits_per_item]
        self.content.put(slot, facts.caption, facts.features, facts.spoken)
        published_ms = min(max(int(facts.published_at_ms), 0), 1 << 60)
        self._list(slot, traits, published_ms)
        duration_ms = min(max(int(facts.duration_ms), 0), (1 << 31) - 1)
        self.facts[slot] = (creator, sound, self.language_code(language), duration_ms)
        self.record[slot, PUBLISHED_AT] = days(published_ms)
        self.record[slot, SCALE_AT] = len(traits) ** -0.5
        self.published_ms[slot] = published_ms

    def _list(self, slot: int, traits: list[int], published_ms: int) -> None:
        """Puts an item into the lists of its traits, and out of those that it has no more."""
        row = traits + [0] * (self.limits.traits_per_item - len(traits))
        if self.alive[slot]:
            if self.traits[slot].tolist() == row:
                return
            self._leave_lists(slot)
        self.traits[slot] = row
        self.alive[slot] = True
        self.alive_count += 1
        for term in traits:
            self.terms.attach(term, slot, published_ms)

    def language_code(self, language: str) -> int:
        """The small number of a language, by its first part (`en-GB` is `en`); 0 for none."""
        return self.languages.setdefault(_first_part(language), len(self.languages))

    def _leave_lists(self, slot: int) -> None:
        for term in self.traits[slot].tolist():
            if term:
                self.terms.detach(term, slot)
        self.alive[slot] = False
        self.alive_count -= 1


def _first_part(language: str) -> str:
    return language.casefold().split("-")[0]


def days(at_ms: int) -> float:
    """Days since the beginning of 2026, as the record counts them."""
    return (at_ms - _DAYS_FROM_MS) / _DAY_MS
