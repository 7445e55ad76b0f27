"""Owns the audit of a whole access log from outside: docs/trust/specification.md, section 5.

`Audit` is fed a log's entry bundles in order and knows no network. What it must remember to go on later is `State`: a
compact range at a bundle's edge, the counters there, and every checkpoint seen beyond that edge.
"""

import copy
import hashlib
import struct
from collections.abc import Callable, Iterable
from typing import Final, NoReturn

from msgspec import Struct, field

from plainview.kernel.errors import PlainviewError
from plainview.operations.tiling import WIDTH, ReadTile, Tiling, WrongTileError, top
from plainview_verifier import ACT, HEADS, READ, Proven, tag

GAPS_KEPT_MAX: Final = 100
EPOCHS_BETWEEN_HEADS_MAX: Final = 2
POLICY, CLIENT, KEY = 3, 5, 6
# The whole length of an entry of each kind.
LENGTHS: Final = {READ: 56, HEADS: 55, POLICY: 39, ACT: 48, CLIENT: 39, KEY: 40}
ACTS_MAX, PURPOSES_MAX = 6, 7
_sha256 = hashlib.sha256


class AuditFailedError(PlainviewError):
    """The log contradicts itself, its signatures, or what it has said before; `word` is the specification's."""

    code, title = "audit_failed", "The log is not honest, or not whole"

    def __init__(self, word: str, detail: str) -> None:
        super().__init__(f"{word}: {detail}")
        self.word = word


class Seen(Struct, frozen=True):
    """A checkpoint that this log has signed, and its note as evidence."""

    size: int
    root: bytes
    note: str


class State(Struct):
    """The log up to a bundle's edge: its compact range (level and root of each full subtree), and the counters.

    `tiles` are the hashes that the next tile of each level from 1 on has so far.
    """

    size: int = 0
    roots: list[tuple[int, bytes]] = field(default_factory=list)
    region: int = -1
    epoch: int = 0
    reads: int = 0
    heads: int = 0
    heads_epoch: int = 0
    acts: dict[int, int] = field(default_factory=dict)
    tiles: list[list[bytes]] = field(default_factory=list)
    gaps: int = 0
    longest_gaps: list[tuple[int, int]] = field(default_factory=list)


def _fail(word: str, detail: str) -> NoReturn:
    raise AuditFailedError(word, detail)


class Watch:
    """Looks in the log for the reads of one person's proof: each must be there, in order, and no further one."""

    def __init__(self, proven: Proven) -> None:
        self.proven = proven
        self.found = 0
        self._places = {tag(proven.tag_key, n): n for n in range(len(proven.reads) + 1)}

    def look(self, index: int, entry: bytes) -> None:
        """Take notice of an entry of kind 1."""
        number = self._places.get(entry[8:24])
        if number is None or (number == len(self.proven.reads) and index >= self.proven.size):
            return
        if number != self.found or number == len(self.proven.reads):
            _fail("chain", f"entry {index} is the person's read {number}, which is not the next of the proof")
        if entry != self.proven.entries[number]:
            _fail("chain", f"entry {index} is not the person's read {number} as the proof tells it")
        if index >= self.proven.size:
            _fail("history", f"read {number} of the proof stands beyond the proof's checkpoint")
        self.found += 1


class Audit:
    """Goes through a log. Feed it bundles from `state.size` on; then `finish`."""

    def __init__(
        self, state: State, seen: Iterable[Seen], watch: Watch | None = None, tile: ReadTile | None = None
    ) -> None:
        self.state = state
        self._tiling = None if tile is None else Tiling(state.tiles, tile)
        self._seen = sorted(seen, key=lambda each: each.size)
        self._watch = watch
        self._last_kind = HEADS
        while self._seen and self._seen[0].size <= state.size:
            self._compare(self._seen.pop(0), state.size, [])

    def feed(self, bundle: bytes, width: int) -> None:
        """Check the next bundle of so many entries; one that is not full must be the last."""
        if self.state.size % WIDTH:
            raise ValueError("only the last bundle may be partial")
        start = self.state.size
        entries = split(bundle, width)
        self._check(start, entries)
        self._last_kind = entries[-1][1]
        leaves = [_sha256(b"\0" + entry).digest() for entry in entries]
        while self._seen and self._seen[0].size <= start + width:
            self._compare(self._seen.pop(0), start, leaves)
        root = top(leaves) if width == WIDTH else None
        if self._tiling is not None:
            self._hold_tiles(self._tiling, start // WIDTH, leaves, root)
        if root is None:
            grow(self.state.roots, leaves)
        else:
            grow(self.state.roots, [root], WIDTH.bit_length() - 1)
        self.state.size += width

    def finish(self) -> None:
        """Check what only shows at the end; the state has no more use than to be read."""
        if self._last_kind != HEADS:
            _fail("heads", "the last entry under the checkpoint is no entry of heads")
        if self._tiling is not None:
            self._hold_tiles(self._tiling)
        if self._seen:
            _fail("history", f"a checkpoint of {self._seen[-1].size} entries was seen, and the log is shorter")
        if self._watch and self._watch.found != len(self._watch.proven.reads):
            _fail("head", f"{self._watch.found} of the person's {len(self._watch.proven.reads)} reads are in the log")

    def _hold_tiles(
        self, tiling: Tiling, number: int = 0, leaves: list[bytes] | None = None, root: bytes | None = None
    ) -> None:
        """Compare the tiles over these leaves; without any, those that the log's end leaves partial."""
        try:
            if leaves is None:
                tiling.rest(self.state.size)
            else:
                tiling.leaves(number, leaves, root)
        except WrongTileError as error:
            _fail("history", str(error))

    def _compare(self, seen: Seen, start: int, leaves: list[bytes]) -> None:
        if seen.size < start:
            _fail("history", f"it signed {seen.size} entries after {start} were seen")
        roots = list(self.state.roots)
        grow(roots, leaves[: seen.size - start])
        if root_of(roots) != seen.root:
            _fail("history", f"its entries do not give the root of the checkpoint of {seen.size} entries")

    def _check(self, start: int, entries: list[bytes]) -> None:
        """Check each entry. Reads that begin as the last one did, which are most, pass on the quick way."""
        prefix, reads, watch = b"", 0, self._watch
        for at, entry in enumerate(entries):
            if entry[:7] == prefix and len(entry) == 56 and 1 <= entry[7] <= PURPOSES_MAX:
                reads += 1
            else:
                self._check_begin(start + at, entry)
                if entry[1] == READ:
                    prefix, reads = entry[:7], reads + 1
                else:
                    self.state.reads, reads = self.state.reads + reads, 0
                    self._check_other(start + at, entry)
            if watch and entry[1] == READ:
                watch.look(start + at, entry)
        self.state.reads += reads

    def _check_begin(self, index: int, entry: bytes) -> None:
        """Check what every entry begins with, and its length."""
        state = self.state
        if len(entry) < 7 or entry[0] != 1 or LENGTHS.get(entry[1]) != len(entry):
            _fail("format", f"entry {index} is not of any known form")
        if entry[1] == READ and not 1 <= entry[7] <= PURPOSES_MAX:
            _fail("format", f"entry {index} has an unknown purpose")
        epoch, region = int.from_bytes(entry[2:6], "big"), entry[6]
        state.region = region if state.region < 0 else state.region
        if region != state.region:
            _fail("format", f"entry {index} is of region {region}, those before of {state.region}")
        if epoch < state.epoch:
            _fail("chain", f"entry {index} is dated before the one before it")
        state.heads_epoch = state.heads_epoch or epoch
        state.epoch = epoch

    def _check_other(self, index: int, entry: bytes) -> None:
        state = self.state
        if entry[1] == HEADS:
            reads = int.from_bytes(entry[15:23], "big")
            if reads != state.reads:
                _fail("heads", f"entry {index} counts {reads} reads before it; there are {state.reads}")
            state.heads += 1
            note_gap(state, state.epoch)
            state.heads_epoch = state.epoch
        elif entry[1] == ACT:
            act, number = struct.unpack_from(">BQ", entry, 7)
            due = state.acts.get(act, 0) + 1
            if not 1 <= act <= ACTS_MAX or number != due:
                _fail("chain", f"entry {index} is act {number} of kind {act}; number {due} was due")
            state.acts[act] = number


def note_gap(state: State, epoch: int) -> None:
    """Count the time between the last heads and this epoch as a gap when it is one; the longest are kept."""
    if epoch - state.heads_epoch <= EPOCHS_BETWEEN_HEADS_MAX:
        return
    state.gaps += 1
    gaps = sorted([*state.longest_gaps, (state.heads_epoch, epoch)], key=lambda gap: gap[0] - gap[1])
    state.longest_gaps = gaps[:GAPS_KEPT_MAX]


def grow(roots: list[tuple[int, bytes]], hashes: list[bytes], level: int = 0) -> None:
    """Append hashes of one level (0: leaves) to a compact range of (level, root), largest first."""
    for each in hashes:
        at, root = level, each
        while roots and roots[-1][0] == at:
            at, root = at + 1, _sha256(b"\1" + roots.pop()[1] + root).digest()
        roots.append((at, root))


def root_of(roots: list[tuple[int, bytes]]) -> bytes:
    """The root of the tree whose compact range this is."""
    if not roots:
        return _sha256().digest()
    root = roots[-1][1]
    for _, left in reversed(roots[:-1]):
        root = _sha256(b"\1" + left + root).digest()
    return root


def split(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle (C2SP tlog-tiles: each after its length in two bytes); exactly so many.

    Raises:
        AuditFailedError: it holds something else.
    """
    entries, at, end = [], 0, len(bundle)
    while at < end:
        start = at + 2
        at = start + (bundle[at] << 8) + (bundle[at + 1] if start <= end else 0)
        entries.append(bundle[start:at])
    if at != end or len(entries) != width:
        _fail("format", f"a bundle does not hold {width} whole entries")
    return entries


def go_through(audit: Audit, size: int, bundles: Iterable[bytes], step: Callable[[State], None]) -> State:
    """Feed all bundles up to this size; the state at the last full bundle's edge, from which to resume.

    `step` is called after each full bundle. `audit.state` is then that of the whole log.
    """
    edge = audit.state
    for bundle in bundles:
        width = min(WIDTH, size - audit.state.size)
        if width < WIDTH:
            edge = copy.deepcopy(audit.state)
        audit.feed(bundle, width)
        if width == WIDTH:
            step(audit.state)
    if audit.state.size != size:
        _fail("format", f"{size} entries were signed, {audit.state.size} were served")
    audit.finish()
    return edge
