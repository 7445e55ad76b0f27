"""Searches all that an instance leaves on its disk for given words: what was erased must be in none of it.

Every file of the data folder is read as it lies: media, spools, logs, the database's pages and its write-ahead log, the
wardens' stores with their free pages. A backup is opened, and its dumps are unpacked. A file that cannot be read is
named too, since nobody knows what is in it.
"""

import os
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PIECE_BYTES = 1 << 22
_DUMP = ".dump"
Unpack = Callable[[Path], Iterator[bytes]]


@dataclass(frozen=True, slots=True, order=True)
class Residue:
    """Where something was found: the file, and which of what was searched; None where it could not be read."""

    place: str
    name: str | None


def needles_of(words: Mapping[str, bytes]) -> dict[str, tuple[bytes, ...]]:
    """The forms in which each of these could lie: as it is, and in hexadecimal as dumps write bytes."""
    return {name: (word, word.hex().encode()) for name, word in words.items() if word}


def searched(places: list[Path], words: Mapping[str, bytes], unpack: Unpack) -> list[Residue]:
    """Where any of these words lies, in order: below each folder, or in each file."""
    needles = needles_of(words)
    found: set[Residue] = set()
    for place in places:
        for path in _files(place):
            found |= {Residue(str(path), name) for name in _in_file(path, needles, unpack)}
    return sorted(found, key=lambda each: (each.place, each.name or ""))


def pg_restore(program: Path) -> Unpack:
    """What unpacks a dump by this program."""

    def unpack(dump: Path) -> Iterator[bytes]:
        with subprocess.Popen([program, "--file=-", dump], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            yield from _pieces(process.stdout)
        if process.returncode:
            raise OSError(f"{dump} cannot be unpacked")

    return unpack


def _files(place: Path) -> Iterator[Path]:
    """Every file below a folder, or the file itself. Links are followed: an instance may keep a part elsewhere."""
    if not place.is_dir():
        yield place
    seen: set[Path] = set()
    for folder, folders, names in os.walk(place, followlinks=True):
        real = {each: Path(folder, each).resolve() for each in sorted(folders)}
        folders[:] = [each for each, there in real.items() if there not in seen]
        seen |= set(real.values())
        yield from (path for name in sorted(names) if (path := Path(folder, name)).is_file())


def _in_file(path: Path, needles: Mapping[str, tuple[bytes, ...]], unpack: Unpack) -> set[str | None]:
    try:
        found: set[str | None] = set()
        with path.open("rb") as file:
            found |= _in_pieces(_pieces(file), needles)
        if path.stat().st_size and tarfile.is_tarfile(path):
            found |= _in_dumps(path, needles, unpack)
    except FileNotFoundError:
        return set()  # What is gone by now holds nothing.
    except (OSError, tarfile.TarError):
        return {None}
    return found


def _in_dumps(path: Path, needles: Mapping[str, tuple[bytes, ...]], unpack: Unpack) -> set[str | None]:
    found: set[str | None] = set()
    with tarfile.open(path) as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(_DUMP) else None
            found |= set() if file is None else _in_dump(file, needles, unpack)
    return found


def _in_dump(file: IO[bytes], needles: Mapping[str, tuple[bytes, ...]], unpack: Unpack) -> set[str | None]:
    with tempfile.NamedTemporaryFile(suffix=_DUMP) as dump:
        dump.writelines(_pieces(file))
        dump.flush()
        return _in_pieces(unpack(Path(dump.name)), needles)


def _in_pieces(pieces: Iterator[bytes], needles: Mapping[str, tuple[bytes, ...]]) -> set[str | None]:
    longest = max((len(each) for forms in needles.values() for each in forms), default=1)
    found: set[str | None] = set()
    tail = b""
    for piece in pieces:
        whole = tail + piece
        found |= {name for name, forms in needles.items() if any(each in whole for each in forms)}
        tail = whole[-(longest - 1) :] if longest > 1 else b""
    return found


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(PIECE_BYTES):
        yield piece
