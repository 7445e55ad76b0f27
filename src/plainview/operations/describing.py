"""Writes the API's OpenAPI description, from which the web client's types are made."""

import json
from pathlib import Path


def write_openapi(target: Path) -> None:
    """Write the description of every route into a JSON file; needs no database."""
    from plainview.server.app import make_app
    from plainview.settings import Settings
    from plainview.wiring import unstarted

    app = make_app(unstarted(Settings()))
    target.write_text(json.dumps(app.openapi_schema.to_schema(), indent=1, sort_keys=True) + "\n")
