"""A drill's figure: places that move with the size, legs, and both at one size, in the drill's own frame.

Most drills have one size. Of a drill with two lengths depth and width stretch separately, each by a factor of
its own, and its size is the smaller of the two.

Drill frame: metres, +y is the way the athlete faces at the start, +x is the athlete's right; degrees
counter-clockwise from +x. No yard is known here; `drillreader` makes these of a drill file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol, TypeVar

from conedrills.drillfile import WAY, Call, Cut, DrillFile, Family, Movement, Pace, Shape, Way
from conedrills.geometry import Path, Point, Vector, angle_between, normal_angle

AHEAD = 90.0
"""The way the athlete faces at the start, degrees counter-clockwise from +x of the drill frame."""
_ARC_STEP = 5.0  # degrees a chord: on a 3 m circle the chord leaves the arc by 2.9 mm


@dataclass(frozen=True, slots=True)
class Stretch:
    """The factors on what is deep and on what is wide in a drill: 1 is as published."""

    depth: float
    width: float

    @property
    def size(self) -> float:
        """The smaller of the two."""
        return min(self.depth, self.width)


@dataclass(frozen=True, slots=True)
class StretchRange:
    """How far depth and width may be stretched, each on its own: a rectangle of factors."""

    low: Stretch
    high: Stretch

    @property
    def corners(self) -> tuple[Stretch, ...]:
        """Counter-clockwise, depth to the right and width up."""
        low, high = self.low, self.high
        return (low, Stretch(high.depth, low.width), high, Stretch(low.depth, high.width))

    def holds(self, stretch: Stretch, slack: float = 0.0) -> bool:
        """Whether a drill may be stretched so."""
        return (
            self.low.depth - slack <= stretch.depth <= self.high.depth + slack
            and self.low.width - slack <= stretch.width <= self.high.width + slack
        )

    def at(self, size: float) -> Stretch:
        """Both factors as near to a size as they may be.

        >>> StretchRange(Stretch(0.5, 0.8), Stretch(1.0, 1.2)).at(0.6)
        Stretch(depth=0.6, width=0.8)
        """
        return Stretch(
            min(max(size, self.low.depth), self.high.depth), min(max(size, self.low.width), self.high.width)
        )


_STILL = Vector(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Affine:
    """A place that moves with the size: base + depth · slope + width · across, metres from the start.

    In a drill of one length both factors are its size, and nothing moves `across`.
    """

    base: Vector
    slope: Vector
    across: Vector = _STILL

    def at(self, size: float) -> Point:
        """The place at a size."""
        return self.stretched(Stretch(size, size))

    def stretched(self, to: Stretch) -> Point:
        """The place at a depth and a width."""
        base, slope, across = self.base, self.slope, self.across
        return Point(
            base.dx + to.depth * slope.dx + to.width * across.dx,
            base.dy + to.depth * slope.dy + to.width * across.dy,
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a leg's path from where the one before ended: to `end`, straight or on an arc.

    On an arc `sweep` is the angle turned through about the place `centre`, degrees, counter-clockwise
    positive.
    """

    end: Affine
    centre: Affine | None = None
    sweep: float = 0.0


@dataclass(frozen=True, slots=True)
class Leg:
    """One stretch of the run. `start` and `end` are cone numbers, `facing` degrees counter-clockwise from +x.

    `pieces` is how it goes where it does not go straight from cone to cone. On an arc or a weave the chest
    turns with the path: `facing` holds at its start. `side_clearance` and `run_out` are the drill's own
    wishes, metres, None where the space model decides. Where stretching turns a leg that `faces_end`, the
    chest turns with it, and `facing` holds as published.
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
    pieces: tuple[Piece, ...] = ()
    side_clearance: float | None = None
    run_out: float | None = None
    faces_end: bool = False

    @property
    def way(self) -> Way:
        """How it travels against the chest."""
        return WAY[self.movement]


class Ordered(Protocol):
    """A leg as far as it tells who follows whom: in a drill, or where it lies in a yard."""

    @property
    def order(self) -> int:
        """From 1; alternatives share it."""

    @property
    def start(self) -> int:
        """The cone that it leaves."""

    @property
    def end(self) -> int:
        """The cone that it leads to."""

    @property
    def call(self) -> Call | None:
        """On which call it is run, None for a leg that is always run."""


_Ordered = TypeVar("_Ordered", bound=Ordered)


def following(leg: Ordered, legs: Sequence[_Ordered]) -> list[_Ordered]:
    """What may be run after a leg: where calls lead on from where they led, the one of its own call."""
    after = [other for other in legs if other.order == leg.order + 1]
    own = [other for other in after if other.call is not None and other.call == leg.call]
    # alternatives that leave one cone are called there, whatever was called before
    return own if own and len({other.start for other in after}) > 1 else after


def goes_on(leg: Ordered, legs: Sequence[Ordered]) -> bool:
    """Whether a called leg is run on a call that came before it, and nobody calls now."""
    before = (other for other in legs if other.order == leg.order - 1 and other.call == leg.call)
    return leg.call is not None and any(
        other.end == leg.start and all(one.call == leg.call for one in following(other, legs))
        for other in before
    )


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

    @property
    def facing(self) -> float:
        """Where the chest points at its start, degrees."""
        return self.heading_in if self.leg.faces_end else self.leg.facing


@dataclass(frozen=True, slots=True)
class Figure:
    """A drill at a size, in its own frame, metres."""

    size: float
    cones: Path
    legs: tuple[LegFigure, ...]
    caller: Point | None


@dataclass(frozen=True, slots=True)
class Drill:
    """A drill, ready to be laid out. `cones[i]` is cone number i + 1, `definition` the file it came from.

    `stretch` says how far depth and width may be stretched where the drill has two lengths, else None. With
    it `size_min` and `size_max` are the least and the most that the smaller factor can be.
    """

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
    stretch: StretchRange | None = None

    @property
    def extremes(self) -> tuple[Stretch, ...]:
        """The corners of all that it may be: of a rectangle of factors, or of the row of its sizes."""
        if self.stretch is not None:
            return self.stretch.corners
        return (Stretch(self.size_min, self.size_min), Stretch(self.size_max, self.size_max))

    def figure(self, size: float, stretch: Stretch | None = None) -> Figure:
        """Cones and legs at a size (1 = as published), in drill metres.

        Args:
            size: any size, also one that the drill does not allow; without `stretch` both factors are so.
            stretch: its depth and width, only for a drill with two lengths.
        """
        to = stretch if stretch is not None and self.stretch is not None else Stretch(size, size)
        return Figure(
            size,
            tuple(cone.stretched(to) for cone in self.cones),
            tuple(leg_figure(leg, self.cones, to) for leg in self.legs),
            self.caller.stretched(to) if self.caller else None,
        )


def definition_json(drill: Drill) -> dict[str, Any]:
    """A drill's whole definition, as `parse_drill` reads it back."""
    return drill.definition.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def leg_figure(leg: Leg, cones: Sequence[Affine], to: Stretch) -> LegFigure:
    """A leg between cones (`cones[i]` is cone number i + 1) at a depth and a width."""
    path = [cones[leg.start - 1].stretched(to)]
    length = bulge = 0.0
    headings: list[float] = []
    for piece in leg.pieces or (Piece(cones[leg.end - 1]),):
        start, end = path[-1], piece.end.stretched(to)
        if piece.centre is None:
            step = end - start
            path.append(end)
            length += step.length
            headings += [step.angle, step.angle]
            continue
        centre = piece.centre.stretched(to)
        spoke = start - centre
        chords = max(2, math.ceil(abs(piece.sweep) / _ARC_STEP))
        turns = (piece.sweep * i / chords for i in range(1, chords))
        path += [*(centre + Vector.polar(spoke.length, spoke.angle + turn) for turn in turns), end]
        ahead = math.copysign(90.0, piece.sweep)
        length += spoke.length * math.radians(abs(piece.sweep))
        headings += [normal_angle(spoke.angle + ahead), normal_angle(spoke.angle + piece.sweep + ahead)]
        bulge = max(bulge, spoke.length * (1.0 - math.cos(math.radians(abs(piece.sweep) / chords / 2.0))))
    return LegFigure(leg, tuple(path), length, headings[0], headings[-1], bulge)


_OFF: Mapping[Way, tuple[float, float]] = {
    "forward": (0.0, 45.0),
    "sideways": (45.0, 135.0),
    "backward": (135.0, 180.0),
    "called": (0.0, 180.0),
}


def agrees(way: Way, heading: float, facing: float) -> bool:
    """Whether travelling along `heading` with the chest along `facing` is going that way (degrees).

    A diagonal at 45 degrees still counts as forward or backward, and also as sideways (a diagonal slide).

    >>> agrees("backward", 240.0, AHEAD), agrees("sideways", 90.0, AHEAD)
    (True, False)
    """
    off = angle_between(heading, facing)
    low, high = _OFF[way]
    return low - 0.5 <= off <= high + 0.5


def closest(one: Affine, other: Affine, extremes: Sequence[Stretch]) -> float:
    """The least distance, metres, between two places at any stretch within a ring of extremes."""
    # the difference of two places is affine, so all of its values are the polygon about those at the extremes
    corners = [other.stretched(to) - one.stretched(to) for to in (*extremes, extremes[0])]
    turns = [a.dx * b.dy - a.dy * b.dx for a, b in pairwise(corners)]
    if min(turns) > 0.0 or max(turns) < 0.0:  # the origin lies inside
        return 0.0
    return min(_from_origin(a, b) for a, b in pairwise(corners))


def _from_origin(a: Vector, b: Vector) -> float:
    """How far the line between two ends of vectors is from their beginning, metres."""
    # |a + t·m|² is least at t = -a·m / m²
    m = b + a * -1.0
    square = m.dx * m.dx + m.dy * m.dy
    t = -(a.dx * m.dx + a.dy * m.dy) / square if square else 0.0
    return (a + m * min(max(t, 0.0), 1.0)).length
