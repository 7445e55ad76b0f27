"""Owns that every region has its warden, and the access logs their witnesses: those that settings name, or our own.

Our own three witnesses stand for how it works, not for trust: they count only when others run them.
"""

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from plainview.adapters.warden_wire import WardenAwayError, WardenCalls
from plainview.kernel.errors import UnavailableError
from plainview.operations.accounts import called_by, service_account
from plainview.operations.child import Child
from plainview.operations.environment import environment_of
from plainview.settings import Settings
from plainview.warden.protocol import Status, socket_of

WITNESSES_COUNT: Final = 3
WITNESSES: Final = "witnesses"
START_SECONDS_MAX: Final = 30.0
POLL_SECONDS: Final = 0.05
_status = msgspec.msgpack.Decoder(Status)


@dataclass(frozen=True, slots=True)
class OwnWitness:
    """One of our own witnesses: where its key and memory lie, and where it listens."""

    folder: Path
    port: int
    key: str

    @property
    def setting(self) -> str:
        """As the setting `witnesses` names it."""
        return f"http://127.0.0.1:{self.port} {self.key}"


def witnesses_child(own: list[OwnWitness], log_keys: list[str], environment: dict[str, str]) -> Child:
    """The process that our own witnesses run in, for these logs: one, since nobody need trust one of them alone."""
    places = [f"{each.folder}:{each.port}" for each in own]
    return Child(WITNESSES, ["cosign", *places, "--", *log_keys], environment=environment)


def own_witnesses(settings: Settings) -> list[OwnWitness]:
    """Our own three, with keys that are made at the first call; none where settings name others."""
    if settings.witnesses:
        return []
    # What signs is loaded only by who makes the keys, not by who watches for as long as the product runs.
    from plainview.warden.witness_serving import witness_signer

    found = []
    for number in range(1, WITNESSES_COUNT + 1):
        folder = settings.data.absolute() / f"witness-{number}"
        signer = witness_signer(folder, f"localhost/witness-{number}")
        found.append(OwnWitness(folder, _kept_port(folder / "port"), signer.verifier.vkey))
    return found


def witnessed(settings: Settings, own: list[OwnWitness]) -> Settings:
    """The settings with our own witnesses where there are no others, and a quorum that one liar cannot get round."""
    named = ",".join(each.setting for each in own) if own else settings.witnesses
    count = len([each for each in named.split(",") if each.strip()])
    return replace(settings, witnesses=named, witness_quorum=settings.witness_quorum or quorum_against_one_liar(count))


def quorum_against_one_liar(witnesses: int) -> int:
    """The fewest cosignatures such that two histories cannot both have them when one witness signs everything.

    That is 2k > n + 1 (specification, section 1): three of three, three of four. Fewer than three witnesses cannot do
    it; all of them are asked then.
    """
    return min(witnesses, (witnesses + 1) // 2 + 1)


def warden_children(settings: Settings) -> list[Child]:
    """A process for each region."""
    environment = environment_of(settings)
    return [
        Child(f"warden of {region}", ["guard", region], environment=environment) for region in settings.region_numbers()
    ]


def warden_status(settings: Settings, region: str) -> Status:
    """How the warden of a region is.

    Raises:
        WardenAwayError: it does not answer.
    """

    async def ask() -> Status:
        calls = WardenCalls(region, socket_of(settings.data.absolute(), region), "operator", patience_s=0)
        try:
            found: Status = await calls.ask("status", None, _status)
            return found
        finally:
            await calls.close()

    return asyncio.run(ask())


def wait_for_wardens(settings: Settings, children: list[Child]) -> list[Status]:
    """How each region's warden is, once it answers.

    Raises:
        UnavailableError: one does not start.
    """
    until = time.monotonic() + START_SECONDS_MAX
    return [_started(settings, region, children, until) for region in settings.region_numbers()]


def _started(settings: Settings, region: str, children: list[Child], until: float) -> Status:
    while True:
        with suppress(WardenAwayError, OSError):
            return warden_status(settings, region)
        ended = any(each.process is not None and each.process.poll() is not None for each in children)
        if ended or time.monotonic() > until:
            raise UnavailableError(f"The warden of region {region} does not start; its lines in the log say why.")
        time.sleep(POLL_SECONDS)


@contextmanager
def wardens(settings: Settings, *, witnessed_by_our_own: bool = True) -> Iterator[Settings]:
    """Have every region's warden answer; those that were started here end with the block. For single commands.

    What is logged meanwhile stands in the log at once, and under a cosigned checkpoint when the product runs again.
    """
    account = service_account(settings) if witnessed_by_our_own else None
    settings = called_by(settings, account)
    away = [region for region in settings.region_numbers() if not _answers(settings, region)]
    ready = witnessed(settings, own_witnesses(settings)) if away and witnessed_by_our_own else settings
    named = zip(ready.region_numbers(), warden_children(ready), strict=True)
    children = [child for region, child in named if region in away]
    try:
        for child in children:
            child.start()
        wait_for_wardens(ready, children)
        yield ready
    finally:
        for child in children:
            child.stop()


def _answers(settings: Settings, region: str) -> bool:
    try:
        warden_status(settings, region)
    except (WardenAwayError, OSError):
        return False
    return True


def _kept_port(path: Path) -> int:
    """The port in this file; a free one, kept from now on, where there is none or somebody else listens there."""
    if path.exists() and _is_free(port := int(path.read_text())):
        return port
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    path.write_text(str(port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
