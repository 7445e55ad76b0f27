"""Starts a whole instance of the product for a measurement, in a folder of its own, and stops it."""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

START_SECONDS_MAX = 240.0


@dataclass(frozen=True, slots=True)
class Instance:
    """A running product."""

    address: str
    data: Path
    process: "subprocess.Popen[bytes]"

    def processes(self) -> list[psutil.Process]:
        """All processes that the product runs: the supervisor, its children and theirs, and the database's.

        The database's server leaves the tree when it starts, so it is found by its data folder.
        """
        top = psutil.Process(self.process.pid)
        found = {each.pid: each for each in (top, *top.children(recursive=True))}
        postmaster = self.data.resolve() / "postgres" / "postmaster.pid"
        if postmaster.exists():
            database = psutil.Process(int(postmaster.read_text().split()[0]))
            found |= {each.pid: each for each in (database, *database.children(recursive=True))}
        return list(found.values())

    def child(self, verb: str) -> psutil.Process:
        """The process that runs `plainview serve`, `plainview work` or another of our verbs."""
        alive = (each for each in self.processes() if each.status() != psutil.STATUS_ZOMBIE)
        return next(each for each in alive if each.cmdline()[3:4] == [verb])


def free_port() -> int:
    """A port on loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def instance(
    demo_clips: int = 0, while_starting: Callable[[Instance], None] | None = None, **settings: object
) -> Iterator[Instance]:
    """A started product on a free port.

    Args:
        demo_clips: how many sample clips it is filled with.
        while_starting: called once the server's process is there, before it answers.
        settings: PLAINVIEW_ settings by their lower-case names.
    """
    with tempfile.TemporaryDirectory(prefix="plainview-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data, port = Path(folder) / "data", free_port()
        environment = {**os.environ, "PLAINVIEW_DATA": str(data), "PLAINVIEW_PORT": str(port)}
        environment |= {f"PLAINVIEW_{name.upper()}": str(value) for name, value in settings.items()}
        # A benchmark is one address that does what thousands do.
        environment.setdefault("PLAINVIEW_REQUESTS_PER_MINUTE", "100000000")
        environment.setdefault("PLAINVIEW_LIMIT_FACTOR", "100000")
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "plainview", "up", "--no-demo"],
                env=environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
            )
        try:
            address = f"http://localhost:{port}"
            if while_starting is not None:
                while_starting(_with_server(Instance(address, data, process)))
            wait_until_ready(address, process, log)
            if demo_clips:
                command = [sys.executable, "-m", "plainview", "demo", "--count", str(demo_clips)]
                subprocess.run(
                    command, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            yield Instance(address, data, process)
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _with_server(running: Instance) -> Instance:
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until:
        # A process may end, or not yet be what it becomes, while the list is read.
        with suppress(StopIteration, psutil.Error):
            running.child("serve")
            return running
        time.sleep(0.02)
    raise RuntimeError("the server's process did not appear")


def wait_until_ready(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the product answers that it is ready.

    Raises:
        RuntimeError: it ended, or did not answer in time; with the end of its log.
    """
    until = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"the product did not start; its log ends:\n{log.read_text(errors='replace')[-3000:]}")


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which this percentage of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(percent / 100 * len(ordered)) - 1))]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def report(figures: dict[str, object]) -> None:
    """Print the figures as the last line, one JSON object; floats rounded to three places."""
    rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in figures.items()}
    print(json.dumps(rounded), flush=True)
