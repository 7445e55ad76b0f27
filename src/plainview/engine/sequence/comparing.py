"""Owns the comparison: the model and its peers, fitted and judged in the same run on the same people."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from plainview.engine.sequence.evaluating import Quality, Scorer, evaluate, paired_chance
from plainview.engine.sequence.histories import HeldOut, Histories, hold_out
from plainview.engine.sequence.next_item import NextItemShape, fit_next_item
from plainview.engine.sequence.peers import Ials, Popularity, ease
from plainview.engine.sequence.reading import Named

OURS = "plainview"


@dataclass(frozen=True)
class Outcome:
    """How one model did with one seed, and what its fit cost."""

    quality: Quality
    fit_s: float
    fit_cpu_s: float


def compare(
    named: Named,
    shape: NextItemShape,
    seeds: Sequence[int] = (0,),
    tell: Callable[[str], None] = lambda _: None,
    guests: Mapping[str, Callable[[HeldOut, float], Outcome]] | None = None,
) -> dict[str, object]:
    """Figures of the model and its peers, by name; each person's last item is asked for, after all that came before.

    Our weights are found on some people's last item but one; peers learn from everything but the asked item. Guests are
    peers that fit and judge by themselves, told how many seconds our first fit took by the clock.
    """
    histories, traits = named.histories, named.traits
    known, asked = histories.without_last(1), hold_out(histories)
    outcomes = {name: [judged(fit, known, asked)] for name, fit in plain_peers().items()}
    outcomes["ials"] = [judged(partial(Ials, seed=seed), known, asked) for seed in seeds]
    outcomes[OURS] = []
    for seed in seeds:
        seeded = replace(shape, course=replace(shape.course, seed=seed))
        fit = partial(fit_next_item, shape=seeded, traits=traits, tell=tell)
        outcomes[OURS].append(judged(fit, known, asked))
        tell(f"seed {seed}: {outcomes[OURS][-1].quality.hr10:.4f} / {outcomes[OURS][-1].quality.ndcg10:.4f}")
    outcomes |= {name: [guest(asked, outcomes[OURS][0].fit_s)] for name, guest in (guests or {}).items()}
    return figures(outcomes, histories)


def plain_peers() -> dict[str, Callable[[Histories], Scorer]]:
    """The peers that no lot is drawn for."""
    return {"popularity": Popularity, "ease": ease}


def judged(fit: Callable[[Histories], Scorer], known: Histories, asked: HeldOut) -> Outcome:
    """Fits on what is known, and asks."""
    started, started_cpu = time.perf_counter(), time.process_time()
    scorer = fit(known)
    fit_s, fit_cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    return Outcome(evaluate(scorer, asked), fit_s, fit_cpu_s)


def figures(outcomes: dict[str, list[Outcome]], histories: Histories) -> dict[str, object]:
    """Means over the seeds, the spread of ours, and the chance of its lead over the best peer by luck."""
    found: dict[str, object] = {
        "people": len(histories),
        "items": histories.item_count,
        "events": len(histories.items),
    }
    for name, runs in outcomes.items():
        found[name] = {
            "hr10": round(float(np.mean([run.quality.hr10 for run in runs])), 4),
            "ndcg10": round(float(np.mean([run.quality.ndcg10 for run in runs])), 4),
            "ndcg10_each": [round(run.quality.ndcg10, 4) for run in runs],
            "fit_s": round(float(np.mean([run.fit_s for run in runs])), 1),
            "fit_cpu_s": round(float(np.mean([run.fit_cpu_s for run in runs])), 1),
        }
    best = max((name for name in outcomes if name != OURS), key=lambda name: outcomes[name][0].quality.ndcg10)
    found["best_peer"] = best
    found["chance_of_no_lead"] = max(
        paired_chance(run.quality.gains, outcomes[best][0].quality.gains) for run in outcomes[OURS]
    )
    return found
