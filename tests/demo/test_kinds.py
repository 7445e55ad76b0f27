"""Each kind of sample clip, drawn tiny: what its picture and its sound promise."""

from itertools import islice

import numpy as np
import pytest

from plainview.demo.catalogue import catalogue
from plainview.demo.kinds import KINDS
from plainview.demo.shot import Frame, Shot
from plainview.demo.sound import RATE, lufs

FIRST = {clip.recipe.kind: clip.recipe for clip in reversed(catalogue().clips)}


def tiny(kind: str, seconds: float = 0.2, fps: int = 30) -> Shot:
    recipe = FIRST[kind]
    return Shot(72, 128, seconds, 5, recipe.palette, recipe.variant, fps)


def drawn(shot: Shot, kind: str, count: int = 6) -> list[Frame]:
    return list(islice(KINDS[kind].picture(shot), count))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_draws_frames_of_its_shots_size_that_move(kind: str) -> None:
    frames = drawn(tiny(kind), kind)
    assert len(frames) == 6
    assert all(frame.shape == (3, 128, 72) and frame.dtype == np.uint8 for frame in frames)
    assert any((frames[0] != later).any() for later in frames[1:])
    assert max(frame.std() for frame in frames) > 2, "the picture is empty"


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_shot_gives_the_same_pixels(kind: str) -> None:
    first, again = (drawn(tiny(kind), kind, 2) for _ in range(2))
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS.values() if kind.loops and kind.name != "facts"])
def test_a_loop_ends_where_it_begins(kind: str) -> None:
    frames = np.stack(drawn(tiny(kind, 6.0, 10), kind, 60)).astype(np.int16)
    steps = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    seam = np.abs(frames[-1] - frames[0]).mean()
    assert seam <= 1.3 * steps.max() + 0.5


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_sounds_neither_too_loud_nor_too_quiet(kind: str) -> None:
    shot = tiny(kind, 5.0)
    sound = KINDS[kind].sound(shot)
    assert sound.shape == (5 * RATE, 2)
    assert np.abs(sound).max() < 0.85, "peaks stay below -1.4 dBFS"
    assert -17.0 < lufs(sound) < -13.0
    assert not np.array_equal(sound[:, 0], sound[:, 1]), "it is stereo"
