"""Says what is wrong with this machine or instance, and how to mend it."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from importlib.util import find_spec

import imageio_ffmpeg
import psycopg

from plainview.adapters.schema_alembic import versions
from plainview.adapters.warden_wire import WardenAwayError
from plainview.kernel.errors import PlainviewError
from plainview.kernel.time import now, to_ms
from plainview.operations.accounts import service_account
from plainview.operations.backup import refuse_half_restored
from plainview.operations.databases import embedded
from plainview.operations.wardens import warden_status
from plainview.settings import GIB, MIB, Settings
from plainview.wiring import make_transcoder

EPOCH_MS = 60_000


class Verdict(StrEnum):
    """How one check went."""

    GOOD = "good"
    NOTE = "note"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `mend` says what to do about it."""

    name: str
    verdict: Verdict
    fact: str
    mend: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Every check's finding, in order; none of them changes anything."""
    checks: list[Callable[[Settings], Finding]] = [
        _python,
        _data,
        _disk,
        _database,
        _schema,
        _ffmpeg,
        _sandbox,
        _app,
        _port,
        _fits,
        _keys,
        _accounts,
        _wardens,
        _address,
    ]
    for check in checks:
        try:
            yield check(settings)
        except (PlainviewError, OSError, psycopg.Error, subprocess.SubprocessError) as error:
            yield Finding(check.__name__.strip("_"), Verdict.BAD, str(error).strip(), "See docs/operate.md.")


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("Python", Verdict.GOOD, version)


def _data(settings: Settings) -> Finding:
    folder = settings.data.absolute()
    nearest = next(each for each in [folder, *folder.parents] if each.exists())
    if not os.access(nearest, os.W_OK):
        return Finding(
            "data folder", Verdict.BAD, f"{folder} cannot be written", "Set PLAINVIEW_DATA to a folder of yours."
        )
    refuse_half_restored(settings)
    return Finding("data folder", Verdict.GOOD, str(folder) + ("" if folder.exists() else " (made at the first start)"))


def _disk(settings: Settings) -> Finding:
    folder = settings.data.absolute()
    nearest = next(each for each in [folder, *folder.parents] if each.exists())
    free = shutil.disk_usage(nearest).free
    if free < settings.disk_reserve_bytes:
        return Finding("disk", Verdict.BAD, f"{free / MIB:.0f} MiB free: uploads are refused", "Free some space.")
    verdict = Verdict.NOTE if free < 5 * GIB else Verdict.GOOD
    return Finding(
        "disk",
        verdict,
        f"{free / GIB:.1f} GiB free",
        "Videos need room; 5 GiB is little." if verdict is Verdict.NOTE else "",
    )


def _database(settings: Settings) -> Finding:
    named = settings.database_urls()
    for url in named.values():
        psycopg.connect(url, connect_timeout=5).close()
    if len(named) == len(settings.region_numbers()):
        return Finding("database", Verdict.GOOD, f"{len(named)} by URL, answering")
    server = embedded(settings)
    done = subprocess.run([server.program("postgres"), "--version"], check=True, capture_output=True, text=True)
    state = "running" if settings.data.joinpath("postgres").exists() and server.is_running() else "not running"
    return Finding("database", Verdict.GOOD, f"embedded {done.stdout.strip()}, {state}")


def _schema(settings: Settings) -> Finding:
    urls = settings.database_urls()
    if not urls and settings.data.joinpath("postgres", "PG_VERSION").exists() and embedded(settings).is_running():
        urls = {region: embedded(settings).url(f"plainview_{region}") for region in settings.region_numbers()}
    if not urls:
        return Finding("schema", Verdict.GOOD, "checked and migrated at the next start")
    old = [region for region, url in urls.items() if len(set(versions(url))) > 1]
    if old:
        return Finding(
            "schema", Verdict.NOTE, f"older than this program: {', '.join(old)}", "Restart: it migrates at its start."
        )
    return Finding("schema", Verdict.GOOD, "up to date")


def _ffmpeg(_: Settings) -> Finding:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    done = subprocess.run([program, "-hide_banner", "-encoders"], check=True, capture_output=True, text=True)
    missing = [each for each in ("libx264", "libsvtav1", "libopus", "libwebp") if each not in done.stdout]
    if missing:
        return Finding(
            "FFmpeg", Verdict.BAD, f"lacks {', '.join(missing)}", "Use the FFmpeg of the imageio-ffmpeg package."
        )
    first = subprocess.run([program, "-version"], check=True, capture_output=True, text=True).stdout.split()
    return Finding("FFmpeg", Verdict.GOOD, " ".join(first[:3]))


def _sandbox(settings: Settings) -> Finding:
    missing = [each for each in asyncio.run(make_transcoder(settings).defences()) if not each.holds]
    if missing:
        what = "; ".join(f"{each.name}: {each.words}" for each in missing)
        mend = "Uploads are less confined here; allow user namespaces, or run on a newer kernel."
        return Finding("sandbox", Verdict.NOTE, what, mend)
    return Finding("sandbox", Verdict.GOOD, "every layer around the transcoder holds")


def _app(_: Settings) -> Finding:
    if files("plainview").joinpath("web_assets", "index.html").is_file():
        return Finding("viewer's app", Verdict.GOOD, "built")
    return Finding("viewer's app", Verdict.BAD, "not built", "Run `make setup`, or install the wheel.")


def _port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    if taken:
        return Finding(
            "port", Verdict.NOTE, f"{settings.port} is in use", "Fine if it is this instance; else set PLAINVIEW_PORT."
        )
    return Finding("port", Verdict.GOOD, f"{settings.port} is free")


def _keys(settings: Settings) -> Finding:
    for path in settings.data.joinpath("keys").glob("*"):
        if path.stat().st_mode & 0o077:
            return Finding("keys", Verdict.BAD, f"{path.name} can be read by others", f"chmod 600 {path}")
    if settings.custodian == "file":
        note = "each region's key is a file of its warden's: who is root here can open personal data"
        return Finding("keys", Verdict.NOTE, note, "A key custodian holds it better: docs/operate.md.")
    return Finding("keys", Verdict.GOOD, f"the regions' keys are held by {settings.custodian.partition(':')[0]}")


def _accounts(settings: Settings) -> Finding:
    if os.geteuid() != 0:
        note = "server and warden run as one account: whoever gets hold of it can read the keys, and leave no entry"
        return Finding("accounts", Verdict.NOTE, note, "Start as root, and each takes an account of its own.")
    if service_account(settings) is None:
        note = "this machine does not let server and worker give up root: whoever gets hold of them has the keys too"
        return Finding("accounts", Verdict.NOTE, note, "Install where other accounts may read, as in /opt.")
    return Finding("accounts", Verdict.GOOD, "server and worker, each warden, and our witnesses: accounts of their own")


def _wardens(settings: Settings) -> Finding:
    """What holds in the wardens that run: each says it of itself."""
    try:
        statuses = [warden_status(settings, region) for region in settings.region_numbers()]
    except (WardenAwayError, OSError):
        return Finding("wardens", Verdict.GOOD, "not running; they start with `plainview up`")
    missing = [f"{held.name}: {held.fact}" for status in statuses for held in status.confinement if not held.holds]
    late = [each.origin for each in statuses if to_ms(now()) - each.checkpoint_at_ms > 2 * EPOCH_MS]
    if late:
        mend = "Look at the witnesses: without enough of them no checkpoint is made."
        return Finding("wardens", Verdict.BAD, f"no checkpoint for two minutes: {', '.join(late)}", mend)
    if missing:
        return Finding("wardens", Verdict.NOTE, "; ".join(missing), "Started as root, a warden takes all that it can.")
    return Finding("wardens", Verdict.GOOD, f"{len(statuses)} running; every protection that they know of holds")


def _fits(settings: Settings) -> Finding:
    if settings.fit_hour < 0:
        return Finding("nightly fit", Verdict.GOOD, "switched off")
    if find_spec("torch") is None:
        note = "PyTorch is not installed: nothing is fitted, and the feed ranks without what comes next"
        return Finding("nightly fit", Verdict.NOTE, note, "Install the extra `engine`: docs/operate.md.")
    return Finding("nightly fit", Verdict.GOOD, f"each day from {settings.fit_hour}:00 on")


def _address(settings: Settings) -> Finding:
    address = settings.address()
    if address.startswith("https://") or "//localhost" in address:
        return Finding("address", Verdict.GOOD, address)
    mend = "Put a proxy with TLS in front and set PLAINVIEW_PUBLIC_URL to its https:// address."
    return Finding("address", Verdict.NOTE, f"{address}: passkeys and installing the app need https", mend)
