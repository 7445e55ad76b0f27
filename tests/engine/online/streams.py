"""Made-up people who watch what they like: a log that learning can be tried on."""

import numpy as np
from numpy.typing import NDArray

from plainview.engine.online.events import ACTIONS, Action, Event, Examples, Feedback, Served, Tick
from plainview.engine.online.joiner import Waiting
from plainview.engine.online.keymap import mixed
from plainview.engine.online.table import TableConfig
from plainview.engine.online.trainer import Trainer, TrainerConfig

WAITING = Waiting(fields=2, features=2, held_max=500, wait_ms=3_000, keep_ms=20_000)


def trainer(rows: int = 2_000, admit_after: int = 1, seed: int = 0) -> Trainer:
    config = TrainerConfig(fields=2, features=2, hidden=16, examples_a_step=64, seed=seed)
    return Trainer.fresh(config, TableConfig("people and items", rows, 8, admit_after, 1 << 14))


class People:
    """Persons and items of one of two kinds; a person likes the items of their own kind."""

    def __init__(self, seed: int, persons: int = 60, items: int = 40) -> None:
        self.dice = np.random.default_rng(seed)
        self.persons, self.items = persons, items

    def examples(self, count: int, poisoned: float = 0.0) -> Examples:
        """So many examples; of a share of them the labels are turned round."""
        person = self.dice.integers(self.persons, size=count)
        item = self.dice.integers(self.items, size=count)
        liked = (person % 2 == item % 2) == (self.dice.random(count) < 0.9)
        liked ^= self.dice.random(count) < poisoned
        positive = np.zeros((count, ACTIONS), np.float32)
        positive[:, [Action.WATCH, Action.FINISH, Action.LIKE]] = liked[:, None]
        features = self.dice.random((count, 2)).astype(np.float32)
        return Examples(ids_of(person, item), features, positive, 1 - positive, np.ones(count, np.float32))

    def log(self, ticks: int, each: int = 20) -> list[Event]:
        """Ticks half a second apart, between them people who are served, watch, and sometimes like later."""
        events: list[Event] = []
        number = 0
        for tick in range(1, ticks + 1):
            examples = self.examples(each)
            for row in range(each):
                number += 1
                at_ms = tick * 500 + row
                ids, features = examples.ids[row], examples.features[row]
                events.append(Served(number, at_ms, ids, features, float(self.dice.choice([1.0, 0.5]))))
                about = int(number - self.dice.integers(0, min(number, 4 * each)))
                action = Action(int(self.dice.choice([0, 0, 0, 1, 2, 7])))
                events.append(Feedback(10_000 + number, about, action, float(self.dice.integers(2)), at_ms))
            events.append(Tick(tick * 500 + 499))
        return events


def ids_of(person: NDArray[np.int64], item: NDArray[np.int64]) -> NDArray[np.uint64]:
    return mixed(np.stack((person * 2 + 1, item * 2 + 2), axis=1).astype(np.uint64))
