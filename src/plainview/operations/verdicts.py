"""Owns what `plainview verify` and `plainview audit` tell a person who knows no cryptography."""

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from plainview.kernel.errors import PlainviewError
from plainview.operations.audit import Audited, Auditor, Report
from plainview.operations.auditing import EPOCHS_BETWEEN_HEADS_MAX
from plainview.operations.log_reading import LogReader, LogUnreachableError, regions_of
from plainview_verifier import Proven, Refused, Trust, verify

GAPS_SHOWN_MAX: Final = 5
MEANINGS: Final = {
    "format": "The file is not in the form of a proof file: it was cut, changed, or is of another version.",
    "checkpoint": "The log's signature does not hold, or it is another log's.",
    "quorum": "Too few witnesses vouch for the log, so another history may have been shown to others.",
    "heads": "The newest list of everyone's entries is missing or was exchanged.",
    "body": "An entry cannot be opened with this person's key: it was changed, exchanged, or is not in its place.",
    "chain": "An entry has the wrong number or time: something was left out, repeated or dated back.",
    "head": "The log's list says that there is nothing of this person, while the file shows entries.",
    "map": "The log's list of everyone's entries does not fit this file: entries are missing, added or changed.",
    "history": "What was shown before is gone or different now.",
}


class ProofRefusedError(PlainviewError):
    """The proof file does not prove what it claims."""

    code, title = "proof_refused", "Do not believe this file"


class KeysIncompleteError(PlainviewError):
    """Some of the keys were given, and others not."""

    code, title = "keys_incomplete", "The keys belong together"


def given_trust(log_key: str | None, witness_keys: tuple[str, ...], quorum: int | None) -> Trust | None:
    """The keys that were given on the command line; None when none was.

    Raises:
        KeysIncompleteError: some were given and others not.
    """
    if not (log_key or witness_keys or quorum):
        return None
    if not (log_key and witness_keys and quorum):
        raise KeysIncompleteError("Give --log-key, every --witness-key, and --quorum, or none of them.")
    return Trust(log_key, witness_keys, quorum)


def show_proof(out: Console, file: Path, trust: Trust | None, after: Path | None) -> None:
    """Print what the proof file proves.

    Raises:
        ProofRefusedError: nothing; by which word, and what that means.
    """
    proven = _proven(file, trust, after)
    until = datetime.fromtimestamp(60 * proven.epoch, UTC)
    times = f"was read {len(proven.reads):,} times" if proven.reads else "was not read"
    said = (
        f"The data of person {proven.person} {times} until {until:%F %R} UTC. No entry was left out, changed or added."
    )
    out.print(f"[green]✓[/] {said}", soft_wrap=True)
    if proven.reads:
        out.print(_table(proven))
    if trust is None:
        out.print(
            "[yellow]·[/] The keys are those that the file names itself. Compare them with what others see:",
            soft_wrap=True,
        )
        out.print(f"  {proven.trust.log_key}", highlight=False, soft_wrap=True)


def show_audit(out: Console, url: str, trust: Trust | None, paths: tuple[Path, Path | None], report: Report) -> bool:
    """Audit the logs at the address, and print what was found; `paths`: the memory's folder, a proof file.

    Returns:
        Whether there was no time without a checkpoint.

    Raises:
        AuditFailedError: a log is not honest.
    """
    memory, proof = paths
    proven = _proven(proof, trust, None) if proof else None
    logs = _logs(url, trust)
    if proven and proven.trust.log_key not in {keys.log_key for _, keys in logs}:
        raise LogUnreachableError("The proof file is of none of the logs there.")
    good = True
    for address, keys in logs:
        watched = proven if proven and proven.trust.log_key == keys.log_key else None
        path = (
            memory
            / f"{keys.log_key.partition('+')[0].replace('/', '_')}-{sha256(address.encode()).hexdigest()[:8]}.json"
        )
        found = Auditor(LogReader(address), path, keys).run(report, watched)
        good &= _show_audited(out, address, found, watched)
    if trust is None:
        out.print("[yellow]·[/] The server told the keys itself. They are remembered, and must stay the same.")
    return good


def _logs(url: str, trust: Trust | None) -> list[tuple[str, Trust]]:
    if trust and "/log/" in url:
        return [(url.rstrip("/"), trust)]
    found = [(each.url, each.trust) for each in regions_of(url)]
    if trust:
        found = [each for each in found if each[1].log_key == trust.log_key and each[1] == trust]
    if not found:
        raise LogUnreachableError("The server tells of no such log, or of other keys than those that were given.")
    return found


def _show_audited(out: Console, address: str, found: Audited, watched: Proven | None) -> bool:
    state = found.state
    speed = f", {found.fresh / found.took_s:,.0f} a second" if found.took_s > 1 else ""
    out.print(
        f"[green]✓[/] {_plain(address)}: {state.size:,} entries hold, {found.fresh:,} of them looked at now{speed}"
    )
    out.print(f"  {state.reads:,} reads, {sum(state.acts.values()):,} acts, {state.heads:,} lists of heads")
    if watched:
        out.print(f"[green]✓[/] All {len(watched.reads):,} reads of the proof file stand in it, in their order")
    if state.gaps:
        out.print(f"[yellow]·[/] {state.gaps:,} times without a checkpoint for more than two minutes, the longest:")
    for since, until in state.longest_gaps[:GAPS_SHOWN_MAX]:
        out.print(f"  {datetime.fromtimestamp(60 * since, UTC):%F %R} UTC, {until - since} minutes")
    stale = found.stale_minutes > EPOCHS_BETWEEN_HEADS_MAX
    if stale:
        out.print(f"[yellow]·[/] Its newest checkpoint is {found.stale_minutes:,} minutes old")
    return not (stale or state.gaps)


def _proven(file: Path, trust: Trust | None, after: Path | None) -> Proven:
    try:
        return verify(file.read_bytes(), trust, after.read_bytes() if after else None)
    except Refused as refused:
        raise ProofRefusedError(f"{MEANINGS[refused.word]} ({refused})") from refused


def _table(proven: Proven) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("who", "what for", "which data", "how often", "last"):
        table.add_column(title, overflow="fold")
    groups = Counter((read["by"], read["for"], ", ".join(read["of"])) for read in proven.reads)
    last = {(read["by"], read["for"], ", ".join(read["of"])): read["at"] for read in proven.reads}
    for (by, purpose, classes), count in groups.most_common():
        when = datetime.fromtimestamp(last[by, purpose, classes] / 1000, UTC)
        table.add_row(_plain(by), _plain(purpose), _plain(classes), str(count), f"{when:%F %R}")
    return table


def _plain(text: str) -> str:
    """The text without anything that a terminal or its markup would take for an order: a log may be an enemy's."""
    return escape("".join(each if each.isprintable() else "?" for each in text))
