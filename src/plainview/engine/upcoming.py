"""Owns what a fitted model says comes next: a vector for each slot, and what is expected of a person by now.

Without a model it holds nothing, costs nothing and says nothing. What is expected is a function of the videos enjoyed
last and is made when it is asked for; the last few hundred are kept by those videos, so nothing has to be told of an
event, and no person is named.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from plainview.engine.catalogue import Catalogue
from plainview.engine.growing import grown
from plainview.engine.persons import Person
from plainview.engine.sequence.serving import NextModel, State, trait_name
from plainview.engine.worth import ENJOYED_FROM, MODEL_VERSION

Floats = NDArray[np.float32]
_STATES_HELD: Final = 512
PASSED, NEITHER, ENJOYED = range(3)


class Upcoming:
    """The model that serves, or none, in the catalogue's slots."""

    def __init__(self) -> None:
        self.model: NextModel | None = None
        self.items: Floats = np.zeros((0, 0), np.float32)
        """(slots, width) less their mean."""
        self._states: dict[bytes, State] = {}

    @property
    def version(self) -> str:
        """By what pages are ranked: the recipe's version, and the model's where there is one."""
        return MODEL_VERSION if self.model is None else f"{MODEL_VERSION}+next-{self.model.digest}"

    def adopt(self, model: NextModel | None, catalogue: Catalogue) -> None:
        """Puts another model, or none, in the place of the one that serves."""
        self.model, self._states = model, {}
        if model is None:
            self.items = np.zeros((0, 0), np.float32)
            return
        at = model.places_of(catalogue.ids[: catalogue.count])
        self.items = model.items[at]
        for slot in np.flatnonzero(at < 0).tolist():
            self.place(slot, catalogue)

    def place(self, slot: int, catalogue: Catalogue) -> None:
        """Gives an item that the fit has not seen its place by its traits; a known one keeps its own."""
        model = self.model
        if model is None:
            return
        self.items = grown(self.items, slot + 1)
        at = model.places_of(catalogue.ids[slot : slot + 1])[0]
        if at >= 0:
            self.items[slot] = model.items[at]
            return
        terms = catalogue.terms
        names = [
            trait_name(int(terms.kind[term]), terms.names[term]) for term in catalogue.traits[slot].tolist() if term
        ]
        self.items[slot] = model.placed(np.array(names, np.uint64))

    def expected(self, person: Person, catalogue: Catalogue) -> State | None:
        """What this person is likely to enjoy next; None without a model, or where they enjoyed nothing lately."""
        if self.model is None:
            return None
        slots, acts = (each[-self.model.recent :] for each in history(person, catalogue))
        if not (acts == ENJOYED).any():
            return None
        key = slots.tobytes() + acts.tobytes()
        state = self._states.get(key)
        if state is None:
            if len(self._states) >= _STATES_HELD:
                del self._states[next(iter(self._states))]
            state = self._states[key] = self.model.state(slots, acts, self.items[slots])
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


def history(person: Person, catalogue: Catalogue) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """What is remembered of the videos that a person met, in order of time, without what has a forgotten taste.

    Returns:
        (n,) their slots, and (n,) what was done with each: PASSED, NEITHER or ENJOYED.
    """
    events = person.events[: person.event_count]
    events = events[events["item"] >= 0]
    events = events[events["at_ms"].argsort(kind="stable")]
    slots: NDArray[np.intp] = events["item"].astype(np.intp)
    value = events["value"]
    acts: NDArray[np.intp] = np.intp(NEITHER) + (value >= ENJOYED_FROM) - (value <= -ENJOYED_FROM)
    if person.forgotten and len(slots):
        kept = ~np.isin(catalogue.traits[slots], list(person.forgotten)).any(axis=1)
        slots, acts = slots[kept], acts[kept]
    return slots, acts
