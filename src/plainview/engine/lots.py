"""Owns chance: numbers that look random and follow from (seed, person, time) alone, so that a page can be made again.

Source: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
"""

_MASK = (1 << 64) - 1


class Lots:
    """A stream of numbers; the same for the same beginnings."""

    __slots__ = ("_state",)

    def __init__(self, *beginnings: int) -> None:
        self._state = 0
        for number in beginnings:
            self._state = (self.next() ^ number) & _MASK

    def next(self) -> int:
        """The next number, in 0 … 2^64 - 1."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        """The next number in 0 … bound - 1; the bound must be positive."""
        return self.next() % bound

    def share(self) -> float:
        """The next number in [0, 1)."""
        return (self.next() >> 11) * 2.0**-53
