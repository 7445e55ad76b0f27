"""Makes changed copies of proof files: what a liar or a bad disk might hand over in place of the honest file."""

import copy
import itertools
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.verifier.handmade import written

File = dict[str, Any]
Mutant = tuple[str, bytes]


def parsed(data: bytes) -> File:
    """The file's fields."""
    told: File = json.loads(data)
    return told


def flips(data: bytes, chance: random.Random) -> Iterator[Mutant]:
    """A copy for each byte of the file, in which that byte is another."""
    for at in range(len(data)):
        mutant = bytearray(data)
        mutant[at] ^= 1 << chance.randrange(8) if chance.random() < 0.5 else chance.randrange(1, 256)
        yield f"byte {at} flipped", bytes(mutant)


def cuts(data: bytes) -> Iterator[Mutant]:
    """A copy for each length that is shorter than the file's, and some that are longer."""
    for at in range(len(data)):
        yield f"cut after {at} bytes", data[:at]
    yield from ((f"with {tail!r} behind it", data + tail) for tail in (b"\n", b" ", b"\0", b"}", data))


def _bodies(file: File) -> list[tuple[int, int]]:
    return [(a, b) for a, context in enumerate(file["contexts"]) for b in range(len(context["bodies"]))]


def _tidy(file: File) -> File:
    file["contexts"] = [context for context in file["contexts"] if context["bodies"]]
    return file


def deletions(data: bytes) -> Iterator[Mutant]:
    """A copy for each item of each list, and each field, that is left out; the rest in the right form."""
    for a, b in _bodies(parsed(data)):
        file = parsed(data)
        del file["contexts"][a]["bodies"][b]
        yield f"body {a}.{b} deleted", written(_tidy(file))
    for at in range(len(parsed(data)["contexts"])):
        file = parsed(data)
        del file["contexts"][at]
        yield f"context {at} deleted", written(file)
        file = parsed(data)
        del file["contexts"][at:]
        yield f"contexts from {at} on deleted", written(file)
    for where in (["heads_proof"], ["map", "siblings"], ["witness_keys"]):
        for at in range(len(_at(parsed(data), where))):
            file = parsed(data)
            del _at(file, where)[at]
            yield f"{where[-1]} {at} deleted", written(file)
    for name in parsed(data):
        yield f"field {name} deleted", written({k: v for k, v in parsed(data).items() if k != name})


def _at(file: File, where: list[str]) -> list[Any]:
    found: Any = file
    for name in where:
        found = found[name]
    assert isinstance(found, list)
    return found


def reorders(data: bytes) -> Iterator[Mutant]:
    """A copy for each two neighbours of each list, and of the fields, that change places."""
    honest = parsed(data)
    bodies = _bodies(honest)
    for (a, b), (c, d) in itertools.pairwise(bodies):
        file = parsed(data)
        first, second = file["contexts"][a]["bodies"], file["contexts"][c]["bodies"]
        first[b], second[d] = second[d], first[b]
        yield f"bodies {a}.{b} and {c}.{d} exchanged", written(file)
    for where in (["contexts"], ["heads_proof"], ["map", "siblings"], ["witness_keys"]):
        for at in range(len(_at(honest, where)) - 1):
            file = parsed(data)
            items = _at(file, where)
            items[at], items[at + 1] = items[at + 1], items[at]
            if items[at] != items[at + 1]:
                yield f"{where[-1]} {at} and the next exchanged", written(file)
    names = list(honest)
    for at in range(len(names) - 1):
        order = [*names[:at], names[at + 1], names[at], *names[at + 2 :]]
        yield f"field {names[at]} after the next", written({name: honest[name] for name in order})


def repeats(data: bytes) -> Iterator[Mutant]:
    """A copy for each item of each list that stands there twice."""
    for a, b in _bodies(parsed(data)):
        file = parsed(data)
        file["contexts"][a]["bodies"].insert(b, file["contexts"][a]["bodies"][b])
        yield f"body {a}.{b} replayed", written(file)
    for where in (["contexts"], ["heads_proof"], ["map", "siblings"], ["witness_keys"]):
        for at in range(len(_at(parsed(data), where))):
            file = parsed(data)
            _at(file, where).insert(at, copy.deepcopy(_at(file, where)[at]))
            yield f"{where[-1]} {at} twice", written(file)


def exchanges(data: bytes, other: bytes) -> Iterator[Mutant]:
    """A copy for each field that is taken from another file: an earlier one, another person's, another log's."""
    foreign = parsed(other)
    for name, value in foreign.items():
        file = parsed(data)
        if file[name] != value:
            file[name] = value
            yield f"{name} of another file", written(file)


def _leaves(value: Any, put: Callable[[Any], None]) -> Iterator[tuple[Any, Callable[[Any], None]]]:
    yield value, put
    if isinstance(value, list):
        for at, each in enumerate(value):
            yield from _leaves(each, lambda new, at=at: value.__setitem__(at, new))  # type: ignore[misc]
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, lambda new, name=name: value.__setitem__(name, new))  # type: ignore[misc]


ODD: list[Any] = [None, True, False, -1, 0, 1, 2**53, 2**64, 1.5, "", "0", "é", [], {}, [[]], "A" * 44, "\n", "\0"]


def _by_shape(data: bytes, chance: random.Random) -> bytes:
    file = parsed(data)
    places = list(_leaves(file, lambda _: None))[1:]
    value, put = chance.choice(places)
    if isinstance(value, str) and chance.random() < 0.6:
        at = chance.randrange(len(value) + 1)
        put(value[:at] + chance.choice(["", "A", "=", " ", "\n", "0", "—", value[at : at + 4] * 2]) + value[at + 1 :])
    elif isinstance(value, int) and not isinstance(value, bool) and chance.random() < 0.6:
        put(value + chance.choice([-2, -1, 1, 2, 256]))
    elif chance.random() < 0.5:
        put(copy.deepcopy(chance.choice(places)[0]))
    else:
        put(chance.choice(ODD))
    return written(file)


def _by_bytes(data: bytes, chance: random.Random) -> bytes:
    a, b = sorted(chance.choices(range(len(data) + 1), k=2))
    b = min(b, a + chance.choice([1, 2, 4, 16, 64, 1024]))
    piece = data[a:b]
    to = chance.randrange(len(data) + 1)
    kind = chance.randrange(6)
    if kind == 0:
        return data[:a] + data[b:]
    if kind == 1:
        return data[:a] + chance.randbytes(len(piece)) + data[b:]
    if kind == 2:
        return data[:to] + piece + data[to:]
    if kind == 3:
        return data[:a] + piece[::-1] + data[b:]
    if kind == 4:
        return data[:a] + bytes(chance.choice(b'0123456789abcdefABCDEF+/=",:[]{} ') for _ in piece) + data[b:]
    mutant = bytearray(data)
    for _ in range(chance.randrange(1, 8)):
        mutant[chance.randrange(len(mutant))] ^= 1 << chance.randrange(8)
    return bytes(mutant)


def at_random(data: bytes, count: int, chance: random.Random) -> Iterator[Mutant]:
    """So many copies, each changed in a way that chance picks; none of them equal to the file."""
    made = 0
    while made < count:
        mutant = (_by_shape if chance.random() < 0.5 else _by_bytes)(data, chance)
        if mutant != data:
            made += 1
            yield f"random {made}", mutant
