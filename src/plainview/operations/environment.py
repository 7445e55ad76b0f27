"""Owns the environment in which a child of ours reads the same settings as we did."""

import os
from dataclasses import fields

from plainview.settings import PREFIX, Settings


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child reads the same settings."""
    own = {f"{PREFIX}{each.name.upper()}": str(getattr(settings, each.name)) for each in fields(settings)}
    return {**os.environ, **own}
