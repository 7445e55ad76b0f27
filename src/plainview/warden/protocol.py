"""Owns what is said on the warden's socket, in the frames of `plainview.kernel.frames`.

Payloads are arrays in the order of the fields below. The first question on a connection is `hello`.

| op | question | result | written in the log before the answer |
|---|---|---|---|
| hello | Hello | Welcome | nothing |
| seal | Seal | list of sealed bytes | nothing: sealing reads nothing |
| open | Open | list of plain bytes, null where the person's key is gone | a read per person |
| use | Use | list of the persons whose keys are gone: theirs may not be used | a read per other person |
| erase | Erase | null | an act: deletion, when it was not said before |
| destroy | Destroy | whether there was a key | a key entry; and the act, when `erase` was not said before |
| proof | Proof | the proof file, as bytes of JSON | a read: the person's own view |
| act | Act | its number | an act |
| client | Client | null | a client entry, when the manifest's hash is new |
| ask | Ask | Asked | nothing: nothing is granted yet |
| approve | Approve | Asked | an act: approval (and break-glass, with the second one) |
| refuse | Approve | Asked | nothing: nothing is granted any more |
| requests | null | list of Requested | nothing |
| offer | Enrol | the passkey's fingerprint | nothing: nothing is granted yet |
| approvers | null | list of Approving | nothing |
| enrol | Enrol | null | a key entry; the warden's own account or root only |
| dismiss | Dismiss | how many passkeys | a key entry each; the warden's own account or root only |
| rotate | Rotate | the new version | a key entry; the warden's own account or root only |
| publish | null | the checkpoint's text | heads; the warden's own account or root only |
| policies | null | Policies | nothing |
| deeds | null | Deeds | nothing |
| status | null | Status | nothing |
"""

import os
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

FRAME_BYTES_MAX: Final = 64 * 1024 * 1024
PATH_BYTES_MAX: Final = 100


class Hello(Struct, array_like=True, frozen=True):
    """Who calls: `server`, `worker`, or `operator` for the command line."""

    client: str


class Welcome(Struct, array_like=True, frozen=True):
    """Whom the caller has reached: the region's number, the log's origin, the hash of the policies in force (hex)."""

    region: int
    origin: str
    policy_hash: str


class Plain(Struct, array_like=True, frozen=True):
    """A value to seal: whose it is, and the `table.column` it will stand in."""

    person: int
    field: str
    value: bytes


class Sealed(Struct, array_like=True, frozen=True):
    """A sealed value: whose it is, and the `table.column` it stands in."""

    person: int
    field: str
    value: bytes


class By(Struct, array_like=True, frozen=True):
    """On whose behalf: `feed`, `server`, `worker` or `staff:<handle>`; the case that it is for, where there is one.

    `origin_region` is the number of the region that the data is read from, when that is not this one. `approval` is the
    number of a request that two people approved (see `ask`), for what is refused without.
    """

    principal: str
    case: str | None = None
    origin_region: int | None = None
    approval: int | None = None


class Seal(Struct, array_like=True, frozen=True):
    """Seal these; a person's keys are made at their first value."""

    plains: list[Plain]


class Open(Struct, array_like=True, frozen=True):
    """Open these for a purpose."""

    sealed: list[Sealed]
    purpose: str
    by: By


class Use(Struct, array_like=True, frozen=True):
    """Log that personal data which the caller already holds is used: these fields, of each of these persons."""

    persons: list[int]
    fields: list[str]
    purpose: str
    by: By


class Erase(Struct, array_like=True, frozen=True):
    """A person's erasure begins. May be said again."""

    person: int


class Destroy(Struct, array_like=True, frozen=True):
    """Destroy a person's keys, and with them all that they sealed. May be said again."""

    person: int


class Proof(Struct, array_like=True, frozen=True):
    """Give a person's proof file (section 4 of the specification)."""

    person: int
    by: By


class Act(Struct, array_like=True, frozen=True):
    """Log an act before it takes effect: the number of its kind in the specification, and a body kept by the warden."""

    act: int
    body: bytes


class Client(Struct, array_like=True, frozen=True):
    """The hash (32 bytes) of the manifest of the web client that is served from here on."""

    manifest_hash: bytes


class Ask(Struct, array_like=True, frozen=True):
    """Ask for what is refused by default. `kind` is `cross_region` or `break_glass`; a case is a must.

    `hours` is at most 24 for a request across regions, and at most 1 for break-glass.
    """

    kind: str
    persons: list[int]
    fields: list[str]
    purpose: str
    by: By
    hours: float


class Asked(Struct, array_like=True, frozen=True):
    """The state of a request: its number, what to sign with a passkey (32 bytes), who signed, and until when it holds.

    `until_ms` is 0 until two people have signed.
    """

    request: int
    challenge: bytes
    approvers: list[int]
    until_ms: int


class Requested(Struct, array_like=True, frozen=True):
    """A request as it stands: what is asked, who approved or refused, and what a passkey signs to do either.

    `refused_by` is 0 while nobody refused.
    """

    request: int
    ask: Ask
    asked_at_ms: int
    approvers: list[int]
    until_ms: int
    refused_by: int
    challenge: bytes
    refusal_challenge: bytes


class Approve(Struct, array_like=True, frozen=True):
    """One person's approval or refusal: a WebAuthn assertion (its JSON) over the request's challenge."""

    request: int
    approver: int
    assertion: bytes


class Enrol(Struct, array_like=True, frozen=True):
    """Let a person of this region approve requests with a passkey: its credential id and public key (COSE)."""

    approver: int
    handle: str
    credential_id: bytes
    public_key: bytes


class Approving(Struct, array_like=True, frozen=True):
    """Somebody's passkey: enrolled, or offered and not let in yet."""

    person: int
    handle: str
    credential_id: bytes
    public_key: bytes
    enrolled: bool


class Dismiss(Struct, array_like=True, frozen=True):
    """Let a person approve no more."""

    approver: int


class Rotate(Struct, array_like=True, frozen=True):
    """Make a new region key, wrap every person's keys under it while the service runs, and retire the old one."""


class Policies(Struct, array_like=True, frozen=True):
    """The policies in force: their hash (hex, as in the log), and the text of each file by its name, in order.

    The hash is that of all texts, one after another.
    """

    hash: str
    texts: dict[str, str]


class Told(Struct, array_like=True, frozen=True):
    """An act that anybody may read of: its number, and its body, whose hash stands in the log."""

    number: int
    body: bytes


class Deeds(Struct, array_like=True, frozen=True):
    """How many acts of each kind stand in the log, and the newest government requests that are not gagged."""

    counts: dict[int, int]
    government_requests: list[Told]


class Held(Struct, array_like=True, frozen=True):
    """One line of the warden's confinement: what is held, whether it holds here, and the fact or the reason."""

    name: str
    holds: bool
    fact: str


class Status(Struct, frozen=True, kw_only=True):
    """How the warden is: told to the doctor and to the metrics. The one payload that is a map.

    `rewrapped` counts the persons who have been gone through by the rotation that is under way; None while none is.
    """

    region: int
    origin: str
    log_key: str
    policy_hash: str
    custodian: str
    key_version: int
    account: int
    persons: int
    entries: int
    reads: int
    checkpoint_at_ms: int
    witnesses: int
    quorum: int
    started_at_ms: int
    confinement: list[Held]
    rewrapped: int | None = None


def socket_of(data: Path, region: str) -> Path:
    """Where the warden of the region of this name listens, by the instance's data folder."""
    return data / "run" / region / "warden.sock"


def reached(path: Path, folder: int) -> str:
    """The path by which a socket is bound or reached: the kernel takes about a hundred bytes, folders may be deeper."""
    plain = str(path.absolute())
    if len(os.fsencode(plain)) <= PATH_BYTES_MAX or sys.platform != "linux":
        return plain
    return f"/proc/self/fd/{folder}/{path.name}"
