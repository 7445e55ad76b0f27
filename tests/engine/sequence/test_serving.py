"""What serves says what was fitted, without torch, and places by traits and content what the fit has not seen."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from plainview.engine.content import FEATURES_AT, Content
from plainview.engine.sequence.encoder import Encoder, EncoderShape
from plainview.engine.sequence.publishing import published
from plainview.engine.sequence.serving import read_model
from plainview.engine.sequence.told import Stock
from plainview.engine.sequence.waits import WAITS

SHAPE = EncoderShape(width=16, recent=12, dropout=0.0, actions=3)
ITEMS = 40


def drawn() -> Encoder:
    torch.manual_seed(3)
    encoder = Encoder(ITEMS, SHAPE).eval()
    with torch.no_grad():
        for numbers in encoder.parameters():
            numbers.add_(0.2 * torch.randn_like(numbers))
    return encoder


def well_known(traits: "np.ndarray[tuple[int, int], np.dtype[np.uint64]]") -> Stock:
    no_content = np.zeros((len(traits), FEATURES_AT), np.int8)
    return Stock(np.arange(100, 100 + len(traits)), traits, no_content, np.full(len(traits), 10**9))


@pytest.mark.parametrize("places", [1, 2, 7, 12])
def test_it_says_what_the_encoder_says_after_any_history(places: int) -> None:
    encoder, dice = drawn(), np.random.default_rng(places)
    model = read_model(published(encoder, well_known(np.zeros((ITEMS, 0), np.uint64)), np.arange(ITEMS)).to_bytes())
    items, acts, waits = (dice.integers(0, count, places) for count in (ITEMS, 3, WAITS))
    with torch.no_grad():
        last = encoder(torch.from_numpy(acts * ITEMS + items + 1)[None], torch.from_numpy(waits)[None])[0, -1]
        wanted = (last @ encoder.vectors[1:].T).numpy()
    state = model.state(items, acts, waits, model.items[items])
    found = model.items @ state.vector
    assert found - found.mean() == pytest.approx(wanted - wanted.mean(), abs=1e-3)


def test_what_each_place_put_in_sums_to_what_all_did_together() -> None:
    model = published(drawn(), well_known(np.zeros((ITEMS, 0), np.uint64)), np.arange(ITEMS))
    without_moves = {n: (0 * a if n.endswith("_move") else a) for n, a in model.arrays.items()}
    plain = type(model)(model.facts, without_moves)
    items = np.arange(8)
    state = plain.state(items, np.full(8, 2), np.arange(8), plain.items[items])
    assert state.because.sum(axis=0) == pytest.approx(state.vector, abs=1e-4)


def test_an_item_that_nobody_took_stands_where_those_of_its_traits_stand() -> None:
    encoder = drawn()
    with torch.no_grad():
        encoder.vectors[1:21] += 2.0
        encoder.vectors[21:] -= 2.0
    traits = np.array([[7, 0]] * 20 + [[9, 0]] * 20 + [[9, 0]], np.uint64)
    stock = well_known(traits)._replace(taken=np.array([50] * 40 + [0]))
    model = published(encoder, stock, np.arange(40))
    nearness = model.items[40] @ model.items[:40].T
    assert nearness[20:].min() > 0 > nearness[:20].max()
    at = model.traits_of(np.array([[9, 12345]], np.uint64))
    assert model.placed(at, stock.content[:1])[0] == pytest.approx(model.items[40], abs=0.01)


def test_an_item_without_a_trait_stands_where_those_of_its_content_stand() -> None:
    encoder, dice = drawn(), np.random.default_rng(5)
    kinds = np.arange(ITEMS + 20) % 2
    with torch.no_grad():
        encoder.vectors[1:] += torch.from_numpy(np.where(kinds[:ITEMS, None] > 0, 2.0, -2.0))
    shown = dice.standard_normal((2, 8))[kinds] + 0.3 * dice.standard_normal((len(kinds), 8))
    content = Content(1, SHAPE.width)
    for slot, features in enumerate(shown.tolist()):
        content.put(slot, "", features)
    rows = content.rows[: len(kinds)]
    stock = well_known(np.zeros((ITEMS, 2), np.uint64))._replace(content=rows[:ITEMS], taken=np.full(ITEMS, 50))
    model = read_model(published(encoder, stock, np.arange(ITEMS)).to_bytes())
    new = model.placed(np.full((20, 2), -1), rows[ITEMS:])
    nearness = new @ model.items.T
    alike = kinds[ITEMS:, None] == kinds[:ITEMS]
    assert nearness[alike].min() > 0 > nearness[~alike].max()
    # Features of another length say nothing; what the words say, they say all the same.
    assert not model.placed(np.full((20, 2), -1), rows[ITEMS:, :-2]).any()
    assert not model.placed(np.full((20, 2), -1), rows[ITEMS:, :FEATURES_AT]).any()


def test_ranking_with_a_model_loads_no_torch() -> None:
    words = "import sys, plainview.engine.ranking, plainview.engine.beside; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", words], check=True)
