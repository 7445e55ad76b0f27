"""Owns the folder of fitted models: a file each, named by when it was taken; numbers only, of people nothing."""

import os
from pathlib import Path
from typing import Final

KEPT: Final = 8
_KEPT, _OUT = ".next", ".out"


class ModelsFolder:
    """Implements `plainview.ports.fitter.KeptModels`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def last(self) -> bytes | None:
        """The newest; empty where it was taken out, None when there is none."""
        files = self._files()
        if not files:
            return None
        return b"" if files[-1].suffix == _OUT else files[-1].read_bytes()

    def keep(self, model: bytes, at_ms: int) -> None:
        """Writes one down as the newest, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{at_ms:015d}{_KEPT}"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(model)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        for old in self._files()[:-KEPT]:
            old.unlink()

    def take_out(self) -> None:
        """Notes by its name that the newest got worse, and serves no more."""
        for newest in self._files()[-1:]:
            newest.replace(newest.with_suffix(_OUT))
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _files(self) -> list[Path]:
        return sorted(each for each in self._folder.glob("*") if each.suffix in {_KEPT, _OUT})
