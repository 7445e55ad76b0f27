"""Owns where the real figures come from: a folder given by flag or environment; without one, made-up ones stand in."""

import argparse
import os
import sys
from pathlib import Path

from benchmarks.simulator.world import World, make_world

_VARIABLE = "KUAIRAND_FOLDER"


def add_source(parser: argparse.ArgumentParser) -> None:
    """Adds the flag for the folder."""
    parser.add_argument(
        "--kuairand",
        type=Path,
        default=os.environ.get(_VARIABLE),
        help="the folder of kuairand_calibration.json and kuairand-pure-features/video_features_basic_pure.csv "
        f"(KuaiRand-Pure, CC BY-SA 4.0, kuairand.com); or the environment's {_VARIABLE}",
    )


def world_from(options: argparse.Namespace, seed: int) -> World:
    """The place that the options ask for; says so when it is made up."""
    folder = None if options.kuairand is None else Path(options.kuairand)
    if folder is None:
        print("No KuaiRand folder given: videos and marginals are made up in the same form.", file=sys.stderr)
    return make_world(seed, folder)
