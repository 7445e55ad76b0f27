"""Chances are made true, and weighed by what is published."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.engine.heads.actions import FORETOLD, ActionHeads
from plainview.engine.heads.calibration import Isotonic, Platt, miscalibration
from plainview.engine.heads.worths import ACTIONS, HARMS, ShapeError, blend, shares
from plainview.engine.worth import ACTION_WORTH, CHANCE_WORTH
from plainview.ports.engine import EventKind


def oversure(count: int, seed: int, shift: float) -> tuple[np.ndarray, np.ndarray]:
    """Chances of a model that is twice too sure and shifted, and what happened."""
    dice = np.random.default_rng(seed)
    truth = dice.normal(-shift, 1.2, count)
    happened = dice.random(count) < 1.0 / (1.0 + np.exp(-truth))
    return 1.0 / (1.0 + np.exp(-(2.0 * truth + shift))), happened


@pytest.mark.parametrize("fit", [Platt.fit, Isotonic.fit])
def test_calibrated_chances_come_true(fit: type[Platt] | type[Isotonic]) -> None:
    chances, happened = oversure(20_000, 1, 1.0)
    later, came = oversure(20_000, 2, 1.0)
    assert miscalibration(later, came) > 0.08
    assert miscalibration(fit(chances, happened)(later), came) < 0.015  # type: ignore[arg-type]


def test_a_rare_action_is_calibrated_by_a_line_from_few_positives() -> None:
    chances, happened = oversure(6_000, 3, 6.0)
    assert 5 < happened.sum() < 80
    found = Platt.fit(chances, happened)(chances)
    assert found.mean() == pytest.approx(happened.mean(), rel=0.15)
    assert np.isfinite(Platt.fit(chances, np.zeros(6_000, np.bool_))(chances)).all(), "even when it never happened"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60))
def test_steps_rise_and_keep_the_mean(views: list[tuple[float, bool]]) -> None:
    chances, happened = np.array([view[0] for view in views]), np.array([view[1] for view in views])
    steps = Isotonic.fit(chances, happened)
    assert (np.diff(steps.chance) > 0).all()
    found = steps(np.sort(chances))
    assert (np.diff(found) >= -1e-12).all()
    assert ((found >= 0.0) & (found <= 1.0)).all()


def test_what_the_engine_says_of_an_action_is_said_once() -> None:
    assert CHANCE_WORTH["like"] == ACTION_WORTH[EventKind.LIKE]
    assert CHANCE_WORTH["report"] == ACTION_WORTH[EventKind.REPORT] < 0.0
    assert {"not_interested", "report"} == HARMS


def test_the_score_is_worth_times_chance_summed() -> None:
    chances = np.zeros((2, len(ACTIONS)), np.float32)
    chances[0, ACTIONS.index("like")], chances[0, ACTIONS.index("report")] = 0.5, 0.1
    score = blend(chances)
    assert score.tolist() == pytest.approx([0.5 * CHANCE_WORTH["like"] + 0.1 * CHANCE_WORTH["report"], 0.0])
    told = shares(chances[0])
    assert sum(told.values()) == pytest.approx(float(score[0]))
    assert next(iter(told)) == "like"
    with pytest.raises(ShapeError):
        blend(np.zeros((2, 3), np.float32))


def test_action_heads_learn_what_is_known_and_begin_at_the_rates() -> None:
    torch.manual_seed(0)
    rates = torch.full((len(FORETOLD),), 0.02)
    heads = ActionHeads(4, rates)
    features = torch.randn(4_000, 4)
    assert float(heads.chances(features).detach().mean()) == pytest.approx(0.02, rel=0.2)
    happened = torch.zeros(4_000, len(FORETOLD))
    happened[:, 1] = (features[:, 0] > 1.0).float()
    known = torch.ones_like(happened)
    known[:, 2] = 0.0
    happened[:, 2] = 1.0
    optimiser = torch.optim.Adam(heads.parameters(), lr=0.1)
    for _ in range(80):
        optimiser.zero_grad()
        heads.loss(features, happened, known).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    chances = heads.chances(features).detach()
    assert chances[features[:, 0] > 1.5, 1].min() > 0.7
    assert chances[features[:, 0] < 0.5, 1].max() < 0.2
    assert chances[:, 2].mean() == pytest.approx(0.02, rel=0.3), "what is not known teaches nothing"
