"""Owns the folder of fitted models: a file each, named by when it was taken; numbers only, of people nothing."""

import os
from pathlib import Path
from typing import Final

KEPT: Final = 8


class ModelsFolder:
    """Implements `plainview.ports.fitter.KeptModels`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def last(self) -> bytes:
        """The newest; empty when there is none."""
        files = self._files()
        return files[-1].read_bytes() if files else b""

    def keep(self, model: bytes, at_ms: int) -> None:
        """Writes one down as the newest, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{at_ms:015d}.next"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(model)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        for old in self._files()[:-KEPT]:
            old.unlink()

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob("*.next"))
