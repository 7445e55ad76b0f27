"""Owns what `plainview up` says and asks: the address, and whether an empty instance should be filled with samples."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psycopg
from rich.console import Console

from plainview.kernel.errors import PlainviewError
from plainview.operations.environment import environment_of
from plainview.operations.up import up
from plainview.settings import Settings

READY_SECONDS_MAX = 60.0


def start(settings: Settings, console: Console, demo: bool | None) -> int:
    """Run the product until stopped; the exit code.

    Args:
        settings: of the instance.
        console: where to print.
        demo: fill an empty instance with samples: yes, no, or ask (None; without a terminal, only say how).
    """
    if _answers(settings):
        console.print(
            f"[red]Port {settings.port} is in use.[/] Stop what runs there, or choose another: plainview up --port 8081"
        )
        return 1
    filling: list[subprocess.Popen[bytes]] = []

    def ready(running: Settings) -> None:
        if not _wait(running):
            console.print("[red]The server does not answer yet.[/] `plainview doctor` says what is wrong.")
            return
        console.print(f"\n  [bold]{running.realm}[/] is at [bold cyan]{running.address()}[/]   (Ctrl-C stops it)\n")
        if _is_empty(running) and _wanted(console, demo):
            filling.append(_fill(running))
            console.print("  Sample clips are being made; the first appear in the feed within a minute.\n")

    try:
        return up(settings, ready)
    except PlainviewError as error:
        console.print(f"[red]{error.title}:[/] {error.detail}")
        return 1
    finally:
        for child in filling:
            child.terminate()
            child.wait(10)


def _answers(settings: Settings) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((settings.host, settings.port)) == 0


def _wait(settings: Settings) -> bool:
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104 - Compared, not bound.
    until = time.monotonic() + READY_SECONDS_MAX
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"http://{host}:{settings.port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


def _is_empty(settings: Settings) -> bool:
    url = next(iter(settings.database_urls().values()))
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1 FROM items LIMIT 1").fetchone() is None


def _wanted(console: Console, demo: bool | None) -> bool:
    if demo is not None:
        return demo
    if not sys.stdin.isatty():
        console.print(f"  This instance is empty. `{_own_name()} demo` fills it with sample clips.\n")
        return False
    answer = console.input(
        "  This instance is empty. Fill it with sample clips, all marked as samples? [bold]\\[Y/n][/] "
    )
    return answer.strip().lower() in {"", "y", "yes"}


def _own_name() -> str:
    """How this program is called from where the person is: by its name, or by its path where that is not enough."""
    return "plainview" if shutil.which("plainview") else sys.argv[0]


def _fill(settings: Settings) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "plainview", "demo"],
        env=environment_of(settings),
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
