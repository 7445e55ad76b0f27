"""Owns the dense part of the model: from the rows of an example's ids and its features to the chance of each action.

Small enough to be read, so its gradient is written out: the rows side by side, the sum of their products in pairs
(Rendle 2010, factorization machines), the features, one hidden layer, one logit an action. numpy and not torch: a step
of 512 examples is then three matrix products, the same to the bit each time, in a process of 60 MB.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.events import ACTIONS

Floats = NDArray[np.float32]


class Passed(NamedTuple):
    """What a forward pass keeps for the way back."""

    rows: Floats
    wide: Floats
    hidden: Floats
    chances: Floats


class Network:
    """(n, fields, dim) rows and (n, features) → (n, ACTIONS) chances, learned by Adagrad."""

    def __init__(self, fields: int, dim: int, features: int, hidden: int, seed: int) -> None:
        dice = np.random.default_rng(seed)
        width = fields * dim + dim + features
        self.rate = np.float32(0.05)
        self.weights: dict[str, Floats] = {
            "in": dice.normal(0, width**-0.5, (width, hidden)).astype(np.float32),
            "in_bias": np.zeros(hidden, np.float32),
            "out": dice.normal(0, hidden**-0.5, (hidden, ACTIONS)).astype(np.float32),
            # Before anything is learned an action is unlikely.
            "out_bias": np.full(ACTIONS, -2.0, np.float32),
        }
        self.squares: dict[str, Floats] = {name: np.zeros_like(each) for name, each in self.weights.items()}

    def forward(self, rows: Floats, features: Floats) -> Passed:
        """The chances, and what the way back needs."""
        total = rows.sum(axis=1)
        pairs = (total * total - np.einsum("nfd,nfd->nd", rows, rows)) * np.float32(0.5)
        wide = np.concatenate((rows.reshape(len(rows), -1), pairs, features), axis=1)
        hidden = np.maximum(wide @ self.weights["in"] + self.weights["in_bias"], 0)
        logits = hidden @ self.weights["out"] + self.weights["out_bias"]
        return Passed(rows, wide, hidden, 1 / (1 + np.exp(-np.clip(logits, -30, 30))))

    def backward(self, passed: Passed, errors: Floats) -> tuple[dict[str, Floats], Floats]:
        """The gradients of the weights and, (n, fields, dim), of the rows, from those of the logits, (n, ACTIONS)."""
        rows, wide, hidden, _ = passed
        _, fields, dim = rows.shape
        back = (errors @ self.weights["out"].T) * (hidden > 0)
        gradients = {
            "in": wide.T @ back,
            "in_bias": back.sum(axis=0),
            "out": hidden.T @ errors,
            "out_bias": errors.sum(axis=0),
        }
        to_wide = back @ self.weights["in"].T
        direct = to_wide[:, : fields * dim].reshape(rows.shape)
        pairs = to_wide[:, fields * dim : fields * dim + dim]
        return gradients, direct + pairs[:, None, :] * (rows.sum(axis=1, keepdims=True) - rows)

    def step(self, gradients: dict[str, Floats]) -> None:
        """One step of Adagrad."""
        for name, gradient in gradients.items():
            self.squares[name] += gradient * gradient
            self.weights[name] -= self.rate * gradient / np.sqrt(self.squares[name] + np.float32(1e-8))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All numbers, by name; copies."""
        named = {f"weights.{name}": each.copy() for name, each in self.weights.items()}
        return named | {f"squares.{name}": each.copy() for name, each in self.squares.items()}

    def replace(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Takes over what `arrays` gave. The old numbers are left as they are, for whoever still reads them."""
        self.weights = {name: arrays[f"weights.{name}"].copy() for name in self.weights}
        self.squares = {name: arrays[f"squares.{name}"].copy() for name in self.squares}
