"""A model of what comes next that was not fitted but drawn, with a taste for one item planted in it."""

import numpy as np

from plainview.engine.sequence.serving import NextModel, trait_name
from plainview.engine.sequence.waits import WAITS
from plainview.engine.terms import TAG

WIDTH, HEADS, RECENT = 8, 2, 6


def drawn_model(
    ids: list[int], seed: int = 3, tags: tuple[str, ...] = (), numbers: int = 0, *, timed: bool = False
) -> NextModel:
    """Two blocks of small numbers by lot over these items, whose vectors are by lot too; so is what else adds to one.

    `numbers`: how many of content it knows. `timed`: it knows how long it has been.
    """
    dice = np.random.default_rng(seed)

    def drawn(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return (0.4 * dice.standard_normal(shape)).astype(np.float32)

    arrays: dict[str, np.ndarray[tuple[int, ...], np.dtype[np.generic]]] = {
        "ids": np.array(sorted(ids), np.int64),
        "items": drawn(len(ids), WIDTH),
        "actions": drawn(3, WIDTH),
        "mean": drawn(WIDTH),
        "norm_stretch": np.ones(WIDTH, np.float32),
        "norm_move": np.zeros(WIDTH, np.float32),
    }
    names = sorted((trait_name(TAG, tag), tag) for tag in tags)
    arrays["trait_names"] = np.array([name for name, _ in names], np.uint64)
    arrays["traits"] = drawn(len(tags), WIDTH).astype(np.float16)
    arrays["content"] = np.random.default_rng(seed).integers(-32_767, 32_768, (numbers, WIDTH)).astype(np.int16)
    for block in ("block0_", "block1_"):
        arrays |= {
            f"{block}here": drawn(WIDTH, 2 * WIDTH),
            f"{block}here_move": drawn(2 * WIDTH),
            f"{block}there": drawn(WIDTH, 2 * WIDTH),
            f"{block}there_move": drawn(2 * WIDTH),
            f"{block}out": drawn(WIDTH, WIDTH),
            f"{block}out_move": drawn(WIDTH),
            f"{block}bias": drawn(HEADS, RECENT),
        }
        for norm in ("before", "after"):
            arrays |= {
                f"{block}{norm}_stretch": np.ones(WIDTH, np.float32),
                f"{block}{norm}_move": np.zeros(WIDTH, np.float32),
            }
    if timed:
        arrays["waits"] = drawn(WAITS, WIDTH)
    facts: dict[str, object] = {
        "heads": HEADS,
        "recent": RECENT,
        "blocks": 2,
        "spread": 1.0,
        "content_step": 0.3 / 32_767 / 32,
    }
    return NextModel(facts, arrays)
