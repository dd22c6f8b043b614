"""The truth about a layout: its yard as it was measured, its drills rebuilt. Shares nothing with the search.

Cones, paths, clearances and run-outs are made anew from the drill definitions, the space model and the pose,
arcs from their centre and sweep; distances are those of exact polygons to the raw sides and obstacles. What
must be kept from a side grows by the larger uncertainty of its two ends. `check` says what is wrong.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from conedrills.drill import Affine, Call, Leg, Piece
from conedrills.geometry import Path, Point
from conedrills.layout import Layout, Placement, Tightest, mirrored_call, name_of_side
from conedrills.space import FLOOR, SOFT, Room, rooms
from conedrills.yard import Yard

SAME = 0.001
"""Metres within which a stated place or length is the true one, and within which a clearance is kept."""
SAME_ANGLE = 0.01
"""Degrees within which a stated direction is the true one."""
TAPE_TOUCHES = 0.005
"""Metres that a tape may be off the lawn: at its hook, or past a corner."""
COARSEST = 10.0
"""Degrees that one chord of a drawn arc may span."""
_MOST_CHORDS = 5_000  # of an arc with a radius of 500 m, which no drill has, unless its stated size is absurd
_SAG = 0.0001  # metres that our own chords may leave the true arc: a tenth of what is tolerated


def measure_tightest(layout: Layout, placement: Placement) -> Tightest | None:
    """Where a placement truly comes closest to something hard; None where nothing in the yard is hard."""
    return RawYard(layout.yard).tightest(rebuilt(layout, placement))


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to keep away from. `owner` is an obstacle's index, or -1 for a side of the boundary."""

    name: str
    label: str
    hard: bool
    shape: BaseGeometry
    uncertainty: float
    owner: int

    def must_keep(self, clearance: float) -> float:
        """Metres, for a leg that asks for that clearance."""
        return (max(clearance, FLOOR) if self.hard else SOFT * clearance) + self.uncertainty

    def nearest_to(self, shape: BaseGeometry) -> Point:
        """The place on it that is nearest to a shape."""
        return Point(*shapely.shortest_line(shape, self.shape).coords[-1][:2])


@dataclass(frozen=True, slots=True)
class OffLawn:
    """Where something is off the lawn, for how many metres: in a thing, or outside the boundary if None."""

    thing: Thing | None
    at: Point
    length: float

    @property
    def words(self) -> str:
        """What it does there, in the words of a message."""
        if self.thing is None:
            return f"leaves the yard for {in_m(self.length)}, around {at_xy(self.at)}"
        return f"runs through {self.thing.label} at {at_xy(self.at)}"


class RawYard:
    """The raw yard as shapely sees it, made once for all placements."""

    def __init__(self, yard: Yard) -> None:
        self.things = [*_sides(yard), *_obstacles(yard)]
        self.hard_things = [thing for thing in self.things if thing.hard]
        self.most_uncertain = max((thing.uncertainty for thing in self.things), default=0.0)
        outline = Polygon([point.xy for point in yard.boundary])
        self.outline = outline if outline.is_valid else None
        self._solids: dict[int, BaseGeometry] = {}
        if self.outline is not None:
            shapely.prepare(self.outline)

    @cached_property
    def tree(self) -> STRtree:
        """Of all things, in their order."""
        return STRtree([thing.shape for thing in self.things])

    @cached_property
    def _hard_tree(self) -> STRtree:
        return STRtree([thing.shape for thing in self.hard_things])

    def outside(self, shape: BaseGeometry) -> BaseGeometry:
        """What of a shape lies outside the boundary; nothing where the boundary is no ring to be out of."""
        if self.outline is None or self.outline.covers(shape):
            return shapely.GeometryCollection()
        return shape.difference(self.outline)

    def off_lawn(self, run: BaseGeometry) -> Iterator[OffLawn]:
        """Where a path leaves the boundary for more than `SAME`, and every obstacle that it touches."""
        outside = self.outside(run)
        if outside.length > SAME:
            yield OffLawn(None, _middle(outside), float(outside.length))
        for thing in self._obstacles_on(run):
            inside = run.intersection(thing.shape)
            first = shapely.get_coordinates(inside).tolist()[:1]
            at = Point(*first[0]) if first else thing.nearest_to(run)
            yield OffLawn(thing, at, float(inside.length))

    def tape_off_lawn(self, start: Point, end: Point) -> Iterator[OffLawn]:
        """Where a tape leaves the boundary or runs through an obstacle, for more than `TAPE_TOUCHES`.

        It begins at a corner, runs along a wall, and is still not in it: within `SAME` it touches.
        """
        long = (end - start).length
        if not TAPE_TOUCHES < long < math.inf:
            return
        tape = LineString([start.xy, end.xy])
        if self._roomy is not None and not self._roomy.covers(tape):
            outside = tape.difference(self._roomy)
            if outside.length > TAPE_TOUCHES:
                yield OffLawn(None, _middle(outside), float(outside.length))
        for thing in self._obstacles_on(tape):
            inside = tape.intersection(self._solid(thing))
            if inside.length > TAPE_TOUCHES:
                yield OffLawn(thing, _middle(inside), float(inside.length))
            elif thing.shape.buffer(-TAPE_TOUCHES).is_empty:  # too thin to be in it for long
                between = substring(tape, TAPE_TOUCHES, -TAPE_TOUCHES)
                across = between.intersection(thing.shape)
                if not across.is_empty:
                    yield OffLawn(thing, Point(*shapely.get_coordinates(across)[0].tolist()), across.length)

    @cached_property
    def _roomy(self) -> BaseGeometry | None:
        if self.outline is None:
            return None
        roomy = self.outline.buffer(SAME, join_style="mitre")
        shapely.prepare(roomy)
        return roomy

    def _solid(self, thing: Thing) -> BaseGeometry:
        if thing.owner not in self._solids:
            self._solids[thing.owner] = thing.shape.buffer(-SAME, join_style="mitre")
        return self._solids[thing.owner]

    def _obstacles_on(self, shape: BaseGeometry) -> Iterator[Thing]:
        things = (self.things[index] for index in sorted(self.tree.query(shape, "intersects").tolist()))
        return (thing for thing in things if thing.owner >= 0)

    def too_close(
        self, shape: BaseGeometry, clearance: float, allowed: float = SAME
    ) -> list[tuple[float, Thing]]:
        """What a shape keeps too little from, and how many metres too little: the worst of each owner.

        Fewer than `allowed` are no matter.
        """
        reach = max(clearance, FLOOR) + self.most_uncertain
        worst: dict[int, tuple[float, Thing]] = {}
        for index in sorted(self.tree.query(shape, "dwithin", reach).tolist()):
            thing = self.things[index]
            missing = thing.must_keep(clearance) - float(shape.distance(thing.shape))
            if missing > allowed and missing > worst.get(thing.owner, (0.0, thing))[0]:
                worst[thing.owner] = (missing, thing)
        return list(worst.values())

    def tightest(self, legs: Iterable[TrueLeg]) -> Tightest | None:
        """Where legs with their run-outs come closest to something hard; None where nothing is hard."""
        best: Tightest | None = None
        for leg in legs:
            run = leg.prolonged
            for index in (
                self._hard_tree.query_nearest(run, all_matches=True).tolist() if self.hard_things else ()
            ):
                thing = self.hard_things[index]
                distance = float(run.distance(thing.shape))
                if best is None or distance < best.distance:
                    best = Tightest(distance, thing.nearest_to(run), thing.name)
        return best


def _middle(shape: BaseGeometry) -> Point:
    """The middle of the longest part of what is left of a line."""
    longest = max(shapely.get_parts(shape), key=lambda part: part.length)
    return Point(*longest.interpolate(0.5, normalized=True).coords[0])


def in_m(length: float) -> str:
    """Metres for a message, with as many digits as tell something."""
    return f"{length:.2f} m" if length >= 0.1 or length == 0.0 else f"{length * 1000.0:.1f} mm"


def at_xy(point: Point) -> str:
    """A place for a message."""
    return f"({point.x:.2f}, {point.y:.2f})"


def _sides(yard: Yard) -> Iterator[Thing]:
    count = len(yard.boundary)
    unsure = yard.uncertainty or (0.0,) * count
    for side, (start, kind) in enumerate(zip(yard.boundary, yard.side_kinds, strict=True)):
        end = yard.boundary[(side + 1) % count]
        name = name_of_side(yard, side)
        yield Thing(
            name=name,
            label=f'"{name}"' if yard.side_names and yard.side_names[side] else name,
            hard=kind == "hard",
            shape=LineString([start.xy, end.xy]) if start != end else shapely.Point(start.xy),
            uncertainty=max(unsure[side], unsure[(side + 1) % count]),
            owner=-1,
        )


def _obstacles(yard: Yard) -> Iterator[Thing]:
    for index, obstacle in enumerate(yard.obstacles):
        corners = [point.xy for point in obstacle.polygon]
        shape: BaseGeometry = Polygon(corners)
        if not shape.is_valid:  # a problem of the yard already; here it is given every doubt
            shape = shapely.MultiPoint(corners).convex_hull
        yield Thing(
            name=obstacle.name,
            label=f'"{obstacle.name}"',
            hard=obstacle.kind == "hard",
            shape=shape,
            uncertainty=obstacle.uncertainty,
            owner=index,
        )


LegKey = tuple[int, Call | None, str | None]
"""The order of a leg, its call and its athlete."""


def leg_name(key: LegKey) -> str:
    """What a leg is called in messages.

    >>> leg_name((3, "left", None)), leg_name((1, None, "receiver"))
    ('leg 3 (call left)', 'leg 1 of receiver')
    """
    order, call, athlete = key
    return f"leg {order}" + (f" of {athlete}" if athlete else "") + (f" (call {call})" if call else "")


@dataclass(frozen=True, slots=True)
class TruePart:
    """A part of a leg, straight or on an arc, as complex numbers of the yard.

    `sweep` is in degrees in the yard, counter-clockwise positive; 0 where it is straight.
    """

    start: complex
    end: complex
    centre: complex
    sweep: float

    @property
    def radius(self) -> float:
        """Metres; 0 where it is straight."""
        return abs(self.start - self.centre) if self.sweep else 0.0

    @property
    def length(self) -> float:
        """Metres."""
        return self.radius * math.radians(abs(self.sweep)) if self.sweep else abs(self.end - self.start)

    @property
    def path(self) -> tuple[complex, ...]:
        """Places along it, its ends among them."""
        return tuple(_arc(self.start, self.centre, self.sweep)) if self.sweep else (self.start, self.end)

    @property
    def heading_out(self) -> complex:
        """The way in which it arrives, of any length."""
        if not self.sweep:
            return self.end - self.start
        return (self.path[-1] - self.centre) * (1j if self.sweep > 0 else -1j)

    def strays(self, place: complex) -> float:
        """How far a place between its ends is from it, metres; whether it lies within, `runs_on` tells."""
        if self.sweep:
            return abs(abs(place - self.centre) - self.radius)
        return float(
            _shape((_point(self.start), _point(self.end))).distance(shapely.Point(place.real, place.imag))
        )

    def runs_on(self, path: tuple[complex, ...]) -> bool:
        """Whether a path on the right line or circle runs along it once, forward, in chords short enough."""
        if not self.sweep:
            ahead = cmath.rect(1.0, cmath.phase(self.end - self.start))
            along = [(place * ahead.conjugate()).real for place in path]
            return all(later > earlier - SAME for earlier, later in pairwise(along))
        spokes = [place - self.centre for place in path]
        if not all(spokes):
            return False
        turns = [math.degrees(cmath.phase(later / earlier)) for earlier, later in pairwise(spokes)]
        slack = math.degrees(SAME / self.radius) if self.radius else 360.0
        sense = math.copysign(1.0, self.sweep)
        return all(-slack <= turn * sense <= COARSEST + slack for turn in turns) and (
            abs(sum(turns) - self.sweep) <= 2.0 * slack + SAME_ANGLE
        )

    def sag(self, chords: int) -> float:
        """Metres by which so many chords leave it."""
        if not self.sweep:
            return 0.0
        chord = math.radians(min(COARSEST, abs(self.sweep) / chords))
        return self.radius * (1.0 - math.cos(chord / 2.0))


@dataclass(frozen=True, slots=True)
class TrueLeg:
    """A leg as its drill, the space model and the pose make it: yard metres, yard degrees."""

    leg: Leg
    call: Call | None
    path: Path
    facing: float
    heading_out: float
    length: float
    side_clearance: float
    run_out: float
    round_clearance: float | None
    parts: tuple[TruePart, ...]

    @property
    def line(self) -> BaseGeometry:
        """The path without its run-out."""
        return _shape(self.path)

    @property
    def beyond(self) -> BaseGeometry:
        """The run-out; only its start where it has none."""
        return _shape((self.path[-1], self._last))

    @property
    def prolonged(self) -> BaseGeometry:
        """The path and its run-out."""
        return _shape((*self.path, self._last))

    @property
    def _last(self) -> Point:
        return _point(complex(*self.path[-1].xy) + cmath.rect(self.run_out, math.radians(self.heading_out)))

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return leg_name(self.key)

    @property
    def key(self) -> LegKey:
        """What tells it from the other legs of its drill."""
        return self.leg.order, self.call, self.leg.athlete

    def strays(self, path: Path) -> Iterator[tuple[float, Point]]:
        """How far each point of a stated path is from the leg, metres; its ends from the leg's ends."""
        yield (path[0] - self.path[0]).length, path[0]
        yield (path[-1] - self.path[-1]).length, path[-1]
        for point in path[1:-1]:
            yield min(part.strays(complex(*point.xy)) for part in self.parts), point

    def runs_on(self, path: Path) -> bool:
        """Whether a path that does not stray runs along the leg once, forward, in chords short enough."""
        shares = self._shares(path)
        return shares is not None and all(
            part.runs_on(share) and max(map(part.strays, share)) <= SAME
            for part, share in zip(self.parts, shares, strict=True)
        )

    def drawn_sag(self, path: Path) -> float:
        """Metres by which the chords of a stated path leave the leg."""
        shares = self._shares(path) or [(0j, 0j) for _ in self.parts]
        return max(part.sag(len(share) - 1) for part, share in zip(self.parts, shares, strict=True))

    def _shares(self, path: Path) -> list[tuple[complex, ...]] | None:
        """What of a stated path belongs to each part; None where it misses the end of one."""
        rest = [complex(*point.xy) for point in path]
        shares: list[tuple[complex, ...]] = []
        for part in self.parts[:-1]:
            at = next((i for i, place in enumerate(rest) if i and abs(place - part.end) <= SAME), None)
            if at is None:
                return None
            shares.append(tuple(rest[: at + 1]))
            rest = rest[at:]
        return [*shares, tuple(rest)] if len(rest) > 1 else None


def _shape(path: Path) -> BaseGeometry:
    """A polyline without stretches of no length, over which GEOS stumbles; a point where nothing is left."""
    spots = [path[0].xy]
    for point in path[1:]:
        if math.dist(point.xy, spots[-1]) > 1e-9:
            spots.append(point.xy)
    return LineString(spots) if len(spots) > 1 else shapely.Point(spots[0])


@dataclass(frozen=True, slots=True)
class Frame:
    """From the drill's frame to the yard's, in complex numbers: mirroring in the y axis is z → -conj(z)."""

    placement: Placement

    def direction(self, step: complex) -> complex:
        """A step in the drill, as one in the yard."""
        mirrored = -step.conjugate() if self.placement.pose.mirrored else step
        return mirrored * cmath.rect(1.0, math.radians(self.placement.pose.rotation))

    def of(self, place: Affine) -> complex:
        """The yard place of something that moves with the size, or with depth and width."""
        deep = wide = self.placement.size
        if self.placement.drill.stretch is not None and self.placement.stretch is not None:
            deep, wide = self.placement.stretch.depth, self.placement.stretch.width
        base, slope, across = (complex(v.dx, v.dy) for v in (place.base, place.slope, place.across))
        return complex(*self.placement.pose.origin.xy) + self.direction(base + deep * slope + wide * across)

    def point(self, place: Affine) -> Point:
        """The same as a point."""
        return _point(self.of(place))


def _point(place: complex) -> Point:
    return Point(place.real, place.imag)


def rebuilt(layout: Layout, placement: Placement) -> tuple[TrueLeg, ...]:
    """Every leg of a placement, from its drill, its pose and the space model alone."""
    drill = placement.drill
    needs = rooms(drill, placement.pace, layout.space)
    return tuple(_true_leg(placement, leg, room) for leg, room in zip(drill.legs, needs, strict=True))


def _true_leg(placement: Placement, leg: Leg, room: Room) -> TrueLeg:
    frame = Frame(placement)
    parts = tuple(_true_parts(frame, leg))
    length = sum(part.length for part in parts)
    path = [parts[0].start, *(place for part in parts for place in part.path[1:])]
    chest = frame.direction(cmath.rect(1.0, math.radians(leg.facing)))
    facing = path[1] - path[0] if leg.faces_end and not leg.pieces else chest
    return TrueLeg(
        leg=leg,
        call=mirrored_call(leg.call) if placement.pose.mirrored else leg.call,
        path=tuple(_point(place) for place in path),
        facing=math.degrees(cmath.phase(facing)),
        heading_out=math.degrees(cmath.phase(parts[-1].heading_out)),
        length=length,
        side_clearance=room.side_clearance,
        run_out=room.run_out_at(length),
        round_clearance=room.round_clearance,
        parts=parts,
    )


def _true_parts(frame: Frame, leg: Leg) -> Iterator[TruePart]:
    cones = frame.placement.drill.cones
    start = frame.of(cones[leg.start - 1])
    for piece in leg.pieces or (Piece(cones[leg.end - 1]),):
        end = frame.of(piece.end)
        if piece.centre is None:
            yield TruePart(start, end, 0j, 0.0)
        else:
            sweep = -piece.sweep if frame.placement.pose.mirrored else piece.sweep
            yield TruePart(start, end, frame.of(piece.centre), sweep)
        start = end


def _arc(start: complex, centre: complex, sweep: float) -> Iterator[complex]:
    """Points on a true arc, so close that its chords leave it by `_SAG` at most."""
    spoke = start - centre
    # sag of a chord over an angle: r (1 - cos(angle / 2)), about r angle² / 8
    angle = math.sqrt(8.0 * _SAG / max(abs(spoke), _SAG))
    chords = min(max(8, math.ceil(math.radians(abs(sweep)) / angle)), _MOST_CHORDS)
    return (centre + spoke * cmath.rect(1.0, math.radians(sweep) * i / chords) for i in range(chords + 1))
