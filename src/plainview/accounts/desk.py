"""Owns what the routes of accounts need, gathered once by wiring."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from plainview.accounts.ages import AgeBand
from plainview.accounts.cookies import Cookies
from plainview.accounts.entrance import Entrance
from plainview.accounts.passkeys import Site
from plainview.accounts.shapes import LimitsShape
from plainview.kernel.ids import PersonId
from plainview.ports.database import Transaction
from plainview.ports.jobs import Jobs
from plainview.ports.objects import Objects
from plainview.ports.portraits import Portraits
from plainview.ports.standing import Standings
from plainview.privacy.erasure import Erase


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts behind the routes of accounts."""

    entrance: Entrance
    cookies: Cookies
    site: Site
    jobs: Jobs
    objects: Objects
    portraits: Portraits
    standings: Standings
    own_band: Callable[[Transaction, PersonId], Awaitable[AgeBand]]
    erasers: Sequence[Erase]
    sample_count: Callable[[Transaction], Awaitable[int]]
    limits: LimitsShape
    picture_bytes_max: int
