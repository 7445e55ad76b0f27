"""Owns a page from the state of this moment: about 1,000 candidates, a light score, 200 by the learned model, 8 varied.

The stages are those of xai-org/x-algorithm (sources, light score, heavy score by published weights, variety). Arrays
in, arrays out; what may be shown at all is decided by the caller, who gives `showable`.
"""

import time
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.events import ACTIONS, Action
from plainview.engine.online.keymap import Ids
from plainview.engine.online.nearest import Nearest
from plainview.engine.online.network import Floats
from plainview.engine.online.serving_copy import ServingCopy
from plainview.engine.online.states import PersonStates
from plainview.engine.worth import ACTION_WORTH, WATCH_WORTH
from plainview.ports.engine import EventKind

NEAREST: Final = 700
HEAVY: Final = 200
STAGES: Final = ("sources", "light", "heavy", "variety")
_ALIKE: Final = np.float32(0.35)

WORTHS: Final = np.zeros(ACTIONS, np.float32)
WORTHS[Action.WATCH] = WATCH_WORTH
for _action, _kind in {
    Action.FINISH: EventKind.FINISHED,
    Action.LIKE: EventKind.LIKE,
    Action.SHARE: EventKind.SHARE,
    Action.COMMENT: EventKind.COMMENT,
    Action.FOLLOW: EventKind.FOLLOW,
    Action.SAVE: EventKind.SAVE,
    Action.NOT_INTERESTED: EventKind.NOT_INTERESTED,
    Action.REPORT: EventKind.REPORT,
}.items():
    WORTHS[_action] = ACTION_WORTH[_kind]


@dataclass(slots=True)
class Items:
    """What is known of items 0 … n − 1."""

    vectors: Floats
    """(n, dim) unit length: what an item is about."""
    ids: Ids
    """(n, fields − 1) the ids that it is learned by: its own, its creator's, its sound's and so on."""
    features: Floats
    """(n, features − 1): what the model is told besides."""
    creators: NDArray[np.int32]
    standing: Floats
    """(n,) how good it is for everybody."""
    following: NDArray[np.int32]
    """(n, k) what people went on to watch after it; -1 for none."""
    for_everybody: NDArray[np.int64]
    """Rising, fresh and well liked ones."""
    showable: NDArray[np.bool_]


class Page(NamedTuple):
    """What is served, and all that a receipt needs to be learned from."""

    items: NDArray[np.int64]
    ids: Ids
    features: Floats
    chances: Floats
    worths: Floats
    version: int
    """The model's."""
    events: int
    """How many of the person's events had been taken in."""
    spent_s: tuple[float, ...]
    """How long each of STAGES took."""


class PageMaker:
    """Makes pages. It changes nothing."""

    def __init__(self, items: Items, nearest: Nearest, states: PersonStates, copy: ServingCopy) -> None:
        self.items, self.nearest, self.states, self.copy = items, nearest, states, copy

    def page(self, person: int, person_id: np.uint64, size: int = 8) -> Page:
        """The next items for a person, best first."""
        marks = [time.perf_counter()]
        wish = self.states.wish(person)
        found = self._candidates(person, wish)
        marks.append(time.perf_counter())
        light = self.items.vectors[found] @ wish + self.items.standing[found]
        if len(found) > HEAVY:
            best = np.argpartition(-light, HEAVY)[:HEAVY]
            found, light = found[best], light[best]
        marks.append(time.perf_counter())
        ids, features = self._asked(found, light, person_id)
        chances = self.copy.predict(ids, features)
        worths = chances @ WORTHS
        marks.append(time.perf_counter())
        chosen = self._varied(found, worths, size)
        marks.append(time.perf_counter())
        spent = tuple(np.diff(marks).tolist())
        events = int(self.states.events[person])
        return Page(
            found[chosen],
            ids[chosen],
            features[chosen],
            chances[chosen],
            worths[chosen],
            self.copy.version,
            events,
            spent,
        )

    def _candidates(self, person: int, wish: Floats) -> NDArray[np.int64]:
        enjoyed = self.states.enjoyed[person]
        after = self.items.following[enjoyed[enjoyed >= 0]].reshape(-1)
        near = self.nearest.search(wish, NEAREST) if wish.any() else after[:0]
        found = np.unique(np.concatenate((near, after[after >= 0], self.items.for_everybody)).astype(np.int64))
        return found[self.items.showable[found] & ~np.isin(found, self.states.seen[person])]

    def _asked(self, found: NDArray[np.int64], light: Floats, person_id: np.uint64) -> tuple[Ids, Floats]:
        own = np.full((len(found), 1), person_id, np.uint64)
        ids = np.concatenate((own, self.items.ids[found]), axis=1)
        return ids, np.concatenate((light[:, None], self.items.features[found]), axis=1)

    def _varied(self, found: NDArray[np.int64], worths: Floats, size: int) -> NDArray[np.int64]:
        """The best in turn, each losing for likeness to those before it; a creator once while there are others."""
        vectors, creators = self.items.vectors[found], self.items.creators[found]
        spread = np.float32(worths.std() + 1e-6) if len(worths) else np.float32(1)
        left, alike = worths / spread, np.full(len(found), -1, np.float32)
        chosen: list[int] = []
        for _ in range(min(size, len(found))):
            best = int(np.argmax(left - _ALIKE * alike))
            chosen.append(best)
            left[creators == creators[best]] -= np.float32(1e3)
            left[best] = -np.inf
            alike = np.maximum(alike, vectors @ vectors[best])
        return np.array(chosen, np.int64)
