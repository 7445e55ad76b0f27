"""Owns the environment in which a child of ours reads the same settings as we did, and numpy counts."""

import os
from dataclasses import fields

from plainview.settings import PREFIX, Settings


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child reads the same settings."""
    own = {f"{PREFIX}{each.name.upper()}": str(getattr(settings, each.name)) for each in fields(settings)}
    return {**os.environ, **own}


def on_one_thread() -> None:
    """Let numpy, once it is loaded, count on one thread, unless somebody has said otherwise.

    The engine's matrices are small: on more threads they wait for each other, and a page costs three times as much.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
