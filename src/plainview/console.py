"""How commands speak: two consoles, exit codes, errors of ours in one line, a progress bar."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from plainview.kernel.errors import PlainviewError

out, err = Console(), Console(stderr=True)
EXIT_FAILED: Final = 1
EXIT_USAGE: Final = 2


@contextmanager
def told() -> Iterator[None]:
    """Errors of ours become one red line and an exit code."""
    try:
        yield
    except PlainviewError as error:
        err.print(f"[red]{error.title}:[/] {error.detail}")
        sys.exit(EXIT_FAILED)


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """The same for few and long steps: where nobody watches a terminal, each is a line that stays."""
    if err.is_terminal:
        with bar() as report:
            yield report
    else:
        yield lambda what, done, total: err.print(f"{done}/{total} {what}", highlight=False)


@contextmanager
def bar() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar that is told (what, done, of how many)."""
    columns = (
        TextColumn("{task.description:<28.28}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task("…", total=1)
        yield lambda what, done, total: bar.update(task, description=what, completed=done, total=max(total, 1))
