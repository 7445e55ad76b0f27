"""The commands of trust: witnesses, proofs, audits, keys, approvers, government requests. Their imports wait inside."""

import sys
from pathlib import Path
from typing import Any

import rich_click as click
from rich.table import Table

from plainview.console import EXIT_FAILED, EXIT_USAGE, bar, err, out, told
from plainview.settings import Settings


@click.command()
@click.option("--data", type=click.Path(path_type=Path), required=True, help="The folder of its key and all it saw.")
@click.option("--log-key", "log_keys", multiple=True, help="The vkey of a log that it cosigns for; may be repeated.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 for all.")
@click.option("--port", type=click.IntRange(0, 65535), default=8490, show_default=True, help="The port to listen on.")
@click.option("--name", help="The name in its key, as example.com/witness; given once, when the key is made.")
@click.option("--show-key", is_flag=True, help="Print its vkey (made where there is none), and do nothing else.")
def witness(data: Path, log_keys: tuple[str, ...], host: str, port: int, name: str | None, show_key: bool) -> None:
    """Cosign the checkpoints of access logs that only ever grow. It counts when others than the log's owner run it."""
    from plainview.warden.notes import read_vkey
    from plainview.warden.witness_serving import run, serve, witness_signer

    with told():
        signer = witness_signer(data, name)
        if show_key:
            click.echo(signer.verifier.vkey)
            return
        if not log_keys:
            err.print("[red]Give the --log-key of at least one log; its operator publishes it.[/]")
            sys.exit(EXIT_USAGE)
        server = serve((host, port), data, [read_vkey(each) for each in log_keys], name)
        run([server], lambda: click.echo(f"Witness {signer.verifier.vkey} on http://{host}:{server.server_port}"))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--after", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="An earlier proof file.")
@click.option("--log-key", help="The log's key, known from elsewhere than the file.")
@click.option("--witness-key", "witness_keys", multiple=True, help="A witness's key; once for each of them.")
@click.option("--quorum", type=click.IntRange(1), help="How many witnesses must vouch.")
def verify(file: Path, after: Path | None, log_key: str | None, witness_keys: tuple[str, ...], quorum: int) -> None:
    """Check the proof FILE from "Who read my data", without a network and without trusting who wrote it."""
    from plainview.operations.verdicts import given_trust, show_proof

    with told():
        show_proof(out, file, given_trust(log_key, witness_keys, quorum), after)


@click.command()
@click.argument("url")
@click.option("--log-key", help="The log's key, known from elsewhere than its server.")
@click.option("--witness-key", "witness_keys", multiple=True, help="A witness's key; once for each of them.")
@click.option("--quorum", type=click.IntRange(1), help="How many witnesses must vouch.")
@click.option(
    "--proof", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Find this file's reads too."
)
@click.option(
    "--memory", type=click.Path(path_type=Path, file_okay=False), help="Where to remember how far it was good."
)
@click.option("--strict", is_flag=True, help="Fail also when the log was silent for a time.")
@click.pass_obj
def audit(settings: Settings, /, url: str, memory: Path | None, proof: Path | None, strict: bool, **keys: Any) -> None:
    """Check the whole access log of the server at URL, from outside. It goes on where the last audit stood."""
    from plainview.operations.verdicts import given_trust, show_audit

    trust = given_trust(keys["log_key"], keys["witness_keys"], keys["quorum"])
    with told(), bar() as report:
        good = show_audit(out, url, trust, (memory or settings.data / "audits", proof), report)
    sys.exit(EXIT_FAILED if strict and not good else 0)


@click.command("retire-log")
@click.option("--region", required=True, help="The name of the region whose access log ends.")
@click.option("--origin", required=True, help="The next log's name, as example.com/log/eu-2.")
@click.option("--archive", type=click.Path(path_type=Path), required=True, help="An empty folder for the old log.")
@click.confirmation_option(prompt="This ends the region's access log and begins another. Go on?")
@click.pass_obj
def retire_log(settings: Settings, region: str, origin: str, archive: Path) -> None:
    """Set a region's access log aside and begin the next; docs/trust/retiring.md says when. Stop the service first."""
    from plainview.warden.retiring import refuse_running, retire
    from plainview.wiring_warden import plan_warden

    if region not in settings.region_numbers():
        err.print(f"[red]{region} is none of the regions: {', '.join(settings.region_numbers())}[/]")
        sys.exit(EXIT_USAGE)
    with told():
        plan = plan_warden(settings, region)
        refuse_running(plan.socket)
        retire(plan.store, plan.public, archive, origin)
    out.print(f"[green]✓[/] the log is in {archive}; the next one is {origin}. Tell its witnesses and the public.")


@click.command("rotate-keys")
@click.option("--region", "regions", multiple=True, help="Of this region only; may be repeated.")
@click.option("--to", help="Move the keys to this custodian, named as in PLAINVIEW_CUSTODIAN. Stop the service first.")
@click.option("--secret", type=click.Path(path_type=Path, exists=True), help="The file with that custodian's secret.")
@click.pass_obj
def rotate_keys(settings: Settings, regions: tuple[str, ...], to: str | None, secret: Path | None) -> None:
    """Renew the regions' keys and wrap all persons' keys anew, while all goes on. Cut off, it goes on by itself.

    With --to, move them to another custodian while the service is stopped; cut off, run it again.
    """
    from plainview.operations.custody import change_custodian
    from plainview.operations.wardens import wardens
    from plainview.operations.wardens_asked import rotate

    if to is not None:
        with told(), bar() as report:
            for region in _regions(settings, regions):
                change_custodian(settings, region, to, secret, report)
        out.print(f"[green]✓[/] the keys lie with {to} now. Set PLAINVIEW_CUSTODIAN={to}, and its secret, before `up`")
        return
    with told(), wardens(settings) as running, bar() as report:
        versions = {region: rotate(running, region, report) for region in _regions(settings, regions)}
    for region, version in versions.items():
        out.print(f"[green]✓[/] {region}: version {version}; the older ones are destroyed")


@click.command()
@click.option("--region", "regions", multiple=True, help="Of this region only; may be repeated.")
@click.pass_obj
def requests(settings: Settings, regions: tuple[str, ...]) -> None:
    """List who asked to open what is refused by default, and what became of it."""
    from plainview.operations.wardens import wardens
    from plainview.operations.wardens_asked import Asking, requests_told

    table = Table(box=None, pad_edge=False)
    for title in Asking._fields:
        table.add_column(title.replace("_", " "), overflow="fold")
    with told(), wardens(settings) as running:
        for region in _regions(settings, regions):
            for each in requests_told(running, region):
                table.add_row(*map(str, each))
    out.print(table)


@click.group()
def approvers() -> None:
    """List who approves emergencies and reads across regions; let somebody in, or dismiss them."""


@approvers.command("list")
@click.option("--region", "regions", multiple=True, help="Of this region only; may be repeated.")
@click.pass_obj
def list_approvers(settings: Settings, regions: tuple[str, ...]) -> None:
    """List who may approve, and whose passkey waits to be let in."""
    from plainview.operations.wardens import wardens
    from plainview.operations.wardens_asked import approvers as found

    table = Table(box=None, pad_edge=False)
    for title in ("region", "handle", "fingerprint", "state"):
        table.add_column(title)
    with told(), wardens(settings) as running:
        for region in _regions(settings, regions):
            for each in found(running, region):
                state = "[green]approves[/]" if each.enrolled else "[yellow]waits to be let in[/]"
                table.add_row(region, f"@{each.handle}", each.fingerprint, state)
    out.print(table)


@approvers.command("admit")
@click.argument("handle")
@click.argument("fingerprint")
@click.option("--region", help="Where they are at home; needed where there are several regions.")
@click.pass_obj
def admit_approver(settings: Settings, handle: str, fingerprint: str, region: str | None) -> None:
    """Let HANDLE approve with the passkey whose FINGERPRINT they read to you, from /staff/access."""
    from plainview.operations.wardens import wardens
    from plainview.operations.wardens_asked import admit

    with told(), wardens(settings) as running:
        admit(running, _region(settings, region), handle, fingerprint)
    out.print(f"[green]✓[/] {handle} may approve; the access log says so")


@approvers.command("dismiss")
@click.argument("handle")
@click.option("--region", help="Where they are at home; needed where there are several regions.")
@click.pass_obj
def dismiss_approver(settings: Settings, handle: str, region: str | None) -> None:
    """Let HANDLE approve no more."""
    from plainview.operations.wardens import wardens
    from plainview.operations.wardens_asked import dismiss

    with told(), wardens(settings) as running:
        dismiss(running, _region(settings, region), handle)
    out.print(f"[green]✓[/] {handle} approves no more; the access log says so")


@click.command("request-record")
@click.option("--by", "asked_by", required=True, help="Who asked: the authority.")
@click.option("--basis", required=True, help="On what legal basis.")
@click.option("--done", required=True, help="What is going to be done.")
@click.option("--gagged", is_flag=True, help="We may not speak of it: in public stands its number alone.")
@click.option("--region", help="In which region's log; needed where there are several.")
@click.pass_obj
def request_record(settings: Settings, /, region: str | None, **said: Any) -> None:
    """Book a government request in the access log, before anything is done for it."""
    from plainview.operations.wardens import wardens
    from plainview.operations.wardens_asked import Record, record

    with told(), wardens(settings) as running:
        number = record(running, _region(settings, region), Record(**said))
    shown = "in public stands its number alone" if said["gagged"] else "/transparency/log shows it"
    out.print(f"[green]✓[/] booked as number {number}; {shown}. Now, and not before, do what it asks for")


PASSPHRASE = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="With keys: the file whose first line is their passphrase, in place of asking for it.",
)


def passphrase_of(file: Path | None, *, anew: bool) -> str:
    """The passphrase of a file of keys; asked for, twice for one that is made anew, where no file has it."""
    from plainview.operations.locked_files import refuse_short

    if file is None:
        said: str = click.prompt("Passphrase of the keys", hide_input=True, confirmation_prompt=anew, err=True)
    else:
        said = (file.read_text().splitlines() or [""])[0]
    with told():
        refuse_short(said)
    return said


def erase_again(settings: Settings, where: str) -> None:
    """Have those stay erased who were erased after the keys were copied, as the public logs tell; say how many."""
    from plainview.operations.erased_again import erase_again as run
    from plainview.operations.log_reading import LogFolder, LogReader

    if where == "none":
        out.print("[yellow]![/] no public log: who was erased after the copy can be read again")
        return
    with told():
        for region in settings.region_numbers():
            is_address = where.startswith(("http://", "https://"))
            files = LogReader(f"{where.rstrip('/')}/{region}") if is_address else LogFolder(Path(where) / region)
            count, size = run(settings, region, files)
            out.print(f"[green]✓[/] {region}: {count} erased since stay erased, as its log says up to entry {size}")


def tell_of_logs(settings: Settings, retires: bool) -> None:
    """Say of each log that came back with the keys whether it may go on; begin the next one where that is wished."""
    from plainview.operations.restored_logs import retire_older, standings

    with told():
        found = standings(settings)
        for each in found:
            if each.is_older and retires:
                archive = retire_older(settings, each)
                out.print(f"[green]✓[/] the log of {each.region} is retired, and kept in {archive}")
                out.print(
                    f"  The next one is {each.next_origin}. Say so in public: {each.seen - each.size} entries are lost."
                )
            elif each.is_older:
                out.print(
                    f"[red]✗[/] the log of {each.region} ends at {each.size} entries, and a witness saw {each.seen}."
                )
                out.print("  No witness cosigns an older log again, so it cannot go on. Before `up`, retire it:")
                words = f"--region {each.region} --origin {each.next_origin} --archive FOLDER"
                out.print(f"  plainview retire-log {words}", highlight=False, soft_wrap=True)
            elif not each.answering:
                out.print(
                    f"[yellow]![/] no witness of the log of {each.region} answers from here, and nobody else can tell"
                )
                out.print(
                    "  whether it went on after the keys were copied. If the service ran on after that, retire the log"
                )
                out.print("  before `up` (docs/trust/retiring.md); else everybody who saw more of it raises the alarm.")
            else:
                out.print(
                    f"[green]✓[/] the log of {each.region} goes on after its {each.size} entries: nobody saw more"
                )
    if any(each.is_older for each in found) and not retires:
        sys.exit(EXIT_FAILED)


def _regions(settings: Settings, named: tuple[str, ...]) -> list[str]:
    known = list(settings.region_numbers())
    for each in named:
        if each not in known:
            err.print(f"[red]{each} is none of the regions: {', '.join(known)}[/]")
            sys.exit(EXIT_USAGE)
    return list(named) or known


def _region(settings: Settings, named: str | None) -> str:
    found = _regions(settings, () if named is None else (named,))
    if len(found) > 1:
        err.print(f"[red]Say which --region: {', '.join(found)}[/]")
        sys.exit(EXIT_USAGE)
    return found[0]


COMMANDS = (witness, verify, audit, retire_log, rotate_keys, requests, approvers, request_record)
