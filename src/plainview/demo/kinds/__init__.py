"""The kinds of sample clip, one file each: owns the list of them."""

from __future__ import annotations

from plainview.demo.kinds import (
    attractor,
    aurora,
    coral,
    epicycles,
    facts,
    fireworks,
    galaxy,
    ink,
    pendulums,
    planet,
    pool,
    rain,
    ridges,
    sequencer,
    silk,
    sorting,
    sunflower,
    zoom,
)
from plainview.demo.shot import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        attractor.KIND,
        aurora.KIND,
        coral.KIND,
        epicycles.KIND,
        facts.KIND,
        fireworks.KIND,
        galaxy.KIND,
        ink.KIND,
        pendulums.KIND,
        planet.KIND,
        pool.KIND,
        rain.KIND,
        ridges.KIND,
        sequencer.KIND,
        silk.KIND,
        sorting.KIND,
        sunflower.KIND,
        zoom.KIND,
    )
}
