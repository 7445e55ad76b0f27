"""Owns the limits of the media domain, as wiring reads them from the settings."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class MediaLimits:
    """Where unfinished media lies, and how much of it there may be."""

    folder: Path
    """Holds `uploads/` (what is being sent) and `work/` (what is being transcoded)."""
    upload_bytes_max: int
    checked_piece_bytes_max: int
    """Of a piece with a checksum, which waits beside its upload; any other is bounded by the upload's length."""
    uploads_open_max: int
    upload_keep_hours: int
    disk_reserve_bytes: int
    tries_max: int = 3
    second_wave: bool = True
    second_wave_load_max: float = 1.5
    """Load of the machine above which AV1 and Opus wait."""

    @property
    def uploads(self) -> Path:
        """The folder of unfinished uploads."""
        return self.folder / "uploads"

    @property
    def work(self) -> Path:
        """The folder of transcodes in progress, one folder an asset."""
        return self.folder / "work"
