"""Owns giving up root: `python -m plainview.operations.lowered PLAN -- ARGUMENT…` becomes another account, then us.

Where the programs or the data lie below a folder of root's alone (a Python in /root, say), the process gets a view of
its own in which that folder holds them and nothing else. It is made before root is given up, and ends with the process.
"""

import ctypes
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

CLONE_NEWNS, MS_BIND, MS_REC, MS_PRIVATE = 0x0002_0000, 0x1000, 0x4000, 0x4_0000
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Account:
    """Who a process is to become, and which folders it must reach."""

    user: int
    group: int
    folders: tuple[str, ...]

    def command(self, arguments: list[str]) -> list[str]:
        """What root runs, so that `plainview ARGUMENT…` runs as this account."""
        return [sys.executable, "-m", __name__, json.dumps(asdict(self)), "--", *arguments]


def program_folders() -> tuple[str, ...]:
    """Where this program and its Python lie."""
    places = {sys.prefix, sys.base_prefix, *(each for each in sys.path if each and Path(each).is_dir())}
    return tuple(sorted(str(Path(each).absolute()) for each in places))


def blocked_at(place: Path, user: int, group: int) -> Path | None:
    """The topmost folder on the way to a place that another account may not pass; None where the way is free."""
    for folder in [*reversed(place.parents), place]:
        if folder.exists():
            facts = folder.stat()
            bit = 0o100 if facts.st_uid == user else 0o010 if facts.st_gid == group else 0o001
            if not facts.st_mode & bit:
                return folder
    return None


def become(account: Account) -> None:
    """Give up root for good, with a view in which the account reaches what it must.

    Raises:
        OSError: the kernel, or the container around us, does not allow it.
    """
    hidden: dict[Path, list[Path]] = {}
    for place in sorted({each for name in account.folders for each in (Path(name), Path(name).resolve())}):
        blocked = blocked_at(place, account.user, account.group)
        if blocked is not None and place.exists():
            hidden.setdefault(blocked, []).append(place)
    if hidden:
        _checked(_LIBC.unshare(CLONE_NEWNS))
        _mount("none", "/", None, MS_REC | MS_PRIVATE)
    for blocked, places in hidden.items():
        _show_only(blocked, [each for each in places if not set(each.parents) & set(places)])
    os.setgroups([])
    os.setresgid(account.group, account.group, account.group)
    os.setresuid(account.user, account.user, account.user)


def _show_only(blocked: Path, places: list[Path]) -> None:
    """Lay an empty folder over this one, in which these places stand where they stood."""
    # Opened in the view that they are shown in; a handle from before it cannot be shown.
    handles = [(place, os.open(place, os.O_PATH | os.O_DIRECTORY)) for place in places]
    _mount("plainview", str(blocked), "tmpfs", 0, b"mode=755")
    for place, handle in handles:
        place.mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{handle}", str(place), None, MS_BIND | MS_REC)
        os.close(handle)


def _mount(source: str, target: str, kind: str | None, flags: int, options: bytes | None = None) -> None:
    kind_bytes = kind.encode() if kind else None
    _checked(_LIBC.mount(source.encode(), target.encode(), kind_bytes, ctypes.c_ulong(flags), options))


def _checked(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main(arguments: list[str]) -> None:
    """Become the account of the plan, then run `plainview` with what follows."""
    plan = json.loads(arguments[0])
    here = Path.cwd()
    become(Account(plan["user"], plan["group"], tuple(plan["folders"])))
    with suppress(OSError):
        os.chdir(here)
    os.execv(sys.executable, [sys.executable, "-m", "plainview", *arguments[2:]])


if __name__ == "__main__":
    main(sys.argv[1:])
