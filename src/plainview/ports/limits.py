"""The port of limits: how often one key (an address, a person) may do one thing."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `count` times in any `seconds`, spread evenly after a first burst of `count`."""

    name: str
    count: int
    seconds: int


class Limits(Protocol):
    """Counts what was done. Cheap enough for every request."""

    def take(self, rule: Rule, key: str | int, cost: int = 1) -> None:
        """Count one more by this key.

        Raises:
            TooManyRequestsError: the rule is used up; it says when to try again.
        """
