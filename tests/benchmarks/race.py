"""The fit against differential evolution on real yards, in one run, as ratios.

    python -m tests.benchmarks.race YARDS... [--pairs 40] [--generations 150] [--seed 1]

YARDS are yard files. Pairs of a yard, a drill and a pace are drawn at random, those at full size left out
(nothing can beat them); evolution gets three seeds a mirror image. Prints every pair and, at the end, how
often either was the larger by more than 0.05 % and the median ratio of times.
"""

from __future__ import annotations

import argparse
import random
import statistics
import time
from pathlib import Path

from conedrills.drill import drill_names, load_drill
from conedrills.fit import fit
from conedrills.ground import ready
from conedrills.importers import read_yard
from conedrills.layout import Placement
from conedrills.space import SpaceModel
from tests.benchmarks.evolution import Evolution

CLEAR = 1.0005  # sizes have four decimals; a smaller lead is rounding


def main() -> None:
    """Race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("yards", nargs="+", type=Path)
    parser.add_argument("--pairs", type=int, default=40)
    parser.add_argument("--generations", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    draw = random.Random(given.seed)
    ahead = behind = 0
    ratios: list[float] = []
    while len(ratios) < given.pairs:
        file, name = draw.choice(given.yards), draw.choice(drill_names())
        drill = load_drill(name)
        pace = draw.choice(drill.paces)
        ground = ready(read_yard(file))
        start = time.perf_counter()
        result = fit(ground, drill, SpaceModel(), pace=pace)
        own = time.perf_counter() - start
        size = result.size if isinstance(result, Placement) else 0.0
        if drill.size_min == drill.size_max or size >= drill.size_max:
            continue
        start = time.perf_counter()
        rival = Evolution(ground.yard, drill, pace, SpaceModel())
        found = max(
            rival.largest(mirrored, seed, given.generations)
            for mirrored in ((False, True) if drill.mirror else (False,))
            for seed in (1, 2, 3)
        )
        ratios.append((time.perf_counter() - start) / own)
        ahead, behind = ahead + (size > found * CLEAR), behind + (found > size * CLEAR)
        pair = f"{file.stem:16} {name:26} {pace:6}"
        print(f"{pair} {size:.4f}  evolution {found:.4f}  {ratios[-1]:5.0f} x as long", flush=True)
    median = statistics.median(ratios)
    print(f"{len(ratios)} pairs: larger in {ahead}, smaller in {behind}; median {median:.0f} x as long")


if __name__ == "__main__":
    main()
