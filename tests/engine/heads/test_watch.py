"""The watch-time head finds the interest behind cut watches, whatever the length, and foretells the time."""

import numpy as np
import pytest
import torch
from torch import Tensor

from plainview.engine.heads.lengths import Lengths
from plainview.engine.heads.watch import WatchHead, spread_times

torch.set_num_threads(1)


def views(count: int, seed: int) -> tuple[Tensor, np.ndarray, Tensor]:
    """Interests, lengths that grow with the interest, and watches whose patience grows with both, cut at the end."""
    dice = np.random.default_rng(seed)
    interest = dice.standard_normal(count)
    duration_ms = np.exp(np.log(30_000) + 0.8 * dice.standard_normal(count) + 0.5 * interest).astype(np.int64)
    patience = np.exp(9.0 + 0.9 * interest + 0.5 * np.log(duration_ms / 30_000) + 0.8 * dice.standard_normal(count))
    watched_ms = torch.from_numpy(np.minimum(patience, duration_ms).astype(np.float32))
    return torch.from_numpy(interest.astype(np.float32))[:, None], duration_ms, watched_ms


@pytest.fixture(scope="module")
def head() -> WatchHead:
    """Trained with the interest blurred by nothing, so that what it makes of length is seen alone."""
    torch.manual_seed(0)
    interest, duration_ms, watched_ms = views(8_000, 1)
    made = WatchHead(1, Lengths.of(duration_ms), spread_times(watched_ms.double().numpy()))
    lasted = made.placed(duration_ms)
    made.start_from(lasted, watched_ms)
    optimiser = torch.optim.Adam(made.parameters(), lr=0.05)
    for _ in range(120):
        optimiser.zero_grad()
        made.loss(interest, lasted, watched_ms).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    return made


def test_the_time_is_foretold_without_a_bias_for_short_or_long(head: WatchHead) -> None:
    interest, duration_ms, watched_ms = views(8_000, 2)
    with torch.no_grad():
        foretold = head.watch_ms(interest, head.placed(duration_ms))
    thirds = np.digitize(duration_ms, np.quantile(duration_ms, (1 / 3, 2 / 3)))
    for third in range(3):
        mine = torch.from_numpy(thirds == third)
        assert float(foretold[mine].mean() / watched_ms[mine].mean()) == pytest.approx(1.0, abs=0.06)


def test_a_rank_is_the_share_of_all_watches_that_are_outlasted(head: WatchHead) -> None:
    interest, duration_ms, watched_ms = views(8_000, 3)
    lasted = head.placed(duration_ms)
    with torch.no_grad():
        rank, usual = head.rank(interest, lasted), head.ms_at_rank(interest, lasted)
        mean = head.watch_ms(interest, lasted)
    in_truth = watched_ms.argsort().argsort() / len(watched_ms)
    for tenth in rank.argsort().chunk(10):
        assert float(rank[tenth].mean()) == pytest.approx(float(in_truth[tenth].mean()), abs=0.03)
    # The time at a rank is the time that so many watches are shorter than.
    assert float((watched_ms[:, None] < usual[None, :200]).float().mean(dim=0).sub(rank[:200]).abs().max()) < 0.03
    assert in_order(usual, watched_ms) > in_order(mean, watched_ms)


def in_order(foretold: Tensor, watched_ms: Tensor) -> float:
    """Of neighbouring views, which share is foretold in the right order."""
    return float((foretold.diff().sign() == watched_ms.diff().sign()).float().mean())


def test_what_is_seen_again_and_again_outlasts_its_length() -> None:
    """Where everybody sees a short video three times, its rank is above all that end after twice its length."""
    duration_ms = np.array([4_000, 60_000] * 500)
    watched_ms = torch.tensor([12_000.0, 7_000.0] * 500)
    head = WatchHead(1, Lengths.of(duration_ms, 2), torch.tensor([1_000.0, 3_000.0, 6_000.0, 9_000.0, 14_000.0]))
    lasted = head.placed(duration_ms)
    head.start_from(lasted, watched_ms)
    optimiser = torch.optim.Adam(head.parameters(), lr=0.05)
    for _ in range(300):
        optimiser.zero_grad()
        head.loss(torch.zeros(1_000, 1), lasted, watched_ms).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        short, long = head.rank(torch.zeros(1_000, 1), lasted)[:2].tolist()
    assert short > long


def test_more_interest_is_never_foretold_to_watch_less(head: WatchHead) -> None:
    interest = torch.linspace(-3.0, 3.0, 50)[:, None]
    for length_ms in (3_000, 12_000, 60_000, 400_000, 1_200_000):
        lasted = head.placed(np.full(50, length_ms))
        with torch.no_grad():
            score, foretold = head.score(interest, lasted), head.watch_ms(interest, lasted)
            usual = head.ms_at_rank(interest, lasted)
        assert (score.diff() * score[-1].sub(score[0]).sign() >= 0).all()
        assert (foretold.diff() * score[-1].sub(score[0]).sign() >= -1e-2).all()
        assert (usual.diff() * score[-1].sub(score[0]).sign() >= -1e-2).all()


def test_a_videos_interest_is_found_whatever_its_length_and_to_whom_it_was_shown() -> None:
    """Sixty videos by their own numbers: the longer ones were shown to those who like them."""
    torch.manual_seed(0)
    dice = np.random.default_rng(4)
    quality = dice.standard_normal(60)
    length_ms = np.exp(dice.uniform(np.log(6_000), np.log(200_000), 60)).astype(np.int64)
    # Length says nothing of quality, not even by chance.
    along = np.vander(np.log(length_ms), 3)
    quality -= along @ np.linalg.lstsq(along, quality, rcond=None)[0]
    shown = dice.integers(0, 60, 24_000)
    liking = 0.8 * np.log(length_ms[shown] / 30_000) + 0.5 * dice.standard_normal(len(shown))
    longer = 0.4 * np.log(length_ms[shown] / 30_000)
    patience = np.exp(9.2 + 0.8 * (quality[shown] + liking) + longer + 0.8 * dice.standard_normal(len(shown)))
    watched_ms = np.minimum(patience, length_ms[shown])
    table = torch.nn.Embedding(60, 1)
    torch.nn.init.zeros_(table.weight)
    head = WatchHead(2, Lengths.of(length_ms[shown], 6), spread_times(watched_ms))
    watched, lasted = torch.from_numpy(watched_ms.astype(np.float32)), head.placed(length_ms[shown])
    head.start_from(lasted, watched)
    persons = torch.from_numpy(liking.astype(np.float32))[:, None]
    optimiser = torch.optim.Adam([*head.parameters(), *table.parameters()], lr=0.05)
    for _ in range(80):
        optimiser.zero_grad()
        held = 1e-3 * table.weight.square().sum()
        features = torch.cat((persons, table(torch.from_numpy(shown))), dim=1)
        (head.loss(features, lasted, watched) + held).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    with torch.no_grad():
        videos, each = torch.cat((torch.zeros(60, 1), table.weight), dim=1), head.placed(length_ms)
        head.settle(videos, each)
        score = head.score(videos, each).numpy()
    of_length = np.log(length_ms)
    ours = np.corrcoef(score - _explained(score, quality), of_length)[0, 1]
    assert np.corrcoef(score, quality)[0, 1] > 0.8
    assert abs(ours) < 0.3


def _explained(score: np.ndarray, quality: np.ndarray) -> np.ndarray:
    slope = float(np.cov(score, quality)[0, 1] / quality.var())
    found: np.ndarray = slope * (quality - quality.mean()) + score.mean()
    return found


def test_lengths_are_placed_smoothly_and_within_the_ends() -> None:
    lengths = Lengths.of(np.array([5_000] * 50 + [10_000, 20_000, 40_000, 80_000] * 20))
    placed = lengths.place(np.array([0, 1, 5_000, 14_142, 80_000, 10**9]))
    assert ((placed.share >= 0) & (placed.share <= 1)).all()
    assert placed.below.max() + 1 < len(lengths)
    at = placed.below + placed.share
    assert (np.diff(at) >= 0).all()
    assert len(Lengths.of(np.full(9, 7_000))) == 2, "even when all videos have one length"
