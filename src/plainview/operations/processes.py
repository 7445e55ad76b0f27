"""Owns what our own long-lived processes run, without loading the command line: each counts in a machine's memory."""

import sys
from collections.abc import Callable
from pathlib import Path

from plainview.kernel.errors import PlainviewError


def _serve(_: list[str]) -> None:
    from plainview.operations.serving import serve
    from plainview.settings import read_settings

    serve(read_settings())


def _work(_: list[str]) -> None:
    from plainview.settings import read_settings
    from plainview.worker import work

    work(read_settings())


def _guard(arguments: list[str]) -> None:
    from plainview.settings import read_settings
    from plainview.warden.starting import run
    from plainview.wiring_warden import plan_warden, start_logs

    settings = read_settings()
    start_logs(settings)
    run(plan_warden(settings, arguments[0]))


def _cosign(arguments: list[str]) -> None:
    from plainview.warden.notes import read_vkey
    from plainview.warden.witness_serving import run, serve

    divider = arguments.index("--")
    logs = [read_vkey(each) for each in arguments[divider + 1 :]]
    places = [each.rpartition(":") for each in arguments[:divider]]
    run([serve(("127.0.0.1", int(port)), Path(folder), logs) for folder, _, port in places], lambda: None)


def _rank(arguments: list[str]) -> None:
    import signal
    import socket

    from plainview.adapters.logs_structlog import set_up_logs
    from plainview.engine.beside import obey
    from plainview.engine.ranking import TasteEngine

    log_format, log_level, number = arguments
    # Who started it closes the socket when all that it has to say is said.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_IGN)
    set_up_logs(log_format, log_level)
    with socket.socket(fileno=int(number)) as wire:
        obey(TasteEngine(), wire)


def _fit(arguments: list[str]) -> None:
    import contextlib
    import os

    from plainview.adapters.logs_structlog import set_up_logs
    from plainview.engine.fit_beside import attend

    # Below everything else: pages are served on, and the fit has the night.
    os.nice(19)
    with contextlib.suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    log_format, log_level = arguments
    set_up_logs(log_format, log_level)
    attend(sys.stdin.buffer, sys.stdout.buffer)


PROCESSES: dict[str, Callable[[list[str]], None]] = {
    "serve": _serve,
    "work": _work,
    "guard": _guard,
    "cosign": _cosign,
    "rank": _rank,
    "fit": _fit,
}
"""By the first argument. A region follows `guard`; FOLDER:PORT of each, `--` and the logs' keys follow `cosign`; the
logs' format and level, and the number of a socket, follow `rank`; the first two follow `fit`."""


def run(arguments: list[str]) -> None:
    """Be the process of this name until told to stop."""
    # The library that writes our logs loads this one wherever it is installed, and never uses it for ours.
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        PROCESSES[arguments[0]](arguments[1:])
    except PlainviewError as error:
        sys.exit(f"{error.title}: {error.detail}")
