"""Owns arrays that grow: room is doubled, so that appending costs the same on average however many there are."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T", bound=np.generic)


def grown(array: NDArray[T], rows: int) -> NDArray[T]:
    """The array with room for at least `rows` rows, the new ones zero; the same one when there is room already."""
    if len(array) >= rows:
        return array
    larger = np.zeros((max(rows, 2 * len(array), 16), *array.shape[1:]), dtype=array.dtype)
    larger[: len(array)] = array
    return larger


class IntList:
    """A list of int32 that grows and whose parts can be read without copying."""

    __slots__ = ("count", "room")

    def __init__(self, values: NDArray[np.int32] | None = None) -> None:
        self.room: NDArray[np.int32] = np.zeros(4, np.int32) if values is None else values.astype(np.int32, copy=True)
        self.count = 0 if values is None else len(values)

    def append(self, value: int) -> None:
        """Puts one value at the end."""
        if self.count == len(self.room):
            larger = np.zeros(2 * self.count + 4, np.int32)
            larger[: self.count] = self.room
            self.room = larger
        self.room[self.count] = value
        self.count += 1

    def remove(self, value: int) -> None:
        """Takes out every occurrence of a value, keeping the order."""
        kept = self.values[self.values != value]
        self.room, self.count = kept.copy(), len(kept)

    @property
    def values(self) -> NDArray[np.int32]:
        """(count,) int32, a view: valid until the next change."""
        return self.room[: self.count]
