"""Owns what nobody sees of a video: what it is really about, how good it is, when it came, what a camera makes of it.

A tag says a little of the subject: it is spread over several subjects, as one subject is over several tags. Length says
nothing of it, and nothing of how good a video is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulator.videos import Videos

SUBJECTS = 48
_SUBJECTS_PER_TAG = 5
_MAIN_SHARE = 0.75
_AUTHOR_KEEPS_SUBJECT = 0.6
_CONTENT_SIZE = 32
_CONTENT_NOISE = 1.0


@dataclass(frozen=True, slots=True)
class Truth:
    """One row a video."""

    about: NDArray[np.float64]
    """(videos, subjects): the shares of a video's subjects; each row sums to 1."""
    main: NDArray[np.intp]
    """(videos,): the subject with the largest share."""
    quality: NDArray[np.float64]
    """(videos,): how good it is for everybody, about normal."""
    content: NDArray[np.float32]
    """(videos, 32): what an encoder of frames would give: a blurred picture of the subjects. Not hidden."""
    related: NDArray[np.float64]
    """(subjects, subjects): from which subject to which a taste wanders; each row sums to 1."""


def truth_of(videos: Videos, seed: int) -> Truth:
    """The hidden side of a catalogue."""
    dice = np.random.default_rng((seed, 1))
    often = dice.dirichlet(np.full(SUBJECTS, 1.5))
    main = _main_subjects(videos, often, dice)
    second = dice.choice(SUBJECTS, len(videos), p=often)
    about = np.zeros((len(videos), SUBJECTS))
    rows = np.arange(len(videos))
    share = np.clip(dice.normal(_MAIN_SHARE, 0.12, len(videos)), 0.5, 1.0)
    about[rows, main] += share
    about[rows, second] += 1.0 - share
    looks = dice.standard_normal((SUBJECTS, _CONTENT_SIZE))
    looks /= np.linalg.norm(looks, axis=1, keepdims=True)
    blur = dice.standard_normal((len(videos), _CONTENT_SIZE)) * (_CONTENT_NOISE / np.sqrt(_CONTENT_SIZE))
    related = dice.dirichlet(np.full(SUBJECTS, 0.1), SUBJECTS)
    content = (about @ looks + blur).astype(np.float32)
    return Truth(about, about.argmax(axis=1), dice.standard_normal(len(videos)), content, related)


def _main_subjects(videos: Videos, often: NDArray[np.float64], dice: np.random.Generator) -> NDArray[np.intp]:
    """By the author's subject, or by lot among those of the video's first tag."""
    names = sorted({tags[0] for tags in videos.tags if tags})
    of_tag = {name: dice.choice(SUBJECTS, _SUBJECTS_PER_TAG, replace=False, p=often) for name in names}
    any_subject = dice.choice(SUBJECTS, len(videos), p=often)
    of_author: dict[int, int] = {}
    main = np.zeros(len(videos), np.intp)
    for row, (author, tags) in enumerate(zip(videos.author.tolist(), videos.tags, strict=True)):
        by_tag = int(dice.choice(of_tag[tags[0]])) if tags else int(any_subject[row])
        keeps = author in of_author and dice.random() < _AUTHOR_KEEPS_SUBJECT
        main[row] = of_author[author] if keeps else by_tag
        of_author.setdefault(author, int(main[row]))
    return main
