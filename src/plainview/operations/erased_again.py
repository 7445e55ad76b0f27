"""Owns that who was erased after the keys were copied stays erased when the copy is brought back.

The copy's own log ends when it was made. The public log goes on, and names each key that was destroyed since by a hash
that only who holds the key can tell. It must be the very log: what it says leads from the copy's tree to a root that
the log's key has signed.
"""

from collections.abc import Iterator

from plainview.operations.auditing import split
from plainview.operations.backup import BackupError
from plainview.operations.log_reading import LogFiles
from plainview.operations.tiling import WIDTH
from plainview.settings import Settings
from plainview.warden.access_log import AccessLog
from plainview.warden.custody import in_force
from plainview.warden.destroying_again import destroy_again
from plainview.warden.entries import KeyChange, Kind, head_of
from plainview.warden.keys import Keys
from plainview.warden.merkle import leaf_hash
from plainview.warden.notes import Checkpoint, Signer, read_checkpoint, read_note
from plainview.warden.starting import LOG_SIGNATURE, kept_origin
from plainview.warden.store import Store
from plainview.wiring_warden import plan_warden

_NAMED_BYTES = 33
"""At the end of a key entry: what happened, and the hash."""


def erase_again(settings: Settings, region: str, files: LogFiles) -> tuple[int, int]:
    """Destroy the keys of who was erased since a region's keys were copied: how many, and the public log's size.

    Raises:
        BackupError: the public log is not the one that the copy is of.
        LogUnreachableError: it cannot be read.
    """
    plan = plan_warden(settings, region)
    store = Store(plan.store)
    try:
        origin = kept_origin(store, plan.origin)
        keys = Keys(store, in_force(store, plan.custodian(), plan.custodian_name), plan.region, origin)
        log = AccessLog(store, keys, plan.region, plan.clock_ms)
        told = _signed(files, Signer(origin, LOG_SIGNATURE, keys.signing_seed()))
        return destroy_again(log, keys, _named_since(log, files, told)), told.size
    finally:
        store.close()


def _signed(files: LogFiles, signer: Signer) -> Checkpoint:
    """The public log's newest checkpoint."""
    note = read_note(files.checkpoint().encode())
    told = read_checkpoint(note.text)
    if note.signed_by(signer.verifier) is None or told.origin != signer.name:
        raise BackupError(f"{files.url} is not the log of {signer.name} that came with the keys.")
    return told


def _named_since(log: AccessLog, files: LogFiles, told: Checkpoint) -> set[bytes]:
    """What the key entries say that the copy does not have, of keys that were destroyed."""
    grown, named = log.grown(), set()
    for entry in _entries(files, log.size, told.size):
        grown.append(leaf_hash(entry))
        if head_of(entry).kind is Kind.KEY and entry[-_NAMED_BYTES] == KeyChange.RETIRED:
            named.add(entry[-_NAMED_BYTES:])
    if told.size >= log.size and grown.root() != told.root:
        raise BackupError(f"{files.url} does not go on from where the copy of the keys ends: it is another log.")
    return named


def _entries(files: LogFiles, start: int, size: int) -> Iterator[bytes]:
    for edge in range(start - start % WIDTH, size, WIDTH):
        number, width = edge // WIDTH, min(WIDTH, size - edge)
        yield from split(files.bundle(number, width), width)[max(0, start - edge) :]
