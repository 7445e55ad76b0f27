"""Owns the encoder that all models share, our head on it, and the three peers, done plainly.

Weighted logistic regression: Covington, Adams and Sargin, "Deep neural networks for YouTube recommendations" (RecSys
2016). D2Q: Zhan et al., "Deconfounding duration bias in watch-time prediction" (KDD 2022). CREAD: Sun et al., "CREAD: a
classification-restoration framework with error adaptive discretization for watch time prediction" (AAAI 2024).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from plainview.engine.heads.lengths import Lengths
from plainview.engine.heads.watch import WatchHead, spread_times

WIDTH = 24
_HIDDEN = 32
_GROUPS = 20
_THRESHOLDS = 30
_CLICK_MS = 7_000.0


@dataclass(frozen=True, slots=True)
class Batch:
    """n views, or wishes: persons, videos, the videos' tags, and lengths; and what was watched, where it is known."""

    person: Tensor
    video: Tensor
    tags: Tensor
    """(n, tags): the shares of the tags; each row sums to 1."""
    duration_ms: NDArray[np.int64]
    watched_ms: Tensor


class Model(Protocol):
    """One way to see watch time."""

    name: str

    def loss(self, batch: Batch) -> Tensor:
        """A scalar to make small."""
        ...

    def watch_ms(self, batch: Batch) -> Tensor:
        """(n,) the time that will be watched."""
        ...

    def score(self, batch: Batch) -> Tensor:
        """(n,) what the model ranks by."""
        ...

    def named_parameters(self) -> Iterable[tuple[str, nn.Parameter]]:
        """All that is trained."""
        ...

    def state_dict(self) -> dict[str, Tensor]:
        """Its present state."""
        ...

    def load_state_dict(self, state: dict[str, Tensor]) -> object:
        """Returns to an earlier state."""
        ...


class Encoder(nn.Module):
    """Persons and videos as (n, size): their vectors, the product of both, `extra` columns, and one layer over all."""

    def __init__(self, persons: int, videos: int, tags: int, extra: int = 0) -> None:
        super().__init__()
        self.person, self.video = nn.Embedding(persons, WIDTH), nn.Embedding(videos, WIDTH)
        self.tag = nn.Linear(tags, WIDTH, bias=False)
        self.size = 3 * WIDTH + extra + _HIDDEN
        self.mix = nn.Linear(3 * WIDTH + extra, _HIDDEN)
        for table in (self.person, self.video):
            nn.init.normal_(table.weight, std=0.03)

    def forward(self, batch: Batch, extra: Tensor | None = None) -> Tensor:
        """The representation that the heads stand on."""
        person, video = self.person(batch.person), self.video(batch.video) + self.tag(batch.tags)
        both = [person * video * 30.0, person, video]
        wide = torch.cat(both if extra is None else [*both, extra], dim=1)
        return torch.cat((wide, functional.relu(self.mix(wide))), dim=1)


class Ours(nn.Module):
    """The engine's head: the encoder is not given the length."""

    name = "ours"

    def __init__(self, sizes: tuple[int, int, int], log: Batch) -> None:
        super().__init__()
        self.encoder = Encoder(*sizes)
        times_ms = spread_times(log.watched_ms.double().numpy())
        self.head = WatchHead(self.encoder.size, Lengths.of(log.duration_ms), times_ms)
        self.head.start_from(self.head.placed(log.duration_ms), log.watched_ms)

    def loss(self, batch: Batch) -> Tensor:
        """That of the head."""
        return self.head.loss(self.encoder(batch), self.head.placed(batch.duration_ms), batch.watched_ms)

    def watch_ms(self, batch: Batch) -> Tensor:
        """The time at the rank that is foretold from interest and length."""
        return self.head.ms_at_rank(self.encoder(batch), self.head.placed(batch.duration_ms))

    def score(self, batch: Batch) -> Tensor:
        """The interest."""
        return self.head.score(self.encoder(batch), self.head.placed(batch.duration_ms))

    def settle(self, pairs: Batch) -> None:
        """Takes the rest of the length out of the score, by persons and videos of the log paired by lot."""
        with torch.no_grad():
            self.head.settle(self.encoder(pairs), self.head.placed(pairs.duration_ms))


class _Peer(nn.Module, ABC):
    """What the peers share: the length is one of their features."""

    def __init__(self, sizes: tuple[int, int, int], log: Batch, outputs: int) -> None:
        super().__init__()
        self.knots = Lengths.of(log.duration_ms, _GROUPS)
        self.encoder = Encoder(*sizes, extra=len(self.knots))
        self.head = nn.Linear(self.encoder.size, outputs)

    def outputs(self, batch: Batch) -> Tensor:
        """The raw outputs, (n, outputs)."""
        placed = self.knots.place(batch.duration_ms)
        below, share = torch.from_numpy(placed.below), torch.from_numpy(placed.share)
        rows = torch.arange(len(below))
        length = torch.zeros(len(below), len(self.knots))
        length[rows, below] = 1.0 - share
        length[rows, below + 1] += share
        found: Tensor = self.head(self.encoder(batch, length))
        return found

    @abstractmethod
    def watch_ms(self, batch: Batch) -> Tensor:
        """What each peer makes of its outputs."""


class WeightedLogistic(_Peer):
    """A click is a success that weighs its seconds; the odds are then the expected time."""

    name = "wlr"

    def __init__(self, sizes: tuple[int, int, int], log: Batch) -> None:
        super().__init__(sizes, log, 1)

    def loss(self, batch: Batch) -> Tensor:
        """Weighted cross-entropy."""
        line = self.outputs(batch).squeeze(1)
        clicked = (batch.watched_ms >= torch.from_numpy(np.minimum(batch.duration_ms, _CLICK_MS))).float()
        weight = torch.where(clicked > 0, batch.watched_ms / 1000.0, torch.ones_like(line))
        return functional.binary_cross_entropy_with_logits(line, clicked, weight=weight) / 10.0

    def watch_ms(self, batch: Batch) -> Tensor:
        """The odds, in seconds."""
        return self.outputs(batch).squeeze(1).clamp(-12.0, 8.0).exp() * 1000.0

    score = watch_ms


class Quantiles(_Peer):
    """D2Q: foretells the rank of a watch among those of videos of about its length, and looks the time up."""

    name = "d2q"

    def __init__(self, sizes: tuple[int, int, int], log: Batch) -> None:
        super().__init__(sizes, log, 1)
        self.edges = np.quantile(log.duration_ms, np.linspace(0, 1, _GROUPS + 1)[1:-1])
        groups, watched = self._group(log), log.watched_ms.numpy()
        self.sorted = [np.sort(watched[groups == group]) for group in range(_GROUPS)]

    def _group(self, batch: Batch) -> NDArray[np.intp]:
        return np.searchsorted(self.edges, batch.duration_ms, side="right")

    def loss(self, batch: Batch) -> Tensor:
        """Squared distance to the rank."""
        groups, watched = self._group(batch), batch.watched_ms.numpy()
        ranks = np.zeros(len(watched), np.float32)
        for group, known in enumerate(self.sorted):
            mine = groups == group
            sides = [np.searchsorted(known, watched[mine], side=side) for side in ("left", "right")]
            ranks[mine] = (sides[0] + sides[1]) / 2 / max(len(known), 1)
        return functional.mse_loss(self.score(batch), torch.from_numpy(ranks)) * 10.0

    def score(self, batch: Batch) -> Tensor:
        """The rank within the group."""
        return torch.sigmoid(self.outputs(batch).squeeze(1))

    def watch_ms(self, batch: Batch) -> Tensor:
        """The time at that rank of the group."""
        groups, ranks = self._group(batch), self.score(batch).detach().numpy()
        found = np.zeros(len(ranks), np.float32)
        for group, known in enumerate(self.sorted):
            mine = groups == group
            found[mine] = np.interp(ranks[mine] * (len(known) - 1), np.arange(len(known)), known)
        return torch.from_numpy(found)


class Restored(_Peer):
    """CREAD: one chance for each of some times, set where their errors balance, and the time restored from them."""

    name = "cread"

    def __init__(self, sizes: tuple[int, int, int], log: Batch) -> None:
        super().__init__(sizes, log, _THRESHOLDS)
        # Between equal steps and equal counts, as the paper's error-adaptive cut with one calibrated exponent.
        at = (1.0 - np.exp(-3.0 * np.linspace(0.0, 1.0, _THRESHOLDS + 1))) / (1.0 - np.exp(-3.0))
        times = np.quantile(log.watched_ms.numpy(), 0.995 * at)
        times[0] = 0.0
        self.times = torch.from_numpy(np.maximum.accumulate(times + np.arange(len(times))).astype(np.float32))

    def loss(self, batch: Batch) -> Tensor:
        """Cross-entropy of each time, Huber's distance of the restored seconds, and that chances must not rise."""
        lines = self.outputs(batch)
        stayed = (batch.watched_ms[:, None] > self.times[:-1]).float()
        crossed = functional.binary_cross_entropy_with_logits(lines, stayed)
        restored = functional.huber_loss(self._restored(lines) / 1e4, batch.watched_ms / 1e4)
        rising = functional.relu(torch.sigmoid(lines[:, 1:]) - torch.sigmoid(lines[:, :-1])).sum(dim=1).mean()
        return crossed + 0.1 * restored + 0.1 * rising

    def watch_ms(self, batch: Batch) -> Tensor:
        """The restored time."""
        return self._restored(self.outputs(batch))

    score = watch_ms

    def _restored(self, lines: Tensor) -> Tensor:
        return torch.sigmoid(lines) @ (self.times[1:] - self.times[:-1])
