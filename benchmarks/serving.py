"""Runs a server process over a database of its own, filled beforehand, so that large states can be measured."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.instance import free_port, wait_until_ready
from plainview.operations.databases import databases
from plainview.operations.wardens import wardens
from plainview.settings import Settings


@dataclass(slots=True)
class Ground:
    """A migrated database, a warden and a data folder, for a server that comes and goes."""

    settings: Settings
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.settings.data

    @property
    def url(self) -> str:
        """The database."""
        return self.settings.database_urls()["home"]

    @property
    def address(self) -> str:
        """Where the server is reached."""
        return f"http://127.0.0.1:{self.port}"

    def launch(self, module: str = "plainview") -> None:
        """Start the server, or one that differs from it in one thing, without waiting for it."""
        environment = {
            **os.environ,
            "PLAINVIEW_DATA": str(self.data),
            "PLAINVIEW_PORT": str(self.port),
            "PLAINVIEW_PUBLIC_URL": self.address,
            "PLAINVIEW_REGION_DATABASES": f"home={self.url}",
            "PLAINVIEW_REQUESTS_PER_MINUTE": "100000000",
            "PLAINVIEW_LIMIT_FACTOR": "100000",
        }
        command = [sys.executable, "-m", module, "serve"]
        with (self.data / "server.log").open("ab") as output:
            self.process = subprocess.Popen(
                command, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
            )

    def wait(self) -> None:
        """Return when the server answers."""
        assert self.process is not None
        wait_until_ready(self.address, self.process, self.data / "server.log")

    def kill(self) -> None:
        """End the server as a power cut would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def server(self) -> list[psutil.Process]:
        """The server's process, and the engine's beside it."""
        assert self.process is not None
        serving = psutil.Process(self.process.pid)
        return [serving, *serving.children()]

    def database(self) -> list[psutil.Process]:
        """The database's processes."""
        postmaster = psutil.Process(int((self.data / "postgres" / "postmaster.pid").read_text().split()[0]))
        return [postmaster, *postmaster.children()]

    def stop(self) -> None:
        """End the server gracefully."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def ground() -> Iterator[Ground]:
    """A fresh database and data folder; whatever runs on them is stopped when the block ends."""
    with tempfile.TemporaryDirectory(prefix="plainview-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with databases(Settings(data=Path(folder) / "data")) as stored, wardens(stored) as settings:
            made = Ground(settings, free_port())
            try:
                yield made
            finally:
                made.stop()
