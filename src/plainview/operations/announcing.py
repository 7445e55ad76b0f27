"""Owns what `plainview up` says and asks once the product answers: where to look, and whether samples are wanted."""

import os
import sys
import time
import urllib.error
import urllib.request
from typing import NoReturn

import psycopg
from rich.console import Console

from plainview.operations.environment import environment_of
from plainview.settings import Settings

READY_SECONDS_MAX = 60.0


def announce(settings: Settings, console: Console, demo: bool | None, own_name: str) -> None:
    """Say where to look once the product answers, and fill an empty instance with samples where that is wanted."""
    if not _wait(settings):
        console.print("[red]The server does not answer yet.[/] `plainview doctor` says what is wrong.")
        return
    console.print(f"\n  [bold]{settings.realm}[/] is at [bold cyan]{settings.address()}[/]   (Ctrl-C stops it)\n")
    if _is_empty(settings) and _wanted(console, demo, own_name):
        console.print("  Sample clips are being made; the first appear in the feed within a minute.\n")
        _fill(settings)


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


def _wanted(console: Console, demo: bool | None, own_name: str) -> bool:
    if demo is not None:
        return demo
    if not sys.stdin.isatty():
        console.print(f"  This instance is empty. `{own_name} demo` fills it with sample clips.\n")
        return False
    answer = console.input(
        "  This instance is empty. Fill it with sample clips, all marked as samples? [bold]\\[Y/n][/] "
    )
    return answer.strip().lower() in {"", "y", "yes"}


def _fill(settings: Settings) -> NoReturn:
    """Become the command that makes the samples, without its progress bar: the terminal is the product's."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    os.execve(sys.executable, [sys.executable, "-m", "plainview", "demo"], environment_of(settings))
