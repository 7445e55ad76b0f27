"""Makes mutants of the warden's modules: their own source with one change, compiled anew beside the module itself."""

import ast
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import ModuleType

from plainview.warden import access_log, approvals, custody, keeper, opening, store, tending

CHANGES = tomllib.loads(Path(__file__).with_name("mutants.toml").read_text())["mutant"]
SOURCES: dict[str, ModuleType] = {
    "opening": opening,
    "keeper": keeper,
    "access_log": access_log,
    "store": store,
    "tending": tending,
    "approvals": approvals,
    "custody": custody,
}
Mutant = tuple[str, str, ast.Module]
"""What it does, of which module, and the module's tree."""


def compiled(name: str, tree: ast.Module | None = None) -> ModuleType:
    """A copy of a module of the warden: as it is, or as the tree says."""
    original = SOURCES[name]
    copy = ModuleType(original.__name__)
    copy.__file__ = original.__file__
    assert original.__file__ is not None
    tree = ast.parse(Path(original.__file__).read_text()) if tree is None else tree
    exec(compile(ast.fix_missing_locations(tree), original.__file__, "exec"), copy.__dict__)
    return copy


def functions(tree: ast.AST) -> dict[str, ast.FunctionDef]:
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def source(name: str) -> str:
    file = SOURCES[name].__file__
    assert file is not None
    return Path(file).read_text()


def drops(books_in: Mapping[str, Collection[str]], calls: Collection[str]) -> Iterator[Mutant]:
    """A mutant for every statement of these functions, by module, that calls one of these: without it."""
    for name, wanted in books_in.items():
        for function in sorted(wanted):
            blocks = len(list(blocks_of(functions(ast.parse(source(name)))[function])))
            for number in range(blocks):
                tree = ast.parse(source(name))
                block = list(blocks_of(functions(tree)[function]))[number]
                for place, statement in enumerate(block):
                    if not books(statement, calls):
                        continue
                    mutant = ast.parse(source(name))
                    other = list(blocks_of(functions(mutant)[function]))[number]
                    other[place] = ast.Pass()
                    yield f"{name}.{function} without `{ast.unparse(statement).splitlines()[0]}`", name, mutant


def blocks_of(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """Every list of statements in a function, in order."""
    for node in ast.walk(function):
        for part in ("body", "orelse", "finalbody"):
            block = getattr(node, part, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def books(statement: ast.stmt, calls: Collection[str]) -> bool:
    """Whether this is a simple statement that calls one of these, by whatever it is reached."""
    if not isinstance(statement, ast.Expr | ast.AugAssign | ast.For):
        return False
    if isinstance(statement, ast.AugAssign):
        return True
    called = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(
        func.attr in calls if isinstance(func, ast.Attribute) else isinstance(func, ast.Name) and func.id in calls
        for func in called
    )


ANYWAY = """
    def _anyway(self, calls):
        with self._log.store.env.env.begin() as txn:
            begun = [self._begun(txn, call) for call in calls]
        return [_released(call.frame, each) for call, each in zip(calls, begun, strict=True)]

    def _said("""


def changes(modules: Collection[str]) -> Iterator[Mutant]:
    """A mutant of these modules for each change that mutants.toml tells: what must not be moved or weakened."""
    for written in CHANGES:
        name, what = written["module"], written["what"]
        if name not in modules:
            continue
        before, after = written["before"].rstrip("\n"), written["after"].rstrip("\n")
        text = source(name)
        assert text.count(before) == 1, f"{what}: the source has changed, so must this mutant"
        mutant = text.replace(before, after)
        if "_anyway" in after:
            mutant = mutant.replace("\n    def _said(", ANYWAY)
        yield f"{name} {what}", name, ast.parse(mutant)
