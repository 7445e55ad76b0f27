"""Owns how what was learned reaches others: versioned deltas of the rows that were touched, and the state they lead to.

Monolith sends the sparse parameters that were touched every minute and the dense ones every day (arXiv 2209.07663,
section 2.2.2). Here both go at each tick, since the dense part is a few thousand numbers. A delta names the version
that it leads to; who does not hold the one before has missed something and begins again from a snapshot.
"""

from typing import Any, BinaryIO, NamedTuple

from numpy.typing import NDArray

from plainview.engine.online import archive
from plainview.engine.online.table import Changes
from plainview.engine.online.trainer import Trainer
from plainview.kernel.errors import PlainviewError
from plainview.ports.engine import SnapshotUnreadableError


class VersionGapError(PlainviewError):
    """A delta does not follow the version that is held."""

    code, status, title = "version_gap", 409, "A delta is missing; begin again from a snapshot"


class Delta(NamedTuple):
    """What one tick changed."""

    version: int
    position: int
    """Where in the event log it was made: all before is learned, nothing after."""
    low_water: int
    """Where in the event log the joiner must begin so that it is as it was at `position`."""
    changes: Changes
    dense: dict[str, NDArray[Any]]

    def to_bytes(self) -> bytes:
        """The delta as bytes."""
        named = {f"table.{name}": each for name, each in self.changes._asdict().items()}
        facts = {"version": self.version, "position": self.position, "low_water": self.low_water}
        return archive.to_bytes(facts, named | self.dense)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Delta":
        """The delta that these bytes say.

        Raises:
            SnapshotUnreadableError: they say none.
        """
        facts, arrays = archive.from_bytes(data)
        try:
            changes = Changes(*(arrays.pop(f"table.{name}") for name in Changes._fields))
            return cls(facts["version"], facts["position"], facts["low_water"], changes, arrays)
        except KeyError as error:
            raise SnapshotUnreadableError("This is no delta.") from error


class Checkpoint:
    """A trainer's state at one version, and the positions in the log that belong to it."""

    def __init__(self, trainer: Trainer, version: int = 0, position: int = 0, low_water: int = 0) -> None:
        self.trainer = trainer
        self.version, self.position, self.low_water = version, position, low_water

    def taken(self, position: int, low_water: int) -> Delta:
        """The delta from the last version to what the trainer is now; this is now the last version."""
        self.version, self.position, self.low_water = self.version + 1, position, low_water
        changes, dense = self.trainer.table.take_changes(), self.trainer.network.arrays()
        return Delta(self.version, position, low_water, changes, dense)

    def apply(self, delta: Delta) -> None:
        """Brings the trainer to the delta's version, bit for bit.

        Raises:
            VersionGapError: the delta follows another version. Nothing is changed.
        """
        check_follows(delta, self.version)
        self.trainer.table.apply(delta.changes)
        self.trainer.network.replace(delta.dense)
        self.version, self.position, self.low_water = delta.version, delta.position, delta.low_water

    def write(self, file: BinaryIO) -> None:
        """Writes all of it; equal states give equal bytes."""
        facts = {"version": self.version, "position": self.position, "low_water": self.low_water}
        archive.write(file, facts, {})
        self.trainer.write(file)

    @classmethod
    def read(cls, file: BinaryIO) -> "Checkpoint":
        """What was written.

        Raises:
            SnapshotUnreadableError: torn or of another kind.
        """
        facts, _ = archive.read(file)
        return cls(Trainer.read(file), facts["version"], facts["position"], facts["low_water"])


def check_follows(delta: Delta, version: int) -> None:
    """Nothing, when the delta leads on from this version.

    Raises:
        VersionGapError: it does not.
    """
    if delta.version != version + 1:
        raise VersionGapError(f"Version {delta.version} does not follow {version}; begin again from a snapshot.")
