"""Owns a log as the place's own recommender makes it: people come, swipe, leave, and come back after real gaps."""

import heapq
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.simulator.persons import Person
from benchmarks.simulator.world import START_MS, World, make_world

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000
_SESSION_SWIPES = 20.0
_HOURS = np.array([4, 3.5, 3, 3, 3, 3.5, 4, 5, 6, 6, 4.5, 2.5, 1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 2.5, 2.5, 2.5, 3])
"""How much is watched in each hour of a day, from noon on: a log begins at noon."""
_SLATE = 24
_ATTENTION_FOR = 2_000


class View(NamedTuple):
    """One showing and what it left behind."""

    person: int
    video: int
    at_ms: int
    """When the view began."""
    watched_ms: int
    duration_ms: int
    given: tuple[bool, ...]
    """In the order of `marginals.KINDS`."""
    pleasure: float
    """The truth, in (0, 1): for judging only, never for a recommender."""


def sessions(seed: int, persons: int, hours: float, world: World | None = None) -> Iterator[View]:
    """The views of so many people within so many hours, in order of time."""
    world = world or make_world(seed)
    dice = np.random.default_rng((seed, 7))
    end_ms = START_MS + int(hours * _HOUR_MS)
    waiting = [arrival for number in range(persons) for arrival in _arrivals(world, dice, number, end_ms)]
    heapq.heapify(waiting)
    people: dict[int, Person] = {}
    slates, turn = dice.choice(len(world.videos), (1, _SLATE)), 0
    while waiting:
        at_ms, number, left, arriving = heapq.heappop(waiting)
        person = people.get(number)
        if person is None:
            person = people[number] = world.person(number)
        if arriving:
            person.arrive(at_ms)
        if turn % _ATTENTION_FOR == 0:
            slates = dice.choice(len(world.videos), (_ATTENTION_FOR, _SLATE), p=world.attention(at_ms))
        video = world.serve(person, slates[turn % _ATTENTION_FOR], float(dice.random()))
        turn += 1
        view = _viewed(world, person, number, video, at_ms)
        yield view
        next_ms = at_ms + view.watched_ms + 700
        if left > 1 and next_ms < end_ms:
            heapq.heappush(waiting, (next_ms, number, left - 1, False))


def _viewed(world: World, person: Person, number: int, video: int, at_ms: int) -> View:
    views, pleasure = world.swipe(person, number, video, at_ms)
    watched_ms, given = int(views.watched_ms[0]), tuple(views.given[0].tolist())
    return View(number, video, at_ms, watched_ms, int(world.videos.duration_ms[video]), given, pleasure)


def _arrivals(
    world: World, dice: np.random.Generator, number: int, end_ms: int
) -> Iterator[tuple[int, int, int, bool]]:
    """The beginnings of a person's sessions within the window: (time, person, swipes, True)."""
    for day in active_days(world.marginals.gap_days, dice, (end_ms - START_MS) // _DAY_MS + 1):
        for _ in range(1 + int(dice.poisson(1.0))):
            hour = dice.choice(24, p=_HOURS / _HOURS.sum()) + dice.random()
            at_ms = START_MS + day * _DAY_MS + int(hour * _HOUR_MS)
            swipes = int(dice.geometric(1.0 / _SESSION_SWIPES))
            if at_ms < end_ms:
                yield at_ms, number, swipes, True


def active_days(gaps: NDArray[np.float64], dice: np.random.Generator, days: int) -> list[int]:
    """The days, from 0 on, on which a person watches; the gaps between them are drawn from `gaps`."""
    day, found = -int(dice.integers(len(gaps))), list[int]()
    while day < days:
        if day >= 0:
            found.append(day)
        day += 1 + int(dice.choice(len(gaps), p=gaps))
    return found
