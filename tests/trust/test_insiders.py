"""What somebody inside gets: by SQL, from copies, at the warden's socket, with a debugger. Root is out of scope.

Each line of the tables is an attempt that is made; what it brought is searched for what was sealed.
"""

import asyncio
import contextlib
import ctypes
import os
import pickle
import shutil
import socket
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from plainview.adapters.postgres_embedded import PostgresEmbedded
from plainview.kernel.errors import PlainviewError
from plainview.kernel.frames import framed
from plainview.kernel.ids import PersonId
from plainview.kernel.purposes import Purpose
from plainview.operations.accounts import service_account, witnesses_account
from plainview.operations.backup import back_up
from plainview.operations.lowered import Account, become
from plainview.ports.door import By, Sealed
from plainview.settings import Settings
from plainview.warden import protocol
from plainview.warden.protocol import socket_of
from plainview.wiring import Parts, make_objects
from tests.trust.planting import COLUMNS, Planted, plant

pytestmark = pytest.mark.anyio
STRANGER = Account(65_534, 65_534, ())
OWNERS_OPS = {
    "enrol": protocol.Enrol(1, "eve", b"id", b"key"),
    "dismiss": protocol.Dismiss(1),
    "rotate": None,
    "publish": None,
}
ATTEMPTS_MIN = 200
WAYS_IN_SQL = (
    "SELECT {column}::text FROM {table}",
    "SELECT encode({column}, 'escape') FROM {table}",
    "SELECT convert_from({column}, 'LATIN1') FROM {table}",
    "SELECT substr({column}, 14) FROM {table}",
    "SELECT reverse({column}) FROM {table}",
    "SELECT decode(encode({column}, 'base64'), 'base64') FROM {table}",
    "SELECT to_jsonb(t) FROM {table} AS t",
    "SELECT row_to_json(t)::text FROM {table} AS t",
    "SELECT t::text FROM {table} AS t",
    "SELECT query_to_xml('SELECT * FROM {table}', true, false, '')::text",
    "SELECT string_agg({column}, ''::bytea) FROM {table}",
    "SELECT most_common_vals::text FROM pg_stats WHERE tablename = '{table}'",
)
ANYWHERE_IN_SQL = (
    "SELECT query FROM pg_stat_activity",
    "SELECT args::text FROM procrastinate_jobs",
    "SELECT to_jsonb(e)::text FROM procrastinate_events AS e",
    "SELECT prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    "SELECT statement FROM pg_prepared_statements",
    "SELECT bio || name || handle FROM persons",
    "SELECT setting FROM pg_settings",
    "SELECT * FROM pg_ls_dir('pg_wal')",
)


@dataclass(frozen=True)
class Attempt:
    """Something that is tried, and what it brings: bytes in which nothing sealed may stand in the open."""

    name: str
    make: Callable[[], bytes]


def _sql(url: str, statement: str) -> bytes:
    with psycopg.connect(url, autocommit=True) as connection:
        rows = connection.execute(statement).fetchall()
    return pickle.dumps(rows)


def by_sql(url: str) -> Iterator[Attempt]:
    """As the application, and as the database's owner (who here is the same)."""
    for column in (*COLUMNS, "persons.age_band"):
        table, _, name = column.partition(".")
        for way in WAYS_IN_SQL:
            statement = way.format(table=table, column=name)
            yield Attempt(f"sql: {statement}", partial(_sql, url, statement))
    for statement in ANYWHERE_IN_SQL:
        yield Attempt(f"sql: {statement}", partial(_sql, url, statement))


def by_copies(place: Path, pages: Path, backup: Path, log: Path, url: str) -> Iterator[Attempt]:
    """Copies of files: the database's pages and log, the public log, an ordinary backup and what it unpacks to."""
    database = url.partition("?")[0].rpartition("/")[2]
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT oid FROM pg_database WHERE datname = %s", (database,)).fetchone()
    assert row is not None
    yield Attempt("copy: the database's pages", lambda: _below(pages / "base" / str(row[0])))
    yield Attempt("copy: the database's write-ahead log", lambda: _below(pages / "pg_wal"))
    yield Attempt("copy: the database's own log", (pages / "server.log").read_bytes)
    yield Attempt("copy: the public access log", lambda: _below(log))
    yield Attempt("copy: an ordinary backup", backup.read_bytes)
    yield Attempt("copy: what a backup's dump holds, as text", lambda: _unpacked(place, backup))


def _below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _unpacked(place: Path, backup: Path) -> bytes:
    folder = place / "unpacked"
    shutil.unpack_archive(str(backup), folder, "tar")
    return _below(folder)


def accounts_of(data: Path) -> dict[str, Account]:
    """The accounts that `up` gives to the service and to its witnesses when root starts it."""
    settings = Settings(data=data)
    service = service_account(settings)
    assert service is not None, "root can start the service as an account of its own"
    return {"the service": service, "our witnesses": witnesses_account(settings, [data / "witness-1"])}


def _as(account: Account, do: Callable[[], object]) -> bytes:
    """What comes of doing this as another account, in a process of its own; the error's words where it is refused."""
    near, far = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            become(account)
            found = do()
            brought = found if isinstance(found, bytes) else repr(found).encode()
        except BaseException as error:  # noqa: BLE001 - Whatever it is, it is what the attempt came to.
            brought = repr(error).encode()
        os.write(far, brought[:60_000])
        os._exit(0)
    os.close(far)
    with os.fdopen(near, "rb") as reader:
        brought = reader.read()
    os.waitpid(child, 0)
    return brought


def _listed(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def _memory(pid: int) -> bytes:
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb") as memory:
        start = int(maps.readline().partition("-")[0], 16)
        memory.seek(start)
        return memory.read(4096)


def _traced(pid: int, request: int) -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(request, pid, 0, 0) == 0:
        return b"TRACED"
    return os.strerror(ctypes.get_errno()).encode()


def _read_by_vm(pid: int) -> bytes:
    libc = ctypes.CDLL(None, use_errno=True)
    kept = ctypes.create_string_buffer(64)
    near = struct.pack("QQ", ctypes.addressof(kept), 64)
    far = struct.pack("QQ", 0x400000, 64)
    if libc.process_vm_readv(pid, near, 1, far, 1, 0) > 0:
        return b"READ"
    return os.strerror(ctypes.get_errno()).encode()


def by_debugger(who: str, account: Account, pid: int, home: Path) -> Iterator[Attempt]:
    """At the warden's process and folder, as an account that is neither root's nor the warden's."""
    for name in ("mem", "maps", "environ", "auxv", "pagemap", "stack", "syscall", "smaps", "fd", "cwd", "root", "exe"):
        path = Path(f"/proc/{pid}/{name}")
        read = path.readlink if name in {"cwd", "root", "exe"} else path.read_bytes
        look: Callable[[], object] = partial(_listed, path) if name == "fd" else read
        yield Attempt(f"debugger as {who}: /proc/PID/{name}", partial(_as, account, look))
    yield Attempt(f"debugger as {who}: its memory", lambda: _as(account, lambda: _memory(pid)))
    yield Attempt(f"debugger as {who}: process_vm_readv", lambda: _as(account, lambda: _read_by_vm(pid)))
    for name, request in (("attach", 16), ("seize", 0x4206)):
        yield Attempt(f"debugger as {who}: ptrace {name}", partial(_as, account, partial(_traced, pid, request)))
    yield Attempt(f"files as {who}: list the warden's folder", lambda: _as(account, lambda: list(home.iterdir())))
    for path in [each for each in home.rglob("*") if each.is_file()]:
        acts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("read", path.read_bytes),
            ("copy", partial(shutil.copy, path, "/tmp/plainview-stolen")),
            ("link", partial(os.link, path, "/tmp/plainview-linked")),
            ("open to all", partial(path.chmod, 0o666)),
            ("replace", partial(path.write_bytes, b"")),
            ("remove", path.unlink),
        )
        for name, do in acts:
            yield Attempt(f"files as {who}: {name} {path.name}", partial(_as, account, do))


def _spoken(path: Path, op: str, question: Any) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2)
        connection.connect(str(path))
        connection.sendall(framed(1, "hello", protocol.Hello("server")) + framed(2, op, question))
        said = b""
        with contextlib.suppress(OSError):
            while piece := connection.recv(65_536):
                said += piece
    return said


def at_the_socket(path: Path, sealed: list[Sealed], accounts: Mapping[str, Account]) -> Iterator[Attempt]:
    """At the warden's socket: as accounts that it does not know, and as the service for what is its owner's alone."""
    values = [protocol.Sealed(each.person, each.field, each.value) for each in sealed]
    by = protocol.By("server")
    questions = {
        "open": protocol.Open(values, str(Purpose.OWN_VIEW), by),
        "proof": protocol.Proof(sealed[0].person, by),
        "rotate": protocol.Rotate(),
        "status": None,
    }
    for who, account in (("a stranger", STRANGER), ("our witnesses", accounts["our witnesses"])):
        for op, question in questions.items():
            yield Attempt(f"socket: {op} as {who}", partial(_as, account, partial(_spoken, path, op, question)))
    for op, its in OWNERS_OPS.items():
        yield Attempt(f"owner's: {op}", partial(_as, accounts["the service"], partial(_spoken, path, op, its)))


async def _sealed_of(parts: Parts, planted: Planted) -> list[Sealed]:
    found = []
    async with parts.database.transaction(parts.region) as tx:
        for column in COLUMNS:
            table, _, name = column.partition(".")
            cursor = await tx.execute(
                f"SELECT person_id, {name} FROM {table} WHERE person_id = %s", (planted.people[0],)
            )
            found += [Sealed(PersonId(person), column, value) for person, value in await cursor.fetchall()]
    return found


async def _asked(parts: Parts, sealed: Sealed, purpose: str, by: By) -> bytes:
    try:
        (plain,) = await parts.door.open([sealed], purpose, by)
    except PlainviewError as error:
        return error.detail.encode()
    return plain or b""


async def _as_the_service(parts: Parts, planted: Planted) -> dict[str, bytes]:
    """What the service's own account gets that asks for what no policy permits, or with values moved about."""
    brought: dict[str, bytes] = {}
    sealed = await _sealed_of(parts, planted)
    other = planted.people[1]
    for each in sealed:
        for purpose, by in (
            (Purpose.FEED_RANK, By("server" if each.field.startswith("passwords") else "staff:eve")),
            (Purpose.MODERATION, By("staff:eve")),
            (Purpose.SECURITY, By("feed")),
            (Purpose.MINORS, By("server")),
            (Purpose.OWN_VIEW, By("staff:eve", "1")),
            (Purpose.SOCIAL, By("feed")),
            ("because", By("server")),
            (Purpose.EXPORT, By("nobody")),
        ):
            brought[f"door: {each.field} for {purpose} by {by}"] = await _asked(parts, each, purpose, by)
        fits = Purpose.MODERATION if each.field.startswith("reports") else Purpose.OWN_VIEW
        by = By("staff:eve", "7") if fits is Purpose.MODERATION else By("server")
        for column in COLUMNS:
            moved = Sealed(each.person, column, each.value)
            if column != each.field:
                brought[f"door: {each.field} as {column}"] = await _asked(parts, moved, fits, by)
        brought[f"door: {each.field} as another's"] = await _asked(
            parts, Sealed(other, each.field, each.value), fits, by
        )
    return brought


async def test_no_attempt_of_an_insider_brings_what_is_sealed(
    parts: Parts, warden: Path, postgres: PostgresEmbedded, database_url: str, tmp_path: Path
) -> None:
    planted = await plant(parts, 3)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE")
        connection.execute("CHECKPOINT")
    settings = parts.settings
    running = type(settings)(data=settings.data, region_databases=f"home={database_url}")
    await asyncio.to_thread(back_up, running, make_objects(settings), tmp_path / "backup", lambda *_: None)
    path = socket_of(warden, "home")
    pages = Path(postgres.url().partition("host=")[2])
    sealed = await _sealed_of(parts, planted)
    attempts = [*by_sql(database_url), *by_copies(tmp_path, pages, tmp_path / "backup", warden / "log", database_url)]
    if os.geteuid() == 0:
        accounts = accounts_of(warden)
        attempts += at_the_socket(path, sealed, accounts)
        for who, account in accounts.items():
            attempts += by_debugger(who, account, _pid_behind(path), warden / "warden-home")
    brought = {each.name: await asyncio.to_thread(_made, each) for each in attempts}
    brought |= await _as_the_service(parts, planted)
    opened = {name for name, found in brought.items() if planted.seen_in(found) or found in {b"TRACED", b"READ"}}
    assert opened == set()
    assert len(brought) >= ATTEMPTS_MIN, len(brought)
    # The attempts are made in earnest: statements bring rows, the kernel refuses, and a permitted read is recognised.
    assert sum(found.startswith(b"\x80") for name, found in brought.items() if name.startswith("sql")) > 90
    refused = [found for name, found in brought.items() if name.startswith(("debugger", "files"))]
    assert all(b"ermission" in found or b"not permitted" in found for found in refused), refused
    strangers = [found for name, found in brought.items() if name.startswith("socket")]
    assert all(found == b"" or b"Error" in found for found in strangers), strangers
    owners = [found for name, found in brought.items() if name.startswith("owner's")]
    assert all(b"own account and for root" in found for found in owners), owners
    assert planted.seen_in(await _asked(parts, sealed[0], Purpose.OWN_VIEW, By("server")))


def _made(attempt: Attempt) -> bytes:
    try:
        return attempt.make()
    except (psycopg.Error, OSError) as error:
        return str(error).encode()


def _pid_behind(path: Path) -> int:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        return int(struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
