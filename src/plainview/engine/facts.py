"""Owns what a person is told of themselves: every taste and tempo that is held, by name."""

import numpy as np

from plainview.engine.catalogue import Catalogue
from plainview.engine.habits import PART_NAMES
from plainview.engine.persons import Person, opinion
from plainview.engine.terms import KINDS
from plainview.ports.engine import Fact


def facts_of(person: Person, catalogue: Catalogue) -> tuple[Fact, ...]:
    """Tastes first, the strongest (for or against) leading, then what was counted. No taste is left out."""
    held, leaning = person.tastes()
    strength = (leaning * catalogue.gains[held]).tolist()
    kinds = catalogue.terms.kind[held].tolist()
    names = catalogue.terms.names
    tastes = [
        Fact(KINDS[kind], str(names[term]), round(weight, 4))
        for term, kind, weight in zip(held.tolist(), kinds, strength, strict=True)
    ]
    tastes.sort(key=lambda fact: (-abs(fact.weight), fact.name, fact.subject))
    return (*tastes, *_tempo(person), *_lists(person, catalogue), *_forgotten(person, catalogue))


def _tempo(person: Person) -> list[Fact]:
    counts = person.counts
    found = [Fact(name, "", float(counts[name])) for name in ("events", "shown", "finished", "skipped")]
    if counts["skipped"]:
        found.append(Fact("skip_after_ms", "", round(counts["skip_ms_sum"] / counts["skipped"], 1)))
    answered = len(person.answers()[0])
    found += [Fact("answered", "", float(answered))] if answered else []
    return [*found, *_habits(person)]


def _habits(person: Person) -> list[Fact]:
    habits = person.habits
    watched = zip(PART_NAMES, habits.watches[0].sum(axis=1).tolist(), strict=True)
    found = [Fact("watched_at", part, round(count, 1)) for part, count in watched if count >= 0.1]
    found += [Fact("time_of_day", f"{part}, {length}", round(by, 4)) for part, length, by in habits.by_time_of_day()]
    if habits.repeats[0]:
        found.append(Fact("repeats", "", round(habits.tired_of_repeats, 4)))
    return found


def _lists(person: Person, catalogue: Catalogue) -> list[Fact]:
    found = [Fact("seen", "", float(person.seen.list.count))]
    found += [Fact("refused", str(int(catalogue.ids[slot])), 1.0) for slot in person.refused]
    found += [Fact("hidden", str(catalogue.terms.names[term]), 1.0) for term in person.hidden]
    found += [Fact("enjoyed", str(int(catalogue.ids[slot])), 1.0) for slot in person.enjoyed]
    return found


def _forgotten(person: Person, catalogue: Catalogue) -> list[Fact]:
    if not person.forgotten:
        return []
    held = np.array(list(person.forgotten), np.intp)
    fast, slow = np.array(list(person.forgotten.values()), np.float32).T
    strength = (opinion(fast, slow) * catalogue.gains[held]).tolist()
    kinds, names = catalogue.terms.kind[held].tolist(), catalogue.terms.names
    return [
        Fact("forgotten", f"{KINDS[kind]}:{names[term]}", round(weight, 4))
        for term, kind, weight in zip(person.forgotten, kinds, strength, strict=True)
    ]
