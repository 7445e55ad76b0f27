"""Owns how questions become answers: many callers' questions share one write transaction, and so one sync of the disk.

Nothing of a batch is answered before that transaction has committed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import lmdb
import msgspec

from plainview.kernel.errors import InvalidInputError, NotAllowedError, PlainviewError, UnavailableError
from plainview.kernel.frames import OK, VERSION, Frame, framed
from plainview.warden import protocol
from plainview.warden.access_log import AccessLog
from plainview.warden.keys import Keys
from plainview.warden.opening import Opening, Release
from plainview.warden.store import Txn
from plainview.warden.tending import Tending

OWN_ACCOUNT_ONLY: Final = frozenset({"enrol", "dismiss", "rotate", "publish"})


class BusyError(UnavailableError):
    """What must be written before an answer could not be written."""

    code, title = "warden_busy", "The access log could not be written, so nothing was opened"


@dataclass(frozen=True, slots=True)
class Call:
    """One question: its frame, and whether it comes from the warden's own account or root."""

    frame: Frame
    own_account: bool = False


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that takes long: another thread makes it. What it tells of is durable already."""

    frame: Frame
    make: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Act:
    """What is done for an op: how its payload is read, and what begins it."""

    payload: msgspec.msgpack.Decoder[Any]
    begin: Callable[[Txn, Any], Release]


class Keeper:
    """Answers batches of questions. One thread uses it."""

    def __init__(self, log: AccessLog, keys: Keys, opening: Opening, tending: Tending) -> None:
        self._log = log
        self._keys = keys
        self._opening = opening
        begins: dict[str, tuple[Any, Callable[[Txn, Any], Release]]] = {
            "seal": (protocol.Seal, opening.seal),
            "open": (protocol.Open, opening.open),
            "use": (protocol.Use, opening.use),
            "erase": (protocol.Erase, opening.erase),
            "destroy": (protocol.Destroy, tending.destroy),
            "proof": (protocol.Proof, tending.proof),
            "act": (protocol.Act, tending.act),
            "client": (protocol.Client, tending.client),
            "ask": (protocol.Ask, tending.ask),
            "approve": (protocol.Approve, tending.approve),
            "refuse": (protocol.Approve, tending.refuse),
            "offer": (protocol.Enrol, tending.offer),
            "enrol": (protocol.Enrol, tending.enrol),
            "dismiss": (protocol.Dismiss, tending.dismiss),
            "rotate": (None, tending.rotate),
            "publish": (None, tending.publish),
        }
        self._acts = {op: Act(msgspec.msgpack.Decoder(payload), begin) for op, (payload, begin) in begins.items()}
        # These read nothing of anybody and write nothing, so they wait for no transaction.
        self._sayings: dict[str, Callable[[], Any]] = {
            "hello": tending.welcome,
            "policies": tending.policies,
            "status": tending.status,
            "requests": tending.requests,
            "approvers": tending.approvers,
            "deeds": tending.deeds,
        }

    def answer(self, calls: Sequence[Call]) -> list[bytes | Later]:
        """The answers in order, each framed, or to be made elsewhere; all that they tell of is durable."""
        try:
            return self._answer(calls)
        except Exception as error:  # noqa: BLE001 - One question's fault must not fall on the others of its batch.
            # A disk that takes nothing takes nothing from anybody: asking it once for each would only take longer.
            if len(calls) > 1 and not isinstance(error, lmdb.Error):
                return [self.answer([call])[0] for call in calls]
            return [refusal(call.frame, BusyError(f"{BusyError.title}: {error!r}.")) for call in calls]

    def _answer(self, calls: Sequence[Call]) -> list[bytes | Later]:
        said = [self._said(call) for call in calls]
        written = iter(self._written([call for call, answer in zip(calls, said, strict=True) if answer is None]))
        return [next(written) if answer is None else answer for answer in said]

    def _written(self, calls: Sequence[Call]) -> list[bytes | Later]:
        """The answers to what must be durable first."""
        if not calls:
            return []
        with self._log.writing() as txn:
            begun = [self._begun(txn, call) for call in calls]
        # From here on it is durable, and only from here on may anything be released.
        self._keys.committed()
        return [_released(call.frame, release) for call, release in zip(calls, begun, strict=True)]

    def _begun(self, txn: Txn, call: Call) -> Release | PlainviewError:
        """The second half of what is asked, or why it is refused."""
        frame = call.frame
        try:
            if frame.version != VERSION:
                raise InvalidInputError(f"The warden speaks version {VERSION}, not {frame.version}.")
            act = self._acts.get(frame.op)
            if act is None:
                raise InvalidInputError(f"The warden knows no {frame.op[:32]!r}.")
            if frame.op in OWN_ACCOUNT_ONLY and not call.own_account:
                raise NotAllowedError(f"{frame.op} is for the warden's own account and for root.")
            return act.begin(txn, act.payload.decode(frame.payload))
        except msgspec.DecodeError as error:
            return InvalidInputError(f"{frame.op}: {error}")
        except PlainviewError as error:
            return error

    def _said(self, call: Call) -> bytes | None:
        """The answer, where nothing needs to be written for it: the keys that seal are durable already."""
        frame = call.frame
        if frame.version != VERSION:
            return None
        if frame.op in self._sayings:
            return framed(frame.id, OK, self._sayings[frame.op]())
        if frame.op != "seal":
            return None
        try:
            sealed = self._opening.seal_at_once(self._acts["seal"].payload.decode(frame.payload))
        except (msgspec.DecodeError, PlainviewError):
            return None  # The other way says why.
        return None if sealed is None else framed(frame.id, OK, sealed)


def _released(frame: Frame, release: Release | PlainviewError) -> bytes | Later:
    """The answer, now that what had to be written is durable."""
    if isinstance(release, PlainviewError):
        return refusal(frame, release)
    try:
        result = release()
    except PlainviewError as error:
        return refusal(frame, error)
    return Later(frame, result) if callable(result) else framed(frame.id, OK, result)


def refusal(frame: Frame, error: PlainviewError) -> bytes:
    """The answer that tells an error."""
    return framed(frame.id, error.code, error.detail)


def made(later: Later) -> bytes:
    """The answer that takes long, made in this thread."""
    try:
        return framed(later.frame.id, OK, later.make())
    except PlainviewError as error:
        return refusal(later.frame, error)
    except Exception as error:  # noqa: BLE001 - Whatever it is, the caller must be told, and the thread must live.
        return refusal(later.frame, BusyError(f"This could not be made: {error!r}."))
