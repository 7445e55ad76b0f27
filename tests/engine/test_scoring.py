"""The fast score, held against a slow and obvious one that keeps whole histories and does one item at a time."""

import math
import re
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.engine import worth
from plainview.engine.empty_words import EMPTY_WORDS
from plainview.engine.ranking import TasteEngine
from plainview.engine.vectors import Vectors
from plainview.kernel.ids import ItemId, PersonId
from plainview.ports.engine import EventKind, ItemFacts, Observation, PageRequest

NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000
Trait = tuple[str, str | int]


class SlowEngine:
    """What the score is by definition. Plain Python, doubles, no shared state with the engine."""

    def __init__(self, items: list[ItemFacts]) -> None:
        self.items = {facts.item: facts for facts in items}
        self.traits = {facts.item: self.traits_of(facts) for facts in items}
        self.tastes: dict[int, dict[Trait, tuple[float, float]]] = defaultdict(dict)
        self.enjoyed: dict[int, list[int]] = defaultdict(list)
        self.follows_on: list[tuple[int, int, float, int]] = []
        self.deeds: list[tuple[int, float, int]] = []
        self.shown: list[int] = []
        self.answers: list[tuple[int, int, float]] = []
        self.watches: list[tuple[int, int]] = []

    @staticmethod
    def traits_of(facts: ItemFacts) -> list[Trait]:
        edges = [7, 15, 30, 60, 120, 300]
        below = max([0, *[edge for edge in edges if facts.duration_ms >= edge * 1000]])
        above = [edge for edge in edges if facts.duration_ms < edge * 1000]
        traits: list[Trait] = [
            ("creator", facts.creator),
            ("length", f"{below}-{above[0]} s" if above else f"over {below} s"),
        ]
        traits += [("sound", facts.sound)] if facts.sound is not None else []
        traits += [("tag", tag) for tag in facts.tags]
        traits += [("language", facts.language)] if facts.language is not None else []
        passed_over = EMPTY_WORDS | set(facts.tags)
        words = [word for word in re.findall(r"[a-z]{4,24}", facts.caption.lower()) if word not in passed_over]
        return [*traits, *[("word", word) for word in list(dict.fromkeys(words))[:3]]]

    def rank(self, watched_ms: int, duration_ms: int) -> float:
        """The part of the earlier watches of videos of that length that were shorter; 25 steps begin at a quarter."""

        def group(length_ms: int) -> int:
            return round(2 * math.log2(length_ms / 1000))

        def step(watched: int, length_ms: int) -> int:
            once = watched / length_ms
            return math.floor(once * 24) if once < 1 else min(39, 24 + math.floor(min((once - 1) / 4, 1) * 16))

        mine = step(watched_ms, duration_ms)
        self.watches.append((watched_ms, duration_ms))
        others = [step(w, d) for w, d in self.watches if group(d) == group(duration_ms)]
        shorter = sum(other < mine for other in others) + 0.25 * sum(other < mine for other in range(25))
        equal = sum(other == mine for other in others) + 0.25 * (mine < 25)
        return (shorter + 0.5 * equal) / (len(others) + 0.25 * 25)

    def observe(self, event: Observation) -> None:
        assert event.item is not None
        if event.kind is EventKind.SHOWN:
            self.shown.append(event.item)
            return
        value = worth.ACTION_WORTH.get(event.kind, 0.0)
        if event.kind is EventKind.WATCHED:
            value = worth.WATCH_WORTH * (2 * self.rank(event.watched_ms, self.items[event.item].duration_ms) - 1)
        self.deeds.append((event.item, value, event.at_ms))
        self.answers.append((event.person, event.item, value))
        mine = self.tastes[event.person]
        for trait, (fast, slow) in mine.items():
            mine[trait] = (fast * worth.FAST_KEPT, slow * worth.SLOW_KEPT)
        for trait in self.traits[event.item]:
            fast, slow = mine.get(trait, (0.0, 0.0))
            mine[trait] = (fast + value, slow + value)
        enjoyed = self.enjoyed[event.person]
        if value >= 0.5 and event.item not in enjoyed:
            for distance, earlier in enumerate(enjoyed[::-1]):
                self.follows_on.append((earlier, event.item, 1 / (1 + distance), event.at_ms))
            enjoyed.append(event.item)
            del enjoyed[:-6]

    def learned(self, vectors: Vectors, person: int, item: int) -> float:
        """The whole least-squares problem, a row for each answer and the unseen as so many weak rows of nothing."""
        mine: dict[int, float] = defaultdict(float)
        for who, other, value in self.answers:
            if who == person:
                mine[other] += value
        if not mine:
            return 0.0
        everything = vectors.items[: len(self.items)].astype(float)
        people = vectors.people_count
        unseen = min(40.0 * vectors.answered / (max(people, 1) * len(self.items)), 1.0)
        wished = [max(-worth.ANSWER_WORTH_MAX, min(worth.ANSWER_WORTH_MAX, value)) for value in mine.values()]
        rows = [everything[[other - 1 for other in mine]], everything * unseen**0.5, np.eye(vectors.size) * 0.5**0.5]
        right = [np.array(wished) + worth.ANSWER_OFFSET, np.zeros(len(everything)), np.zeros(vectors.size)]
        vector = np.linalg.lstsq(np.concatenate(rows), np.concatenate(right), rcond=None)[0]
        return float(everything[item - 1] @ vector) * people / (people + worth.TRUSTED_PEOPLE)

    def unknown(self, vectors: Vectors, item: int) -> float:
        return worth.TASTE_HALF_VIEWERS / (worth.TASTE_HALF_VIEWERS + int(vectors.viewed[item - 1]))

    def standing(self, vectors: Vectors, item: int) -> float:
        """By how much better the answers to an item are than the usual one, of those that were learned."""
        learned = [
            answers[viewers >= 0] / 127.0 for answers, viewers in zip(vectors.answers, vectors.viewers, strict=True)
        ]
        usual = sum(float(mine.sum()) for mine in learned) / max(sum(len(mine) for mine in learned), 1)
        mine, prior = learned[item - 1], worth.STANDING_PRIOR_ANSWERS
        return (float((mine - usual).sum()) - prior * worth.STANDING_DOUBT) / (len(mine) + prior)

    def gain(self, trait: Trait) -> float:
        usage = sum(trait in traits for traits in self.traits.values())
        rarity = math.log((len(self.items) + 1) / (usage + 0.5)) / math.log(len(self.items) + 2)
        return worth.TRAIT_WEIGHTS[trait[0]] * max(rarity, 0)

    def parts(self, request: PageRequest, item: int) -> dict[str, float]:
        assert request.person is not None
        facts, mine, traits = self.items[ItemId(item)], self.tastes[request.person], self.traits[ItemId(item)]
        opinion = {trait: worth.FAST_SHARE * fast + worth.SLOW_SHARE * slow for trait, (fast, slow) in mine.items()}
        agreement = sum(self.gain(trait) * opinion.get(trait, 0.0) for trait in traits)
        heat = sum(
            value * 0.5 ** ((request.now_ms - at_ms) / 3_600_000 / worth.RISING_HALF_LIFE_HOURS)
            for other, value, at_ms in self.deeds
            if other == item
        )
        age_days = max(request.now_ms - facts.published_at_ms, 0) / DAY_MS
        foreign = request.languages and facts.language is not None and facts.language not in request.languages
        enjoyed = sum(self.items[ItemId(other)].language == facts.language for other in self.enjoyed[request.person])
        return {
            "taste": math.tanh(worth.TASTE_STEEPNESS * agreement / math.sqrt(len(traits))),
            "co_watched": min(2 * self.after(self.enjoyed[request.person], item), 1.0),
            "followed": float(facts.creator in request.followed),
            "rising": max(heat, 0) / (max(heat, 0) + worth.RISING_HALF_WORTH),
            "fresh": 0.5 ** (age_days / worth.FRESH_HALF_LIFE_DAYS),
            "language": max(float(bool(foreign)) - enjoyed / worth.LANGUAGE_UNDERSTOOD_FROM, 0.0),
        }

    def after(self, enjoyed: list[int], item: int) -> float:
        """Which share of what others went on to enjoy was this item, the nearest of the enjoyed ones counting most."""
        total = 0.0
        for distance, anchor in enumerate(enjoyed[::-1]):
            links = [
                (to, w * 2.0 ** (at / DAY_MS / worth.CO_WATCHED_HALF_LIFE_DAYS))
                for a, to, w, at in self.rebased()
                if a == anchor
            ]
            whole = sum(weight for _, weight in links)
            total += sum(weight for to, weight in links if to == item) / whole / (1 + distance) if whole else 0.0
        return total

    def rebased(self) -> list[tuple[int, int, float, int]]:
        return [(earlier, to, weight, at_ms - NOW_MS) for earlier, to, weight, at_ms in self.follows_on]


def catalogue() -> list[ItemFacts]:
    return [
        ItemFacts(
            ItemId(number), PersonId(900 + number % 4), 4_000 * (1 + number % 9), NOW_MS - number * DAY_MS // 3,
            sound=None if number % 4 == 0 else number % 5, tags=(f"tag{number % 3}", f"tag{number % 5}x"),
            language=("en", "de", None)[number % 3], caption=f"Some caption on topic{'abc'[number % 3]}",
        )
        for number in range(1, 16)
    ]  # fmt: skip


ABOUT_NO_ITEM = ("follow", "creator", "topic")
KINDS = [kind for kind in worth.ACTION_WORTH if not any(word in kind for word in ABOUT_NO_ITEM)]
events = st.builds(
    Observation,
    person=st.integers(1, 2).map(PersonId),
    kind=st.sampled_from([*KINDS, EventKind.WATCHED, EventKind.WATCHED, EventKind.SHOWN]),
    at_ms=st.integers(NOW_MS, NOW_MS + DAY_MS // 2),
    item=st.integers(1, 15).map(ItemId),
    watched_ms=st.integers(0, 90_000),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(events, max_size=40), st.sampled_from([(), ("en",), ("de", "fr")]))
def test_the_fast_score_is_the_slow_one(history: list[Observation], languages: tuple[str, ...]) -> None:
    fast, slow = TasteEngine(seed=1), SlowEngine(catalogue())
    fast.add_items(catalogue())
    kept = [
        event
        for event in history
        if event.kind not in {EventKind.REPORT, EventKind.NOT_INTERESTED, EventKind.UNDO_NOT_INTERESTED}
    ]
    for event in kept:
        fast.observe([event])
        slow.observe(event)
    request = PageRequest(
        now_ms=NOW_MS + DAY_MS, size=15, person=PersonId(1), languages=languages, followed=[PersonId(901)]
    )
    page = fast.page(request)
    assert len(page.items) == 15
    for ranked in page.items:
        found = dict(zip(page.part_names, ranked.parts, strict=True))
        luck = found.pop("luck")
        expected = slow.parts(request, ranked.item)
        expected["learned"] = slow.learned(fast._learner.vectors, 1, ranked.item)
        held = fast._learner.people.get(1)
        newcomer = 1.0 if held is None else held.newcomer
        expected["taste"] *= newcomer + (1.0 - newcomer) * slow.unknown(fast._learner.vectors, ranked.item)
        expected |= {"next": 0.0, "kind": 0.0, "tired": 0.0}
        expected["quality"] = slow.standing(fast._learner.vectors, ranked.item)
        assert found == pytest.approx(expected, abs=2e-3)
        lines, person = fast._learner.foretelling.lines, fast._learner.people.get(1)
        facts = (1.0, 1.0, 0.0, 0.0, 0.0, 0.0) if person is None else person.facts(request.now_ms)
        assert ranked.score == pytest.approx(worth_of(lines.tolist(), expected | {"luck": luck}, facts), abs=5e-3)


def worth_of(lines: list[list[float]], parts: dict[str, float], facts: tuple[float, ...]) -> float:
    """Worth times chance, beyond that of a video of which no part says anything, in points; one number at a time."""
    published = list(worth.PART_WEIGHTS.values())
    squares, newcomer = sum(weight**2 for weight in published), facts[1]
    total, point = 0.0, 0.0
    for value, line in zip(worth.CHANCE_WORTH.values(), lines, strict=True):
        turn = 1.0 if value > 0 else -1.0
        along = sum(learned * weight for learned, weight in zip(line, published, strict=False)) * turn / squares
        steepness = max(along, 0.1 * worth.USUAL_STEEPNESS)
        start = sum(each * fact for each, fact in zip(line[2 * len(published) :], facts, strict=False))
        odds = start
        for place, (part, weight) in enumerate(worth.PART_WEIGHTS.items()):
            usual = turn * steepness * weight
            known, new = (
                sorted((usual * worth.LEARNED_WITHIN[0], usual * worth.LEARNED_WITHIN[1], line[at]))[1]
                if part not in {"followed", "language", "luck"}
                else usual
                for at in (place, len(published) + place)
            )
            odds += (newcomer * new + (1 - newcomer) * known) * parts[part]
        rest = chance(line[2 * len(published)])
        point += abs(value) * rest * (1 - rest) * steepness
        total += value * (chance(odds) - chance(start))
    return total / point


def chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds))


def test_reasons_are_shares_of_the_score() -> None:
    engine = TasteEngine(seed=1)
    engine.add_items(catalogue())
    engine.observe([Observation(PersonId(1), EventKind.LIKE, NOW_MS, ItemId(3))])
    page = engine.page(PageRequest(now_ms=NOW_MS, person=PersonId(1), size=12))
    learner, ones = engine._learner, np.ones(len(page.part_names), np.float32)
    person = learner.people[1]
    lines = learner.foretelling.for_page(ones, person.newcomer, person.facts(NOW_MS))
    for ranked in page.items:
        shares = lines.shares(np.array(ranked.parts, np.float32)[:, None])[:, 0].tolist()
        assert sum(shares) == pytest.approx(ranked.score, abs=1e-4)
        for reason in ranked.reasons:
            assert reason.weight == pytest.approx(0.0) or any(
                reason.weight == pytest.approx(share, abs=1e-5) for share in shares
            )


def test_tags_say_less_of_a_video_the_more_people_have_answered_to_it() -> None:
    engine = TasteEngine(seed=1)
    engine.add_items(catalogue())
    engine.observe([Observation(PersonId(1), EventKind.LIKE, NOW_MS, ItemId(3))])
    page = PageRequest(now_ms=NOW_MS, size=15, person=PersonId(1))

    def tastes() -> dict[int, float]:
        found = engine.page(page)
        return {ranked.item: ranked.parts[found.part_names.index("taste")] for ranked in found.items}

    before = tastes()
    newcomer = engine._learner.people[1].newcomer
    viewers = int(worth.TASTE_HALF_VIEWERS)
    engine.observe(
        [Observation(PersonId(2 + person), EventKind.FINISHED, NOW_MS, ItemId(6)) for person in range(3 * viewers)]
    )
    answered = int(engine._learner.vectors.viewed[5])
    assert answered > viewers
    after = tastes()
    assert before[6] > 0.0
    left = newcomer + (1.0 - newcomer) * viewers / (viewers + answered)
    assert after[6] == pytest.approx(before[6] * left, rel=0.02)
    assert after[9] == pytest.approx(before[9], rel=0.02)
