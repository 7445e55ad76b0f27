"""Owns one process of ours: how it is started, started again when it fails, and ended."""

import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Final

from plainview.operations.lowered import Account

STOP_SECONDS_MAX: Final = 20.0
RESTART_SECONDS: Final = 1.0
STEADY_SECONDS: Final = 30.0
FAILURES_MAX: Final = 5
THRIFTY: Final = {"MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": str(8 << 20)}
"""Has the C library give memory back: few pools for threads, and what is large (a password's hash) by itself."""


@dataclass(slots=True)
class Child:
    """One process of ours: how it is started, and how often it failed lately."""

    name: str
    arguments: list[str]
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    failures: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    account: Account | None = None
    once: bool = False

    def start(self, *, at_the_terminal: bool = False) -> None:
        """Start the process; in a session of its own, so that a Ctrl-C reaches it only through us, unless it may ask
        something at the terminal.
        """
        self.started_at = time.monotonic()
        command = [sys.executable, "-m", "plainview", *self.arguments]
        if self.account is not None:
            command = self.account.command(self.arguments)
        environment = {**THRIFTY, **self.environment}
        self.process = subprocess.Popen(command, env=environment, start_new_session=not at_the_terminal)

    def check(self) -> bool:
        """Restart the process if it ended and should not have; whether there is still hope."""
        if self.process is None or self.process.poll() is None or self.once:
            return True
        if time.monotonic() - self.started_at > STEADY_SECONDS:
            self.failures = 0
        self.failures += 1
        if self.failures >= FAILURES_MAX:
            return False
        time.sleep(RESTART_SECONDS)
        self.start()
        return True

    def stop(self) -> None:
        """Ask the process to end, and end it if it does not."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
