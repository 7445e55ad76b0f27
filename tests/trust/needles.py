"""Searches for many values at once, in any bytes and files, in the forms in which they might stand there."""

import base64
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import numpy.typing as npt

KEY_BYTES = 8
CHUNK_BYTES = 8 * 1024 * 1024
OVERLAP_BYTES = 4096
TABLE_BITS = 20
_SPREAD = np.uint64(0x9E37_79B9_7F4A_7C15)
_SHIFT = np.uint64(64 - TABLE_BITS)


def forms_of(value: bytes) -> Iterator[bytes]:
    """How a value might stand somewhere: as it is, in hexadecimal, in base64, in UTF-16; a number also as bytes."""
    yield value
    if value.isdigit():
        yield from (int(value).to_bytes(8, order) for order in ("big", "little"))
    yield value.hex().encode()
    yield value.hex().upper().encode()
    for skipped in range(3):
        encoded = base64.b64encode(bytes(skipped) + value)
        # The characters at the ends depend on what stands beside the value.
        yield encoded[4 if skipped else 0 : len(encoded) // 4 * 4 - 4]
    if value.isascii():
        yield value.decode().encode("utf-16-le")


def _key_of(form: bytes) -> int:
    """The place of the eight bytes that are most unlike each other, and so unlikely to be anything else's."""
    return max(range(len(form) - KEY_BYTES + 1), key=lambda at: len(set(form[at : at + KEY_BYTES])))


class Needles:
    """Values to look for. Each form is known by eight of its bytes, which are looked up at every place at once."""

    def __init__(self, values: Iterable[bytes]) -> None:
        self._forms: dict[int, list[tuple[int, bytes, bytes]]] = {}
        for value in set(values):
            for form in {each for each in forms_of(value) if len(each) >= KEY_BYTES}:
                at = _key_of(form)
                key = int.from_bytes(form[at : at + KEY_BYTES], "little")
                self._forms.setdefault(key, []).append((at, form, value))
        self._keys = np.array(sorted(self._forms), dtype=np.uint64)
        self._table = np.zeros(1 << TABLE_BITS, dtype=np.bool_)
        self._table[(self._keys * _SPREAD) >> _SHIFT] = True

    def found_in(self, data: bytes | bytearray) -> set[bytes]:
        """The values that stand in these bytes."""
        found: set[bytes] = set()
        whole = bytes(data)
        for start in range(0, len(whole), CHUNK_BYTES):
            found |= self._found(whole[start : start + CHUNK_BYTES + OVERLAP_BYTES])
        return found

    def _found(self, data: bytes) -> set[bytes]:
        found: set[bytes] = set()
        for shift in range(min(KEY_BYTES, len(data) - KEY_BYTES + 1)):
            words = np.frombuffer(data, "<u8", (len(data) - shift) // KEY_BYTES, shift)
            for place in self._places(words):
                at = int(place) * KEY_BYTES + shift
                for before, form, value in self._forms[int(words[place])]:
                    if value not in found and data[at - before : at - before + len(form)] == form and at >= before:
                        found.add(value)
        return found

    def _places(self, words: "npt.NDArray[np.uint64]") -> "npt.NDArray[np.intp]":
        """Where one of the keys stands."""
        maybe: npt.NDArray[np.intp] = np.flatnonzero(self._table[(words * _SPREAD) >> _SHIFT])
        at = np.minimum(np.searchsorted(self._keys, words[maybe]), len(self._keys) - 1)
        there: npt.NDArray[np.intp] = maybe[self._keys[at] == words[maybe]]
        return there

    def found_below(self, folders: Iterable[Path]) -> dict[Path, set[bytes]]:
        """The files below these folders in which values stand, and which."""
        found = {}
        for path in files_below(folders):
            with suppress(OSError):
                if there := self.found_in(path.read_bytes()):
                    found[path] = there
        return found


def files_below(folders: Iterable[Path]) -> Iterator[Path]:
    """Every file, links to folders followed."""
    for folder in folders:
        for place, _, names in os.walk(folder, followlinks=True):
            yield from (path for name in names if (path := Path(place, name)).is_file())


def unlinked_files(pids: Iterable[int]) -> Iterator[Path]:
    """Files that processes hold open and that have no name any more."""
    for pid in pids:
        with suppress(OSError):
            for each in Path(f"/proc/{pid}/fd").iterdir():
                target = os.readlink(each)  # noqa: PTH115 - What the kernel says of it is no path.
                if target.endswith(" (deleted)") and each.is_file():
                    yield each
