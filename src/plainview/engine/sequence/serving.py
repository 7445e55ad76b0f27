"""Owns the fitted encoder as it serves: numbers and numpy, no torch; one person at a time, in a dozen products.

The same numbers as `encoder.py` gives, but only what the last place needs of the last block. Beside the blocks stands a
vector for each item, less their mean, and one for each trait, so that an item that the fit has not seen has its place
from the first second (as Agarwal and Chen's regression priors, KDD 2009). As bytes it holds no code, and of people
nothing: a person's vector is made from what they enjoyed last, whenever it is needed.
"""

import hashlib
import math
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.archive import from_bytes, to_bytes

Floats = NDArray[np.float32]
_KIND = "plainview-next-1"
_SMALL = np.float32(1e-5)


class Norm(NamedTuple):
    """Brings numbers to mean 0 and deviation 1, then stretches and moves each place."""

    stretch: Floats
    move: Floats

    def __call__(self, values: Floats) -> Floats:
        """(…, width) from the same."""
        # Sums as products: a third of the time that `mean` takes for so few numbers.
        even = np.full(values.shape[-1], 1.0 / values.shape[-1], np.float32)
        centred: Floats = values - (values @ even)[..., None]
        centred *= (np.float32(1.0) / np.sqrt((centred * centred) @ even + _SMALL))[..., None]
        centred *= self.stretch
        centred += self.move
        return centred


class Block(NamedTuple):
    """One HSTU block's numbers; see `encoder.Block`."""

    before: Norm
    here: Floats
    """(width, 2 · width): to the gates and queries of the places that look back."""
    here_move: Floats
    there: Floats
    """(width, 2 · width): to the values and keys of the places that are looked at."""
    there_move: Floats
    after: Norm
    out: Floats
    out_move: Floats
    bias: Floats
    """(heads, recent, recent): by how far two places lie apart; nothing is said of what comes later."""


class State(NamedTuple):
    """What is expected next: the products with items' vectors order them."""

    vector: Floats
    """(width,)"""
    slots: NDArray[np.intp]
    """(places,) what it was made from, oldest first."""
    acts: NDArray[np.intp]
    because: Floats
    """(places, width) the part of the vector that each place put in, the norms held as they are."""


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
        self.mean: Floats = arrays["mean"].astype(np.float32, copy=False)
        self.trait_names: NDArray[np.uint64] = arrays["trait_names"].astype(np.uint64, copy=False)
        """(traits,) ascending; see `trait_name`."""
        self.traits: NDArray[np.generic] = arrays["traits"]
        """(traits, width) float16: what having the trait adds to a vector."""
        self.width = self.items.shape[1]
        self.spread = np.float32(float(str(facts["spread"])))
        """How far from the mean of all items the products with what people took lay, in the fit."""
        count = int(str(facts["blocks"]))
        self._blocks = [self._block(f"block{number}_") for number in range(count)]
        self._share: Floats = np.tri(self.recent, dtype=np.float32) / np.float32(self.recent)
        self._norm = Norm(self._array("norm_stretch"), self._array("norm_move"))

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

    def placed(self, traits: NDArray[np.intp]) -> Floats:
        """(n, width) where items belong that the fit has not seen.

        Args:
            traits: (n, traits) where those of each stand, -1 for none.
        """
        if not len(self.traits):
            return np.zeros((len(traits), self.width), np.float32)
        adds: Floats = self.traits[traits].astype(np.float32)
        adds[traits < 0] = 0.0
        found: Floats = adds.sum(axis=1)
        return found

    def state(self, slots: NDArray[np.intp], acts: NDArray[np.intp], vectors: Floats) -> State:
        """What is expected after these.

        Args:
            slots: (places,) only noted.
            acts: (places,) what was done: 0 passed over, 1 neither, 2 enjoyed.
            vectors: (places, width) of at most `recent` items, oldest first, less the mean; at least one.
        """
        assert 0 < len(vectors) <= self.recent
        values: Floats = (vectors + self.mean) * np.float32(math.sqrt(self.width)) + self.actions[acts]
        for block in self._blocks[:-1]:
            values = self._passed(block, values)
        last, put_in = self._last(self._blocks[-1], values)
        centred = last - last.mean()
        stretch = self._norm.stretch / np.sqrt(np.square(centred).mean() + _SMALL)
        because = (put_in - put_in.mean(axis=1, keepdims=True)) * stretch
        return State(centred * stretch + self._norm.move, slots, acts, because)

    def _passed(self, block: Block, values: Floats) -> Floats:
        """(places, width) from the same."""
        places, width = values.shape
        normed = block.before(values)
        here, there = silu(normed @ block.here + block.here_move), silu(normed @ block.there + block.there_move)
        gate, query, value, key = here[:, :width], here[:, width:], there[:, :width], there[:, width:]
        seen = np.empty_like(values)
        size = width // self.heads
        for head in range(self.heads):
            own = slice(size * head, size * (head + 1))
            scores = query[:, own] @ key[:, own].T
            scores *= np.float32(size**-0.5)
            scores += block.bias[head, :places, :places]
            weights = silu(scores) * self._share[:places, :places]
            seen[:, own] = weights @ value[:, own]
        added: Floats = block.after(seen)
        added *= gate
        found: Floats = np.matmul(added, block.out)
        found += block.out_move
        found += values
        return found

    def _last(self, block: Block, values: Floats) -> tuple[Floats, Floats]:
        """(width,) the state after the last place alone, and (places, width) what each place put into it."""
        places, width = values.shape
        normed = block.before(values)
        here, there = silu(normed[-1] @ block.here + block.here_move), silu(normed @ block.there + block.there_move)
        gate, query, value, key = here[:width], here[width:], there[:, :width], there[:, width:]
        size = width // self.heads
        put_in = np.empty_like(value)
        for head in range(self.heads):
            own = slice(size * head, size * (head + 1))
            scores = key[:, own] @ query[own]
            scores *= np.float32(size**-0.5)
            scores += block.bias[head, places - 1, :places]
            put_in[:, own] = value[:, own] * (silu(scores) * np.float32(1.0 / self.recent))[:, None]
        seen = put_in.sum(axis=0)
        deviation = np.sqrt(np.square(seen - seen.mean()).mean() + _SMALL)
        put_in -= put_in.mean(axis=1, keepdims=True)
        put_in *= block.after.stretch * gate / deviation
        parts: Floats = put_in @ block.out
        last = values[-1] + parts.sum(axis=0) + (block.after.move * gate) @ block.out + block.out_move
        parts[-1] += values[-1]
        return last, parts

    def _block(self, name: str) -> Block:
        steps, bias = np.arange(self.recent), self._array(f"{name}bias")
        arrays = {each: self._array(name + each) for each in ("here", "here_move", "there", "there_move")}
        return Block(
            before=Norm(self._array(f"{name}before_stretch"), self._array(f"{name}before_move")),
            after=Norm(self._array(f"{name}after_stretch"), self._array(f"{name}after_move")),
            out=self._array(f"{name}out"),
            out_move=self._array(f"{name}out_move"),
            bias=bias[:, np.maximum(steps[:, None] - steps, 0)],
            **arrays,
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


def silu(values: Floats) -> Floats:
    """Each number times its logistic."""
    found: Floats = np.tanh(values * np.float32(0.5))
    found += np.float32(1.0)
    found *= values
    found *= np.float32(0.5)
    return found


def trait_name(kind: int, name: str | int) -> int:
    """A number for a trait that needs no list of words: 64 bits of a digest."""
    return int.from_bytes(hashlib.blake2b(f"{kind}:{name}".encode(), digest_size=8).digest(), "little")


def _found(ascending: NDArray[np.generic], wanted: NDArray[np.generic]) -> NDArray[np.intp]:
    if not len(ascending):
        return np.full(len(wanted), -1, np.intp)
    at = np.minimum(np.searchsorted(ascending, wanted), len(ascending) - 1)
    return np.where(ascending[at] == wanted, at, -1).astype(np.intp)
