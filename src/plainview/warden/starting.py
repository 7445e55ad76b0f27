"""Owns the warden as a process: what is made in which order, what runs beside the socket, and how it ends."""

import gc
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Final

import structlog

from plainview.kernel.errors import PlainviewError
from plainview.kernel.ids import RegionNumber
from plainview.kernel.purposes import SealedField
from plainview.ports.custodian import Custodian
from plainview.warden.access_log import AccessLog
from plainview.warden.approvals import Approvals, Site
from plainview.warden.custody import in_force
from plainview.warden.keeper import Keeper
from plainview.warden.keys import Keys
from plainview.warden.notes import Signer
from plainview.warden.opening import Opening
from plainview.warden.policy import Policy
from plainview.warden.protocol import Held
from plainview.warden.publishing import Publisher, Terms
from plainview.warden.serving import WardenServer
from plainview.warden.store import Store
from plainview.warden.tending import House, Tending
from plainview.warden.witnesses import Witness, Witnesses

LOG_SIGNATURE: Final = 1
ORIGIN: Final = b"origin"
FIRST_PUBLISH_SECONDS: Final = 0.2
RETRY_SECONDS: Final = 5.0
# Longer than a witness may take, and shorter than the patience of who stops us.
END_SECONDS_MAX: Final = 15.0
# Witnesses that are started after us, since they are told our key, are given this long before any is missed.
WITNESSES_SECONDS_MAX: Final = 10.0
# Threads that make proofs and checkpoints hand the interpreter back this often: the socket's thread need not wait.
SWITCH_SECONDS: Final = 0.0005

log = structlog.get_logger()


def clock_ms() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What one region's warden is started with."""

    region: RegionNumber
    origin: str
    site: Site
    store: Path
    public: Path
    socket: Path
    fields: Mapping[str, SealedField]
    custodian: Callable[[], Custodian]
    # What the settings call it: keys that lie with another are not looked for there.
    custodian_name: str
    callers: frozenset[int]
    witnesses: Sequence[Witness] = ()
    quorum: int = 0
    publish_seconds: float = 30.0
    clock_ms: Callable[[], int] = clock_ms
    # Runs when the store is open and before anything secret is read; tells what holds.
    confine: Callable[[], Sequence[Held]] = field(default=tuple)


class Warden:
    """One region's warden, made and not yet serving."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.store = Store(plan.store)
        held = plan.confine()
        custodian = in_force(self.store, plan.custodian(), plan.custodian_name)
        origin = kept_origin(self.store, plan.origin)
        keys = Keys(self.store, custodian, plan.region, origin)
        access_log = AccessLog(self.store, keys, plan.region, plan.clock_ms)
        terms = Terms(origin, Signer(origin, LOG_SIGNATURE, keys.signing_seed()), plan.quorum)
        policy = Policy(plan.fields)
        approvals = Approvals(access_log, plan.site)
        opening = Opening(access_log, keys, policy, approvals, plan.clock_ms)
        self._witnesses = Witnesses(plan.witnesses)
        publisher = Publisher(access_log, terms, plan.public, self._witnesses)
        house = House(access_log, keys, policy, approvals, opening, publisher, custodian.fact(), plan.clock_ms)
        self.tending = Tending(house, held)
        self.keeper = Keeper(access_log, keys, opening, self.tending)
        self.server = WardenServer(plan.socket, self.keeper, plan.callers, self.tending.step)
        self._ended = Event()

    def run(self) -> None:
        """Serve until stopped; a checkpoint is published at the start, at every interval, and at the end."""
        publishing = Thread(target=self._publish, name="publish", daemon=True)
        publishing.start()
        try:
            self.server.run()
        finally:
            self._ended.set()
            publishing.join(timeout=END_SECONDS_MAX)
            # A witness that holds the thread up for longer must not have the store closed under it.
            if not publishing.is_alive():
                self.store.close()

    def stop(self) -> None:
        """Have `run` return. Any thread or signal handler may call it."""
        self.server.stop()

    def _publish(self) -> None:
        """Publish time and again, and once more at the end: whatever was booked then stands under a checkpoint."""
        wait, prevented = FIRST_PUBLISH_SECONDS, ""
        self._await_witnesses()
        while not self._ended.wait(wait):
            prevented = self.try_to_publish(prevented)
            wait = RETRY_SECONDS if prevented else self.plan.publish_seconds
        self.try_to_publish(prevented)

    def try_to_publish(self, said: str) -> str:
        """Make a checkpoint; what prevented it, or nothing. It is logged when it is not what was said before."""
        try:
            self.tending.publish_now()
        except PlainviewError as error:
            if error.detail != said:
                log.warning("no checkpoint", code=error.code, detail=error.detail)
            return error.detail
        except Exception as error:  # The thread must live: no checkpoint is an alarm, a dead thread is silence.
            log.exception("no checkpoint")
            return repr(error)
        return ""

    def _await_witnesses(self) -> None:
        """Return once enough of them answer for a first checkpoint, or none is to be waited for any longer."""
        until = time.monotonic() + WITNESSES_SECONDS_MAX
        while self._witnesses.answering() < self.plan.quorum and time.monotonic() < until:
            if self._ended.wait(FIRST_PUBLISH_SECONDS):
                return


def run(plan: Plan) -> None:
    """Run one region's warden until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    warden = Warden(plan)
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: warden.stop())
    # What is made up to here lives as long as the process: the collector need not walk it in the middle of a batch.
    gc.collect()
    gc.freeze()
    log.info("the warden serves", region=int(plan.region), socket=str(plan.socket))
    warden.run()


def kept_origin(store: Store, wanted: str) -> str:
    """The log's origin: what it was called at its first start, whatever the service's address is now."""
    notes = store.database("house")
    with store.env.begin(write=True) as txn:
        kept = txn.get(ORIGIN, db=notes)
        if kept is None:
            txn.put(ORIGIN, wanted.encode(), db=notes)
    return wanted if kept is None else bytes(kept).decode()
