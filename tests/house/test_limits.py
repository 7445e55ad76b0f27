"""Holds the house's limits on size and words, with a ratchet: old offences stand in baseline.json, which only shrinks.

Rewrite the baseline after mending something: `python -m tests.house.test_limits`.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parents[2]
SOURCE = HOUSE / "src" / "plainview"
BASELINE = Path(__file__).with_name("baseline.json")
FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 6
NESTING_MAX = 3
BANNED_NAMES = {"service", "services", "manager", "helper", "helpers", "utils", "util", "common", "base", "core"}
NESTS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.Match)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.AST) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _depth(node: ast.AST, depth: int = 0) -> int:
    deepest = depth
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.Lambda | ast.ClassDef):
            continue
        # `elif` is an If inside an If's else; a reader sees no deeper level.
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, _depth(child, depth + (isinstance(child, NESTS) and not is_elif)))
    return deepest


def _parameters(function: Function) -> int:
    given = function.args
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def offences() -> dict[str, int]:
    """Every offence against the limits: `path::what` and by how much."""
    found: dict[str, int] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        name = path.relative_to(HOUSE).as_posix()
        text = path.read_text()
        if (lines := text.count("\n")) > FILE_LINES_MAX:
            found[f"{name}::lines"] = lines
        if path.stem in BANNED_NAMES:
            found[f"{name}::name"] = 1
        for function in _functions(ast.parse(text)):
            place = f"{name}::{function.name}"
            if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX:
                found[f"{place}::lines"] = length
            if (count := _parameters(function)) > PARAMETERS_MAX:
                found[f"{place}::parameters"] = count
            if (depth := _depth(function)) > NESTING_MAX:
                found[f"{place}::nesting"] = depth
    return found


def test_no_file_or_function_grows_past_the_limits() -> None:
    allowed: dict[str, int] = json.loads(BASELINE.read_text())
    worse = {place: size for place, size in offences().items() if size > allowed.get(place, 0)}
    assert worse == {}


def test_the_baseline_only_shrinks() -> None:
    allowed: dict[str, int] = json.loads(BASELINE.read_text())
    now = offences()
    mended = {place: size for place, size in allowed.items() if now.get(place, 0) < size}
    assert mended == {}, "mended: write the baseline anew, so that it cannot come back"


def test_only_settings_reads_the_environment() -> None:
    readers = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}:
                readers.add(path.relative_to(SOURCE).as_posix())
    # A supervisor hands its own environment on to its children; it reads nothing from it.
    assert readers <= {"settings.py", "operations/environment.py"}


def test_only_wiring_and_operations_import_adapters() -> None:
    importers = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("plainview.adapters"):
                importers.add(path.relative_to(SOURCE).parts[0])
    # Operations drive what lies below the ports: the embedded server's programs and the migrations.
    assert importers <= {"wiring.py", "wiring_alone.py", "wiring_warden.py", "adapters", "operations"}


def test_a_domains_own_files_are_imported_by_no_other_domain() -> None:
    domains = {"accounts", "privacy", "moderation", "media", "catalog", "social", "feed"}
    wrong = []
    for path in SOURCE.rglob("*.py"):
        home = path.relative_to(SOURCE).parts[0]
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.ImportFrom) or not node.module:
                continue
            parts = node.module.split(".")
            if len(parts) < 3 or parts[1] not in domains or parts[1] == home or home not in domains:
                continue
            if parts[2] in {"tables", "jobs"} or parts[2].startswith("http"):
                wrong.append(f"{path.relative_to(SOURCE)} imports {node.module}")
    assert wrong == []


def test_the_engine_knows_no_web_and_no_database() -> None:
    outside = {"litestar", "psycopg", "sqlalchemy", "asyncio", "granian", "obstore"}
    for path in (SOURCE / "engine").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not outside & {name.split(".")[0] for name in names}, path


if __name__ == "__main__":
    BASELINE.write_text(json.dumps(offences(), indent=1, sort_keys=True) + "\n")
