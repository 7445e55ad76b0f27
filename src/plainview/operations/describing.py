"""Writes the API's OpenAPI description, from which the web client's types are made."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from plainview.server.app import make_app
from plainview.settings import Settings
from plainview.wiring import build

NOWHERE = "postgresql://nobody@/nothing"


def write_openapi(target: Path) -> None:
    """Write the description of every route into a JSON file; opens no database."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings(), data=Path(folder))
        app = make_app(build(settings, dict.fromkeys(settings.region_numbers(), NOWHERE), node=0))
    target.write_text(json.dumps(app.openapi_schema.to_schema(), indent=1, sort_keys=True) + "\n")
