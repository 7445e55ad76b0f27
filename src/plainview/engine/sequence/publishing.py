"""Owns how a fitted encoder becomes what serves: its numbers as arrays, and a place for items by traits and content."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from plainview.engine.said import ONE
from plainview.engine.sequence.encoder import Block, Encoder
from plainview.engine.sequence.serving import Floats, NextModel
from plainview.engine.sequence.told import Stock

_RIDGE = 4.0
"""So many items of its own a trait must have before it counts half."""
_ROUNDS = 20
_CONTENT_RIDGE = 100.0
"""So many items must have content before what one of its numbers, of mean square 1, says alone counts half."""
_TURNS = 3
_ROWS_AT_ONCE = 10_000
_MOST = 32_767
_PATIENCE = 2.0
"""So many times an item must have been taken before its own vector counts as much as what its traits foretell."""


def published(encoder: Encoder, stock: Stock, rows: NDArray[np.intp]) -> NextModel:
    """What serves.

    Args:
        encoder: as it was fitted.
        stock: all items that are given a vector.
        rows: (fitted,) where in the stock the encoder's items stand.
    """
    fitted = encoder.vectors[1:].detach().float().numpy()
    mean = fitted.mean(axis=0)
    names, at = np.unique(stock.traits, return_inverse=True)
    at = at.reshape(stock.traits.shape)
    own = np.zeros((len(stock.ids), fitted.shape[1]), np.float32)
    own[rows] = fitted - mean
    weights = np.zeros(len(stock.ids), np.float32)
    weights[rows] = stock.taken[rows] / (stock.taken[rows] + _PATIENCE)
    has = names != 0
    by_trait, by_content, said = _foretold(own, weights, (at, has), stock.content)
    step = float(np.abs(by_content).max(initial=0.0)) / _MOST
    items = weights[:, None] * own + (1.0 - weights)[:, None] * said
    shape = encoder.shape
    facts: dict[str, object] = {
        "heads": shape.heads,
        "recent": shape.recent,
        "blocks": shape.blocks,
        "spread": 1.0,
        "cut_ms": 0,
        "content_step": step,
    }
    arrays: dict[str, NDArray[Any]] = {
        "ids": stock.ids, "items": items.astype(np.float32), "mean": mean, "actions": encoder.actions.detach().numpy(),
        "waits": encoder.waits.detach().numpy(),
        "trait_names": names[has],
        "traits": by_trait[has].astype(np.float16),
        "content": np.rint(by_content / (step or 1.0)).astype(np.int16),
    }  # fmt: skip
    for number, block in enumerate(encoder.blocks):
        assert isinstance(block, Block)
        arrays |= _of_block(block, f"block{number}_", encoder.shape.width)
    arrays |= _of_norm(encoder.norm, "norm")
    return NextModel(facts, arrays)


def _foretold(
    own: Floats, weights: Floats, traits: tuple[NDArray[np.intp], NDArray[np.bool_]], content: NDArray[np.int8]
) -> tuple[Floats, Floats, Floats]:
    """One ridge over the taken items, solved by turns: what is left by one half, the other explains.

    Returns:
        (traits, width) what each trait adds, (numbers, width) what one of each number of a content's row adds, and
        (items, width) the sum.
    """
    by_trait, from_traits = _by_traits(own, weights, *traits)
    by_content = np.zeros((content.shape[1], own.shape[1]), np.float32)
    if not content.any():
        return by_trait, by_content, from_traits
    from_traits, from_content = np.zeros_like(own), np.zeros_like(own)
    gram = _CONTENT_RIDGE * ONE * ONE * np.eye(len(by_content))
    for rows, some in _some(content):
        gram += (some * weights[rows, None]).T @ some
    for _ in range(_TURNS):
        cross = np.zeros(by_content.shape)
        for rows, some in _some(content):
            cross += some.T @ (weights[rows, None] * (own - from_traits)[rows])
        by_content = np.linalg.solve(gram, cross).astype(np.float32)
        for rows, some in _some(content):
            from_content[rows] = some @ by_content
        by_trait, from_traits = _by_traits(own - from_content, weights, *traits)
    return by_trait, by_content, from_traits + from_content


def _some(content: NDArray[np.int8]) -> Iterator[tuple[slice, Floats]]:
    """The rows in numbers that can be multiplied, so many at once."""
    for start in range(0, len(content), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        yield rows, content[rows].astype(np.float32)


def _by_traits(own: Floats, weights: Floats, at: NDArray[np.intp], has: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """(traits, width) what each trait adds, by a ridge over the taken items, and (items, width) what they sum to."""
    items, places = at.shape
    here = has[at].ravel()
    where = np.stack([np.repeat(np.arange(items), places), at.ravel()])[:, here]
    matrix = torch.sparse_coo_tensor(
        torch.from_numpy(where), torch.ones(where.shape[1]), (items, len(has)), check_invariants=False
    ).coalesce()
    turned = matrix.transpose(0, 1).coalesce()
    heavy = torch.from_numpy(weights)[:, None]

    def normal(found: Tensor) -> Tensor:
        return turned @ (heavy * (matrix @ found)) + _RIDGE * found

    right = turned @ (heavy * torch.from_numpy(own))
    by_trait = _conjugate(normal, right)
    return by_trait.numpy(), (matrix @ by_trait).numpy()


def _conjugate(product: Any, right: Tensor) -> Tensor:
    """The solution of product(x) = right by conjugate gradients, each column by itself."""
    found, left = torch.zeros_like(right), right.clone()
    way, size = left.clone(), left.square().sum(0)
    for _ in range(_ROUNDS):
        ahead = product(way)
        step = size / (way * ahead).sum(0).clamp_min(1e-20)
        found += step * way
        left -= step * ahead
        before, size = size, left.square().sum(0)
        way = left + size / before.clamp_min(1e-20) * way
    return found


def _of_block(block: Block, name: str, width: int) -> dict[str, NDArray[Any]]:
    mix, move = block.projection.weight.detach().T, block.projection.bias.detach()
    gate, value, query, key = torch.split(mix, width, dim=1)
    gate_move, value_move, query_move, key_move = torch.split(move, width)
    arrays = {
        "here": torch.cat([gate, query], 1), "here_move": torch.cat([gate_move, query_move]),
        "there": torch.cat([value, key], 1), "there_move": torch.cat([value_move, key_move]),
        "out": block.out.weight.detach().T.contiguous(), "out_move": block.out.bias.detach(),
        "bias": block.bias.detach(),
    }  # fmt: skip
    found = {f"{name}{each}": tensor.float().contiguous().numpy() for each, tensor in arrays.items()}
    return found | _of_norm(block.before, f"{name}before") | _of_norm(block.after, f"{name}after")


def _of_norm(norm: nn.LayerNorm, name: str) -> dict[str, NDArray[Any]]:
    return {f"{name}_stretch": norm.weight.detach().numpy().copy(), f"{name}_move": norm.bias.detach().numpy().copy()}
