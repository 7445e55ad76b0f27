"""Portraits by Pillow, each in a child process that may open nothing, connect to nothing and lives for seconds."""

import asyncio
from pathlib import Path

from plainview.adapters.confined_python import asked
from plainview.adapters.sandbox import Confinement
from plainview.kernel.errors import UnavailableError
from plainview.ports.portraits import PictureRefusedError

CHILD = Path(__file__).with_name("portrait_child.py")
AT_ONCE = 2
WALL_S = 15.0
CONFINEMENT = Confinement(cpu_s=8, memory_bytes=768 << 20, file_bytes=0, open_files=32, threads=64)
_REASONS = {
    "format": "Choose a picture in JPEG, PNG or WebP.",
    "pixels": "This picture has too many pixels. Choose one of at most 50 megapixels.",
    "broken": "This picture is damaged and cannot be read. Choose another.",
}


class PortraitsPillow:
    """Decodes a bounded number of pictures at a time."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(AT_ONCE)

    async def make(self, picture: bytes) -> bytes:
        """A small clean picture (see the port)."""
        async with self._room:
            return await self._decode(picture)

    async def _decode(self, picture: bytes) -> bytes:
        try:
            said = await asked(CHILD, CONFINEMENT, picture, WALL_S)
        except TimeoutError as error:
            raise UnavailableError("This picture took too long. Please try again, or choose another.") from error
        if said.code != 0 or not said.answer:
            word = said.complaint.decode("ascii", "replace").strip()
            raise PictureRefusedError(_REASONS.get(word, _REASONS["broken"]))
        return said.answer
