"""Owns the sequence encoder: from a person's recent items to one vector at each place, which scores what comes next.

HSTU blocks (arXiv 2402.17152, section 3): queries, keys, values and gates come from one projection; attention weighs
by a SiLU in place of a softmax, so that how much happened counts and not only what; a bias is learned for each
distance. The item vectors are used at both ends. What is added to an item's says how long after it the next was taken
or, at the last, is asked for. No absolute place.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from plainview.engine.sequence.waits import WAITS

PADDING = 0
"""The number of the empty place. Item i of a catalogue of n, done with action a, is number a · n + i + 1 here."""


@dataclass(frozen=True, slots=True)
class EncoderShape:
    """How large the encoder is. `recent` is how many of the last items it sees."""

    width: int = 128
    blocks: int = 2
    heads: int = 2
    recent: int = 200
    dropout: float = 0.2
    actions: int = 1
    """What may be done with an item; the last of them is what is foretold. With one, it is not told."""


class Dropout(nn.Module):
    """Zeroes a share of the numbers while training; the lots are drawn once and read from a random place each time.

    A fresh draw for every number costs as much as the matrix products here; 4 million kept lots cost nothing.
    """

    kept: Tensor

    def __init__(self, share: float, lots: int = 1 << 22) -> None:
        super().__init__()
        self.share = share
        kept = (torch.rand(lots if share else 1) >= share).float() / (1 - share)
        self.register_buffer("kept", kept.bfloat16(), persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        """The values, some of them zero; unchanged outside of training."""
        if not self.training or not self.share:
            return values
        spare = self.kept.numel() - values.numel()
        if spare <= 0:
            return functional.dropout(values, self.share)
        start = int(torch.randint(spare, ()))
        return values * self.kept[start : start + values.numel()].view(values.shape)


class Block(nn.Module):
    """One HSTU block: attention over what came before, gated, added to its input."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.heads, self.recent = shape.heads, shape.recent
        self.before = nn.LayerNorm(shape.width)
        self.projection = nn.Linear(shape.width, 4 * shape.width)
        self.after = nn.LayerNorm(shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.bias = nn.Parameter(torch.zeros(shape.heads, shape.recent))
        self.dropout = Dropout(shape.dropout)

    def forward(self, state: Tensor) -> Tensor:
        """(persons, places, width) from the same; place t depends on the places up to t only."""
        persons, places, width = state.shape
        mixed = functional.silu(self.projection(self.before(state)))
        gate, value, query, key = torch.split(mixed, width, dim=-1)
        scores = self._heads(query) @ self._heads(key).transpose(-1, -2) * (width // self.heads) ** -0.5
        weights = functional.silu(scores + self._bias(places).to(scores.dtype)) * self._share(places).to(scores.dtype)
        seen = (weights @ self._heads(value)).transpose(1, 2).reshape(persons, places, width)
        added: Tensor = self.dropout(self.out(self.dropout(self.after(seen) * gate)))
        return state + added

    def _heads(self, values: Tensor) -> Tensor:
        persons, places, _ = values.shape
        return values.reshape(persons, places, self.heads, -1).transpose(1, 2)

    def _bias(self, places: int) -> Tensor:
        steps = torch.arange(places)
        return self.bias[:, (steps[:, None] - steps).clamp(min=0)]

    def _share(self, places: int) -> Tensor:
        """Nothing of what comes later; of the rest, one part in the square root of its number."""
        return torch.ones(places, places).tril() / self.recent


class Encoder(nn.Module):
    """Item vectors, blocks over them, and the same item vectors as the scorer."""

    def __init__(self, items: int, shape: EncoderShape) -> None:
        super().__init__()
        self.shape, self.items = shape, items
        self.vectors = nn.Parameter(torch.randn(items + 1, shape.width) * 0.02)
        if shape.actions > 1:
            self.actions = nn.Parameter(torch.zeros(shape.actions, shape.width))
        self.waits = nn.Parameter(torch.zeros(WAITS, shape.width))
        self.dropout = Dropout(shape.dropout)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.blocks))
        self.norm = nn.LayerNorm(shape.width)

    def forward(self, recent: Tensor, waits: Tensor | None = None) -> Tensor:
        """(persons, places, width): the state after each place.

        Args:
            recent: (persons, places) int64, numbers as PADDING says them, oldest first, PADDING at the end.
            waits: (persons, places) int64, how long after each the next came, as `waits.py` numbers it.
        """
        assert recent.shape[1] <= self.shape.recent
        there = recent > 0
        numbers = (recent - 1) % self.items + 1
        vectors = functional.embedding(numbers * there, self.vectors) * math.sqrt(self.shape.width)
        if self.shape.actions > 1:
            vectors = vectors + functional.embedding((recent - 1).clamp(min=0) // self.items, self.actions)
        if waits is not None:
            vectors = vectors + functional.embedding(waits, self.waits)
        state: Tensor = self.dropout(vectors)
        for block in self.blocks:
            state = block(state)
        normed: Tensor = self.norm(state)
        return normed
