"""Owns the items: one dense slot each, and for each slot its traits, its record so far and whether it may be shown.

A slot is never given to another item, since people's histories speak in slots; an item that returns gets its old one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from plainview.engine.growing import grown
from plainview.engine.limits import Limits
from plainview.engine.terms import CREATOR, LENGTH, LOOK, SOUND, TAG, WORD, Looks, Terms, length_of, words_of
from plainview.engine.worth import QUALITY_PRIOR_SHOWINGS
from plainview.kernel.ids import ItemId
from plainview.ports.engine import ItemFacts

COLUMNS = (
    "ids", "traits", "scale", "creator", "sound", "language", "duration_ms", "published_ms", "alive",
    "exposures", "worth_sum", "heat",
)  # fmt: skip


class Catalogue:
    """Every item ever added, by slot; `count` slots are in use, `alive` says which may be shown."""

    def __init__(self, limits: Limits, seed: int) -> None:
        self.limits = limits
        self.terms = Terms()
        self.looks = Looks(seed)
        self.slots: dict[int, int] = {}
        self.languages: dict[str, int] = {"": 0}
        self.count = 0
        self.alive_count = 0
        self.worth_total = 0.0
        self.exposures_total = 0.0
        self.ids = np.zeros(0, np.int64)
        self.traits = np.zeros((0, limits.traits_per_item), np.int32)
        self.scale = np.zeros(0, np.float32)
        self.creator = np.zeros(0, np.int32)
        self.sound = np.zeros(0, np.int32)
        self.language = np.zeros(0, np.int16)
        self.duration_ms = np.zeros(0, np.int32)
        self.published_ms = np.zeros(0, np.int64)
        self.alive = np.zeros(0, np.bool_)
        self.exposures = np.zeros(0, np.float32)
        self.worth_sum = np.zeros(0, np.float32)
        self.heat = np.zeros(0, np.float32)

    def reserve(self, count: int) -> None:
        """Makes room for this many slots."""
        if count > len(self.ids):
            for name in COLUMNS:
                setattr(self, name, grown(getattr(self, name), count))

    def put(self, facts: ItemFacts) -> int:
        """The slot of an item, which may be shown from now on, with these facts in place of earlier ones."""
        slot = self.slots.get(facts.item)
        if slot is None:
            slot = self.count
            self.reserve(slot + 1)
            self.count += 1
            self.slots[facts.item] = slot
            self.ids[slot] = facts.item
        elif self.alive[slot]:
            self._leave_lists(slot)
        self._describe(slot, facts)
        return slot

    def take_out(self, item: ItemId) -> int | None:
        """The slot of an item that was shown until now; None when there was nothing to take out."""
        slot = self.slots.get(item)
        if slot is None or not self.alive[slot]:
            return None
        self._leave_lists(slot)
        return slot

    def quality(self, slots: NDArray[np.int32] | slice) -> NDArray[np.float32]:
        """(n,) float32: what one showing has been worth, drawn towards the average of all while the record is short."""
        prior = QUALITY_PRIOR_SHOWINGS
        credit = np.float32(prior * self.average_worth)
        return (self.worth_sum[slots] + credit) / (self.exposures[slots] + np.float32(prior))

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
        traits += [terms.slot(LOOK, look) for look in self.looks.of(facts.features)]
        words = (word for word in words_of(facts.caption, limits.words_per_item_max + len(tags)) if word not in tags)
        traits += [terms.slot(WORD, word) for word in list(words)[: limits.words_per_item_max]]
        traits = traits[: limits.traits_per_item]
        published_ms = min(max(int(facts.published_at_ms), 0), 1 << 60)
        self.traits[slot] = 0
        self.traits[slot, : len(traits)] = traits
        self.scale[slot] = len(traits) ** -0.5
        self.creator[slot], self.sound[slot] = creator, sound
        self.language[slot] = self.language_code(facts.language or "")
        self.duration_ms[slot] = min(max(int(facts.duration_ms), 0), (1 << 31) - 1)
        self.published_ms[slot] = published_ms
        self.alive[slot] = True
        self.alive_count += 1
        for term in traits:
            terms.attach(term, slot, published_ms)

    def language_code(self, language: str) -> int:
        """The small number of a language, by its first part (`en-GB` is `en`); 0 for none."""
        return self.languages.setdefault(language.casefold().split("-")[0], len(self.languages))

    def _leave_lists(self, slot: int) -> None:
        for term in self.traits[slot].tolist():
            if term:
                self.terms.detach(term, slot)
        self.alive[slot] = False
        self.alive_count -= 1
