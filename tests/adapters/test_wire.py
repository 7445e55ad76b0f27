"""A connection to another process of ours: who says much is told when there is no room."""

import asyncio
import socket

import pytest

from plainview.adapters.wire import Wire


def test_who_says_much_without_a_pause_waits_for_room() -> None:
    with pytest.raises(TimeoutError):
        asyncio.run(told_nobody())


async def told_nobody() -> None:
    """Says more than any buffer holds, in frames small enough to be gathered, to somebody who does not read."""
    ours, theirs = socket.socketpair()
    with theirs:
        _, wire = await asyncio.get_running_loop().create_connection(Wire, sock=ours)
        async with asyncio.timeout(0.5):
            for _ in range(100_000):
                await wire.tell("observe", "x" * 1_000)
