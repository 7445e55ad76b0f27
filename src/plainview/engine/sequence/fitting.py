"""Owns how the encoder is fitted: item vectors begin at what is taken near what, then so many steps on a cosine."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from plainview.engine.sequence.batches import NO_TARGET, Batch, endless, lasting
from plainview.engine.sequence.encoder import Encoder, EncoderShape
from plainview.engine.sequence.histories import Histories
from plainview.engine.sequence.linear_next import LinearShape, pair_sums
from plainview.engine.sequence.softmax import cross_entropy

PEOPLE_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast the encoder learns. Small data get small steps, so that all take about as many."""

    epochs: float = 16.0
    steps_an_epoch: int = 250
    places_min: int = 512
    places_max: int = 4096
    """Bounds of how many events a step learns from."""
    rate: float = 2e-3
    """At places_max; below, less by the square root."""
    warmup: int = 100
    smoothing: float = 0.0
    averaging: float = 0.998
    """How much of the running mean of the weights each step keeps; the mean is what serves."""
    seed: int = 0
    seconds_max: float = math.inf
    """What is left of the course is given up after so long; what serves is the mean of the weights so far."""

    def places(self, histories: Histories) -> int:
        """How many events a step learns from."""
        return min(self.places_max, max(self.places_min, len(histories.items) // self.steps_an_epoch))

    def steps(self, histories: Histories) -> int:
        """How many steps there are."""
        return math.ceil(self.epochs * len(histories.items) / self.places(histories))

    def pace(self, step: int, histories: Histories) -> float:
        """The rate at a step: up in a line, down on a cosine to a fiftieth."""
        rise = min(1.0, (step + 1) / self.warmup) * math.sqrt(self.places(histories) / self.places_max)
        return self.rate * rise * (0.02 + 0.98 * (1 + math.cos(math.pi * step / self.steps(histories))) / 2)


class FittedEncoder:
    """An encoder that only answers."""

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder.eval()

    @torch.no_grad()
    def scores(self, known: Histories) -> NDArray[np.float32]:
        """(people, items) float32: the logit of each item to come next. Who has no history gets zeros."""
        found = np.zeros((len(known), self.encoder.items), np.float32)
        order = np.argsort(known.lengths, kind="stable")
        order = order[known.lengths[order] > 0]
        for start in range(0, len(order), PEOPLE_AT_ONCE):
            people = order[start : start + PEOPLE_AT_ONCE]
            found[people] = self._logits(known.some(people))
        return found

    def _logits(self, known: Histories) -> NDArray[np.float32]:
        recent, waits = lasting(known, self.encoder.shape.recent)
        with torch.autocast("cpu", torch.bfloat16):
            states = self.encoder(recent, waits)
        last = states[torch.arange(len(known)), (recent > 0).sum(1) - 1].float()
        return np.asarray((last @ self.encoder.vectors[1:].T).numpy())


def fit_encoder(
    histories: Histories, shape: EncoderShape, course: Course, watch: Callable[[int, FittedEncoder], None] | None = None
) -> FittedEncoder:
    """The encoder after its course. Equal arguments and threads give equal weights.

    Args:
        histories: what is learned from; everything in it is input, and target if done with the last action. Numbers
            are of items and actions, as `encoder.PADDING` says, from 0 on.
        shape: how large the encoder is.
        course: how long and how fast it learns.
        watch: is told (steps done, encoder as it would serve) ten times in between.
    """
    torch.manual_seed(course.seed)
    items = histories.item_count // shape.actions
    encoder = Encoder(items, shape)
    with torch.no_grad():
        encoder.vectors[1:] = first_vectors(Histories(histories.items % items, histories.starts, items), shape.width)
    learner = torch.optim.AdamW(encoder.parameters(), course.rate, (0.9, 0.98), weight_decay=0.0, fused=True)
    mean = [weights.detach().clone() for weights in encoder.parameters()]
    lots = np.random.default_rng(course.seed)
    batches, steps = endless(histories, shape.recent, course.places(histories), lots), course.steps(histories)
    started = time.monotonic()
    for step in range(steps):
        if time.monotonic() - started > course.seconds_max:
            break
        for group in learner.param_groups:
            group["lr"] = course.pace(step, histories)
        learn(encoder, learner, next(batches), course.smoothing)
        kept = min(course.averaging, (step + 1) / (step + 10))
        torch._foreach_lerp_(mean, [weights.detach() for weights in encoder.parameters()], 1 - kept)
        if watch and (step + 1) % max(1, steps // 10) == 0:
            watch(step + 1, averaged(encoder, mean))
    return averaged(encoder, mean)


def first_vectors(histories: Histories, width: int) -> Tensor:
    """(items, width): vectors whose products follow how much more often than by chance two items are near each other.

    The log of one plus that ratio, factored (Levy and Goldberg, 2014). It saves the first epochs.
    """
    _, followed = pair_sums(histories, LinearShape())
    near = followed + followed.T
    often = near.sum(0) + 1
    lifted = torch.log1p(near * near.sum() / often / often[:, None])
    left, strength, _ = torch.svd_lowrank(lifted, q=min(width, len(near)), niter=3)
    vectors = torch.zeros(len(near), width)
    vectors[:, : left.shape[1]] = left * strength.sqrt()
    vectors -= vectors.mean(0)
    return vectors / vectors.std() * 0.02


def learn(encoder: Encoder, learner: torch.optim.Optimizer, batch: Batch, smoothing: float) -> float:
    """One step; the loss before it."""
    encoder.train()
    targets = batch.targets - (encoder.shape.actions - 1) * encoder.items
    asked = targets > NO_TARGET
    with torch.autocast("cpu", torch.bfloat16):
        states = encoder(batch.recent, batch.waits)
    loss = cross_entropy(states[asked].float(), encoder.vectors[1:], targets[asked], smoothing)
    learner.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
    learner.step()
    return float(loss.detach())


def averaged(encoder: Encoder, mean: list[Tensor]) -> FittedEncoder:
    """A copy with the mean weights."""
    serving = Encoder(encoder.items, replace(encoder.shape, dropout=0.0))
    with torch.no_grad():
        for weights, value in zip(serving.parameters(), mean, strict=True):
            weights.copy_(value)
    return FittedEncoder(serving)
