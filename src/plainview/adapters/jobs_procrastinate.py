"""Jobs in PostgreSQL by procrastinate: enqueued through its SQL function, on the caller's own connection."""

from psycopg.types.json import Jsonb

from plainview.ports.database import Transaction

_DEFER = """
SELECT (procrastinate_defer_jobs_v1(ARRAY[
    ROW(%s, %s, %s, %s, NULL, %s, NULL)::procrastinate_job_to_defer_v1]))[1]
"""


class JobsProcrastinate:
    """Enqueues in the caller's transaction, so that a job exists exactly when what needs it does."""

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
        """Have `task` run once the transaction commits (see the port)."""
        # Procrastinate runs jobs that share a lock one after another; without one, a job is its own lock.
        cursor = await tx.execute(_DEFER, (queue, task, priority, lock, Jsonb(arguments)))
        row = await cursor.fetchone()
        assert row is not None
        return int(row[0])
