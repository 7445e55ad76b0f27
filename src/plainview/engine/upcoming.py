"""Owns what a fitted model says comes next: a vector for each slot, and what is expected of a person by now.

Without a model it holds nothing, costs nothing and says nothing. What is expected is a function of the videos met last
and of how long ago that was, and is made when it is asked for; the last few hundred are kept by these, so nothing has
to be told of an event, and no person is named.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.adopting import Adopting
from plainview.engine.catalogue import Catalogue
from plainview.engine.persons import Person
from plainview.engine.placed import Placed
from plainview.engine.sequence.serving import NextModel, State
from plainview.engine.sequence.waits import waits
from plainview.engine.worth import ENJOYED_FROM, MODEL_VERSION
from plainview.ports.engine import SnapshotUnreadableError

Floats = NDArray[np.float32]
_STATES_HELD: Final = 512
_NO_ITEMS: Final[Floats] = np.zeros((0, 0), np.float32)
PASSED, NEITHER, ENJOYED = range(3)


class Upcoming:
    """The model that serves, or none, in the catalogue's slots; and one that is being taken in."""

    def __init__(self) -> None:
        self._placed: Placed | None = None
        self._adopting: Adopting | None = None
        self._states: dict[bytes, State] = {}

    @property
    def model(self) -> NextModel | None:
        """The one that serves."""
        return None if self._placed is None else self._placed.model

    @property
    def items(self) -> Floats:
        """(slots, width) less their mean; nothing without a model."""
        return _NO_ITEMS if self._placed is None else self._placed.items

    @property
    def version(self) -> str:
        """By what pages are ranked: the recipe's version, and the model's where there is one."""
        return MODEL_VERSION if self.model is None else f"{MODEL_VERSION}+next-{self.model.digest}"

    def adopt(self, model: NextModel | None, catalogue: Catalogue) -> None:
        """Puts another model, or none, in the place of the one that serves."""
        placed = None if model is None else Placed(model)
        while placed is not None and not placed.step(catalogue):
            pass
        self._turn_to(placed)

    def take_in(self, piece: bytes, at: int, catalogue: Catalogue) -> bool:
        """The same in slices, see `Engine.take_in`; True once it serves."""
        if at == 0:
            self._adopting = Adopting()
        if self._adopting is None:
            raise SnapshotUnreadableError("No model is being taken in; begin again with its first piece.")
        adopting, self._adopting = self._adopting, None
        if piece:
            adopting.take(piece)
        elif placed := adopting.step(catalogue):
            self._turn_to(placed)
            return True
        self._adopting = adopting
        return False

    def place(self, slot: int, catalogue: Catalogue) -> None:
        """Gives an item that is new or was changed its place; one that the fit has seen keeps its own."""
        coming = None if self._adopting is None else self._adopting.placed
        for placed in (self._placed, coming):
            if placed is not None:
                placed.place(slot, catalogue)
        # What was made with the place that it had may not outlive that.
        self._states = {}

    def _turn_to(self, placed: Placed | None) -> None:
        self._placed, self._states = placed, {}

    def expected(self, person: Person, catalogue: Catalogue, at_ms: int) -> State | None:
        """What this person is likely to enjoy next by now; None without a model or where nothing was enjoyed lately."""
        model = self.model
        if model is None:
            return None
        slots, acts, met_ms = (each[-model.recent :] for each in history(person, catalogue))
        if not (acts == ENJOYED).any():
            return None
        waited = waits(np.diff(met_ms, append=at_ms) / 1_000)
        key = slots.tobytes() + acts.tobytes() + waited.tobytes()
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= _STATES_HELD:
                del self._states[next(iter(self._states))]
            state = self._states[key] = model.state(slots, acts, waited, self.items[slots])
        return state

    def parts(self, state: State, slots: NDArray[np.intp]) -> Floats:
        """(n,) within -2 to 2: how much likelier than the average item each of these comes next."""
        assert self.model is not None
        found: Floats = self.items[slots] @ state.vector
        found *= np.float32(1.0) / self.model.spread
        return np.clip(found, -2.0, 2.0, out=found)

    def because(self, state: State, slots: NDArray[np.intp]) -> NDArray[np.intp]:
        """(n,) the enjoyed item that most of each item's part comes from."""
        taken = np.flatnonzero(state.acts == ENJOYED)
        best = (state.because[taken] @ self.items[slots].T).argmax(axis=0)
        found: NDArray[np.intp] = state.slots[taken[best]]
        return found

    def forget(self) -> None:
        """Lets go of all that was made from what people enjoyed."""
        self._states = {}


def history(person: Person, catalogue: Catalogue) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.int64]]:
    """What is remembered of the videos that a person met, in order of time, without what has a forgotten taste.

    Returns:
        (n,) their slots, what was done with each (PASSED, NEITHER or ENJOYED), and when it was met, in milliseconds.
    """
    events = person.events[: person.event_count]
    events = events[events["item"] >= 0]
    events = events[events["met_ms"].argsort(kind="stable")]
    slots: NDArray[np.intp] = events["item"].astype(np.intp)
    value, met_ms = events["value"], events["met_ms"]
    acts: NDArray[np.intp] = np.intp(NEITHER) + (value >= ENJOYED_FROM) - (value <= -ENJOYED_FROM)
    if person.forgotten and len(slots):
        kept = ~np.isin(catalogue.traits[slots], list(person.forgotten)).any(axis=1)
        slots, acts, met_ms = slots[kept], acts[kept], met_ms[kept]
    return slots, acts, met_ms
