"""Starts real wardens for tests, and joins an instance's data folder to one that runs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plainview.operations.wardens import wardens
from plainview.settings import Settings


@contextmanager
def running_warden(regions: str) -> Iterator[Path]:
    """The data folder of running wardens of these regions, who ask no witness."""
    with tempfile.TemporaryDirectory(prefix="plainview-warden-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        data = Path(folder) / "data"
        with wardens(Settings(data=data, regions=regions), witnessed_by_our_own=False):
            yield data


def guarded(settings: Settings, warden: Path) -> Settings:
    """The settings, with a data folder whose doors lead to these wardens."""
    settings.data.mkdir(parents=True, exist_ok=True)
    for name in ("run", "log"):
        if not settings.data.joinpath(name).exists():
            settings.data.joinpath(name).symlink_to(warden / name)
    return settings
