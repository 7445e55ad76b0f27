"""The command line: what an operator types. Imports wait inside each command, so that `--help` answers at once."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click
from rich.table import Table

from plainview import __version__
from plainview.cli_engine import engine
from plainview.cli_trust import COMMANDS, PASSPHRASE, erase_again, passphrase_of, tell_of_logs
from plainview.console import EXIT_FAILED, EXIT_USAGE, bar, err, out, steps, told
from plainview.settings import PREFIX, Settings, read_settings

click.rich_click.TEXT_MARKUP = "rich"


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="plainview")
@click.option("--data", type=click.Path(path_type=Path), help="The data folder, in place of PLAINVIEW_DATA.")
@click.pass_context
def program(context: click.Context, data: Path | None) -> None:
    """Plainview, the short-video network that works in plain view."""
    changes: dict[str, Any] = {} if data is None else {"data": data}
    try:
        context.obj = read_settings(None, **changes)
    except ValueError as error:
        err.print(f"[red]{error}[/]")
        sys.exit(EXIT_USAGE)


@program.command()
@click.option("--host", help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(1, 65535), help="The port to listen on.")
@click.option("--demo/--no-demo", default=None, help="Fill an empty instance with sample clips, or do not offer it.")
@click.pass_obj
def up(settings: Settings, host: str | None, port: int | None, demo: bool | None) -> None:
    """Start everything, and print where to look. Ctrl-C stops it."""
    from plainview.operations.starting import start

    sys.exit(start(_changed(settings, host=host, port=port), out, demo))


@program.command(hidden=True)
@click.option("--as", "own_name", default="plainview", help="How the program was called.")
@click.option("--demo/--no-demo", default=None, help="As for `up`.")
@click.pass_obj
def announce(settings: Settings, own_name: str, demo: bool | None) -> None:
    """Say where to look once the product answers. `up` calls it."""
    from plainview.operations.announcing import announce as run

    run(settings, out, demo, own_name)


@program.command(hidden=True)
@click.pass_obj
def serve(settings: Settings) -> None:
    """Run the server alone (its databases must run)."""
    from plainview.operations.serving import serve as run

    run(settings)


@program.command(hidden=True)
@click.pass_obj
def work(settings: Settings) -> None:
    """Run the worker alone (its databases must run)."""
    from plainview.worker import work as run

    run(settings)


@program.command(hidden=True)
@click.option("--region", required=True, help="The name of the region whose personal data it guards.")
@click.pass_obj
def warden(settings: Settings, region: str) -> None:
    """Run one region's warden: the one door to its personal data."""
    from plainview.warden.starting import run
    from plainview.wiring_warden import plan_warden, start_logs

    if region not in settings.region_numbers():
        err.print(f"[red]{region} is none of the regions: {', '.join(settings.region_numbers())}[/]")
        sys.exit(EXIT_USAGE)
    with told():
        start_logs(settings)
        run(plan_warden(settings, region))


@program.command()
@click.pass_obj
def doctor(settings: Settings) -> None:
    """Say what is wrong with this machine or instance, and how to mend it."""
    from plainview.operations.doctor import Verdict, examine

    colours = {Verdict.GOOD: "green", Verdict.NOTE: "yellow", Verdict.BAD: "red"}
    table = Table(box=None, pad_edge=False)
    for title in ("", "check", "what was found", "how to mend it"):
        table.add_column(title)
    bad = False
    for finding in examine(settings):
        bad |= finding.verdict is Verdict.BAD
        mark = {"good": "✓", "note": "·", "bad": "✗"}[finding.verdict]
        table.add_row(f"[{colours[finding.verdict]}]{mark}[/]", finding.name, finding.fact, finding.mend)
    out.print(table)
    sys.exit(EXIT_FAILED if bad else 0)


@program.command("settings")
@click.pass_obj
def show_settings(settings: Settings) -> None:
    """List every setting with its value, unit and meaning."""
    from dataclasses import fields

    table = Table(box=None, pad_edge=False)
    for title in ("environment", "value", "unit", "meaning"):
        table.add_column(title, overflow="fold")
    for each in fields(Settings):
        value = (
            str(getattr(settings, each.name))
            if each.name != "region_databases"
            else "…" * bool(settings.region_databases)
        )
        table.add_row(PREFIX + each.name.upper(), value, each.metadata["unit"], each.metadata["help"])
    out.print(table)


@program.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--keys", type=click.Path(path_type=Path, dir_okay=False), help="Write the keys too, locked, into this other file."
)
@PASSPHRASE
@click.pass_obj
def backup(settings: Settings, file: Path, keys: Path | None, passphrase_file: Path | None) -> None:
    """Write the instance into FILE: databases and media. The service may run meanwhile.

    What is personal lies sealed in it, and the keys are not in it. Without them nobody signs in after a restore.
    """
    from plainview.operations.backup import back_up
    from plainview.operations.databases import databases
    from plainview.operations.key_copies import copy_keys
    from plainview.wiring import make_objects

    passphrase = passphrase_of(passphrase_file, anew=True) if keys is not None else ""
    with told(), databases(settings) as running, bar() as report:
        contents = back_up(running, make_objects(running), file, report)
    out.print(
        f"[green]✓[/] {file}: {contents.databases} database, {contents.objects} objects, {contents.bytes / 1e6:.1f} MB"
    )
    if keys is None:
        out.print(
            "  What is personal in it is sealed, and the keys are not in it. `--keys` writes them, into another file."
        )
        return
    with told():
        copy_keys(settings, keys, passphrase)
    out.print(f"[yellow]![/] {keys}: the keys to all personal data, locked. Keep it apart from the backup, and not for")
    out.print("  long: who has both and the passphrase opens everything without an entry, of who was erased since too.")


@program.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--keys", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The file of the keys.")
@PASSPHRASE
@click.option(
    "--log",
    help="With keys: where the public logs lie as they are now, so that who was erased since stays erased: a folder "
    "with one named like each region, an address (https://example.com/log), or none.",
)
@click.option(
    "--retire-log", is_flag=True, help="Where the log in the file of the keys is too old, begin the next one."
)
@click.pass_obj
def restore(
    settings: Settings, file: Path, keys: Path | None, passphrase_file: Path | None, log: str | None, retire_log: bool
) -> None:
    """Bring back a backup FILE into an empty instance; after one that was cut off, run it with the same FILE again."""
    from plainview.operations.backup import half_restored
    from plainview.operations.backup import restore as bring_back
    from plainview.operations.databases import databases
    from plainview.operations.key_copies import bring_keys, check_keys
    from plainview.wiring import make_objects

    passphrase = ""
    if keys is not None:
        if log is None:
            raise click.UsageError("Say with --log where the public logs lie as they are now, or none.")
        passphrase = passphrase_of(passphrase_file, anew=False)
        with told():
            check_keys(keys, passphrase)
    with told(), databases(settings, migrated=not half_restored(settings)) as running, bar() as report:
        contents = bring_back(running, make_objects(running), file, report)
        if keys is not None:
            bring_keys(settings, keys, passphrase)
    out.print(f"[green]✓[/] restored {contents.databases} database and {contents.objects} objects from {file}")
    if keys is not None:
        erase_again(settings, log or "none")
        tell_of_logs(settings, retire_log)


@program.command()
@click.option("--count", type=click.IntRange(1), help="How many clips; all of them by default.")
@click.pass_obj
def demo(settings: Settings, count: int | None) -> None:
    """Fill an empty instance with sample clips, accounts, comments and follows, all marked as samples."""
    import signal

    from plainview.demo.seed import fill
    from plainview.operations.accounts import run_as_service
    from plainview.operations.databases import databases
    from plainview.operations.wardens import wardens

    # As Ctrl-C does, so that what was started is ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with told(), databases(settings) as stored, wardens(stored) as running:
        ended = run_as_service(running, ["demo", *([] if count is None else ["--count", str(count)])])
        if ended is not None:
            sys.exit(ended)
        with steps() as report:
            made = fill(running, count, report)
    out.print(f"[green]✓[/] {made.clips} sample clips by {made.accounts} sample accounts")


@program.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def openapi(file: Path) -> None:
    """Write the API's OpenAPI description into FILE."""
    from plainview.operations.describing import write_openapi

    write_openapi(file)


@program.command()
@click.argument("also", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.pass_obj
def residue(settings: Settings, also: tuple[Path, ...]) -> None:
    """Search all that lies in the data folder, and in ALSO (backups), for words: one a line, from the input."""
    from plainview.operations.databases import embedded
    from plainview.operations.residue import pg_restore, searched

    words = {line: line.encode() for line in sys.stdin.read().splitlines() if line.strip()}
    found = searched([settings.data.resolve(), *also], words, pg_restore(embedded(settings).program("pg_restore")))
    for each in found:
        out.print(f"[red]✗[/] {each.place}: {each.name or 'cannot be read; run this as root'}", highlight=False)
    out.print(f"{len(words)} words, {len(found)} places")
    sys.exit(EXIT_FAILED if found else 0)


@program.group()
def bench() -> None:
    """Measure the recommender on data of your own."""


@bench.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="A line a person: id, then item ids, oldest first; or tab-separated person, item, unix time.",
)
@click.option(
    "--traits",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What is known of the items: a JSON object of lists, by item id.",
)
@click.option("--seeds", type=click.IntRange(1), default=1, show_default=True, help="How many fits the mean is of.")
@click.option("--threads", type=click.IntRange(1), default=2, show_default=True, help="How many processors to use.")
@click.option("--quick", is_flag=True, help="The linear models alone: seconds in place of minutes.")
def ranking(data: Path, traits: Path | None, seeds: int, threads: int, quick: bool) -> None:
    """Fit the next-item model and its peers on FILE, ask for everybody's last item, and print JSON."""
    try:
        from plainview.engine.sequence.asking import run
    except ModuleNotFoundError as error:
        err.print(f"[red]{error.name} is missing; install plainview[engine].[/]")
        sys.exit(EXIT_FAILED)

    with told():
        click.echo(run(data, traits, seeds, threads, quick))


@program.group()
def user() -> None:
    """List people, give roles, set a password, erase an account."""


@user.command("list")
@click.pass_obj
def list_users(settings: Settings) -> None:
    """List the newest accounts."""
    from plainview.operations.databases import databases
    from plainview.operations.people import listed

    table = Table(box=None, pad_edge=False)
    for title in ("handle", "name", "roles", "videos", "since"):
        table.add_column(title, overflow="fold")
    with told(), databases(settings) as running:
        for handle, name, roles, videos, since in listed(running):
            table.add_row(f"@{handle}", name, ", ".join(roles), str(videos), since)
    out.print(table)


@user.command()
@click.argument("handle")
@click.argument("roles", nargs=-1, type=click.Choice(["creator", "moderator", "operator"]))
@click.pass_obj
def role(settings: Settings, handle: str, roles: tuple[str, ...]) -> None:
    """Give HANDLE exactly these ROLES (none takes all away)."""
    from plainview.accounts.viewers import Role
    from plainview.operations.databases import databases
    from plainview.operations.people import give_roles

    with told(), databases(settings) as running:
        give_roles(running, handle, [Role(each) for each in roles])
    out.print(f"[green]✓[/] {handle}: {', '.join(roles) or 'no roles'}")


@user.command()
@click.argument("handle")
@click.password_option(help="Asked for when it is not given.")
@click.pass_obj
def password(settings: Settings, handle: str, password: str) -> None:
    """Set the password of HANDLE, and end all its sessions."""
    from plainview.operations.databases import databases
    from plainview.operations.people import set_password

    with told(), databases(settings) as running:
        set_password(running, handle, password)
    out.print(f"[green]✓[/] {handle} has a new password; all its sessions ended")


@user.command()
@click.argument("handle")
@click.confirmation_option(prompt="This erases the account and all that belongs to it. Go on?")
@click.pass_obj
def delete(settings: Settings, handle: str) -> None:
    """Erase the account of HANDLE with all its videos, comments and history."""
    from plainview.operations.databases import databases
    from plainview.operations.people import erase

    with told(), databases(settings) as running:
        erase(running, handle)
    out.print(f"[green]✓[/] {handle} is erased")


def _changed(settings: Settings, **changes: Any) -> Settings:
    from dataclasses import replace

    return replace(settings, **{name: value for name, value in changes.items() if value is not None})


for each in (*COMMANDS, engine):
    program.add_command(each)


def main() -> None:
    """Run the command line."""
    program(prog_name="plainview")
