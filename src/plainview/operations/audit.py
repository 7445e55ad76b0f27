"""Owns one run of the audit: what is remembered between runs, and what the auditor is told."""

import copy
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from plainview.kernel.errors import PlainviewError
from plainview.operations.auditing import Audit, AuditFailedError, Seen, State, Watch, go_through
from plainview.operations.log_reading import LogReader
from plainview_verifier import Proven, Refused, Trust, open_checkpoint

SAVE_EVERY_S: Final = 5.0
REPORT_EVERY_S: Final = 0.1
MINUTE_S: Final = 60
Report = Callable[[str, int, int], None]


class AuditStateError(PlainviewError):
    """What was remembered of earlier audits does not fit this one."""

    code, title = "audit_state", "The audit's memory does not fit"


class Memory(Struct):
    """What an auditor remembers of a log: the keys first seen, how far it was found honest, and a run under way."""

    log_key: str
    witness_keys: tuple[str, ...]
    quorum: int
    state: State
    last: Seen | None = None
    under_way: State | None = None
    target: Seen | None = None

    @property
    def trust(self) -> Trust:
        """The keys by which this log is judged."""
        return Trust(self.log_key, self.witness_keys, self.quorum)


@dataclass(frozen=True)
class Audited:
    """What an audit found in an honest log. `fresh` counts the entries looked at in this run."""

    state: State
    fresh: int
    took_s: float
    stale_minutes: int


class Auditor:
    """Audits one log again and again, each time from where it stood."""

    def __init__(self, reader: LogReader, path: Path | None, trust: Trust) -> None:
        self._reader, self._path = reader, path
        self.memory = _remembered(path) or Memory(*trust, State())
        if self.memory.trust != trust:
            raise AuditStateError(f"The keys are not those of earlier audits, which {path} remembers.")

    def run(self, report: Report, proven: Proven | None = None) -> Audited:
        """Audit all entries that were not yet looked at; with a proof, all entries.

        Raises:
            AuditFailedError: the log is not honest, or not whole. What was remembered stays as it was.
        """
        began, memory = time.monotonic(), self.memory
        target = self._checkpoint()
        state = copy.deepcopy(State() if proven else memory.under_way or memory.state)
        if state.size and not state.tiles:
            state = State()  # Remembered by a version that did not look at tiles.
        start = state.size
        # Checkpoints before the start were compared when the entries up to it were looked at.
        seen = [target, *(each for each in (memory.last, memory.target) if each and each.size >= start)]
        if proven:
            seen.append(Seen(proven.size, proven.log_root, ""))
        try:
            self._insist_on_growth(target, proven)
            audit = Audit(state, seen, Watch(proven) if proven else None, self._reader.tile)
            bundles = self._reader.bundles(start, target.size)
            memory.state = go_through(audit, target.size, bundles, self._stepper(target, report))
        except AuditFailedError as error:
            memory.under_way = memory.target = None
            self._save()
            raise self._with_evidence(error, target) from error
        memory.last, memory.under_way, memory.target = target, None, None
        self._save()
        stale = int(time.time()) // MINUTE_S - audit.state.heads_epoch
        return Audited(audit.state, target.size - start, time.monotonic() - began, stale)

    def _checkpoint(self) -> Seen:
        note = self._reader.checkpoint()
        try:
            return Seen(*open_checkpoint(note, self.memory.trust), note)
        except Refused as refused:
            raise AuditFailedError(refused.word, str(refused).partition(": ")[2]) from refused

    def _insist_on_growth(self, target: Seen, proven: Proven | None) -> None:
        known = max((each.size for each in (self.memory.last, self.memory.target) if each), default=0)
        if target.size < max(known, proven.size if proven else 0):
            detail = f"its checkpoint has {target.size} entries; one of {known} was signed before"
            raise AuditFailedError("history", detail)

    def _stepper(self, target: Seen, report: Report) -> Callable[[State], None]:
        told = saved = time.monotonic()

        def step(state: State) -> None:
            nonlocal told, saved
            now = time.monotonic()
            if now - told > REPORT_EVERY_S:
                report("entries", state.size, target.size)
                told = now
            if now - saved > SAVE_EVERY_S:
                self.memory.under_way, self.memory.target = copy.deepcopy(state), target
                self._save()
                saved = now

        return step

    def _save(self) -> None:
        if self._path:
            _put(self._path, msgspec.json.format(msgspec.json.encode(self.memory)))

    def _with_evidence(self, error: AuditFailedError, target: Seen) -> AuditFailedError:
        """The error, with where the signed notes were put that show what the log said, and said before."""
        if not self._path:
            return error
        path = self._path.with_suffix(f".evidence-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}.txt")
        notes = [each.note for each in (self.memory.last, target) if each and each.note]
        _put(path, "\n\n".join(dict.fromkeys(notes)).encode())
        detail = error.detail.removeprefix(f"{error.word}: ")
        return AuditFailedError(error.word, f"{detail}. What it signed is kept in {path}")


def _remembered(path: Path | None) -> Memory | None:
    if not path or not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=Memory)
    except msgspec.DecodeError as error:
        raise AuditStateError(f"{path} is not the memory of an audit; move it away to begin anew.") from error


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(content)
    draft.replace(path)
