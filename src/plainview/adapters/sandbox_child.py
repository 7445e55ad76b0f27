"""Owns the last steps before a hostile file meets a parser: this process gives up what it can, then becomes FFmpeg.

It is started by path as `python -I -S sandbox_child.py PLAN -- PROGRAM ARGUMENT…`, imports the standard library only,
and after `execve` nothing of it is left. Layers, outermost first: dies with its parent, limits on itself, no new
privileges, no network (a namespace of its own), Landlock (may open its input, write its own folder, run its own
program, nothing else), seccomp (no sockets, no new processes, no tracing, no mounts). A layer that the kernel refuses
is left out and said so by `report`, which runs after confinement and tries each forbidden thing.
"""

import ctypes
import errno
import json
import os
import platform
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.syscall.restype = ctypes.c_long

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWUSER, CLONE_NEWNET = 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x4000_0000
CLONE_THREAD = 0x0001_0000

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446  # The same on every architecture.
# The rights of Landlock's first five versions, by bit.
FS_EXECUTE, FS_WRITE, FS_READ, FS_LIST, FS_REMOVE_FILE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 5
FS_MAKE_FILE, FS_TRUNCATE = 1 << 8, 1 << 14
FS_RIGHTS_OF_VERSION = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
NET_RIGHTS = 0b11  # Binding and connecting TCP, from version 4.
SCOPES = 0b11  # Abstract sockets and signals to others, from version 6.

# System calls that a decoder never needs, by architecture. Denied with EPERM, so that a library may do without.
DENIED = {
    "x86_64": {
        "audit": 0xC000_003E,
        "clone": 56,
        "clone3": 435,
        "socket": 41,
        "numbers": (
            *(42, 43, 49, 50, 53, 57, 58, 101, 155, 161, 165, 166, 167, 169, 175, 246, 248, 249, 250, 272, 288),
            *(
                298,
                304,
                308,
                310,
                311,
                313,
                317,
                320,
                321,
                323,
                425,
                426,
                427,
                428,
                429,
                430,
                431,
                432,
                434,
                438,
                440,
                442,
            ),
        ),
    },
    "aarch64": {
        "audit": 0xC000_00B7,
        "clone": 220,
        "clone3": 435,
        "socket": 198,
        "numbers": (
            *(199, 200, 201, 202, 203, 242, 117, 41, 51, 40, 39, 224, 225, 142, 105, 104, 294, 217, 218, 219, 97),
            *(241, 265, 268, 270, 271, 273, 277, 280, 282, 425, 426, 427, 428, 429, 430, 431, 432, 434, 438, 440, 442),
        ),
    },
}
# bpf_stmt codes: load a word, jump if equal, jump if bits set, return.
LOAD, JUMP_EQUAL, JUMP_SET, JUMP_GREATER, RETURN = 0x20, 0x15, 0x45, 0x35, 0x06
ALLOW, KILL, REFUSE = 0x7FFF_0000, 0x8000_0000, 0x0005_0000


class NotHeldError(Exception):
    """A layer that this kernel, or the container around us, does not give."""


def main(arguments: list[str]) -> None:
    """Confine this process by the plan, then become the program (or, without one, report what holds)."""
    plan = json.loads(arguments[0])
    os.nice(plan["nice"])
    missing = confine(plan)
    if len(arguments) == 1:
        sys.stdout.write(json.dumps(report(plan, missing)))
        return
    os.execve(arguments[2], arguments[2:], {"LC_ALL": "C", "TZ": "UTC"})


def confine(plan: dict[str, Any]) -> dict[str, str]:
    """Put every layer on; the ones that did not go on, each with the reason."""
    layers: list[tuple[str, Callable[[], None]]] = [
        ("parent", lambda: die_with_parent(plan["parent"])),
        ("namespace", leave_network),
        ("limits", lambda: limit(plan["limits"])),
        ("privileges", give_up_privileges),
        ("landlock", lambda: restrict_files(plan)),
        ("seccomp", filter_calls),
    ]
    missing: dict[str, str] = {}
    for name, put_on in layers:
        try:
            put_on()
        except (NotHeldError, OSError, ValueError) as error:
            missing[name] = str(error)
    return missing


def die_with_parent(parent: int) -> None:
    """Have the kernel end us when the worker dies, however it dies."""
    if sys.platform != "linux":
        raise NotHeldError("only Linux ends a child with its parent")
    checked(LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0))
    if os.getppid() != parent:
        raise SystemExit("the parent is gone")


def leave_network() -> None:
    """Move into empty network, message and name spaces; in a user space of our own, so that it needs no privilege."""
    if sys.platform != "linux":
        raise NotHeldError("only Linux has namespaces")
    checked(LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS))


def limit(limits: dict[str, int]) -> None:
    """Set the hard limits: seconds of CPU, bytes of memory and of one file, open files, threads; no core dumps."""
    for name, value in limits.items():
        kind = getattr(resource, name)
        ceiling = resource.getrlimit(kind)[1]
        most = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        resource.setrlimit(kind, (most, most))


def give_up_privileges() -> None:
    """Refuse any privilege that a program we start might bring."""
    if sys.platform != "linux":
        raise NotHeldError("only Linux has no_new_privs")
    checked(LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))


def restrict_files(plan: dict[str, Any]) -> None:
    """Close the file system but for what the plan opens."""
    if sys.platform != "linux":
        raise NotHeldError("only Linux has Landlock")
    version = LIBC.syscall(LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        raise NotHeldError("this kernel has no Landlock (5.13 or newer with it switched on)")
    rights = FS_RIGHTS_OF_VERSION[min(version, 5)]
    handled = struct.pack("=QQQ", rights, NET_RIGHTS if version >= 4 else 0, SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = checked(LIBC.syscall(LANDLOCK_CREATE_RULESET, handled, ctypes.c_size_t(size), 0))
    opened = (
        ("run", FS_EXECUTE | FS_READ),
        ("read", FS_READ),
        ("write", FS_READ | FS_WRITE | FS_LIST | FS_REMOVE_FILE | FS_MAKE_FILE | FS_TRUNCATE),
    )
    for key, allowed in opened:
        for path in plan[key]:
            open_path(ruleset, path, allowed & rights)
    checked(LIBC.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0))
    os.close(ruleset)


def open_path(ruleset: int, path: str, allowed: int) -> None:
    """Allow these rights beneath one path; a path that is not there needs none."""
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        if not os.path.isdir(path):  # noqa: PTH112 -- pathlib would double the start-up time of this process.
            allowed &= FS_EXECUTE | FS_WRITE | FS_READ | FS_TRUNCATE
        rule = struct.pack("=Qi", allowed, handle)
        checked(LIBC.syscall(LANDLOCK_ADD_RULE, ruleset, 1, rule, 0))
    finally:
        os.close(handle)


def filter_calls() -> None:
    """Deny the calls that a decoder never needs; threads may be made, processes may not."""
    calls = DENIED.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None:
        raise NotHeldError(f"no filter is written for {sys.platform} on {platform.machine()}")
    program = b"".join(struct.pack("=HBBI", *line) for line in filter_program(calls))
    kept = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    checked(LIBC.prctl(PR_SET_SECCOMP, 2, described, 0, 0))


def filter_program(calls: dict[str, Any]) -> list[tuple[int, int, int, int]]:
    """The filter as (code, jump if true, jump if false, value): wrong architecture dies, the denied get EPERM."""
    refused = REFUSE | errno.EPERM
    lines = [
        (LOAD, 0, 0, 4),
        (JUMP_EQUAL, 1, 0, calls["audit"]),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0),
        # The x32 calls of x86-64 are numbered from here; nothing else comes near.
        (JUMP_GREATER, 0, 1, 0x4000_0000),
        (RETURN, 0, 0, KILL),
        # clone3 hides its flags behind a pointer: glibc takes ENOSYS as a sign to use clone.
        (JUMP_EQUAL, 0, 1, calls["clone3"]),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
        (JUMP_EQUAL, 0, 4, calls["clone"]),
        (LOAD, 0, 0, 16),
        (JUMP_SET, 1, 0, CLONE_THREAD),
        (RETURN, 0, 0, refused),
        (RETURN, 0, 0, ALLOW),
    ]
    for number in (calls["socket"], *calls["numbers"]):
        lines += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, refused)]
    return [*lines, (RETURN, 0, 0, ALLOW)]


def report(plan: dict[str, Any], missing: dict[str, str]) -> dict[str, str]:
    """Each layer with an empty text when it holds, or what went through; judged by trying, not by believing."""
    trials: dict[str, Callable[[], object]] = {
        "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "process": os.fork,
        "read": lambda: os.open("/etc/passwd", os.O_RDONLY),
        "write": lambda: os.open(plan["elsewhere"], os.O_WRONLY | os.O_CREAT),
        "program": lambda: os.execve("/bin/true", ["true"], {}),
    }
    found = {f"layer:{name}": reason for name, reason in missing.items()}
    for name, trial in trials.items():
        found[f"trial:{name}"] = ""
        try:
            trial()
        except OSError:
            continue
        found[f"trial:{name}"] = "went through"
    return found


def checked(result: int) -> int:
    """The result of a system call, or its error raised."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return int(result)


if __name__ == "__main__":
    main(sys.argv[1:])
