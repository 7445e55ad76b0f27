"""Owns the bundle that social's handlers take: how they tell others, give notices and read relations."""

from dataclasses import dataclass

from plainview.ports.door import Door
from plainview.ports.limits import Limits, Rule
from plainview.ports.relations import Relations
from plainview.social.notices import Notices
from plainview.social.telling import Telling

COMMENTS = Rule("comments", 30, 60)
SHARES = Rule("shares", 60, 60)
FOLLOWS = Rule("follows", 60, 60)


@dataclass(frozen=True, slots=True)
class Dealings:
    """What social is given by wiring."""

    telling: Telling
    notices: Notices
    relations: Relations
    limits: Limits
    door: Door
