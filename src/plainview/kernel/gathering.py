"""Owns gathering: many callers share one costly step (a commit) that runs once at a time. The idea is group commit.

While one batch is under way the next one gathers, so that the batch grows with the load and nobody waits for a timer.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def _one(_: object) -> int:
    return 1


class Gatherer(Generic[T, R]):
    """Hands what callers add to `step` in batches, and each caller its own result."""

    def __init__(
        self,
        step: Callable[[Sequence[T]], Awaitable[Sequence[R]]],
        cost_max: int,
        cost: Callable[[T], int] = _one,
    ) -> None:
        self._step = step
        self._cost_max = cost_max
        self._cost = cost
        self._waiting: deque[tuple[T, asyncio.Future[R]]] = deque()
        self._task: asyncio.Task[None] | None = None

    async def add(self, thing: T) -> R:
        """The step's result for this thing; what the step raises, everyone in its batch raises."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((thing, future))
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        return await future

    async def close(self) -> None:
        """Wait until all that was added is done."""
        while self._task is not None:
            await asyncio.wait([self._task])

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._do(self._batch())
        finally:
            self._task = None

    def _batch(self) -> list[tuple[T, asyncio.Future[R]]]:
        batch = [self._waiting.popleft()]
        cost = self._cost(batch[0][0])
        while self._waiting and (cost := cost + self._cost(self._waiting[0][0])) <= self._cost_max:
            batch.append(self._waiting.popleft())
        return batch

    async def _do(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._step([thing for thing, _ in batch])
        except Exception as error:  # noqa: BLE001 - Whatever it is, it is each caller's to know.
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
