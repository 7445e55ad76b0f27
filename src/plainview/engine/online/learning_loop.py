"""Owns the way from the event log to deltas: read on, join, learn at each tick, write; and begin again after a crash.

Nothing is held that the files do not hold: the last delta says how far the log is learned and from where the joiner
must be fed again. So after a kill at any moment at most the learning since the last tick is lost, it is learned again
from the log, and the parameters come out as if nothing had happened, bit for bit.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from plainview.engine.online.delta_folder import DeltaFolder
from plainview.engine.online.deltas import Checkpoint, Delta
from plainview.engine.online.events import Event, Feedback, Forgotten, Served, Tick, unpacked
from plainview.engine.online.guard import Guard, GuardConfig
from plainview.engine.online.joiner import Joiner, Waiting
from plainview.engine.online.journal import read_from
from plainview.engine.online.trainer import Trainer

DELTAS_PER_JOURNAL = 2_000


class LearningLoop:
    """One trainer that follows one event log. One of these for a folder at a time."""

    def __init__(
        self,
        log: Path,
        folder: DeltaFolder,
        waiting: Waiting,
        fresh: Callable[[], Trainer],
        guarded: GuardConfig | None = None,
    ) -> None:
        self.log, self.folder = log, folder
        found = folder.latest()
        if found is None:
            found = Checkpoint(fresh())
            folder.keep(found)
        self.checkpoint = found
        self.read_to = found.position
        # A guard's memory is not written: after a restart it begins to watch anew.
        self._learner = Guard(found.trainer, guarded) if guarded else found.trainer
        self.joiner = Joiner(waiting)
        self._deltas = folder.begin(found.version)
        if log.exists():
            self._feed_joiner_again()

    def read_on(self) -> int:
        """How many events were read: all that are in the log by now. What came before a tick is learned and written."""
        count = 0
        if not self.log.exists():
            return count
        for position, record in read_from(self.log, self.read_to):
            self._take(unpacked(record), position)
            self.read_to = position
            count += 1
        return count

    def _take(self, event: Event, position: int) -> None:
        if isinstance(event, Tick):
            self._learn(event, position)
            return
        self._join(event, self.read_to)
        if isinstance(event, Forgotten):
            self.checkpoint.trainer.table.forget(np.array([event.id], np.uint64))

    def _join(self, event: Event, position: int) -> None:
        if isinstance(event, Served):
            self.joiner.serve(event, position)
        elif isinstance(event, Feedback):
            self.joiner.hear(event)
        elif isinstance(event, Forgotten):
            self.joiner.forget(event.id)

    def _learn(self, tick: Tick, position: int) -> None:
        self.joiner.pass_time(tick.at_ms)
        examples = self.joiner.take()
        if not len(examples.ids):
            return
        self._learner.learn(examples, tick.at_ms // 1000)
        low = self.joiner.low_water
        self._write(self.checkpoint.taken(position, position if low is None else low))

    def _write(self, delta: Delta) -> None:
        self._deltas.append(delta.to_bytes())
        self._deltas.sync()
        if delta.version % DELTAS_PER_JOURNAL == 0:
            self._deltas.close()
            self._deltas = self.folder.begin(delta.version)

    def _feed_joiner_again(self) -> None:
        """Makes the joiner what it was at the checkpoint. What it tells on the way was learned already."""
        start = self.checkpoint.low_water
        for position, record in read_from(self.log, start):
            if position > self.read_to:
                break
            event = unpacked(record)
            if isinstance(event, Tick):
                self.joiner.pass_time(event.at_ms)
            else:
                self._join(event, start)
            start = position
        self.joiner.take()
