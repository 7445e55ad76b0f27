"""Builds one region's warden from settings: its custodian, what may be opened, and whom it answers.

Apart from `wiring`, so that the process that holds the keys loads nothing of the web, the database or the engine.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from plainview.adapters.confinement_linux import Ground, confine, preload
from plainview.adapters.custodian_file import CustodianFiles
from plainview.adapters.logs_structlog import set_up_logs
from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Custodian
from plainview.privacy.sealed import SEALED
from plainview.settings import Settings
from plainview.warden.approvals import Site
from plainview.warden.notes import read_vkey
from plainview.warden.protocol import Held, socket_of
from plainview.warden.starting import Plan
from plainview.warden.witnesses import Witness, over_http

_LATE = (
    "encodings.idna",
    "encodings.hex_codec",
    "stringprep",
    "webauthn",
    "email.parser",
    "http.client",
    "ssl",
    "json",
)


def start_logs(settings: Settings) -> None:
    """Have this process write its logs as the settings say."""
    set_up_logs(settings.log_format, settings.log_level)


def make_custodian(settings: Settings, region: str) -> Custodian:
    """What holds the key of the region of this name.

    Raises:
        ValueError: the setting names no kind of custodian.
    """
    number = RegionNumber(settings.region_numbers()[region])
    kind, _, place = settings.custodian.partition(":")
    if kind == "file":
        return CustodianFiles(settings.data.absolute() / f"warden-{region}" / "keys", number)
    secret = Path(settings.custodian_secret)
    if kind == "pkcs11":
        # Its client is an extra that only this kind needs.
        from plainview.adapters.custodian_pkcs11 import CustodianPkcs11

        return CustodianPkcs11(place, secret, number)
    if kind == "openbao":
        from plainview.adapters.custodian_openbao import CustodianOpenbao

        return CustodianOpenbao(place, secret, number)
    raise ValueError(f"custodian is file, pkcs11:… or openbao:…, not {settings.custodian!r}")


def plan_warden(settings: Settings, region: str) -> Plan:
    """What the warden of the region of this name is started with."""
    data, number = settings.data.absolute(), settings.region_numbers()[region]
    address = urlsplit(settings.address())
    own, home = os.geteuid(), data / f"warden-{region}"
    store, public, socket = home / "store", data / "log" / region, socket_of(data, region)
    callers = {0, own, *(int(each) for each in settings.warden_callers.split(",") if each.strip())}
    for folder in (home, public, socket.parent):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700 if folder == home else 0o755)
    ground = Ground(
        account=settings.warden_account + number,
        own=(home,),
        write=(public, socket.parent),
        read=(Path(settings.custodian_secret),) if settings.custodian_secret else (),
        ports=_ports(settings),
        unlocked=store / "data.mdb",
        bare=settings.custodian.startswith("pkcs11:"),
    )
    return Plan(
        region=RegionNumber(number),
        origin=f"{address.netloc}/log/{region}",
        site=Site(address.hostname or "localhost", settings.address()),
        store=store,
        public=public,
        socket=socket,
        fields=SEALED,
        custodian=lambda: make_custodian(settings, region),
        custodian_name=settings.custodian,
        callers=frozenset(callers),
        witnesses=[Witness(read_vkey(key), over_http(url)) for url, key in _witnesses(settings)],
        quorum=settings.witness_quorum,
        publish_seconds=settings.checkpoint_seconds,
        confine=lambda: _confine(ground),
    )


def _confine(ground: Ground) -> list[Held]:
    preload(_LATE)
    return confine(ground)


def _ports(settings: Settings) -> tuple[int, ...] | None:
    """The TCP ports that a warden of these settings connects to: its witnesses' and its custodian's."""
    urls = [url for url, _ in _witnesses(settings)]
    if settings.custodian.startswith("openbao:"):
        urls.append(settings.custodian.removeprefix("openbao:"))
    parts = [urlsplit(url) for url in urls]
    return tuple(sorted({each.port or (443 if each.scheme == "https" else 80) for each in parts}))


def _witnesses(settings: Settings) -> list[tuple[str, str]]:
    """Each witness's address and verifier key."""
    pairs = [each.split() for each in settings.witnesses.split(",") if each.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError("witnesses is url key, url key, …")
    return [(url, key) for url, key in pairs]
