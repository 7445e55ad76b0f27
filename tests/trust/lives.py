"""A whole product whose warden, server and database are killed (SIGKILL) and begun again.

A life of the warden or the server is forked from a process that has imported everything, so that it begins in a
fraction of a second; what it runs is what the command line runs. The witnesses live in this process.
"""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import psutil
import psycopg

from benchmarks.instance import free_port
from plainview.adapters.postgres_embedded import PostgresEmbedded, PostgresFailedError
from plainview.adapters.warden_wire import WardenAwayError
from plainview.operations.databases import DATABASE, databases
from plainview.operations.environment import environment_of
from plainview.operations.wardens import own_witnesses, warden_status, witnessed
from plainview.settings import Settings, read_settings
from plainview.warden.notes import read_vkey
from plainview.warden.protocol import socket_of
from plainview.warden.witness_serving import serve as serve_witness
from tests.trust.tapping import Booked, Tap, WardenEar, listening

ROOT = Path(__file__).parents[2]
REGION = "home"
SECONDS_MAX = 60.0
KINDS = ("server", "warden", "database")


def bear_lives() -> None:
    """Bring a life about for each line on standard input (which kind, in which environment), and say its number."""
    from plainview import wiring, wiring_warden
    from plainview.operations import serving
    from plainview.server import app
    from plainview.warden import starting

    assert app
    assert wiring.all_declarations()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        kind, environment = json.loads(line)
        child = os.fork()
        if child == 0:
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            settings = read_settings(environment)
            if kind == "warden":
                wiring_warden.start_logs(settings)
                starting.run(wiring_warden.plan_warden(settings, REGION))
            else:
                serving.serve(settings)
            os._exit(0)
        print(child, flush=True)


class Nursery:
    """The process that lives are forked from."""

    def __init__(self, log: Path) -> None:
        command = [sys.executable, "-m", "tests.trust.lives"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log.open("ab"), text=True
        )

    def bear(self, order: str) -> int:
        """Begin a life; its number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(order, file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End the nursery."""
        self._process.communicate()


class Lives:
    """The lives of one kind of process, one after another."""

    def __init__(self, nursery: Nursery, kind: str, settings: Settings) -> None:
        self._nursery = nursery
        own = {name: value for name, value in environment_of(settings).items() if name.startswith("PLAINVIEW_")}
        self._order = json.dumps([kind, own])
        self._life = 0

    def begin(self) -> None:
        """Begin a life; it may not answer yet."""
        self._life = self._nursery.bear(self._order)

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End the life there may be, and wait until it has ended."""
        if not self._life:
            return
        with suppress(ProcessLookupError):
            os.kill(self._life, how)
            while True:
                os.kill(self._life, 0)
                time.sleep(0.001)


@dataclass
class Product:
    """A running product; `restarts` are the seconds from each new beginning to the first answer."""

    settings: Settings
    database: PostgresEmbedded
    warden: Lives
    server: Lives
    ear: WardenEar
    log: Path
    restarts: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    @property
    def address(self) -> str:
        """Where the server answers."""
        return f"http://localhost:{self.settings.port}"

    @property
    def url(self) -> str:
        """The database."""
        return self.database.url(f"{DATABASE}_{REGION}")

    def kill(self, kind: str) -> None:
        """Kill one process with -9, begin it again, and wait until it answers."""
        ends: dict[str, Callable[[], None]] = {
            "warden": self.warden.end,
            "server": self.server.end,
            "database": self._end_database,
        }
        ends[kind]()
        self.begin(kind)

    def begin(self, kind: str) -> None:
        """Begin a process, and wait until it answers."""
        began = time.perf_counter()
        begins: dict[str, Callable[[], None]] = {
            "warden": self.warden.begin,
            "server": self.server.begin,
            "database": self._begin_database,
        }
        answers = {"warden": self._warden_answers, "server": self._server_answers, "database": self._database_answers}
        begins[kind]()
        while not answers[kind]():
            if kind == "database":
                self._begin_database()
            assert time.perf_counter() - began < SECONDS_MAX, f"the {kind} does not answer; the log is {self.log}"
            time.sleep(0.01)
        self.restarts[kind].append(time.perf_counter() - began)

    def checkpoint(self) -> str:
        """The checkpoint in public; empty before the first."""
        path = self.settings.data / "log" / REGION / "checkpoint"
        return path.read_text() if path.exists() else ""

    def _warden_answers(self) -> bool:
        with suppress(WardenAwayError, OSError):
            return bool(warden_status(self.settings, REGION))
        return False

    def _server_answers(self) -> bool:
        with suppress(OSError), urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
        return False

    def _database_answers(self) -> bool:
        with suppress(psycopg.Error), psycopg.connect(self.url) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
        return False

    def _end_database(self) -> None:
        number = self.database.pid()
        assert number is not None
        postmaster = psutil.Process(number)
        children = postmaster.children()
        postmaster.kill()
        # They notice by themselves, and hold the folder until then.
        psutil.wait_procs([postmaster, *children], timeout=10)

    def _begin_database(self) -> None:
        with suppress(PostgresFailedError):
            self.database.start()


@contextmanager
def product() -> Iterator[Product]:
    """A product whose server talks to its warden through a tap."""
    with TemporaryDirectory(prefix="plainview-lives-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with _running(Path(folder)) as running:
            yield running


@contextmanager
def _running(folder: Path) -> Iterator[Product]:
    wanted = Settings(
        data=folder / "data",
        port=free_port(),
        checkpoint_seconds=1,
        limit_factor=1_000_000,
        requests_per_minute=100_000_000,
        log_level="warning",
    )
    with databases(wanted) as running:
        witnesses = own_witnesses(running)
        settings = witnessed(running, witnesses)
        # The server's data folder is another one, in which the tap stands for the warden.
        apart = replace(settings, data=folder / "service")
        path = socket_of(apart.data, REGION)
        path.parent.mkdir(parents=True)
        apart.data.joinpath("log").symlink_to(settings.data / "log")
        log = folder / "log"
        nursery = Nursery(log)
        warden, server = Lives(nursery, "warden", settings), Lives(nursery, "server", apart)
        try:
            warden.begin()
            made = _first(settings, warden, server, log)
            keys = [read_vkey(warden_status(settings, REGION).log_key)]
            for each in witnesses:
                answering = serve_witness(("127.0.0.1", each.port), each.folder, keys)
                Thread(target=answering.serve_forever, daemon=True).start()
            with listening(Tap(path, socket_of(settings.data, REGION), made.ear.line)):
                made.begin("server")
                yield made
        finally:
            server.end()
            warden.end()
            nursery.close()


def _first(settings: Settings, warden: Lives, server: Lives, log: Path) -> Product:
    """The product once its warden answers for the first time."""
    until = time.monotonic() + SECONDS_MAX
    while time.monotonic() < until:
        with suppress(WardenAwayError, OSError):
            warden_status(settings, REGION)
            ear = WardenEar(Booked(settings.data / f"warden-{REGION}" / "store"))
            return Product(settings, PostgresEmbedded(settings.data / "postgres"), warden, server, ear, log)
        time.sleep(0.05)
    raise AssertionError(f"the warden does not answer:\n{log.read_text()[-3000:]}")


if __name__ == "__main__":
    bear_lives()
