"""A key custodian in files of mode 600: the region's key, and other secrets that stay on this machine.

What this does not protect: whoever is root here, or holds a copy of the data folder, holds the keys too.
"""

import os
import secrets
import stat
from pathlib import Path

from plainview.adapters.sealing import KEY_BYTES, new_key, seal, unseal
from plainview.kernel.errors import UnavailableError
from plainview.kernel.ids import RegionNumber


class KeyUnreadableError(UnavailableError):
    """A key file is missing its bytes or may be read by others."""

    code, title = "key_unreadable", "A key file cannot be used"


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


class CustodianFile:
    """Wraps and unwraps persons' keys under the key of their region."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._keys: dict[RegionNumber, bytes] = {}

    def wrap(self, region: RegionNumber, key: bytes, bound_to: bytes) -> bytes:
        """A person's key, sealed under the region's."""
        return seal(self._key(region), key, bound_to)

    def unwrap(self, region: RegionNumber, wrapped: bytes, bound_to: bytes) -> bytes:
        """A person's key.

        Raises:
            DoorBrokenError: it was wrapped for another person, region or version, or under another key.
        """
        return unseal(self._key(region), wrapped, bound_to)

    def _key(self, region: RegionNumber) -> bytes:
        key = self._keys.get(region)
        if key is None:
            key = self._keys[region] = kept_secret(self._folder / f"region-{region}.key")
        return key
