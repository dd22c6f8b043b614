"""Pairs of a yard and a drill at a pace, drawn by seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from conedrills.drill import (
    Drill,
    Pace,
    Stretch,
    StretchRange,
    drill_names,
    load_drill,
    parse_drill,
    read_drill,
)
from conedrills.yard import Yard
from tests.benchmarks.yards import draw_yard


@dataclass(frozen=True)
class Pair:
    """A drill at a pace in a yard of a stratum."""

    seed: int
    stratum: str
    yard: Yard
    drill: Drill
    pace: Pace

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.stratum} yard, {self.drill.name} at {self.pace} pace"


_UNCAPPED = (0.2, 3.0)


def draw_pair(strata: Sequence[str], seed: int, *, uncapped: bool = False, two_lengths: bool = False) -> Pair:
    """The pair of a seed: strata take turns, the drill and its pace are drawn.

    Drills come from sixteen of the library, or from those of two lengths, but for cluttered yards, which get
    zigzags of 8 to 16 legs.
    """
    stratum = strata[seed % len(strata)]
    draw = Random(f"pair {seed}")
    if two_lengths:
        drill = draw.choice([*stretched_drills()])
    elif stratum == "clutter":
        drill = zigzag(draw.randint(8, 16))
    else:
        drill = load_drill(draw.choice(DRAWN))
    pace = draw.choice(drill.paces)
    return Pair(seed, stratum, draw_yard(stratum, seed), without_cap(drill) if uncapped else drill, pace)


DRAWN = (
    "5-10-5", "backpedal-and-go", "backpedal-reaction-45", "box", "break-45", "break-90", "four-way-circle",
    "l-drill", "retro-lane", "semo", "short-box", "speed-turn", "straight-backpedal", "t-test", "w-drill",
    "zig-zag-backward-forward",
)  # fmt: skip
"""Drills of every sort, always the same, so that figures of one year compare with those of another."""


def without_cap(drill: Drill) -> Drill:
    """The drill with sizes for which hardly any yard is too small or large enough; a fixed one as it is."""
    if drill.size_min == drill.size_max:
        return drill
    low, high = _UNCAPPED
    if drill.stretch is not None:  # further apart, depth and width make another drill
        wide = StretchRange(Stretch(low, low), Stretch(high, high)) if turns_little(drill) else drill.stretch
        return replace(drill, stretch=wide, size_min=wide.low.size, size_max=wide.high.size)
    return replace(drill, size_min=low, size_max=high)


def turns_little(drill: Drill) -> bool:
    """Whether no leg of a drill of two lengths turns with them."""
    one, other = (drill.figure(to.size, to).legs for to in (Stretch(1.0, 2.0), Stretch(2.0, 1.0)))
    return all(abs(a.heading_in - b.heading_in) < 1e-6 for a, b in zip(one, other, strict=True))


_STRETCHED = Path(__file__).parent / "drills"


@cache
def stretched_drills() -> tuple[Drill, ...]:
    """Drills of two lengths: those of the library, and those of `drills` beside this."""
    library = [drill for drill in map(load_drill, drill_names()) if drill.stretch is not None]
    return (*library, *(read_drill(file) for file in sorted(_STRETCHED.glob("*.toml"))))


@cache
def zigzag(legs: int) -> Drill:
    """A zigzag ahead of so many legs of 4 yd with turns of 60 degrees, forwards and backwards in turn."""
    bearings = [30.0 if leg % 2 == 0 else 330.0 for leg in range(legs)]
    moves = ["run" if leg % 2 == 0 else "backpedal" for leg in range(legs)]
    facings = [b if move == "run" else b + 180.0 for b, move in zip(bearings, moves, strict=True)]
    places = {
        str(at + 1): {"from": str(at), "bearing": bearing, "distance": "leg"}
        for at, bearing in enumerate(bearings, 1)
    }
    data = {
        "title": f"Zigzag of {legs} legs", "family": "diagonal", "paces": ["walk", "easy", "brisk", "full"],
        "units": "yd", "distances": {"leg": {"nominal": 4.0, "min": 1.0, "max": 6.0}},
        "cones": {"1": {}, **places},
        "legs": [
            {"from": str(at), "to": str(at + 1), "movement": move, "facing": facing % 360.0, "cut": "plant"}
            for at, (move, facing) in enumerate(zip(moves, facings, strict=True), 1)
        ],
    }  # fmt: skip
    return parse_drill(data, f"zigzag-{legs}", "zigzag")
