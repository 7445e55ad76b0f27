"""Owns the watch-time head: one number for the interest, and from it, with the video's length, the time watched.

A video that was watched to its end was not watched for "its length": we only know that the patience was at least that
long. So the head models the patience T behind the watch, as if the video never ended, and takes the end as what it is,
a cut: for each of some times t before the end it is known whether T > t, for the others it is not.

    chance(T > t | interest, length) = sigmoid(slope(t) × interest − level(t, length))

The levels take up all that length does to watching; they are free, while whatever makes the interest is held small. The
interest itself is not given the length, and is the score to rank by. The time watched is what follows from both.

Sources: the cut is that of the counterfactual watch time (Zhao et al., KDD 2024); ordinal thresholds as in CREAD (Sun
et al., AAAI 2024); that length confounds interest is from D2Q (Zhan et al., KDD 2022), whose ranks within groups of one
length are biased where videos end before people do, and where longer videos are shown to likelier people.
"""

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from plainview.engine.heads.lengths import Lengths

_FIRST_MS = 300.0
_TO_THE_END = 0.97
_LOOPS_MAX = 5.0


def spread_times(watched_ms: NDArray[np.float64], count: int = 32) -> Tensor:
    """(≤ count,) rising milliseconds, the same number of these watches between most of them.

    Above the longest tenth they are in equal ratios, since much of the time watched is in a few long watches.
    """
    low, high = np.quantile(watched_ms, (0.9, 0.999))
    usual = np.quantile(watched_ms, np.linspace(0.01, 0.9, count - count // 4))
    long = np.geomspace(max(low, _FIRST_MS), max(high, 2.0 * low, 2.0 * _FIRST_MS), count // 4 + 1)[1:]
    times = np.unique(np.maximum(np.concatenate((usual, long)), _FIRST_MS))
    return torch.from_numpy(times.astype(np.float32))


class Lasted(NamedTuple):
    """What lengths and watches are to the head. Tensors of n rows, all float32 but `below`."""

    below: Tensor
    share: Tensor
    duration_ms: Tensor
    known: Tensor
    """(n, times): 1 where the time lies before the end of the video, so that staying beyond it can be seen."""


class WatchHead(nn.Module):
    """Turns a representation of (person, video, moment) that knows nothing of the length into interest and time.

    Args:
        size: the width of the representation.
        lengths: the typical lengths, of the training views.
        times_ms: (times,) rising: the times that the patience is asked at. See `spread_times`.
    """

    times_ms: Tensor
    usual: Tensor
    ranks: Tensor
    """(times,): which share of all watches is shorter than each time."""
    shares: Tensor
    """(times,): which share of all watches is nearest to each time; they sum to 1."""

    def __init__(self, size: int, lengths: Lengths, times_ms: Tensor) -> None:
        super().__init__()
        assert (times_ms.diff() > 0).all()
        self.lengths = lengths
        self.register_buffer("times_ms", times_ms)
        self.register_buffer("usual", torch.zeros(len(lengths)))
        self.register_buffer("ranks", torch.linspace(0.0, 1.0, len(times_ms)))
        self.register_buffer("shares", torch.full((len(times_ms),), 1.0 / len(times_ms)))
        self.interest = nn.Linear(size, 1)
        self.slopes = nn.Parameter(torch.full((len(times_ms),), 0.55))
        self.levels = nn.Parameter(torch.linspace(-2.0, 3.0, len(times_ms)).repeat(len(lengths), 1))
        self.loops = nn.Parameter(torch.full((len(lengths),), -2.0))
        self.loops_slope = nn.Parameter(torch.tensor(0.3))

    def score(self, representation: Tensor, lasted: Lasted) -> Tensor:
        """(n,): the interest, less what is usual for the length. Any real number; higher is better."""
        return self._interest(representation) - torch.lerp(
            self.usual[lasted.below], self.usual[lasted.below + 1], lasted.share
        )

    def settle(self, representation: Tensor, lasted: Lasted) -> None:
        """Takes out of the score what is left of the length, after training.

        Give (n,) persons and videos paired by lot, not as they were shown: among those, videos of every length are
        held to be equally interesting on average. That is an assumption, and the only one about length that is made.
        """
        rows = torch.arange(len(lasted.below))
        lengths = torch.zeros(len(rows), len(self.usual))
        lengths[rows, lasted.below] = 1.0 - lasted.share
        lengths[rows, lasted.below + 1] += lasted.share
        with torch.no_grad():
            interest = self._interest(representation)
            gram = lengths.T @ lengths + 1e-3 * torch.eye(len(self.usual))
            self.usual.copy_(torch.linalg.solve(gram, lengths.T @ (interest - interest.mean())))

    def _interest(self, representation: Tensor) -> Tensor:
        found: Tensor = self.interest(representation).squeeze(-1)
        return found

    def placed(self, duration_ms: NDArray[np.int64]) -> Lasted:
        """What (n,) lengths are to the head."""
        below, share = self.lengths.place(duration_ms)
        length = torch.from_numpy(duration_ms.astype(np.float32))
        known = (self.times_ms < _TO_THE_END * length[:, None]).float()
        return Lasted(torch.from_numpy(below), torch.from_numpy(share), length, known)

    def loss(self, representation: Tensor, lasted: Lasted, watched_ms: Tensor) -> Tensor:
        """A scalar: how badly the interest explains (n,) milliseconds watched, loops included."""
        interest = self._interest(representation)
        stayed = (watched_ms[:, None] > self.times_ms).float()
        each = functional.binary_cross_entropy_with_logits(self._staying(interest, lasted), stayed, reduction="none")
        ends = (watched_ms >= _TO_THE_END * lasted.duration_ms).float()
        again = (watched_ms / lasted.duration_ms - 1.0).clamp(0.0, _LOOPS_MAX)
        expected = self._again(interest, lasted)
        loops = ends * (expected - again * torch.log(expected))
        return (each * lasted.known).sum() / lasted.known.sum() + loops.mean()

    def watch_ms(self, representation: Tensor, lasted: Lasted) -> Tensor:
        """(n,): the milliseconds that will be watched on average, loops included."""
        interest = self._interest(representation)
        staying, ends = self._stays(interest, lasted)
        upto = torch.minimum(self.times_ms, lasted.duration_ms[:, None])
        before = torch.cat((torch.zeros_like(upto[:, :1]), upto[:, :-1]), dim=1)
        earlier = torch.cat((torch.ones_like(staying[:, :1]), staying[:, :-1]), dim=1)
        # The last time before the end stands for what is left up to the end.
        alive = torch.where(lasted.known > 0, (earlier + staying) / 2, earlier)
        once = (alive * (upto - before)).sum(dim=1)
        beyond = (lasted.duration_ms - self.times_ms[-1]).clamp_min(0.0) * staying[:, -1]
        return once + beyond + ends * self._again(interest, lasted) * lasted.duration_ms

    def rank(self, representation: Tensor, lasted: Lasted) -> Tensor:
        """(n,) from 0 to 1: which share of all watches such a watch outlasts on average, loops included.

        No other order is right for more pairs of watches, where each is as likely as foretold.
        """
        interest = self._interest(representation)
        staying, ends = self._stays(interest, lasted)
        again = self._again(interest, lasted)[:, None]
        beyond = ends[:, None] * (again / (1.0 + again)) ** (self.times_ms / lasted.duration_ms[:, None]).floor()
        found: Tensor = torch.where(lasted.known > 0, staying, beyond) @ self.shares
        return found

    def ms_at_rank(self, representation: Tensor, lasted: Lasted) -> Tensor:
        """(n,): the milliseconds that a watch of that rank lasts: in the order of `rank`, where the average
        (`watch_ms`) is pulled up by a few very long watches.
        """
        ranks = self.rank(representation, lasted)
        above = torch.bucketize(ranks, self.ranks).clamp(1, len(self.ranks) - 1)
        low, high = self.ranks[above - 1], self.ranks[above]
        share = ((ranks - low) / (high - low).clamp_min(1e-6)).clamp(0.0, 1.0)
        return torch.lerp(self.times_ms[above - 1], self.times_ms[above], share)

    def start_from(self, lasted: Lasted, watched_ms: Tensor) -> None:
        """Takes these (n,) watches as all watches that there are, and sets the levels to what they show on average, so
        that training begins with the length explained.
        """
        self.ranks.copy_((watched_ms[:, None] < self.times_ms).float().mean(dim=0))
        between = (self.ranks[1:] + self.ranks[:-1]) / 2
        self.shares.copy_(torch.diff(between, prepend=torch.zeros(1), append=torch.ones(1)))
        stayed = (watched_ms[:, None] > self.times_ms).float() * lasted.known
        with torch.no_grad():
            for place in range(len(self.lengths)):
                near = (lasted.below + lasted.share.round().long()) == place
                seen = lasted.known[near].sum(dim=0)
                share = (stayed[near].sum(dim=0) + 0.5) / (seen + 1.0)
                self.levels[place] = torch.where(seen > 20, -torch.logit(share), self.levels[place])

    def _stays(self, interest: Tensor, lasted: Lasted) -> tuple[Tensor, Tensor]:
        """(n, times) the chance to stay beyond each time, never rising, and (n,) the chance to stay to the end."""
        staying = torch.cummin(torch.sigmoid(self._staying(interest, lasted)), dim=1).values
        return staying, torch.where(lasted.known > 0, staying, torch.ones_like(staying)).min(dim=1).values

    def _staying(self, interest: Tensor, lasted: Lasted) -> Tensor:
        """(n, times): the logit of the chance to stay beyond each time."""
        levels = torch.lerp(self.levels[lasted.below], self.levels[lasted.below + 1], lasted.share[:, None])
        return functional.softplus(self.slopes) * interest[:, None] - levels

    def _again(self, interest: Tensor, lasted: Lasted) -> Tensor:
        """(n,): how often the video is seen again after its end, on average; positive."""
        level = torch.lerp(self.loops[lasted.below], self.loops[lasted.below + 1], lasted.share)
        return functional.softplus(self.loops_slope * interest + level) + 1e-4
