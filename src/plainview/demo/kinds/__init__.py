"""The kinds of sample clip, one file each: owns the list of them."""

from __future__ import annotations

from plainview.demo.kinds import (
    attractor,
    aurora,
    fireworks,
    galaxy,
    pendulums,
    planet,
    pool,
    ridges,
    sequencer,
    silk,
    zoom,
)
from plainview.demo.shot import Kind

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        attractor.KIND,
        aurora.KIND,
        fireworks.KIND,
        galaxy.KIND,
        pendulums.KIND,
        planet.KIND,
        pool.KIND,
        ridges.KIND,
        sequencer.KIND,
        silk.KIND,
        zoom.KIND,
    )
}
