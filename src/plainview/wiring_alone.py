"""Builds the engine's small service. Apart from `wiring`, so that nothing of the product is loaded."""

import os
from collections.abc import Callable
from pathlib import Path

from plainview.adapters.logs_structlog import set_up_logs
from plainview.alone.importing import Imported, import_gorse
from plainview.alone.kinds import with_named
from plainview.alone.replaying import write_snapshot
from plainview.alone.serving import Plan, serve
from plainview.engine.ranking import TasteEngine
from plainview.settings import Settings


def run_service(settings: Settings, plan: Plan, when_ready: Callable[[], None]) -> None:
    """Serve until told to stop (see `serving.serve`)."""
    set_up_logs(settings.log_format, settings.log_level)
    serve(plan, TasteEngine(), when_ready)


def run_import(data: Path, files: tuple[Path, ...], kinds: tuple[str, ...]) -> Imported:
    """What was taken from Gorse's files into a data folder, and the state made from it."""
    done = import_gorse(data, files, with_named(kinds))
    write_snapshot(data, TasteEngine)
    return done


def run_snapshot(data: Path) -> int:
    """How many records of the log the newly written snapshot holds that the last one did not."""
    # Whoever asks the service at this moment goes first.
    os.nice(10)
    return write_snapshot(data, TasteEngine)
