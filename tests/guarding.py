"""Starts real wardens for tests, with a witness, and joins an instance's data folder to one that runs."""

import asyncio
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.instance import free_port
from plainview.adapters.warden_wire import WardenCalls
from plainview.operations.wardens import warden_status, wardens
from plainview.settings import Settings
from plainview.warden.notes import read_vkey
from plainview.warden.protocol import socket_of
from plainview.warden.witness_serving import serve, witness_signer

# Where the tests' server stands, as wardens must know who take passkeys' answers.
SITE_ADDRESS = "http://testserver.local"


@contextmanager
def running_warden(regions: str) -> Iterator[Path]:
    """The data folder of running wardens of these regions, whose logs one witness cosigns."""
    with tempfile.TemporaryDirectory(prefix="plainview-warden-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        port, own = free_port(), Path(folder) / "witness"
        named = f"http://127.0.0.1:{port} {witness_signer(own).verifier.vkey}"
        data = Path(folder) / "data"
        settings = Settings(data=data, regions=regions, witnesses=named, witness_quorum=1, public_url=SITE_ADDRESS)
        with wardens(settings) as running:
            keys = [read_vkey(warden_status(running, region).log_key) for region in running.region_numbers()]
            witness = serve(("127.0.0.1", port), own, keys)
            threading.Thread(target=witness.serve_forever, daemon=True).start()
            for region in running.region_numbers():
                publish(running.data, region)
            yield running.data
            witness.shutdown()
            witness.server_close()


def publish(data: Path, region: str = "home") -> None:
    """Have a region's warden make a checkpoint now."""

    async def ask() -> None:
        calls = WardenCalls(region, socket_of(data, region), "operator")
        await calls.ask("publish", None)
        await calls.close()

    asyncio.run(ask())


def guarded(settings: Settings, warden: Path) -> Settings:
    """The settings, with a data folder whose doors lead to these wardens."""
    settings.data.mkdir(parents=True, exist_ok=True)
    for name in ("run", "log"):
        if not settings.data.joinpath(name).exists():
            settings.data.joinpath(name).symlink_to(warden / name)
    return settings
