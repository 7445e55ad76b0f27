"""Tells which version of the schema this program wants, without loading Alembic for it: that is for who migrates."""

import re
from pathlib import Path
from typing import Final

VERSIONS: Final = Path(__file__).parent.parent / "migrations" / "versions"
_NAMED: Final = re.compile(r'^(revision|down_revision)\b[^=\n]*= "([^"]+)"$', re.MULTILINE)


def wanted(versions: Path = VERSIONS) -> str:
    """The schema version that this program wants: the one that no other migration follows."""
    named = [found for path in versions.glob("*.py") for found in _NAMED.findall(path.read_text())]
    followed = {version for kind, version in named if kind == "down_revision"}
    newest = {version for kind, version in named if kind == "revision"} - followed
    if len(newest) != 1:
        raise RuntimeError(f"the migrations end in {len(newest)} versions, not in one")
    found: str = newest.pop()
    return found
