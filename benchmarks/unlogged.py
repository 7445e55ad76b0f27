"""Serves as `plainview serve` does, but ranks without asking the warden: what the log of each ranking costs a feed.

For `benchmarks.feed` only. Nothing of the product has such a switch.
"""

import sys

from plainview.feed.profiles import Profiles
from plainview.kernel.ids import PersonId
from plainview.operations import processes


async def _always(_profiles: Profiles, _person: PersonId) -> bool:
    return True


if __name__ == "__main__":
    Profiles.may_rank = _always  # type: ignore[method-assign, assignment]  # Its first argument is the same.
    processes.run(sys.argv[1:])
