"""No process of the product loads what it does not run: memory is what a small server has least of."""

import subprocess
import sys

import pytest

HEAVY = {"alembic", "faiss", "litestar", "numpy", "rich", "rich_click", "sqlalchemy", "torch"}
# As `operations.processes` starts them: what writes our logs would load rich wherever it is installed.
LOADED = """
import sys
sys.modules["rich"] = None
import {module}
print(*{{name.split(".")[0] for name, module in sys.modules.items() if module}})
"""


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("plainview.operations.supervising", set[str]()),
        ("plainview.worker", set[str]()),
        ("plainview.wiring_warden", set[str]()),
        ("plainview.server.app", {"litestar"}),
        ("plainview.adapters.ranker_process", set[str]()),
        ("plainview.engine.ranking", {"numpy"}),
    ],
)
def test_a_process_loads_only_what_it_runs(module: str, allowed: set[str]) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", LOADED.format(module=module)], check=True, capture_output=True, text=True
    )
    assert HEAVY & set(loaded.stdout.split()) - allowed == set()
