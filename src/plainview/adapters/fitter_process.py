"""Owns the fit's process: started for one fit, below everything else that the machine does, ended with it."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence

import msgspec

from plainview.kernel.frames import framed, taken_out
from plainview.ports.fitter import FitFailedError, Fitted


class FitterProcess:
    """Implements `plainview.ports.fitter.Fitter` by a process that `arguments` of our program start."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = arguments

    async def fit(self, serving: bytes, lessons: AsyncIterator[bytes]) -> Fitted:
        """The model of what these lessons tell; the process ends with this call, however it ends."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "plainview", *self._arguments,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=_environment(),
        )  # fmt: skip
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            # One that ended early says so by saying nothing.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                process.stdin.write(framed(0, "serving", serving))
                async for lesson in lessons:
                    process.stdin.write(framed(0, "lesson", lesson))
                    await process.stdin.drain()
                process.stdin.close()
            frames = taken_out(bytearray(await process.stdout.read()))
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
            await process.wait()
        if not frames:
            raise FitFailedError
        return msgspec.msgpack.decode(frames[0].payload, type=Fitted)


def _environment() -> dict[str, str]:
    """The same code as ours, and none of what our environment holds. One thread: it has the whole night."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **threads}
