"""Owns that keys which were destroyed after a copy of them was made are destroyed in the copy too.

Nothing is booked: the entries that name them stand in the log that the copy is behind of.
"""

from collections.abc import Collection

from plainview.warden.access_log import AccessLog
from plainview.warden.keys import Keys
from plainview.warden.opening import retired
from plainview.warden.tending import DESTROYED

# The wrapped bytes may stay in free pages: have the region's key renewed as soon as the warden runs.
_LONG_AGO = (1).to_bytes(8, "big")


def destroy_again(log: AccessLog, keys: Keys, named: Collection[bytes]) -> int:
    """Destroy every person's keys that one of these key entries (what happened, and the hash) names; how many.

    The warden must not run.
    """
    found = [person for person, held in keys.everybody() if retired(held) in named] if named else []
    notes = log.store.database("house")
    with log.writing() as txn:
        for person in found:
            log.erase(txn, person)
            keys.destroy(txn, person)
        if found:
            txn.put(DESTROYED, _LONG_AGO, db=notes)
    keys.committed()
    return len(found)
