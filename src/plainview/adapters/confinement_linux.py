"""Owns how the process that holds the keys gives up what it does not need, and tells what of it holds here.

An account of its own, no core dumps, no tracing, no swapping, files and ports only those it works with (Landlock), no
new programs or processes (seccomp). What a kernel or container refuses is left out and said, never silently.
"""

import ctypes
import os
import platform
import resource
import stat
import struct
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from plainview.adapters import sandbox_child as kernel
from plainview.adapters.sandbox_child import LIBC, NotHeldError, checked
from plainview.warden.protocol import Held

PR_SET_DUMPABLE, PR_SET_KEEPCAPS, PR_SET_SECCOMP = 4, 8, 22
CAPABILITIES_VERSION, CAP_IPC_LOCK = 0x2008_0522, 14
LOCK_ALL_AS_USED = 1 | 2 | 4  # What is mapped, what will be, each page once it is used.
NET_BIND, NET_CONNECT = 1, 2
RULE_BENEATH, RULE_PORT = 1, 2
NET_SINCE, SCOPES_SINCE = 4, 6
# What Python, the resolver and OpenSSL read at any time.
ALWAYS_READ = (
    *("/etc/hosts", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/host.conf", "/etc/localtime"),
    *("/etc/ssl", "/etc/ld.so.cache", "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share/zoneinfo"),
    *("/dev/null", "/dev/urandom", "/proc/self"),
)
# System calls that a warden never makes, by architecture; refused with EPERM. `socket` is but the first of them.
NEVER_CALLED = {
    "x86_64": {
        "audit": 0xC000_003E,
        "clone": 56,
        "clone3": 435,
        "socket": 59,
        "numbers": (
            *(57, 58, 101, 155, 161, 165, 166, 167, 169, 175, 246, 248, 249, 250, 272, 298, 308, 310, 311, 313),
            *(320, 321, 322, 323, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 442),
        ),
    },
    "aarch64": {
        "audit": 0xC000_00B7,
        "clone": 220,
        "clone3": 435,
        "socket": 221,
        "numbers": (
            *(117, 41, 51, 40, 39, 224, 142, 105, 104, 217, 218, 219, 97, 241, 268, 270, 271, 273, 294, 280, 281, 282),
            *(425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 442),
        ),
    },
}


@dataclass(frozen=True, slots=True)
class Ground:
    """What the process goes on working with, and as whom.

    Args:
        account: the numeric account to become, when root runs us.
        own: folders that are this account's alone, and are made over to it.
        write: other folders it writes to.
        read: other files and folders it reads.
        ports: TCP ports it connects to; None leaves the network open.
        unlocked: the file whose mapping stays out of the memory lock: it holds nothing that is not sealed.
        bare: whether the custodian's module opens files that we do not know.
    """

    account: int
    own: tuple[Path, ...]
    write: tuple[Path, ...]
    read: tuple[Path, ...]
    ports: tuple[int, ...] | None
    unlocked: Path
    bare: bool = False


def confine(ground: Ground) -> list[Held]:
    """Put every layer on; what each is, whether it holds, and the fact or why not."""
    layers: list[tuple[str, Callable[[Ground], str]]] = [
        ("account", become),
        ("dumps", forbid_dumps),
        ("memory", lock_memory),
        ("privileges", forbid_privileges),
        ("files", restrict),
        ("calls", filter_calls),
    ]
    held = []
    for name, put_on in layers:
        try:
            held.append(Held(name, True, put_on(ground)))
        except (NotHeldError, OSError, ValueError) as error:
            held.append(Held(name, False, str(error)))
    return held


def become(ground: Ground) -> str:
    """Take the account that owns the store, and give root up for good."""
    if os.geteuid() != 0:
        raise NotHeldError(f"not started by root: it runs as account {os.geteuid()}, like whoever started it")
    hidden = next((each for each in ground.own if not reachable(each, ground.account)), None)
    if hidden is not None:
        raise NotHeldError(f"account {ground.account} cannot reach {hidden}: open the folders above it to others (711)")
    for folder in (*ground.own, *ground.write):
        make_over(folder, ground.account)
    keep_lock_right = LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0
    os.setgroups([])
    os.setresgid(ground.account, ground.account, ground.account)
    os.setresuid(ground.account, ground.account, ground.account)
    if keep_lock_right:
        keep_right(CAP_IPC_LOCK)
    return f"The warden runs as account {ground.account}, and nothing else does"


def keep_right(number: int) -> None:
    """Keep one of root's rights and give up the others; none where we did not have it."""
    header = struct.pack("=Ii", CAPABILITIES_VERSION, 0)
    if LIBC.capset(header, struct.pack("=6I", 1 << number, 1 << number, 0, 0, 0, 0)) != 0:
        checked(LIBC.capset(header, bytes(24)))


def reachable(path: Path, account: int) -> bool:
    """Whether an account that owns nothing above this path may walk to it."""
    above = [each for each in path.resolve().parents if each.exists()]
    return all(each.stat().st_mode & stat.S_IXOTH or each.stat().st_uid == account for each in above)


def make_over(folder: Path, account: int) -> None:
    """Make a folder and all in it an account's own."""
    for place, _, names in os.walk(folder):
        for each in (place, *(os.path.join(place, name) for name in names)):  # noqa: PTH118 - as os.walk gives them.
            os.chown(each, account, account, follow_symlinks=False)


def forbid_dumps(_: Ground) -> str:
    """No core dumps; and no process of the same account may trace this one or read its memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform != "linux":
        raise NotHeldError("core dumps are off; only Linux also forbids tracing")
    checked(LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
    return "No core dumps, and no tracing by others of its account"


def lock_memory(ground: Ground) -> str:
    """Keep keys out of the swap. The store's mapping may leave memory: it holds only what is sealed."""
    if LIBC.mlockall(LOCK_ALL_AS_USED) != 0:
        limit = resource.getrlimit(resource.RLIMIT_MEMLOCK)[0]
        raise NotHeldError(f"{os.strerror(ctypes.get_errno())}: the limit on locked memory is {limit} bytes (memlock)")
    for line in Path("/proc/self/maps").read_text().splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[5] == str(ground.unlocked):
            start, end = (int(each, 16) for each in fields[0].split("-"))
            checked(LIBC.munlock(ctypes.c_void_p(start), ctypes.c_size_t(end - start)))
    return "Its memory is locked: no key is swapped to a disk"


def forbid_privileges(_: Ground) -> str:
    """Refuse any privilege that a program we might start could bring."""
    kernel.give_up_privileges()
    return "It cannot gain privileges"


def restrict(ground: Ground) -> str:
    """Close files and ports but for what the ground names (Landlock)."""
    if sys.platform != "linux":
        raise NotHeldError("only Linux has Landlock")
    if ground.bare:
        raise NotHeldError("a PKCS#11 module opens files of its own, so files are not restricted")
    version = LIBC.syscall(kernel.LANDLOCK_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        raise NotHeldError("this kernel has no Landlock (5.13 or newer with it switched on)")
    rights = kernel.FS_RIGHTS_OF_VERSION[min(version, 5)]
    closes_ports = ground.ports is not None and version >= NET_SINCE
    net = (NET_BIND | NET_CONNECT) if closes_ports else 0
    handled = struct.pack("=QQQ", rights, net, kernel.SCOPES if version >= SCOPES_SINCE else 0)
    size = 24 if version >= SCOPES_SINCE else 16 if version >= NET_SINCE else 8
    rules = checked(LIBC.syscall(kernel.LANDLOCK_CREATE_RULESET, handled, ctypes.c_size_t(size), 0))
    read = kernel.FS_READ | kernel.FS_LIST
    for path in (*ALWAYS_READ, sys.prefix, sys.base_prefix, *filter(None, sys.path), *map(str, ground.read)):
        # What the account cannot reach anyway needs no rule.
        with suppress(PermissionError):
            kernel.open_path(rules, path, read & rights)
    for folder in (*ground.own, *ground.write):
        kernel.open_path(rules, str(folder), rights & ~kernel.FS_EXECUTE)
    for port in ground.ports or () if closes_ports else ():
        rule = struct.pack("=QQ", NET_CONNECT, port)
        checked(LIBC.syscall(kernel.LANDLOCK_ADD_RULE, rules, RULE_PORT, rule, 0))
    checked(LIBC.syscall(kernel.LANDLOCK_RESTRICT_SELF, rules, 0))
    os.close(rules)
    reached = f"ports {', '.join(map(str, ground.ports))}" if ground.ports else "no port"
    return f"It opens its own folders only, and connects to {reached if closes_ports else 'any port'}"


def filter_calls(_: Ground) -> str:
    """Refuse the calls that a warden never makes: programs, processes, tracing, mounts, other processes' memory."""
    calls = NEVER_CALLED.get(platform.machine()) if sys.platform == "linux" else None
    if calls is None:
        raise NotHeldError(f"no filter is written for {sys.platform} on {platform.machine()}")
    program = b"".join(struct.pack("=HBBI", *line) for line in kernel.filter_program(calls))
    kept = ctypes.create_string_buffer(program, len(program))
    described = struct.pack("@HxxxxxxQ", len(program) // 8, ctypes.addressof(kept))
    checked(LIBC.prctl(PR_SET_SECCOMP, 2, described, 0, 0))
    return "The kernel refuses it new programs, processes, tracing and mounts"


def preload(names: Sequence[str]) -> None:
    """Import what would be imported late: once confined, some of Python's own files may be out of reach."""
    for name in names:
        with suppress(ImportError):
            __import__(name)
