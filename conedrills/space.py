"""The space model: how much room a leg needs beside it and beyond its last cone.

Clearances by pace and way of moving, run-outs by way, cut and length. Defaults follow published stopping and
run-off figures (named beside each number); those for walk, easy and brisk are ours. `fit` keeps these
distances, `check` asks for them again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from typing import Any

from conedrills.drill import Drill, LegFigure, Pace, Way, following
from conedrills.geometry import angle_between

FLOOR = 0.9
"""Metres that everything hard is kept away, whatever else is said: the NFHS minimum of 3 ft round a court."""
WARN = 2.0
"""Metres to something hard below which the sheet says so (FIBA: 2 m; FA pyramid: 1.83 m)."""
ROUND = 1.0
"""Metres more than the side clearance that a cut round a cone keeps about that cone: the loop of the turn."""
GOES_ON = 30.0
"""Degrees of turn up to which the next leg uses up the run-out."""
SOFT = 0.5
"""The share of a side clearance that is kept from soft things: stepping on them hurts nobody."""

Table = tuple[tuple[float, float], ...]
"""Run-out over leg length: (length, run-out) pairs, metres, linear between them and constant outside."""

_SIDE_CLEARANCE: Mapping[Pace, Mapping[Way, float]] = {
    # backward 2 m: people drift and cannot see; else 1.5 m: the T-test asks for 20 yd round its 10
    "walk": {"forward": 0.9, "sideways": 0.9, "backward": 1.0},
    "easy": {"forward": 1.0, "sideways": 1.0, "backward": 1.5},
    "brisk": {"forward": 1.2, "sideways": 1.2, "backward": 1.8},
    "full": {"forward": 1.5, "sideways": 1.5, "backward": 2.0},
}
_RUN_OUT: Mapping[str, Table] = {
    # stopping after a 5 yd sprint takes 3.7 m, after 10 yd up to 5.8 m, after 30 m 10 m
    "through": ((5.0, 4.0), (10.0, 6.0), (20.0, 9.0)),
    "forward": ((0.0, 2.0),),  # FIFA's CODA leaves about 2.5 m at each end of its lane
    "backward": ((5.0, 3.0), (10.0, 4.0)),  # the T-test posts a spotter 3 m behind the finish
    "sideways": ((0.0, 2.0),),
}
_WALK_RUN_OUT: Mapping[Way, float] = {"forward": 0.5, "sideways": 0.5, "backward": 1.0}
_CALLED = 2.0  # metres more where the way is called: reaction time times speed
_PACE_FACTOR: Mapping[Pace, float] = {"easy": 0.5, "brisk": 0.75, "full": 1.0}
_LEAST_RUN_OUT = 1.0  # metres, at easy and brisk


@dataclass(frozen=True, slots=True)
class SpaceModel:
    """The clearances and run-outs in force, all in metres.

    `side_clearance[pace][way]`, `run_out[kind]` (full pace) with kind `through`, `forward`, `backward` or
    `sideways`; `factor` multiplies run-outs (1.5 on wet grass: our figure, no published number was found).
    """

    side_clearance: Mapping[Pace, Mapping[Way, float]] = field(default_factory=lambda: _SIDE_CLEARANCE)
    run_out: Mapping[str, Table] = field(default_factory=lambda: _RUN_OUT)
    factor: float = 1.0

    def to_json(self) -> dict[str, Any]:
        """As a layout carries it; `space_model` reads it back."""
        return {
            "side_clearance": {pace: dict(ways) for pace, ways in self.side_clearance.items()},
            "run_out": {kind: [list(node) for node in table] for kind, table in self.run_out.items()},
            "run_out_factor": self.factor,
            "floor": FLOOR,
        }


@dataclass(frozen=True, slots=True)
class Room:
    """What one leg of a drill needs at a pace: metres beside it, and beyond its end over its length."""

    side_clearance: float
    run_out: Table
    round_clearance: float | None
    """Metres to keep about the cone at the leg's end where it goes round it."""

    def run_out_at(self, length: float) -> float:
        """Metres beyond the end of a leg of that length.

        >>> Room(1.5, ((5.0, 4.0), (10.0, 6.0)), None).run_out_at(7.5)
        5.0
        """
        at = bisect_right([node[0] for node in self.run_out], length)
        if at == 0:
            return self.run_out[0][1]
        if at == len(self.run_out):
            return self.run_out[-1][1]
        (low, start), (high, end) = self.run_out[at - 1], self.run_out[at]
        return start + (end - start) * (length - low) / (high - low)


def rooms(drill: Drill, pace: Pace, model: SpaceModel) -> tuple[Room, ...]:
    """What each leg of a drill needs at a pace, in the order of its legs.

    In a drill with two lengths it is the leg's length as published that its run-out counts by, however it is
    stretched; this is the only place that knows, for everybody asks a room with whatever length a leg has.
    """
    figures = [drill.figure(1.0).legs]
    if drill.stretch is not None:  # there a run goes straight on only if it always does
        figures += [drill.figure(to.size, to).legs for to in drill.extremes]
    return tuple(
        _room(index, figures, pace, model, fixed=drill.stretch is not None)
        for index in range(len(drill.legs))
    )


def _room(
    index: int, figures: Sequence[tuple[LegFigure, ...]], pace: Pace, model: SpaceModel, *, fixed: bool
) -> Room:
    published = figures[0][index]
    leg = published.leg
    asked = leg.side_clearance
    side = max(FLOOR, _beside(leg.way, model.side_clearance[pace]) if asked is None else asked)
    on = all(_goes_on(index, legs) for legs in figures)
    room = Room(
        side_clearance=side,
        run_out=((0.0, 0.0),) if on else _run_out(published, pace, model),
        round_clearance=side + ROUND if leg.cut == "round" else None,
    )
    return replace(room, run_out=((0.0, room.run_out_at(published.length)),)) if fixed else room


def _goes_on(index: int, legs: tuple[LegFigure, ...]) -> bool:
    """Whether the run goes straight on after this leg, on whichever call."""
    here = legs[index]
    after = following(here.leg, [other.leg for other in legs])
    return bool(after) and all(
        other.leg.start == here.leg.end
        and angle_between(here.heading_out, other.heading_in) <= GOES_ON + 1e-6
        for other in legs
        if other.leg in after
    )


def _run_out(figure: LegFigure, pace: Pace, model: SpaceModel) -> Table:
    leg = figure.leg
    if leg.run_out is not None:
        return ((0.0, leg.run_out),)
    if pace == "walk":
        return ((0.0, _beside(leg.way, _WALK_RUN_OUT) * model.factor),)
    ways = ("forward", "sideways", "backward") if leg.way == "called" else (leg.way,)
    kinds = ["through" if way == "forward" and leg.cut == "through" else way for way in ways]
    # through is never less than forward, but a yard may say so
    kinds += ["forward"] if leg.way == "called" and leg.cut == "through" else []
    called = _CALLED if leg.call is not None or leg.way == "called" else 0.0
    return tuple(
        (length, model.factor * max(_LEAST_RUN_OUT, _PACE_FACTOR[pace] * (metres + called)))
        for length, metres in _largest([model.run_out[kind] for kind in kinds])
    )


def _beside(way: Way, metres: Mapping[Way, float]) -> float:
    """Metres for a way; where it is called, for whichever of the others needs most."""
    return max(metres.values()) if way == "called" else metres[way]


def _largest(tables: Sequence[Table]) -> Table:
    """The largest of some tables at every length: their corners, and where one grows beyond another."""
    if len(tables) == 1:
        return tables[0]
    lengths = sorted({length for table in tables for length, _ in table})
    known = [Room(0.0, table, None) for table in tables]
    crossed: set[float] = set()
    for low, high in pairwise(lengths):
        ends = [(room.run_out_at(low), room.run_out_at(high)) for room in known]
        for (start, end), (other_start, other_end) in combinations(ends, 2):
            before, after = start - other_start, end - other_end
            if before * after < 0.0:
                crossed.add(low + (high - low) * before / (before - after))
    return tuple((at, max(room.run_out_at(at) for room in known)) for at in sorted({*lengths, *crossed}))


def space_model(overrides: Mapping[str, Any], *, wet: bool) -> SpaceModel:
    """The default model with a yard's own figures.

    Args:
        overrides: `side_clearance` as pace -> way -> metres and `run_out` as kind -> metres or a table; what
            is not named keeps its default.
        wet: whether the grass is wet.
    """
    own = overrides.get("side_clearance", {})
    sides = {pace: {**ways, **own.get(pace, {})} for pace, ways in _SIDE_CLEARANCE.items()}
    run_outs = {**_RUN_OUT, **{kind: _table(value) for kind, value in overrides.get("run_out", {}).items()}}
    return SpaceModel(sides, run_outs, 1.5 if wet else 1.0)


def space_from_json(data: Mapping[str, Any]) -> SpaceModel:
    """The model that `SpaceModel.to_json` wrote."""
    return SpaceModel(
        data["side_clearance"],
        {kind: _table(value) for kind, value in data["run_out"].items()},
        data["run_out_factor"],
    )


def _table(value: Any) -> Table:
    if isinstance(value, int | float):
        return ((0.0, float(value)),)
    return tuple((float(length), float(metres)) for length, metres in value)
