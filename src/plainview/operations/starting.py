"""Owns how `plainview up` begins: only where its port is free, and with one line when something is wrong."""

import shutil
import socket
import sys

from rich.console import Console

from plainview.kernel.errors import PlainviewError
from plainview.operations.up import up
from plainview.settings import Settings


def start(settings: Settings, console: Console, demo: bool | None) -> int:
    """Run the product until stopped; the exit code, where it does not become the process that watches.

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
    flag = [] if demo is None else ["--demo" if demo else "--no-demo"]
    try:
        return up(settings, ["announce", "--as", _own_name(), *flag])
    except PlainviewError as error:
        console.print(f"[red]{error.title}:[/] {error.detail}")
        return 1


def _answers(settings: Settings) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((settings.host, settings.port)) == 0


def _own_name() -> str:
    """How this program is called from where the person is: by its name, or by its path where that is not enough."""
    return "plainview" if shutil.which("plainview") else sys.argv[0]
