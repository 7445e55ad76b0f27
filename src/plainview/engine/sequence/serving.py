"""Owns the fitted encoder as it serves: numbers and numpy, no torch; one person at a time, in a dozen products.

The same numbers as `encoder.py` gives, but only what the last place needs of the last block. Beside the blocks stands a
vector for each item, less their mean, one for each trait and one for each number of content, so that an item that the
fit has not seen has its place from the first second (as Agarwal and Chen's regression priors, KDD 2009). As bytes it
holds no code, and of people nothing: a person's vector is made from what they enjoyed last, whenever it is needed.
"""

import hashlib
import math
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.content import FEATURES_AT
from plainview.engine.online.archive import from_bytes, to_bytes
from plainview.engine.sequence.waits import WAITS

Floats = NDArray[np.float32]
_KIND = "plainview-next-1"
_SMALL = np.float32(1e-5)
_DOWN = np.float32(-0.5)


class Mix(NamedTuple):
    """A norm, a product and half of what the activation takes, as one product.

    What is the same for all numbers of a row moves no norm, and a norm's deviation is one number a row.
    """

    matrix: Floats
    """(width, 4 · width): to gates, queries, values and keys."""
    move: Floats

    def __call__(self, values: Floats) -> Floats:
        """(places, 4 · width) from (places, width)."""
        found: Floats = values @ self.matrix
        found *= _steepness(values)[:, None]
        found += self.move
        return activated(found)


class Block(NamedTuple):
    """One HSTU block's numbers; see `encoder.Block`."""

    mix: Mix
    stretch: Floats
    """Of the norm after it, and how that moves each place."""
    move: Floats
    out: Floats
    out_move: Floats
    bias: Floats
    """(heads, recent, recent): half of what is added by how far two places lie apart."""


class State(NamedTuple):
    """What is expected next: the products with items' vectors order them."""

    vector: Floats
    """(width,)"""
    slots: NDArray[np.intp]
    """(places,) what it was made from, oldest first."""
    acts: NDArray[np.intp]
    last: Floats
    """(width,) how the last place went into the last block,"""
    put_in: Floats
    """(places, width) what each place put in there, before the norm,"""
    turned: Floats
    """(width,) what that norm and the gates made of each number, before the product with"""
    out: Floats
    """(width, width), and"""
    stretch: Floats
    """(width,) what the last norm made of it."""

    @property
    def because(self) -> Floats:
        """(places, width) the part of the vector that each place put in, the norms held as they are."""
        parts: Floats = ((self.put_in - self.put_in.mean(axis=1, keepdims=True)) * self.turned) @ self.out
        parts[-1] += self.last
        parts -= parts.mean(axis=1, keepdims=True)
        parts *= self.stretch
        return parts


class NextModel:
    """The encoder and the vectors of items and traits. Nothing in it changes."""

    def __init__(self, facts: dict[str, object], arrays: dict[str, NDArray[np.generic]], digest: str = "") -> None:
        self.facts, self.arrays = {name: value for name, value in facts.items() if name != "kind"}, arrays
        self._digest = digest
        self.heads, self.recent = int(str(facts["heads"])), int(str(facts["recent"]))
        self.ids: NDArray[np.int64] = arrays["ids"].astype(np.int64, copy=False)
        """(items,) ascending."""
        self.items: Floats = arrays["items"].astype(np.float32, copy=False)
        """(items, width) less their mean."""
        self.actions: Floats = arrays["actions"].astype(np.float32, copy=False)
        """(actions, width): what is added for what was done."""
        self.waits: Floats = arrays.get("waits", np.zeros((WAITS, 1))).astype(np.float32, copy=False)
        """(waits, width): what is added for how long after it the next came; models of before knew none."""
        self.mean: Floats = arrays["mean"].astype(np.float32, copy=False)
        self.trait_names: NDArray[np.uint64] = arrays["trait_names"].astype(np.uint64, copy=False)
        """(traits,) ascending; see `trait_name`."""
        self.traits: NDArray[np.generic] = arrays["traits"]
        """(traits, width) float16: what having the trait adds to a vector."""
        self._content: NDArray[np.float64] = arrays.get("content", np.zeros((0, 0))).astype(np.float64)
        """(numbers, width) whole numbers, of which `_content_step` makes what each number of content adds."""
        self._content_step = np.float32(float(str(facts.get("content_step", 0.0))))
        self.width = self.items.shape[1]
        self.spread = np.float32(float(str(facts["spread"])))
        """How far from the mean of all items the products with what people took lay, in the fit."""
        count = int(str(facts["blocks"]))
        self._blocks = [self._block(f"block{number}_") for number in range(count)]
        self._share: Floats = np.tri(self.recent, dtype=np.float32) / np.float32(self.recent)
        self._root = np.float32(math.sqrt(self.width))
        self._begins: Floats = self.actions + self._root * self.mean
        self._one = np.ones(self.recent, np.float32)
        self._half = np.float32(0.5 * (self.width // self.heads) ** -0.5)
        """By which a query is multiplied, and half of it for what is activated."""
        self._stretch, self._move = self._array("norm_stretch"), self._array("norm_move")

    @cached_property
    def digest(self) -> str:
        """Eight letters that no other weights have."""
        return self._digest or digest_of(hashlib.sha256(self.to_bytes()))

    def to_bytes(self) -> bytes:
        """The whole model; equal ones give equal bytes."""
        return to_bytes({"kind": _KIND, **self.facts}, self.arrays)

    def with_facts(self, **facts: object) -> "NextModel":
        """The same with other facts."""
        return NextModel({**self.facts, **facts}, self.arrays)

    def places_of(self, ids: NDArray[np.int64]) -> NDArray[np.intp]:
        """(n,) where these items stand; -1 for one that the fit has not seen."""
        return _found(self.ids, ids)

    def traits_of(self, names: NDArray[np.uint64]) -> NDArray[np.intp]:
        """(n,) where the traits of these names stand; -1 for one that the fit has not seen."""
        return _found(self.trait_names, names)

    def placed(self, traits: NDArray[np.intp], content: NDArray[np.int8]) -> Floats:
        """(n, width) where items belong that the fit has not seen. To the bit the same in any company.

        Args:
            traits: (n, traits) where those of each stand, -1 for none.
            content: (n, numbers) what each says, looks and sounds like; see `engine.content`.
        """
        found = self._by_content(content)
        if len(self.traits):
            adds: Floats = self.traits[traits].astype(np.float32)
            adds[traits < 0] = 0.0
            found += adds.sum(axis=1)
        return found

    def _by_content(self, rows: NDArray[np.int8]) -> Floats:
        # Of features of another length than the fit knew, nothing is known but the words before them.
        known = len(self._content)
        told = rows.shape[1] if rows.shape[1] == known else min(rows.shape[1], known, FEATURES_AT)
        if not told:
            return np.zeros((len(rows), self.width), np.float32)
        # Whole numbers, whose sums are exact in any order: a product of many rows is that of each.
        found = (rows[:, :told].astype(np.float64) @ self._content[:told]).astype(np.float32)
        found *= self._content_step
        return found

    def state(
        self, slots: NDArray[np.intp], acts: NDArray[np.intp], waits: NDArray[np.int64], vectors: Floats
    ) -> State:
        """What is expected after these.

        Args:
            slots: (places,) only noted.
            acts: (places,) what was done: 0 passed over, 1 neither, 2 enjoyed.
            waits: (places,) how long after each the next came, and how long ago the last was, by `waits.py`.
            vectors: (places, width) of at most `recent` items, oldest first, less the mean; at least one.
        """
        assert 0 < len(vectors) <= self.recent
        values: Floats = vectors * self._root
        values += self._begins[acts]
        values += self.waits[waits]
        for block in self._blocks[:-1]:
            values = self._passed(block, values)
        return self._last(self._blocks[-1], values, slots, acts)

    def _passed(self, block: Block, values: Floats) -> Floats:
        """(places, width) from the same."""
        places = len(values)
        gate, query, value, key = self._parted(block.mix(values))
        weights = query.transpose(1, 0, 2) @ key.transpose(1, 2, 0)
        weights += block.bias[:, :places, :places]
        activated(weights)
        weights *= self._share[:places, :places]
        seen = np.empty_like(values)
        np.matmul(weights, value.transpose(1, 0, 2), out=seen.reshape(value.shape).transpose(1, 0, 2))
        even = _even(seen.shape[1])
        seen -= (seen @ even)[:, None]
        seen *= ((seen * seen) @ even + _SMALL)[:, None] ** _DOWN
        seen *= block.stretch
        seen += block.move
        seen *= gate
        found: Floats = seen @ block.out
        found += block.out_move
        found += values
        return found

    def _last(self, block: Block, values: Floats, slots: NDArray[np.intp], acts: NDArray[np.intp]) -> State:
        """The state after the last place alone."""
        places, width = values.shape
        gates, query, value, key = self._parted(block.mix(values))
        weights = key.transpose(1, 0, 2) @ query[-1][:, :, None]
        weights += block.bias[:, places - 1, :places, None]
        activated(weights)
        weights *= np.float32(1.0 / self.recent)
        put_in = (value * weights.transpose(1, 0, 2)).reshape(places, width)
        gate = gates[-1]
        seen, steep = _centred(self._one[:places] @ put_in)
        turned = block.stretch * gate
        turned *= steep
        seen *= turned
        seen += block.move * gate
        last = seen @ block.out
        last += block.out_move
        last += values[-1]
        last, steep = _centred(last)
        stretch = self._stretch * steep
        return State(last * stretch + self._move, slots, acts, values[-1], put_in, turned, block.out, stretch)

    def _parted(self, mixed: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """(places, width) the gates, and (places, heads, size) the queries, values and keys."""
        places, width = len(mixed), self.width
        query, value, key = (
            mixed[:, width * part : width * (part + 1)].reshape(places, self.heads, width // self.heads)
            for part in (1, 2, 3)
        )
        query *= self._half
        return mixed[:, :width], query, value, key

    def _block(self, name: str) -> Block:
        steps, bias = np.arange(self.recent), self._array(f"{name}bias")
        matrix = np.concatenate([self._array(f"{name}here"), self._array(f"{name}there")], axis=1)
        move = np.concatenate([self._array(f"{name}here_move"), self._array(f"{name}there_move")])
        stretched = self._array(f"{name}before_stretch")[:, None] * matrix
        half = np.float32(0.5)
        return Block(
            mix=Mix(
                half * (stretched - stretched.mean(axis=0)), half * (self._array(f"{name}before_move") @ matrix + move)
            ),
            stretch=self._array(f"{name}after_stretch"),
            move=self._array(f"{name}after_move"),
            out=self._array(f"{name}out"),
            out_move=self._array(f"{name}out_move"),
            bias=half * bias[:, np.maximum(steps[:, None] - steps, 0)],
        )

    def _array(self, name: str) -> Floats:
        return self.arrays[name].astype(np.float32, copy=False)


def read_model(data: bytes) -> NextModel:
    """The model that `NextModel.to_bytes` wrote.

    Raises:
        SnapshotUnreadableError: torn, changed or of another kind.
    """
    return NextModel(*from_bytes(data), digest_of(hashlib.sha256(data)))


def digest_of(bytes_read: "hashlib._Hash") -> str:
    """What a model is called by whose bytes were read into this SHA-256."""
    return bytes_read.hexdigest()[:8]


def activated(halves: Floats) -> Floats:
    """Each number times its logistic, given half of it; in place."""
    gate = np.tanh(halves)
    gate += np.float32(1.0)
    halves *= gate
    return halves


def _steepness(values: Floats) -> Floats:
    """(places,) one over the deviation of each row."""
    even = _even(values.shape[1])
    # Sums as products: a third of the time that `mean` takes for so few numbers.
    mean = values @ even
    found: Floats = np.square(values) @ even
    found -= mean * mean
    np.maximum(found, np.float32(0.0), out=found)
    found += _SMALL
    return np.power(found, _DOWN, out=found)


def _centred(values: Floats) -> tuple[Floats, np.float32]:
    """(width,) numbers less their mean, and one over their deviation."""
    even = _even(len(values))
    found: Floats = values - values @ even
    return found, (found @ found * even[0] + _SMALL) ** _DOWN


@cache
def _even(width: int) -> Floats:
    return np.full(width, 1.0 / width, np.float32)


def trait_name(kind: int, name: str | int) -> int:
    """A number for a trait that needs no list of words: 64 bits of a digest."""
    return int.from_bytes(hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=8).digest(), "little")


def _found(ascending: NDArray[np.generic], wanted: NDArray[np.generic]) -> NDArray[np.intp]:
    if not len(ascending):
        return np.full(len(wanted), -1, np.intp)
    at = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.where(ascending[at] == wanted, at, -1).astype(np.intp)
