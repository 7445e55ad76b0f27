"""The port of jobs: work for the worker, enqueued in the transaction that needs it."""

from typing import Protocol

from plainview.ports.database import Transaction


class PutOffError(Exception):
    """Raised by a job that cannot go on just now: the worker runs it again after this many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"again in {seconds} s")
        self.seconds = seconds


class Jobs(Protocol):
    """Enqueues work that the worker does after the transaction commits."""

    async def enqueue(
        self,
        tx: Transaction,
        task: str,
        *,
        lock: str | None = None,
        queue: str = "default",
        priority: int = 0,
        **arguments: str | int | bool,
    ) -> int:
        """Have `task` run with these arguments once the transaction commits; the job's number.

        `lock`: jobs with the same lock run one after another. Higher priority runs first.
        """
