"""A drill's figure: places that move with the size, legs, and both at one size, in the drill's own frame.

Drill frame: metres, +y is the way the athlete faces at the start, +x is the athlete's right; degrees
counter-clockwise from +x. No yard is known here; `drillreader` makes these of a drill file.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conedrills.drillfile import WAY, Call, Cut, DrillFile, Family, Movement, Pace, Shape, Way
from conedrills.geometry import Path, Point, Vector, angle_between, normal_angle

AHEAD = 90.0
"""The way the athlete faces at the start, degrees counter-clockwise from +x of the drill frame."""
_ARC_STEP = 5.0  # degrees a chord: on a 3 m circle the chord leaves the arc by 2.9 mm


@dataclass(frozen=True, slots=True)
class Affine:
    """A place that moves with the size: base + size · slope, metres from the start."""

    base: Vector
    slope: Vector

    def at(self, size: float) -> Point:
        """The place at a size."""
        return Point(self.base.dx + size * self.slope.dx, self.base.dy + size * self.slope.dy)


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of the run. `start` and `end` are cone numbers, `facing` degrees counter-clockwise from +x.

    On an arc the chest turns with the path: `facing` holds at its start. `sweep` is the angle turned through
    there, degrees counter-clockwise positive, about the place `centre`. `side_clearance` and `run_out` are
    the drill's own wishes, metres, None where the space model decides.
    """

    order: int
    start: int
    end: int
    movement: Movement
    shape: Shape
    facing: float
    cut: Cut
    call: Call | None = None
    do: str = ""
    via: tuple[int, ...] = ()
    centre: Affine | None = None
    sweep: float = 0.0
    side_clearance: float | None = None
    run_out: float | None = None

    @property
    def way(self) -> Way:
        """How it travels against the chest."""
        return WAY[self.movement]


@dataclass(frozen=True, slots=True)
class LegFigure:
    """A leg at a size: its path and true length in metres, and the way it sets out and arrives, degrees."""

    leg: Leg
    path: Path
    length: float
    heading_in: float
    heading_out: float
    bulge: float = 0.0
    """How far the true path may lie beside `path`, metres: 0 for a line."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A drill at a size, in its own frame, metres."""

    size: float
    cones: Path
    legs: tuple[LegFigure, ...]
    caller: Point | None


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill, ready to be laid out. `cones[i]` is cone number i + 1, `definition` the file it came from."""

    name: str
    title: str
    family: Family
    mirror: bool
    regulation: bool
    paces: tuple[Pace, ...]
    size_min: float
    size_max: float
    cones: tuple[Affine, ...]
    legs: tuple[Leg, ...]
    caller: Affine | None
    definition: DrillFile

    def figure(self, size: float) -> Figure:
        """Cones and legs at a size (1 = as published), in drill metres."""
        return Figure(
            size,
            tuple(cone.at(size) for cone in self.cones),
            tuple(leg_figure(leg, self.cones, size) for leg in self.legs),
            self.caller.at(size) if self.caller else None,
        )


def definition_json(drill: Drill) -> dict[str, Any]:
    """A drill's whole definition, as `parse_drill` reads it back."""
    return drill.definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def leg_figure(leg: Leg, cones: Sequence[Affine], size: float) -> LegFigure:
    """A leg between cones (`cones[i]` is cone number i + 1) at a size."""
    start, end = cones[leg.start - 1].at(size), cones[leg.end - 1].at(size)
    if leg.centre is None:
        step = end - start
        return LegFigure(leg, (start, end), step.length, step.angle, step.angle)
    centre = leg.centre.at(size)
    spoke = start - centre
    chords = max(2, math.ceil(abs(leg.sweep) / _ARC_STEP))
    turns = (leg.sweep * i / chords for i in range(1, chords))
    path = (start, *(centre + Vector.polar(spoke.length, spoke.angle + turn) for turn in turns), end)
    ahead = math.copysign(90.0, leg.sweep)
    return LegFigure(
        leg,
        path,
        spoke.length * math.radians(abs(leg.sweep)),
        normal_angle(spoke.angle + ahead),
        normal_angle(spoke.angle + leg.sweep + ahead),
        spoke.length * (1.0 - math.cos(math.radians(abs(leg.sweep) / chords / 2.0))),
    )


def agrees(way: Way, heading: float, facing: float) -> bool:
    """Whether travelling along `heading` with the chest along `facing` is going that way (degrees).

    A diagonal at 45 degrees still counts as forward or backward, and also as sideways (a diagonal slide).

    >>> agrees("backward", 240.0, AHEAD), agrees("sideways", 90.0, AHEAD)
    (True, False)
    """
    off = angle_between(heading, facing)
    low, high = {"forward": (0.0, 45.0), "sideways": (45.0, 135.0), "backward": (135.0, 180.0)}[way]
    return low - 0.5 <= off <= high + 0.5


def closest(one: Affine, other: Affine, size_min: float, size_max: float) -> float:
    """The least distance, metres, between two places at any size from size_min to size_max."""
    # |b + s·m|² is least at s = -b·m / m²
    b, m = other.base + one.base * -1.0, other.slope + one.slope * -1.0
    square = m.dx * m.dx + m.dy * m.dy
    size = -(b.dx * m.dx + b.dy * m.dy) / square if square else size_min
    return (b + m * min(max(size, size_min), size_max)).length
