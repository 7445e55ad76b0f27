"""Owns deltas and snapshots as files in a folder: written by one trainer, followed by any number of serving copies.

A snapshot is made from the deltas by whoever keeps the folder, not by the trainer, which so never pauses for it.
"""

import os
from itertools import pairwise
from pathlib import Path

from plainview.engine.online.deltas import Checkpoint, Delta, VersionGapError, check_follows
from plainview.engine.online.journal import Journal, read_from


class DeltaFolder:
    """Snapshots and deltas in a folder, from which a trainer is made again and which serving copies follow.

    `snapshot-<version>` holds a state, `deltas-<version>` the deltas that follow this version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, checkpoint: Checkpoint) -> None:
        """Writes a snapshot and removes what only led to it. Until it is whole on the disk, the old one is there."""
        partial = self.folder / "partial"
        with partial.open("wb") as file:
            checkpoint.write(file)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(self._named("snapshot", checkpoint.version))
        for version in self._versions("snapshot"):
            if version < checkpoint.version:
                self._named("snapshot", version).unlink()
        journals = self._versions("deltas")
        for version, following in pairwise(journals):
            if following <= checkpoint.version:
                self._named("deltas", version).unlink()

    def begin(self, version: int) -> Journal:
        """A journal for the deltas that follow this version."""
        return Journal(self._named("deltas", version))

    def latest(self) -> Checkpoint | None:
        """The newest state that can be made from what is here; None when there is no snapshot."""
        snapshots = self._versions("snapshot")
        if not snapshots:
            return None
        with self._named("snapshot", snapshots[-1]).open("rb") as file:
            checkpoint = Checkpoint.read(file)
        for delta in self.after(checkpoint.version):
            checkpoint.apply(delta)
        return checkpoint

    def after(self, version: int) -> list[Delta]:
        """The deltas that are here and follow this version, in order, as far as none is missing."""
        return Tail(self, version).read()

    def journal_for(self, version: int) -> Path | None:
        """The journal in which the delta after this version stands, or would stand; None if there is none at all.

        Raises:
            VersionGapError: there are only later ones.
        """
        all_versions = self._versions("deltas")
        begun = [each for each in all_versions if each <= version]
        if all_versions and not begun:
            raise VersionGapError(f"The deltas that follow version {version} are gone; begin again from a snapshot.")
        return self._named("deltas", begun[-1]) if begun else None

    def _named(self, kind: str, version: int) -> Path:
        return self.folder / f"{kind}-{version:012d}"

    def _versions(self, kind: str) -> list[int]:
        return sorted(int(each.name.rpartition("-")[2]) for each in self.folder.glob(f"{kind}-*"))


class Tail:
    """Reads new deltas from a folder as they come."""

    def __init__(self, folder: DeltaFolder, version: int) -> None:
        self._folder, self._version = folder, version
        self._path: Path | None = None
        self._position = 0

    def read(self) -> list[Delta]:
        """The deltas that came since this was last asked, in order.

        Raises:
            VersionGapError: some are missing. Begin again from the folder's snapshot.
        """
        found: list[Delta] = []
        while True:
            path = self._folder.journal_for(self._version)
            if path is None:
                return found
            if path != self._path:
                self._path, self._position = path, 0
            before = self._version
            for position, record in read_from(path, self._position):
                self._position = position
                delta = Delta.from_bytes(record)
                if delta.version > self._version:
                    check_follows(delta, self._version)
                    self._version = delta.version
                    found.append(delta)
            if self._version == before:
                return found
