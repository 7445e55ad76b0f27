"""Owns how a program of ours that reads hostile bytes is run: alone, with no environment, for so long, then ended."""

import asyncio
import contextlib
import sys
from pathlib import Path
from typing import NamedTuple

from plainview.adapters.sandbox import Confinement


class Said(NamedTuple):
    """What a program said before it ended."""

    code: int
    answer: bytes
    complaint: bytes


async def asked(program: Path, confinement: Confinement, given: bytes, wall_s: float) -> Said:
    """What the program, which confines itself by the plan that it is given, says of these bytes.

    Raises:
        TimeoutError: it took longer than `wall_s`; it was ended.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(program), confinement.plan(Path(sys.executable))),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        env={"LC_ALL": "C", "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        async with asyncio.timeout(wall_s):
            answer, complaint = await child.communicate(given)
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await asyncio.shield(child.wait())
    assert child.returncode is not None
    return Said(child.returncode, answer, complaint)
