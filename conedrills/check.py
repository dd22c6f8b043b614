"""The second opinion: what is wrong with a layout, whoever made it. Shares nothing with the search.

Cones, paths, clearances and run-outs are rebuilt from the drill definitions, the space model and the pose,
and believed in place of what the layout states; then measured on the raw yard with exact polygon tests. Arcs
are made here from their centre and sweep. `problems` returns everything that is wrong, nothing else.

What must be kept from a side of the boundary grows by the larger uncertainty of its two ends.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import shapely
from shapely import LineString, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from conedrills.drill import Affine, Call, Leg
from conedrills.errors import YardError
from conedrills.geometry import Path, Point, angle_between
from conedrills.layout import Layout, PlacedLeg, Placement, Tightest, mirrored_call, name_of_side
from conedrills.space import FLOOR, SOFT, Room, rooms
from conedrills.units import METRES
from conedrills.yard import Yard, validated

Kind = Literal[
    "yard", "space", "statement", "size", "certificate", "pace", "mirror",
    "cone", "leg", "path", "facing", "room", "lawn", "clearance", "tightest", "caller",
]  # fmt: skip

SAME = 0.001
"""Metres within which a stated place or length is the true one, and within which a clearance is kept."""
SAME_ANGLE = 0.01
"""Degrees within which a stated direction is the true one."""
SAME_SIZE = 1e-6
SAME_TIGHTEST = 0.005
"""Metres within which the tightest place may be stated: it is there to be looked at, not to be relied on."""
COARSEST = 10.0
"""Degrees that one chord of a drawn arc may span."""
_MOST_CHORDS = 5_000  # of an arc with a radius of 500 m, which no drill has, unless its stated size is absurd
_SAG = 0.0001  # metres that our own chords may leave the true arc: a tenth of what is tolerated


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    `where` says in words which part of the layout it is in, `message` what is wrong there; `key` is the key
    or the leg. `placement` counts from 0, `drill` is its name; None and "" where the whole layout is
    meant. `at` is the place in the yard and `amount` how much is missing or off, metres, where there is one.
    """

    kind: Kind
    where: str
    message: str
    placement: int | None = None
    drill: str = ""
    key: str = ""
    at: Point | None = None
    amount: float | None = None

    def to_json(self) -> dict[str, Any]:
        """For `check --json`; `placement` counts from 0, lengths in metres."""
        return {
            "kind": self.kind,
            "where": self.where,
            "message": self.message,
            "placement": self.placement,
            "drill": self.drill or None,
            "key": self.key or None,
            "at": list(self.at.xy) if self.at else None,
            "amount": self.amount,
        }


def problems(layout: Layout) -> tuple[Problem, ...]:
    """Everything that is wrong with a layout, in the order of its placements; empty where nothing is."""
    found = [*_yard_problems(layout.yard), *_space_problems(layout), *_contradictions(layout)]
    ground = _Ground(layout.yard)
    for index, placement in enumerate(layout.placements):
        found += _Judge(layout, ground, index, placement).problems()
    return tuple(found)


def measure_tightest(layout: Layout, placement: Placement) -> Tightest | None:
    """Where a placement truly comes closest to something hard; None where nothing in the yard is hard."""
    return _tightest(_Ground(layout.yard), _rebuilt(layout, placement))


def _yard_problems(yard: Yard) -> Iterator[Problem]:
    try:
        validated(yard)
    except YardError as error:
        yield Problem("yard", "yard", str(error), key="yard")


def _space_problems(layout: Layout) -> Iterator[Problem]:
    for pace, ways in layout.space.side_clearance.items():
        for way, metres in ways.items():
            if metres < FLOOR - 1e-9:
                yield Problem(
                    "space",
                    "space",
                    f"{_metres(metres)} beside {way} legs at pace {pace} is less than {_metres(FLOOR)}.",
                    key=f"side_clearance, {pace}, {way}",
                    amount=FLOOR - metres,
                )


def _contradictions(layout: Layout) -> Iterator[Problem]:
    """What the file stated beside what follows from its drills."""
    for lie in layout.contradictions:
        placement = None if lie.placement is None else layout.placements[lie.placement]
        yield Problem(
            "statement",
            _where(lie.placement, placement),
            f"{lie.key} is stated as {lie.stated}, but it is {lie.true}.",
            placement=lie.placement,
            drill=placement.drill.name if placement else "",
            key=lie.key,
        )


def _where(index: int | None, placement: Placement | None) -> str:
    return f"placement {index + 1} ({placement.drill.title})" if placement and index is not None else "layout"


# ---------------------------------------------------------------- the yard


@dataclass(frozen=True, slots=True)
class _Thing:
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


class _Ground:
    """The raw yard as shapely sees it, made once for all placements."""

    def __init__(self, yard: Yard) -> None:
        self.things = [*_sides(yard), *_obstacles(yard)]
        self.hard_things = [thing for thing in self.things if thing.hard]
        self.most_uncertain = max((thing.uncertainty for thing in self.things), default=0.0)
        outline = Polygon([point.xy for point in yard.boundary])
        self.outline = outline if outline.is_valid else None
        if self.outline is not None:
            shapely.prepare(self.outline)

    @cached_property
    def tree(self) -> STRtree:
        return STRtree([thing.shape for thing in self.things])

    @cached_property
    def hard_tree(self) -> STRtree:
        return STRtree([thing.shape for thing in self.hard_things])

    def outside(self, shape: BaseGeometry) -> BaseGeometry:
        """What of a shape lies outside the boundary; nothing where the boundary is no ring to be out of."""
        if self.outline is None or self.outline.covers(shape):
            return shapely.GeometryCollection()
        return shape.difference(self.outline)

    def too_close(self, shape: BaseGeometry, clearance: float) -> list[tuple[float, _Thing]]:
        """What a shape keeps too little from, and how many metres too little: the worst of each owner."""
        reach = max(clearance, FLOOR) + self.most_uncertain
        worst: dict[int, tuple[float, _Thing]] = {}
        for index in sorted(self.tree.query(shape, "dwithin", reach).tolist()):
            thing = self.things[index]
            missing = thing.must_keep(clearance) - float(shape.distance(thing.shape))
            if missing > SAME and missing > worst.get(thing.owner, (0.0, thing))[0]:
                worst[thing.owner] = (missing, thing)
        return list(worst.values())


def _sides(yard: Yard) -> Iterator[_Thing]:
    count = len(yard.boundary)
    unsure = yard.uncertainty or (0.0,) * count
    for side, (start, kind) in enumerate(zip(yard.boundary, yard.side_kinds, strict=True)):
        end = yard.boundary[(side + 1) % count]
        name = name_of_side(yard, side)
        yield _Thing(
            name=name,
            label=f'"{name}"' if yard.side_names and yard.side_names[side] else name,
            hard=kind == "hard",
            shape=LineString([start.xy, end.xy]) if start != end else shapely.Point(start.xy),
            uncertainty=max(unsure[side], unsure[(side + 1) % count]),
            owner=-1,
        )


def _obstacles(yard: Yard) -> Iterator[_Thing]:
    for index, obstacle in enumerate(yard.obstacles):
        corners = [point.xy for point in obstacle.polygon]
        shape: BaseGeometry = Polygon(corners)
        if not shape.is_valid:  # a problem of the yard already; here it is given every doubt
            shape = shapely.MultiPoint(corners).convex_hull
        yield _Thing(
            name=obstacle.name,
            label=f'"{obstacle.name}"',
            hard=obstacle.kind == "hard",
            shape=shape,
            uncertainty=obstacle.uncertainty,
            owner=index,
        )


# ---------------------------------------------------------------- the drill, rebuilt


@dataclass(frozen=True, slots=True)
class _TrueLeg:
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
    centre: complex
    sweep: float  # degrees in the yard, counter-clockwise positive; 0 for a line
    radius: float

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
        return _spot(complex(*self.path[-1].xy) + cmath.rect(self.run_out, math.radians(self.heading_out)))

    @property
    def name(self) -> str:
        return f"leg {self.leg.order}" + (f" (call {self.call})" if self.call else "")


def _shape(path: Path) -> BaseGeometry:
    """A polyline without stretches of no length, over which GEOS stumbles; a point where nothing is left."""
    spots = [path[0].xy]
    for point in path[1:]:
        if math.dist(point.xy, spots[-1]) > 1e-9:
            spots.append(point.xy)
    return LineString(spots) if len(spots) > 1 else shapely.Point(spots[0])


def _spot(place: complex) -> Point:
    return Point(place.real, place.imag)


@dataclass(frozen=True, slots=True)
class _Frame:
    """From the drill's frame to the yard's, in complex numbers: mirroring in the y axis is z → -conj(z)."""

    placement: Placement

    def direction(self, step: complex) -> complex:
        mirrored = -step.conjugate() if self.placement.pose.mirrored else step
        return mirrored * cmath.rect(1.0, math.radians(self.placement.pose.rotation))

    def place(self, spot: complex) -> complex:
        return complex(*self.placement.pose.origin.xy) + self.direction(spot)

    def of(self, place: Affine) -> complex:
        """The yard place of something that moves with the size."""
        size = self.placement.size
        return self.place(
            complex(place.base.dx + size * place.slope.dx, place.base.dy + size * place.slope.dy)
        )


def _rebuilt(layout: Layout, placement: Placement) -> tuple[_TrueLeg, ...]:
    drill = placement.drill
    needs = rooms(drill, placement.pace, layout.space)
    return tuple(_true_leg(placement, leg, room) for leg, room in zip(drill.legs, needs, strict=True))


def _true_leg(placement: Placement, leg: Leg, room: Room) -> _TrueLeg:
    frame = _Frame(placement)
    start, end = (frame.of(placement.drill.cones[number - 1]) for number in (leg.start, leg.end))
    path: tuple[complex, ...] = (start, end)
    heading, length = end - start, abs(end - start)
    centre, sweep, radius = 0j, 0.0, 0.0
    if leg.centre is not None:
        centre = frame.of(leg.centre)
        sweep = -leg.sweep if placement.pose.mirrored else leg.sweep
        radius = abs(start - centre)
        path = tuple(_arc(start, centre, sweep))
        length = radius * math.radians(abs(sweep))
        heading = (path[-1] - centre) * (1j if sweep > 0 else -1j)
    facing = frame.direction(cmath.rect(1.0, math.radians(leg.facing)))
    return _TrueLeg(
        leg=leg,
        call=mirrored_call(leg.call) if placement.pose.mirrored else leg.call,
        path=tuple(_spot(place) for place in path),
        facing=math.degrees(cmath.phase(facing)),
        heading_out=math.degrees(cmath.phase(heading)),
        length=length,
        side_clearance=room.side_clearance,
        run_out=room.run_out_at(length),
        round_clearance=room.round_clearance,
        centre=centre,
        sweep=sweep,
        radius=radius,
    )


def _arc(start: complex, centre: complex, sweep: float) -> Iterator[complex]:
    """Points on a true arc, so close that its chords leave it by `_SAG` at most."""
    spoke = start - centre
    # sag of a chord over an angle: r (1 - cos(angle / 2)), about r angle² / 8
    angle = math.sqrt(8.0 * _SAG / max(abs(spoke), _SAG))
    chords = min(max(8, math.ceil(math.radians(abs(sweep)) / angle)), _MOST_CHORDS)
    return (centre + spoke * cmath.rect(1.0, math.radians(sweep) * i / chords) for i in range(chords + 1))


# ---------------------------------------------------------------- one placement


class _Judge:
    """Judges one placement."""

    def __init__(self, layout: Layout, ground: _Ground, index: int, placement: Placement) -> None:
        self.layout = layout
        self.ground = ground
        self.index = index
        self.placement = placement
        self.legs = _rebuilt(layout, placement)

    def problems(self) -> Iterator[Problem]:
        """Everything wrong with it."""
        yield from self._numbers()
        yield from self._cones()
        yield from self._stated_legs()
        for leg in self.legs:
            stated = self._stated(leg)
            yield from self._on_lawn(leg, stated)
            yield from self._clearances(leg, stated)
        yield from self._tightest()
        yield from self._caller()

    def _problem(
        self, kind: Kind, message: str, key: str, at: Point | None = None, amount: float | None = None
    ) -> Problem:
        return Problem(
            kind=kind,
            where=_where(self.index, self.placement),
            message=f"{message}.",
            placement=self.index,
            drill=self.placement.drill.name,
            key=key,
            at=at,
            amount=amount,
        )

    def _numbers(self) -> Iterator[Problem]:
        """Size, certificate, pace and mirror."""
        placement, drill = self.placement, self.placement.drill
        size, bound = placement.size, placement.size_bound
        if not drill.size_min - SAME_SIZE <= size <= drill.size_max + SAME_SIZE:
            limits = f"{drill.size_min:.4g} to {drill.size_max:.4g}"
            yield self._problem("size", f"size {size:.4f}, but the drill allows {limits}", "size")
        if bound is not None and bound < size:
            yield self._problem(
                "certificate", f"size {size:.6f} exceeds its own bound {bound:.6f}", "size_bound"
            )
        if bound is None and placement.gap_reached:
            yield self._problem(
                "certificate", "the gap is called reached, but no bound is given", "gap_reached"
            )
        if placement.pace not in drill.paces:
            paces = ", ".join(drill.paces)
            yield self._problem("pace", f"at pace {placement.pace}, but the drill names {paces}", "pace")
        if placement.pose.mirrored and not drill.mirror:
            yield self._problem("mirror", "mirrored, but the drill may not be mirrored", "mirrored")

    def _cones(self) -> Iterator[Problem]:
        frame, drill, stated = _Frame(self.placement), self.placement.drill, self.placement.cones
        if len(stated) != len(drill.cones):
            message = f"{len(stated)} cones, but the drill has {len(drill.cones)}"
            yield self._problem("cone", message, "cones")
        for number, (cone, truth) in enumerate(zip(stated, drill.cones, strict=False), 1):
            true = _spot(frame.of(truth))
            if (off := (cone - true).length) > SAME:
                message = f"cone {number} is stated {_metres(off)} away from {_at(true)}, where it belongs"
                yield self._problem("cone", message, f"cone {number}", cone, off)

    def _stated(self, leg: _TrueLeg) -> PlacedLeg | None:
        """The leg as the layout states it: the first of its order and call."""
        same = (part for part in self.placement.legs if (part.order, part.call) == (leg.leg.order, leg.call))
        return next(same, None)

    def _stated_legs(self) -> Iterator[Problem]:
        wanted = {(leg.leg.order, leg.call) for leg in self.legs}
        seen: set[tuple[int, Call | None]] = set()
        for part in self.placement.legs:
            called = f" (call {part.call})" if part.call else ""
            if (part.order, part.call) not in wanted:
                message = f"leg {part.order}{called} is not in the drill"
                yield self._problem("leg", message, f"leg {part.order}")
            elif (part.order, part.call) in seen:
                yield self._problem("leg", f"leg {part.order}{called} stands twice", f"leg {part.order}")
            seen.add((part.order, part.call))
        for leg in self.legs:
            stated = self._stated(leg)
            if stated is None:
                yield self._problem("leg", f"{leg.name} of the drill is missing", f"leg {leg.leg.order}")
            else:
                yield from self._words(leg, stated)
                yield from self._directions(leg, stated)
                yield from self._room(leg, stated)
                yield from self._path(leg, stated)
        orders = [part.order for part in self.placement.legs]
        if orders != sorted(orders):
            yield self._problem("leg", "the legs are not in the order of running", "legs")

    def _words(self, leg: _TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        drill = leg.leg
        pairs = {
            "from": (stated.start, drill.start),
            "to": (stated.end, drill.end),
            "movement": (stated.movement, drill.movement),
            "shape": (stated.shape, drill.shape),
            "cut": (stated.cut, drill.cut),
        }
        for key, (said, true) in pairs.items():
            if said != true:
                message = f"{leg.name}: {key} is stated as {said}, but the drill says {true}"
                yield self._problem("leg", message, f"{leg.name}, {key}")

    def _directions(self, leg: _TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        for key, said, true in (
            ("facing", stated.facing, leg.facing),
            ("heading_out", stated.heading_out, leg.heading_out),
        ):
            if angle_between(said, true) > SAME_ANGLE:
                message = f"{leg.name}: {key} is stated as {said:.2f}°, but it is {true % 360.0:.2f}°"
                yield self._problem("facing", message, f"{leg.name}, {key}")
        if stated.facing_follows != (leg.leg.shape != "line"):
            message = f"{leg.name}: the chest turns with the path on an arc, and only there"
            yield self._problem("facing", message, f"{leg.name}, facing_follows")

    def _room(self, leg: _TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        if abs(stated.length - leg.length) > SAME:
            off = abs(stated.length - leg.length)
            message = (
                f"{leg.name}: length is stated as {_metres(stated.length)}, but it is {_metres(leg.length)}"
            )
            yield self._problem("path", message, f"{leg.name}, length", amount=off)
        for key, said, asked in (
            ("side_clearance", stated.side_clearance, leg.side_clearance),
            ("run_out", stated.run_out, leg.run_out),
            ("round_clearance", stated.round_clearance or 0.0, leg.round_clearance or 0.0),
        ):
            if said < asked - SAME:
                word = key.replace("_", " ")
                message = f"{leg.name}: {word} is stated as {_metres(said)}, but the space model asks for"
                yield self._problem(
                    "room", f"{message} {_metres(asked)}", f"{leg.name}, {key}", amount=asked - said
                )

    def _path(self, leg: _TrueLeg, stated: PlacedLeg) -> Iterator[Problem]:
        off, where = max(_strays(leg, stated.path), key=lambda stray: stray[0])
        if off > SAME:
            message = (
                f"{leg.name}: its path is stated up to {_metres(off)} off where it runs, at {_at(where)}"
            )
            yield self._problem("path", message, f"{leg.name}, path", where, off)
        elif not _runs_on(leg, stated.path):
            message = f"{leg.name}: its path turns back, or is drawn in chords of more than {COARSEST:g}°"
            yield self._problem("path", message, f"{leg.name}, path")

    def _on_lawn(self, leg: _TrueLeg, stated: PlacedLeg | None) -> Iterator[Problem]:
        """Whether the path and its run-out stay inside the boundary and out of every obstacle."""
        run = _as_promised(leg, stated).prolonged
        outside = self.ground.outside(run)
        if outside.length > SAME:
            longest = max(shapely.get_parts(outside), key=lambda part: part.length)
            at = Point(*longest.interpolate(0.5, normalized=True).coords[0])
            message = f"{leg.name} leaves the yard for {_metres(outside.length)}, around {_at(at)}"
            yield self._problem("lawn", message, leg.name, at, float(outside.length))
        for index in sorted(self.ground.tree.query(run, "intersects").tolist()):
            thing = self.ground.things[index]
            if thing.owner < 0:
                continue
            inside = run.intersection(thing.shape)
            first = shapely.get_coordinates(inside).tolist()[:1]
            at = Point(*first[0]) if first else _nearest(run, thing)
            message = f"{leg.name} runs through {thing.label} at {_at(at)}"
            yield self._problem("lawn", message, leg.name, at, float(inside.length))

    def _clearances(self, leg: _TrueLeg, stated: PlacedLeg | None) -> Iterator[Problem]:
        """Whether path, run-out and the loop round a cone keep their distance."""
        leg = _as_promised(leg, stated)
        for missing, thing in self.ground.too_close(leg.prolonged, leg.side_clearance):
            part, shape, beyond = leg.name, leg.line, leg.beyond
            # a hair, so that a fence along the leg is a matter of the leg
            if beyond.distance(thing.shape) < shape.distance(thing.shape) - 1e-6:
                part, shape = f"{leg.name}'s run-out", beyond
            yield self._too_close(part, shape, thing, missing)
        if leg.round_clearance is not None:
            cone = shapely.Point(leg.path[-1].xy)
            for missing, thing in self.ground.too_close(cone, leg.round_clearance):
                yield self._too_close(
                    f"the turn of {leg.name} round cone {leg.leg.end}", cone, thing, missing
                )

    def _too_close(self, part: str, shape: BaseGeometry, thing: _Thing, missing: float) -> Problem:
        where = _nearest(shape, thing)
        message = f"{part} comes {_metres(missing)} too close to {thing.label} at {_at(where)}"
        return self._problem("clearance", message, part, where, missing)

    def _tightest(self) -> Iterator[Problem]:
        stated, true = self.placement.tightest, _tightest(self.ground, self.legs)
        if stated is None or true is None:
            if (stated is None) != (true is None):
                message = "nothing hard is in the yard" if true is None else f"it is {_metres(true.distance)}"
                yield self._problem("tightest", f"the tightest place is misstated: {message}", "tightest")
            return
        slack = SAME_TIGHTEST + max(_drawn_sag(leg, self._stated(leg)) for leg in self.legs)
        off = abs(stated.distance - true.distance)
        if off > slack:
            message = (
                f"the tightest place is stated with {_metres(stated.distance)}, but {_metres(true.distance)}"
            )
            message += f" is left at {_at(true.at)}"
            yield self._problem("tightest", message, "tightest, distance", true.at, off)
            return
        at = shapely.Point(stated.at.xy)
        named = [thing.shape.distance(at) for thing in self.ground.hard_things if thing.name == stated.to]
        run = min(leg.prolonged.distance(at) for leg in self.legs)
        if min(named, default=math.inf) > slack or run > true.distance + slack:
            message = f"the tightest place is not at {_at(stated.at)} on {stated.to}, but at {_at(true.at)}"
            yield self._problem("tightest", f"{message} on {true.to}", "tightest", true.at)

    def _caller(self) -> Iterator[Problem]:
        stated, caller = self.placement.caller, self.placement.drill.caller
        if stated is None:
            return
        if caller is None:
            yield self._problem("caller", "a caller is placed, but the drill has none", "caller", stated)
            return
        frame = _Frame(self.placement)
        if not _may_call_from(complex(*stated.xy), frame, caller):
            drawn = _at(_spot(frame.of(caller)))
            message = f"the caller at {_at(stated)} is neither at {drawn} nor 5 to 7 yd ahead of cone 1"
            yield self._problem("caller", message, "caller", stated)
        spot = shapely.Point(stated.xy)
        inside = [thing for thing in self.ground.things if thing.owner >= 0 and thing.shape.intersects(spot)]
        outline = self.ground.outline
        if inside or (outline is not None and not outline.covers(spot)):
            message = f"the caller stands off the lawn at {_at(stated)}"
            yield self._problem("caller", message, "caller", stated)
        for missing, thing in self.ground.too_close(spot, FLOOR):
            if thing.hard:
                yield self._too_close("the caller", spot, thing, missing)


def _may_call_from(spot: complex, frame: _Frame, caller: Affine) -> bool:
    """Whether a caller may stand there: as the drill says, or 5 to 7 yd ahead of cone 1 within 30°."""
    if abs(spot - frame.of(caller)) <= SAME:
        return True
    ahead = frame.direction(1j)
    away = (spot - frame.of(frame.placement.drill.cones[0])) / ahead
    near, far = 5.0 * METRES["yd"], 7.0 * METRES["yd"]
    return (
        near - SAME <= abs(away) <= far + SAME and abs(math.degrees(cmath.phase(away))) <= 30.0 + SAME_ANGLE
    )


def _as_promised(leg: _TrueLeg, stated: PlacedLeg | None) -> _TrueLeg:
    """The leg with the room that the layout promises where that is more than the model asks for."""
    if stated is None:
        return leg
    return replace(
        leg,
        side_clearance=max(leg.side_clearance, stated.side_clearance),
        run_out=max(leg.run_out, stated.run_out),
    )


def _strays(leg: _TrueLeg, path: Path) -> Iterator[tuple[float, Point]]:
    """How far each point of a stated path is from the leg, metres; its ends from the leg's ends."""
    yield (path[0] - leg.path[0]).length, path[0]
    yield (path[-1] - leg.path[-1]).length, path[-1]
    line = leg.line
    for point in path[1:-1]:
        if leg.leg.centre is None:
            yield float(line.distance(shapely.Point(point.xy))), point
        else:  # whether it lies within the sweep, `_runs_on` tells
            yield abs(abs(complex(*point.xy) - leg.centre) - leg.radius), point


def _runs_on(leg: _TrueLeg, path: Path) -> bool:
    """Whether a path on the right line or circle runs along it once, forward, in chords short enough."""
    if leg.leg.centre is None:
        ahead = cmath.rect(1.0, math.radians(leg.heading_out))
        along = [(complex(*point.xy) * ahead.conjugate()).real for point in path]
        return all(later > earlier - SAME for earlier, later in pairwise(along))
    spokes = [complex(*point.xy) - leg.centre for point in path]
    if not all(spokes):
        return False
    turns = [math.degrees(cmath.phase(later / earlier)) for earlier, later in pairwise(spokes)]
    slack = math.degrees(SAME / leg.radius) if leg.radius else 360.0
    sense = math.copysign(1.0, leg.sweep)
    return all(-slack <= turn * sense <= COARSEST + slack for turn in turns) and (
        abs(sum(turns) - leg.sweep) <= 2.0 * slack + SAME_ANGLE
    )


def _drawn_sag(leg: _TrueLeg, stated: PlacedLeg | None) -> float:
    """Metres by which the chords of a stated path leave the arc."""
    if stated is None or leg.leg.centre is None:
        return 0.0
    chord = math.radians(min(COARSEST, abs(leg.sweep) / (len(stated.path) - 1)))
    return leg.radius * (1.0 - math.cos(chord / 2.0))


def _tightest(ground: _Ground, legs: Iterable[_TrueLeg]) -> Tightest | None:
    best: Tightest | None = None
    for leg in legs:
        run = leg.prolonged
        for index in (
            ground.hard_tree.query_nearest(run, all_matches=True).tolist() if ground.hard_things else ()
        ):
            thing = ground.hard_things[index]
            distance = float(run.distance(thing.shape))
            if best is None or distance < best.distance:
                best = Tightest(distance, _nearest(run, thing), thing.name)
    return best


def _nearest(shape: BaseGeometry, thing: _Thing) -> Point:
    """The place on a thing that is nearest to a shape."""
    return Point(*shapely.shortest_line(shape, thing.shape).coords[-1][:2])


def _metres(length: float) -> str:
    """Metres for a message, with as many digits as tell something."""
    return f"{length:.2f} m" if length >= 0.1 or length == 0.0 else f"{length * 1000.0:.1f} mm"


def _at(point: Point) -> str:
    return f"({point.x:.2f}, {point.y:.2f})"
