"""Owns the traits that items share: tags, creators, sounds, caption words, looks, lengths, languages; each one number.

Each trait keeps the list of the items that have it (an inverted index), so that a taste leads to items without a scan
of the catalogue, and every step can be said in words. Vectors take part through random hyperplanes (Charikar,
"Similarity estimation techniques from rounding algorithms", 2002): items whose vectors point the same way share a look.
"""

import math
import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from plainview.engine.content import in_numbers
from plainview.engine.empty_words import EMPTY_WORDS
from plainview.engine.growing import IntList, grown
from plainview.engine.worth import TRAIT_WEIGHTS

KINDS = ("none", "tag", "creator", "sound", "word", "look", "length", "language")
NONE, TAG, CREATOR, SOUND, WORD, LOOK, LENGTH, LANGUAGE = range(len(KINDS))
WEIGHTS_BY_KIND: NDArray[np.float32] = np.array([TRAIT_WEIGHTS.get(kind, 0.0) for kind in KINDS], np.float32)
_LEADS_TO_ITEMS = np.array([kind in {"tag", "creator", "sound", "word", "look"} for kind in KINDS])
_LENGTH_EDGES_S = (7, 15, 30, 60, 120, 300)
_LENGTH_EDGES_MS = tuple(1_000 * edge for edge in _LENGTH_EDGES_S)
LENGTH_NAMES = (
    *(f"{below}-{above} s" for below, above in pairwise((0, *_LENGTH_EDGES_S))), f"over {_LENGTH_EDGES_S[-1]} s",
)  # fmt: skip
LENGTHS = len(LENGTH_NAMES)
_WORD = re.compile(r"[^\W\d_]{4,24}")

# Looks: bits of the sign of random projections, in two independent groups.
_LOOK_GROUPS, _LOOK_BITS = 2, 10

Name = str | int


class Terms:
    """All traits in use. Slot 0 is no trait at all: it weighs nothing and has no items."""

    def __init__(self) -> None:
        self.slots: tuple[dict[Name, int], ...] = tuple({} for _ in KINDS)
        self.names: list[Name] = [""]
        self.items: list[IntList] = [IntList()]
        self.kind = np.zeros(16, np.int8)
        self.newest_ms = np.zeros(16, np.int64)
        self.usage = np.zeros(16, np.int32)
        self._gains: NDArray[np.float32] = np.zeros(0, np.float32)
        self._stale = True

    def __len__(self) -> int:
        return len(self.names)

    def slot(self, kind: int, name: Name) -> int:
        """The slot of a trait, made when it is new."""
        known = self.slots[kind].get(name)
        if known is not None:
            return known
        slot = len(self.names)
        self.kind, self.newest_ms, self.usage = (
            grown(self.kind, slot + 1), grown(self.newest_ms, slot + 1), grown(self.usage, slot + 1),
        )  # fmt: skip
        self.kind[slot] = kind
        self.names.append(name)
        self.items.append(IntList())
        self.slots[kind][name] = slot
        self._stale = True
        return slot

    def known(self, kind: str, name: str) -> int | None:
        """The slot of a trait by its words, as `facts` says them; None for one that there is not."""
        number = KINDS.index(kind) if kind in KINDS else NONE
        if number not in (CREATOR, SOUND):
            return self.slots[number].get(name)
        return self.slots[number].get(int(name)) if name.isascii() and name.isdecimal() else None

    def attach(self, term: int, item_slot: int, published_at_ms: int) -> None:
        """Puts an item at the end of a trait's list."""
        self._stale = True
        self.usage[term] += 1
        self.newest_ms[term] = max(int(self.newest_ms[term]), published_at_ms)
        if self.kind[term] not in {LENGTH, LANGUAGE}:
            self.items[term].append(item_slot)

    def detach(self, term: int, item_slot: int) -> None:
        """Takes an item out of a trait's list."""
        self._stale = True
        self.usage[term] -= 1
        self.items[term].remove(item_slot)

    def gains(self, items_alive: int) -> NDArray[np.float32]:
        """(terms,) float32: how much each trait says, by its kind and its rarity; from 0 for one that all items share.

        Kept until the next change of the catalogue.
        """
        if self._stale:
            count = len(self.names)
            rarity = np.log((items_alive + 1.0) / (self.usage[:count] + 0.5)) / math.log(items_alive + 2.0)
            self._gains = (WEIGHTS_BY_KIND[self.kind[:count]] * np.maximum(rarity, 0.0)).astype(np.float32)
            self._stale = False
        return self._gains

    def lead_to_items(self, terms: NDArray[np.intp]) -> NDArray[np.bool_]:
        """(n,) bool: which of these are followed to further items. Lengths and languages say too little."""
        return _LEADS_TO_ITEMS[self.kind[terms]]


def words_of(caption: str, at_most: int) -> tuple[str, ...]:
    """The first few different words of a caption that say something of its subject, in small letters."""
    found = dict.fromkeys(word for word in _WORD.findall(caption.casefold()) if word not in EMPTY_WORDS)
    return tuple(found)[:at_most]


def length_of(duration_ms: int) -> str:
    """The name of a length: a range of seconds."""
    return LENGTH_NAMES[length_number(duration_ms)]


def length_number(duration_ms: int) -> int:
    """The number of a length, from 0, the shortest, to LENGTHS − 1."""
    return bisect_right(_LENGTH_EDGES_MS, duration_ms)


def length_numbers(duration_ms: NDArray[np.int32]) -> NDArray[np.intp]:
    """The same for (n,) lengths."""
    return np.searchsorted(_LENGTH_EDGES_MS, duration_ms, side="right")


class Looks:
    """Turns content vectors into traits, with the same hyperplanes for the same seed and length of vector."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._planes: dict[int, NDArray[np.float32]] = {}

    def of(self, features: Sequence[float] | bytes | None) -> tuple[str, ...]:
        """The looks of a vector: one name per group; none for no vector, a zero one or one with holes."""
        if features is None or not len(features):
            return ()
        vector = in_numbers(features)
        if not np.isfinite(vector).all() or not vector.any():
            return ()
        size = len(vector)
        if size not in self._planes:
            rng = np.random.default_rng((self._seed, size))
            self._planes[size] = rng.standard_normal((_LOOK_GROUPS * _LOOK_BITS, size), np.float32)
        bits = (self._planes[size] @ vector > 0).reshape(_LOOK_GROUPS, _LOOK_BITS)
        numbers = (bits @ (1 << np.arange(_LOOK_BITS))).tolist()
        return tuple(f"{group}:{number}" for group, number in enumerate(numbers))
