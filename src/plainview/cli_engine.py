"""The commands of the engine alone: serve it, bring Gorse's data, write its state down. Imports wait inside."""

import sys
from pathlib import Path

import rich_click as click

from plainview.console import EXIT_FAILED, err, out, told
from plainview.operations.environment import on_one_thread
from plainview.settings import Settings

_data = click.option("--data", type=click.Path(path_type=Path, file_okay=False), required=True, help="Its folder.")
_kind = click.option(
    "--kind", "kinds", multiple=True, metavar="NAME=KIND", help="What one of your feedback types means: star=like."
)


@click.group()
def engine() -> None:
    """Run the recommender alone, in place of Gorse (docs/engine.md)."""
    on_one_thread()


@engine.command()
@_data
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; others need a key.")
@click.option("--port", type=click.IntRange(1, 65535), default=8087, show_default=True, help="The port to listen on.")
@click.option("--key-file", type=click.Path(path_type=Path, dir_okay=False), help="A file with the key of X-API-Key.")
@_kind
@click.pass_obj
def serve(settings: Settings, data: Path, host: str, port: int, key_file: Path | None, kinds: tuple[str, ...]) -> None:
    """Serve events in, ranked ids out, in Gorse's verbs. Ctrl-C stops it."""
    from plainview.alone.serving import Plan
    from plainview.wiring_alone import run_service

    with told():
        plan = Plan(data, host, port, key_file, kinds)
        run_service(settings, plan, lambda: out.print(f"[green]✓[/] the engine listens at http://{host}:{port}/api"))


@engine.command("import-gorse")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@_data
@_kind
def import_gorse(files: tuple[Path, ...], data: Path, kinds: tuple[str, ...]) -> None:
    """Take in FILES that Gorse's dashboard exported: users.jsonl, items.jsonl, feedback.jsonl."""
    from plainview.wiring_alone import run_import

    with told():
        done = run_import(data, files, kinds)
    out.print(f"[green]✓[/] {done.items} items, {done.users} users, {done.feedback} feedback")
    for name, count in sorted(done.passed_over.items()):
        err.print(f"[yellow]![/] {count} of type {name} passed over: say what it means with --kind {name}=KIND")


@engine.command()
@_data
def snapshot(data: Path) -> None:
    """Write the state down as of now, so that the next start need not replay the log. The service does it by itself."""
    from plainview.wiring_alone import run_snapshot

    try:
        with told():
            count = run_snapshot(data)
    except FileNotFoundError:
        err.print(f"[red]There is no store in {data}, or an erasure is just rewriting it.[/]")
        sys.exit(EXIT_FAILED)
    out.print(f"[green]✓[/] {count} records more than the last snapshot")
