"""Owns that what authority removes or restricts stands in the access log before it happens.

Call it in the transaction that takes effect, before the effect: when that transaction fails, an entry without an effect
is left; an effect without an entry never is.
"""

import json

from plainview.kernel.ids import region_of
from plainview.kernel.time import now
from plainview.moderation.subjects import Subject
from plainview.ports.door import Deed, Door


async def book_takedown(door: Door, subject: Subject, how: str, verdict: int | None = None) -> int:
    """Book that a subject is about to be removed or restricted; the act's number, once the entry is durable.

    The public log has the number and a hash; what was taken down, and by which verdict, stays with the warden.
    """
    kind, number = subject
    said = {"at": now().isoformat(timespec="milliseconds"), "kind": kind, "id": str(number), "how": how}
    if verdict is not None:
        said["verdict"] = str(verdict)
    body = json.dumps(said, separators=(",", ":")).encode()
    return await door.act(region_of(number), Deed.TAKEDOWN, body)
