"""A key custodian in files of mode 600: the region's key by version, and other secrets that stay on this machine.

What this does not protect: whoever is root here, or holds a copy of the data folder, holds the keys too.
"""

import os
import re
import secrets
import stat
from collections.abc import Sequence
from pathlib import Path

from plainview.kernel.ids import RegionNumber
from plainview.ports.custodian import Bound, KeyUnreadableError
from plainview.warden.sealing import KEY_BYTES, new_key, seal, unseal


def kept_secret(path: Path) -> bytes:
    """The 256-bit secret in a file; made at first use, whole or not at all.

    Raises:
        KeyUnreadableError: the file is not 32 bytes, or others may read it.
    """
    if not path.exists():
        _make(path)
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise KeyUnreadableError(f"{path.name} may be read by others: set its mode to 600.")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise KeyUnreadableError(f"{path.name} does not hold a key of {KEY_BYTES} bytes: restore it from a backup.")
    return key


def _make(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(new_key())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # Unlike a rename, this never replaces a key that another process made meanwhile.
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the folder's own entries durable: what is wrapped under a new key must not outlive the key's name."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class CustodianFiles:
    """Wraps and unwraps persons' keys under the key of their region; a file per version."""

    def __init__(self, folder: Path, region: RegionNumber) -> None:
        self._folder = folder
        self._region = region
        self._keys: dict[int, bytes] = {}

    def version(self) -> int:
        """The newest version (see the port)."""
        newest = max(self._versions(), default=0)
        return newest or self.rotate()

    def wrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value wrapped (see the port)."""
        key = self._key(version)
        return [seal(key, each.value, each.to) for each in keys]

    def unwrap(self, version: int, keys: Sequence[Bound]) -> list[bytes]:
        """Each value (see the port)."""
        key = self._key(version)
        return [unseal(key, each.value, each.to) for each in keys]

    def rotate(self) -> int:
        """A newer version (see the port)."""
        version = max(self._versions(), default=0) + 1
        self._keys[version] = kept_secret(self._path(version))
        return version

    def retire(self, version: int) -> None:
        """Destroy a version and all older ones (see the port). The file is overwritten before it goes."""
        newest = self.version()
        for each in self._versions():
            if each <= version and each != newest:
                self._keys.pop(each, None)
                _overwrite(self._path(each))
        _sync(self._folder)

    def end(self) -> None:
        """Destroy all versions (see the port)."""
        for each in self._versions():
            _overwrite(self._path(each))
        self._keys.clear()
        if self._folder.exists():
            _sync(self._folder)

    def fact(self) -> str:
        """What holds the key (see the port)."""
        return "The region's key is a file of mode 600: it does not protect from root, or from a copy of the folder."

    def _path(self, version: int) -> Path:
        return self._folder / f"region-{self._region}-v{version}.key"

    def _versions(self) -> list[int]:
        named = re.compile(rf"region-{self._region}-v(\d+)\.key")
        names = self._folder.iterdir() if self._folder.exists() else ()
        return sorted(int(found[1]) for each in names if (found := named.fullmatch(each.name)))

    def _key(self, version: int) -> bytes:
        key = self._keys.get(version)
        if key is None:
            path = self._path(version)
            if not path.exists():
                raise KeyUnreadableError(f"{path.name} is gone: it was retired, or must come from a backup.")
            key = self._keys[version] = kept_secret(path)
        return key


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
