"""Yard x drill x pace -> the largest placement, or why there is none.

This room owns what the numbers of `search` mean: which walls a yard has, which segments a drill has and what each
keeps, which of several equally large placements is preferred. It works in the yard's own frame (first boundary
vertex, +x along the first side, rounded to 0.1 mm), so that turning the yard turns the answer.

The size is the best that a thorough search finds; nothing is proven yet, so `size_bound` is None.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import shapely

from conedrills import search
from conedrills.drill import PACES, Drill, Figure, Pace
from conedrills.geometry import Path, Point, Pose, Vector, normal_angle
from conedrills.layout import PlacedLeg, Placement, Tightest, Unplaced, name_of_side, placed_legs
from conedrills.search import Floats
from conedrills.space import FLOOR, SOFT, SpaceModel, rooms
from conedrills.yard import Yard

Mirror = Literal["left", "right"]

GOOD_ENOUGH = 0.8
"""Of the largest size: the fastest pace that reaches it is taken."""
_GRAIN = 1e-4  # metres: coordinates of the yard's own frame are rounded to this
_SAFE = 2e-4  # metres kept on top of every clearance, so that the rounding can take none away
_TIED = 1e-3  # metres of spare clearance within which other preferences decide
_MANY_WALLS = 400
_CALLER_GAP = (4.572, 6.4008)  # metres: callers stand 5 to 7 yd ahead of a cornerback


@dataclass(frozen=True)
class Ground:
    """A yard made ready for searching, in its own frame; the same for every drill.

    `pose` takes the yard's own frame to yard coordinates.
    """

    yard: Yard
    pose: Pose
    walls: search.Walls
    field: search.Field
    free: shapely.Geometry


def ready(yard: Yard) -> Ground:
    """Make a yard ready for `fit`."""
    first, second = yard.boundary[0], yard.boundary[1]
    pose = Pose(first, (second - first).angle)
    rings = [(_own(yard.boundary, pose), list(yard.side_kinds), _side_extra(yard))]
    for thing in yard.obstacles:
        count = len(thing.polygon)
        rings.append((_own(thing.polygon, pose), [thing.kind] * count, [thing.uncertainty] * count))
    rings = [_thinned(*ring) for ring in rings] if sum(len(ring[0]) for ring in rings) > _MANY_WALLS else rings
    walls = _walls(rings)
    free = shapely.Polygon(rings[0][0]).difference(shapely.union_all([shapely.Polygon(ring[0]) for ring in rings[1:]]))
    return Ground(yard, pose, walls, _field(walls, free), free)


def _own(ring: Path, pose: Pose) -> Floats:
    """A ring (n, 2) in the yard's own frame, metres, to 0.1 mm."""
    angle = math.radians(pose.rotation)
    off = np.array([point.xy for point in ring]) - np.array(pose.origin.xy)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.asarray(np.round((off @ turn) / _GRAIN) * _GRAIN)


def _side_extra(yard: Yard) -> list[float]:
    at = yard.uncertainty or (0.0,) * len(yard.boundary)
    return [max(at[i], at[(i + 1) % len(at)]) for i in range(len(at))]


_Ring = tuple[Floats, list[str], list[float]]


def _thinned(ring: Floats, kinds: list[str], extra: list[float]) -> _Ring:
    """A ring with fewer corners that leaves the true one by at most 5 mm, which is then kept clear on top."""
    slack = 0.005
    keep, start = [0], 0
    for end in range(2, len(ring) + 1):
        chord = shapely.LineString([ring[start], ring[end % len(ring)]])
        between = shapely.points(ring[start + 1 : end])
        same = len(set(kinds[start:end])) == 1 and len(set(extra[start:end])) == 1
        if end - start > 60 or not same or float(shapely.distance(chord, between).max()) > slack:
            keep.append(end - 1)
            start = end - 1
    if len(keep) < 3:
        return ring, kinds, extra
    return ring[keep], [kinds[i] for i in keep], [extra[i] + slack for i in keep]


def _walls(rings: Iterable[_Ring]) -> search.Walls:
    parts: list[list[Floats]] = [[], [], [], [], [], []]
    for ring, kinds, extra in rings:
        soft, more = np.array([kind == "soft" for kind in kinds]), np.array(extra, dtype=float)
        for part, values in zip(
            parts,
            (ring, np.roll(ring, -1, axis=0), soft, more, soft & np.roll(soft, 1), np.maximum(more, np.roll(more, 1))),
            strict=True,
        ):
            part.append(values)
    start, end, soft, more, corner_soft, corner_more = (np.concatenate(part) for part in parts)
    return search.Walls(start, end, soft.astype(bool), more, corner_soft.astype(bool), corner_more)


def _field(walls: search.Walls, free: shapely.Geometry) -> search.Field:
    low, high = walls.start.min(axis=0), walls.start.max(axis=0)
    step = float(np.clip(math.sqrt(float(np.prod(high - low)) / 30_000.0), 0.08, 0.6))
    columns, rows = (int(math.ceil(extent / step)) + 1 for extent in high - low)
    x, y = np.meshgrid(low[0] + step * np.arange(columns), low[1] + step * np.arange(rows))
    nodes = shapely.points(x, y)
    shapely.prepare(free)

    def distance(which: np.ndarray) -> Floats:
        lines = shapely.linestrings(np.stack([walls.start[which], walls.end[which]], axis=1))
        if len(lines) == 0:
            return np.full(x.shape, 1e3)
        every = shapely.multilinestrings(lines)
        shapely.prepare(every)
        return np.asarray(shapely.distance(every, nodes))

    return search.Field(low, step, distance(~walls.soft), distance(walls.soft), shapely.contains_xy(free, x, y))


# ---------------------------------------------------------------- the body of a drill


@dataclass(frozen=True)
class _Body:
    """What `search` moves, and how to get back: the drill's start lies at -(centre0 + centre1 · size) from its place."""

    body: search.Body
    centre0: Vector
    centre1: Vector


def _body(drill: Drill, pace: Pace, model: SpaceModel) -> _Body:
    """The segments of all legs with their run-outs, each with what it keeps clear; twins are left out."""
    one, two = drill.figure(1.0), drill.figure(2.0)
    points: dict[tuple[float, ...], int] = {}
    segments: dict[tuple[int, int], tuple[float, float]] = {}

    def point(first: Point, second: Point, run: tuple[float, ...] = ()) -> int:
        slope = second - first
        base = first + slope * -1.0
        key = tuple(round(value, 9) + 0.0 for value in (*base.xy, slope.dx, slope.dy, *run))
        return points.setdefault(key, len(points))

    def segment(a: int, b: int, side: float) -> None:
        key = (min(a, b), max(a, b))
        before = segments.get(key, (0.0, 0.0))
        segments[key] = (max(before[0], side, FLOOR), max(before[1], side * SOFT))

    for figure, other, room in zip(one.legs, two.legs, rooms(drill, pace, model), strict=True):
        bulge = figure.bulge * max(1.0, drill.size_max)
        ends = [point(a, b) for a, b in zip(figure.path, other.path, strict=True)]
        growth = other.length - figure.length
        heading = Vector.polar(1.0, figure.heading_out)
        table = [value for node in room.run_out for value in node]
        last = point(
            figure.path[-1],
            other.path[-1],
            (heading.dx, heading.dy, figure.length - growth, growth, *table) if any(table[1::2]) else (),
        )
        chain = [*ends[:-1], last] if figure.leg.shape == "line" else [*ends, last]
        for a, b in zip(chain, chain[1:], strict=False):
            if a != b:
                segment(a, b, room.side_clearance + bulge)
        if room.round_clearance is not None:
            segment(ends[-1], ends[-1], room.round_clearance)
    return _packed(list(points), segments, one)


def _packed(
    points: Sequence[tuple[float, ...]], segments: dict[tuple[int, int], tuple[float, float]], one: Figure
) -> _Body:
    """As arrays, about the middle of the figure so that turning moves no point further than it must."""
    fixed = np.array([entry[:4] for entry in points])
    centre = (fixed.min(axis=0) + fixed.max(axis=0)) / 2.0
    fixed = fixed - centre
    runs = [entry[4:] or (0.0, 0.0, 0.0, 0.0, 0.0, 0.0) for entry in points]
    nodes = [list(zip(run[4::2], run[5::2], strict=True)) for run in runs]
    widest = max(1, *(len(table) - 1 for table in nodes))
    knot, span, rate = (np.zeros((len(points), widest)) for _ in range(3))
    for row, table in enumerate(nodes):
        for column, ((x, y), (x2, y2)) in enumerate(zip(table, table[1:], strict=False)):
            knot[row, column], span[row, column], rate[row, column] = x, x2 - x, (y2 - y) / (x2 - x)
    heads = np.array([run[:4] for run in runs])
    needs = np.array(list(segments.values())) + _SAFE
    body = search.Body(
        base=fixed[:, :2],
        slope=fixed[:, 2:],
        direction=heads[:, :2],
        length0=heads[:, 2],
        length1=heads[:, 3],
        start=np.array([table[0][1] for table in nodes]),
        knot=knot,
        span=span,
        rate=rate,
        segments=np.array(list(segments), dtype=np.intp),
        hard=needs[:, 0],
        soft=needs[:, 1],
    )
    return _Body(body, Vector(*centre[:2]), Vector(*centre[2:]))


# ---------------------------------------------------------------- one pace


@dataclass(frozen=True)
class _Found:
    """The best poses at one pace, best first, all at `size`, and what each has to spare (metres)."""

    size: float
    poses: search.Poses
    spare: Floats


_GROW = ((7, 28), (10, 10), (28, 8))
_CENTRE = ((8, 24), (10, 12), (28, 12))


def _largest(
    ground: Ground, body: search.Body, low: float, cap: float, mirrored: tuple[bool, ...]
) -> _Found | None:
    """The largest size in [low, cap] that a thorough search finds, with the most central poses at it."""
    measure = search.Measure(body, ground.walls)
    whole = _centred(ground, measure, cap, mirrored, None)
    if whole is not None:
        return whole
    if cap <= low:
        return None
    starts = search.screen(measure, ground.field, np.linspace(low, cap, 7), mirrored, 96)
    poses, left = search.climb(measure, starts, search.Aim(True, low, cap), _GROW)
    fits = (left > -1e-6) & _on_lawn(ground, body, poses)
    if not fits.any():
        return None
    best = float(poses.size[fits].max())
    near = poses.take(np.flatnonzero(fits & (poses.size > best - 2e-4)))
    for size in (_floor4(best), _floor4(best) - 1e-4, _floor4(best) - 5e-4):
        found = _centred(ground, measure, max(low, size), mirrored, near)
        if found is not None:
            return found
    return None


def _floor4(size: float) -> float:
    """Rounded down to 4 decimals, as sizes are stated."""
    return math.floor(size * 1e4 + 1e-6) / 1e4


def _centred(
    ground: Ground, measure: search.Measure, size: float, mirrored: tuple[bool, ...], hints: search.Poses | None
) -> _Found | None:
    """The poses with the most to spare at a size, best first; None where it does not fit at all."""
    starts = search.screen(measure, ground.field, np.array([size]), mirrored, 64)
    if hints is not None:
        starts = starts.joined(hints)
        starts.size[:] = size
    poses, spare = search.climb(measure, starts, search.Aim(False, size, size), _CENTRE)
    fits = (spare > 0.0) & _on_lawn(ground, measure.body, poses)
    return _Found(size, poses.take(fits), spare[fits]) if fits.any() else None


def _on_lawn(ground: Ground, body: search.Body, poses: search.Poses) -> np.ndarray:
    """Whether all of the body lies on the lawn: distances from walls alone cannot tell inside from outside."""
    ends = search.points_of(body, poses)[:, body.segments]
    return np.array([bool(ground.free.covers(shapely.multilinestrings(list(lines)))) for lines in ends], dtype=bool)


# ---------------------------------------------------------------- the placement


@dataclass(frozen=True)
class _AtPace:
    pace: Pace
    found: _Found
    packed: _Body


def fit(
    ground: Ground,
    drill: Drill,
    model: SpaceModel,
    *,
    pace: Pace | None = None,
    mirror: Mirror | None = None,
    size_max: float | None = None,
    deadline: float = math.inf,
) -> Placement | Unplaced:
    """Lay a drill out as large as the yard allows.

    Args:
        ground: the yard, made `ready`.
        drill: what to lay out.
        model: the clearances and run-outs in force.
        pace: pinned; without it the fastest at which the drill reaches 0.8 of its largest size, else the pace with
            the largest size.
        mirror: `right` for the drill as published, `left` for its mirror image; both are tried without it.
        size_max: a cap below the drill's own, where the athlete needs one.
        deadline: a moment of `time.monotonic` after which no slower pace is tried.

    Returns:
        The placement, or the drill unplaced with the reason.
    """
    cap = min(drill.size_max, size_max or drill.size_max)
    low = min(drill.size_min, cap)
    mirrored = {None: (False, True), "right": (False,), "left": (True,)}[mirror] if drill.mirror else (False,)

    @cache
    def at_pace(candidate: Pace) -> _AtPace | None:
        packed = _body(drill, candidate, model)
        found = _largest(ground, packed.body, low, cap, mirrored)
        return None if found is None else _AtPace(candidate, found, packed)

    paces = [pace] if pace else sorted(drill.paces, key=PACES.index, reverse=True)
    best: _AtPace | None = None
    for candidate in paces:
        here = at_pace(candidate)
        if here is None and best is None and at_pace(paces[-1]) is None:
            break  # what does not fit at the slowest pace fits at none
        if here is not None and (best is None or here.found.size > best.found.size):
            best = here
        if best is not None and (best.found.size >= GOOD_ENOUGH * cap or time.monotonic() > deadline):
            break
    if best is None:
        return Unplaced(drill, paces[-1], _reason(drill, paces[-1]))
    return _placement(ground, drill, model, best)


def _to_middle(packed: _Body, poses: search.Poses, nth: int) -> Pose:
    """The pose of the drill, in the yard's own frame, of the nth pose of its body."""
    size, angle = float(poses.size[nth]), math.degrees(float(poses.angle[nth]))
    centre = packed.centre0 + packed.centre1 * size
    turned = Pose(Point(0.0, 0.0), angle, bool(poses.mirrored[nth])).place(Point(centre.dx, centre.dy))
    place = poses.place[nth]
    return Pose(Point(float(place[0]) - turned.x, float(place[1]) - turned.y), angle, bool(poses.mirrored[nth]))


def _reason(drill: Drill, pace: Pace) -> str:
    smallest = "its only size" if drill.size_min == drill.size_max else f"{drill.size_min:.0%} of its published size"
    return f"no room for it, even at {smallest} and {pace} pace."


def _placement(ground: Ground, drill: Drill, model: SpaceModel, best: _AtPace) -> Placement:
    pace, found = best.pace, best.found
    poses = [_to_middle(best.packed, found.poses, nth) for nth in range(len(found.poses))]
    own = _preferred(ground, drill, model, pace, found, poses)
    pose = Pose(ground.pose.place(own.origin), normal_angle(own.rotation + ground.pose.rotation), own.mirrored)
    legs = placed_legs(drill, found.size, pose, pace, model)
    figure = drill.figure(found.size)
    caller = _caller(ground.yard, pose, figure)
    missing = figure.caller is not None and caller is None
    return Placement(
        drill=drill,
        pace=pace,
        size=found.size,
        size_bound=None,
        gap_reached=False,
        pose=pose,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=legs,
        tightest=_tightest(ground.yard, [_prolonged(leg) for leg in legs]),
        caller=caller,
        remarks=("No room for a caller 5 to 7 yd ahead: call from another clear place.",) if missing else (),
    )


def _preferred(
    ground: Ground, drill: Drill, model: SpaceModel, pace: Pace, found: _Found, poses: Sequence[Pose]
) -> Pose:
    """Of the equally central poses: backward legs away from hard things, as published, smallest rotation, x, y."""
    ties = [nth for nth in range(len(poses)) if found.spare[nth] >= found.spare.max() - _TIED]
    hard = shapely.multilinestrings(
        np.stack([ground.walls.start, ground.walls.end], axis=1)[~ground.walls.soft]
    )

    def rank(pose: Pose) -> tuple[float, ...]:
        behind = _blind_room(drill, found.size, pose, pace, model, hard)
        turn = round(normal_angle(pose.rotation), 2) % 360.0
        return (-round(behind, 2), pose.mirrored, turn, round(pose.origin.x, 3), round(pose.origin.y, 3))

    return min((poses[nth] for nth in ties), key=rank)


def _blind_room(
    drill: Drill, size: float, pose: Pose, pace: Pace, model: SpaceModel, hard: shapely.Geometry
) -> float:
    """How far it is straight on beyond the worst backward leg to something hard, metres; 0 without such a leg."""
    ahead = []
    for leg in placed_legs(drill, size, pose, pace, model):
        if leg.movement in ("backpedal", "backward run", "backward walk"):
            end = leg.path[-1]
            ray = shapely.LineString([end.xy, (end + Vector.polar(200.0, leg.heading_out)).xy])
            ahead.append(float(shapely.distance(shapely.Point(end.xy), shapely.intersection(ray, hard))))
    finite = [metres for metres in ahead if math.isfinite(metres)]
    return min(finite, default=0.0)


def _prolonged(leg: PlacedLeg) -> Path:
    """A leg's path with its run-out."""
    return (*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))


def _tightest(yard: Yard, paths: Sequence[Path]) -> Tightest | None:
    """Where the prolonged paths come closest to something hard."""
    swept = shapely.multilinestrings([shapely.linestrings([point.xy for point in path]) for path in paths])
    best: Tightest | None = None
    for name, thing in _hard_things(yard):
        distance = float(shapely.distance(swept, thing))
        if best is None or distance < best.distance - 1e-9:
            near = shapely.get_coordinates(shapely.shortest_line(thing, swept))[0]
            best = Tightest(distance, Point(float(near[0]), float(near[1])), name)
    return best


def _hard_things(yard: Yard) -> list[tuple[str, shapely.Geometry]]:
    corners = yard.boundary
    things: list[tuple[str, shapely.Geometry]] = [
        (name_of_side(yard, i), shapely.LineString([corners[i].xy, corners[(i + 1) % len(corners)].xy]))
        for i, kind in enumerate(yard.side_kinds)
        if kind == "hard"
    ]
    return things + [
        (thing.name, shapely.Polygon([point.xy for point in thing.polygon]))
        for thing in yard.obstacles
        if thing.kind == "hard"
    ]


def _caller(yard: Yard, pose: Pose, figure: Figure) -> Point | None:
    """Where the caller stands: as drawn, else the nearest clear place 5 to 7 yd ahead of the start."""
    if figure.caller is None:
        return None
    lawn = shapely.Polygon([point.xy for point in yard.boundary]).difference(
        shapely.union_all([shapely.Polygon([point.xy for point in thing.polygon]) for thing in yard.obstacles])
    )
    hard = [thing for _, thing in _hard_things(yard)]
    start = figure.cones[0]
    near, far = _CALLER_GAP
    spots = [figure.caller] + [
        start + Vector.polar(near + (far - near) * part / 4, 90.0 + side * turn)
        for turn in (0, 10, 20, 30)
        for part in range(5)
        for side in (1, -1)
    ]
    for spot in spots:
        place = pose.place(spot)
        stood = shapely.Point(place.xy)
        if lawn.covers(stood) and all(shapely.distance(stood, thing) >= FLOOR for thing in hard):
            return place
    return None
