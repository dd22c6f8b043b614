"""Yard x drill x pace -> the largest placement, or why there is none.

This room owns what the numbers of `search` mean: which segments a drill has and what each keeps clear, and
which of several equally large placements is preferred.

The size is the best that a thorough search finds; `size_bound` is None unless the drill has its largest size.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray

from conedrills import screening, search
from conedrills.drill import AHEAD, PACES, WAY, Drill, Figure, LegFigure, Pace
from conedrills.geometry import Path, Point, Pose, Vector, normal_angle
from conedrills.ground import SAFE, Ground
from conedrills.layout import PlacedLeg, Placement, Tightest, Unplaced, placed_legs
from conedrills.search import Floats
from conedrills.space import FLOOR, SOFT, Room, SpaceModel, rooms
from conedrills.yard import lawn

Mirror = Literal["left", "right"]

GOOD_ENOUGH = 0.8
"""Of the largest size: the fastest pace that reaches it is taken."""
_SIGHT = 200.0  # metres that are looked ahead beyond a backward leg
_TIED = 1e-3  # metres of spare clearance within which other preferences decide
_CALLER_GAP = (4.572, 6.4008)  # metres: callers stand 5 to 7 yd ahead of a cornerback


# ---------------------------------------------------------------- the body of a drill

_NOWHERE = Vector(0.0, 0.0)


@dataclass(frozen=True)
class _Body:
    """What `search` moves, about its middle, which lies centre0 + centre1 · size from the drill's origin."""

    body: search.Body
    centre0: Vector
    centre1: Vector


@dataclass(frozen=True)
class _End:
    """An end of a segment: where it is at sizes 1 and 2, and for a run-out its heading, length and table."""

    one: Point
    two: Point
    heading: Vector
    length0: float = 0.0
    length1: float = 0.0
    run_out: tuple[tuple[float, float], ...] = ((0.0, 0.0),)

    @property
    def key(self) -> tuple[float, ...]:
        """Equal for ends that always coincide."""
        run = (
            self.heading.dx,
            self.heading.dy,
            self.length0,
            self.length1,
            *(x for node in self.run_out for x in node),
        )
        numbers = (*self.one.xy, *self.two.xy, *(run if any(y for _, y in self.run_out) else ()))
        return tuple(round(number, 9) + 0.0 for number in numbers)


@dataclass
class _Segments:
    """Segments without twins; of twins the most demanding distances, from hard and soft things, hold."""

    ends: dict[tuple[float, ...], tuple[int, _End]]
    kept: dict[tuple[int, int], tuple[float, float]]

    def add(self, first: _End, second: _End, side: float) -> None:
        a, b = (self.ends.setdefault(end.key, (len(self.ends), end))[0] for end in (first, second))
        pair = (min(a, b), max(a, b))
        hard, soft = self.kept.get(pair, (FLOOR, 0.0))
        self.kept[pair] = (max(hard, side), max(soft, side * SOFT))


def _body(drill: Drill, pace: Pace, model: SpaceModel) -> _Body:
    """The segments of all legs with their run-outs, each with what it keeps clear."""
    segments = _Segments({}, {})
    legs = zip(drill.figure(1.0).legs, drill.figure(2.0).legs, rooms(drill, pace, model), strict=True)
    for one, two, room in legs:
        bulge = one.bulge * max(1.0, drill.size_max)
        chain = [_End(a, b, _NOWHERE) for a, b in zip(one.path, two.path, strict=True)]
        beyond = _run_out_end(one, two, room)
        # a run-out prolongs a straight leg: one segment instead of two
        whole = [*chain[:-1], beyond] if one.leg.shape == "line" else [*chain, beyond]
        for first, second in pairwise(whole):
            if first.key != second.key:
                segments.add(first, second, room.side_clearance + bulge)
        if room.round_clearance is not None:
            segments.add(chain[-1], chain[-1], room.round_clearance)
    return _packed(segments)


def _run_out_end(one: LegFigure, two: LegFigure, room: Room) -> _End:
    growth = two.length - one.length
    heading = Vector.polar(1.0, one.heading_out)
    return _End(one.path[-1], two.path[-1], heading, one.length - growth, growth, room.run_out)


def _packed(segments: _Segments) -> _Body:
    """As arrays, about the middle of the figure, so that turning moves no point further than it must."""
    ends = [end for _, end in segments.ends.values()]
    one, two = (np.array([getattr(end, which).xy for end in ends]) for which in ("one", "two"))
    base, slope = 2.0 * one - two, two - one
    centre0, centre1 = ((part.min(axis=0) + part.max(axis=0)) / 2.0 for part in (base, slope))
    widest = max(1, *(len(end.run_out) - 1 for end in ends))
    knot, span, rate = (np.zeros((len(ends), widest)) for _ in range(3))
    for row, end in enumerate(ends):
        for column, ((x, y), (x2, y2)) in enumerate(pairwise(end.run_out)):
            knot[row, column], span[row, column], rate[row, column] = x, x2 - x, (y2 - y) / (x2 - x)
    kept = np.array(list(segments.kept.values())) + SAFE
    body = search.Body(
        base=base - centre0,
        slope=slope - centre1,
        direction=np.array([(end.heading.dx, end.heading.dy) for end in ends]),
        length0=np.array([end.length0 for end in ends]),
        length1=np.array([end.length1 for end in ends]),
        start=np.array([end.run_out[0][1] for end in ends]),
        knot=knot,
        span=span,
        rate=rate,
        segments=np.array(list(segments.kept), dtype=np.intp),
        hard=kept[:, 0],
        soft=kept[:, 1],
    )
    return _Body(body, Vector(*centre0), Vector(*centre1))


# ---------------------------------------------------------------- one pace


@dataclass(frozen=True)
class _Task:
    """One drill in one yard: between which sizes, and which of its two mirror images."""

    ground: Ground
    drill: Drill
    model: SpaceModel
    low: float
    cap: float
    mirrored: tuple[bool, ...]


@dataclass(frozen=True)
class _Found:
    """The best poses at one pace, best first, all at `size`, and what each has to spare (metres)."""

    pace: Pace
    packed: _Body
    size: float
    poses: search.Poses
    spare: Floats


_GROW = ((7, 28), (10, 10), (28, 8))
_CENTRE = ((8, 24), (10, 12), (28, 12))


def _largest(task: _Task, pace: Pace) -> _Found | None:
    """The largest size that a thorough search finds at a pace, with the most central poses at it."""
    packed = _body(task.drill, pace, task.model)
    measure = search.Measure(packed.body, task.ground.walls)

    def centred(size: float, hints: search.Poses | None = None) -> _Found | None:
        found = _centred(task, measure, size, hints)
        return None if found is None else _Found(pace, packed, size, *found)

    whole = centred(task.cap)
    if whole is not None or task.cap <= task.low:
        return whole
    best, near = _grown(task, measure, task.low, task.cap)
    # a size is stated with 4 decimals, and its last one may cost what the climb's last step gained
    for less in (0.0, 1e-4, 5e-4) if len(near) else ():
        found = centred(max(task.low, _floor4(best) - less), near)
        if found is not None:
            return found
    return None


def _grown(task: _Task, measure: search.Measure, low: float, cap: float) -> tuple[float, search.Poses]:
    """The largest size in [low, cap] that a climb reaches, 0 for none, and the poses that reach it."""
    starts = screening.screen(measure, task.ground.field, np.linspace(low, cap, 7), task.mirrored, 96)
    poses, _ = search.climb(measure, starts, search.Aim(True, low, cap), _GROW)
    fits = (measure.least(poses, among_all=True) > -1e-6) & _on_lawn(task.ground, measure.body, poses)
    best = float(poses.size[fits].max(initial=0.0))
    return best, poses.take(fits & (poses.size > best - 2e-4))


def _floor4(size: float) -> float:
    """Rounded down to 4 decimals, as sizes are stated."""
    return math.floor(size * 1e4 + 1e-6) / 1e4


def _centred(
    task: _Task, measure: search.Measure, size: float, hints: search.Poses | None
) -> tuple[search.Poses, Floats] | None:
    """The poses with the most to spare at a size, best first; None where it does not fit at all."""
    starts = screening.screen(measure, task.ground.field, np.array([size]), task.mirrored, 64)
    if hints is not None:
        starts = starts.joined(hints)
        starts.size[:] = size
    poses, _ = search.climb(measure, starts, search.Aim(False, size, size), _CENTRE)
    spare = measure.least(poses, among_all=True)
    fits = (spare > 0.0) & _on_lawn(task.ground, measure.body, poses)
    if not fits.any():
        return None
    poses, spare = poses.take(fits), spare[fits]
    tied = spare >= spare.max() - _TIED
    return search.slide_to_middle(measure, poses.take(tied), spare[tied]), spare[tied]


def _on_lawn(ground: Ground, body: search.Body, poses: search.Poses) -> NDArray[np.bool_]:
    """Whether all of the body lies on the lawn: distances from walls cannot tell inside from outside."""
    ends = search.points_of(body, poses)[:, body.segments]
    return np.array([ground.free.covers(shapely.MultiLineString([*lines])) for lines in ends], dtype=bool)


# ---------------------------------------------------------------- the placement


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
        pace: pinned; without it the fastest at which the drill reaches 0.8 of its largest size, else the pace
            with the largest size, the faster on a tie.
        mirror: `right` for the drill as published, `left` for its mirror image; both are tried without it.
        size_max: a cap below the drill's own, where the athlete needs one.
        deadline: a moment of `time.monotonic` after which no slower pace is tried.

    Returns:
        The placement, or the drill unplaced with the reason.
    """
    # sizes are stated with 4 decimals, so only such are looked for
    cap = _floor4(min(drill.size_max, size_max or drill.size_max))
    low = min(-_floor4(-drill.size_min), cap)
    sides = {None: (False, True), "right": (False,), "left": (True,)}[mirror] if drill.mirror else (False,)
    task = _Task(ground, drill, model, low, cap, sides)
    paces = [pace] if pace else sorted(drill.paces, key=PACES.index, reverse=True)
    at_pace = cache(lambda candidate: _largest(task, candidate))
    best: _Found | None = None
    for candidate in paces:
        here = at_pace(candidate)
        if here is None and best is None and at_pace(paces[-1]) is None:
            break  # what does not fit at the slowest pace fits at none
        if here is not None and (best is None or here.size > best.size):
            best = here
        if best is not None and (best.size >= GOOD_ENOUGH * cap or time.monotonic() > deadline):
            break
    if best is None:
        return Unplaced(drill, paces[-1], _reason(task, paces[-1]))
    return _placement(task, best)


_LEAST = 0.2  # of the smallest size: below it nobody would call it the drill


def _reason(task: _Task, pace: Pace) -> str:
    """Why a drill that does not fit at a pace does not, with the size that would."""
    drill = task.drill
    needed = "all of it" if drill.size_min == drill.size_max else f"at least {drill.size_min * 100:.0f} %"
    measure = search.Measure(_body(drill, pace, task.model).body, task.ground.walls)
    best, _ = _grown(task, measure, _LEAST * task.low, task.low)
    if best == 0.0:
        return f"no room for it at all, even at {pace} pace."
    # rounded down, so that a near miss is not called a fit
    return f"room for {math.floor(best * 100.0)} % of its full size at {pace} pace; it needs {needed}."


def _placement(task: _Task, found: _Found) -> Placement:
    pose = _preferred(task, found)
    legs = placed_legs(task.drill, found.size, pose, found.pace, task.model)
    figure = task.drill.figure(found.size)
    caller = _caller(task.ground, pose, figure)
    alone = figure.caller is not None and caller is None
    full = found.size >= _floor4(task.drill.size_max)
    return Placement(
        drill=task.drill,
        pace=found.pace,
        size=found.size,
        # nothing is proven yet but that no drill is larger than its largest size
        size_bound=math.ceil(task.drill.size_max * 1e6 - 1e-3) / 1e6 if full else None,
        gap_reached=full,
        pose=pose,
        cones=tuple(pose.place(cone) for cone in figure.cones),
        legs=legs,
        tightest=_tightest(task.ground, [_prolonged(leg) for leg in legs]),
        caller=caller,
        remarks=("No room for a caller 5 to 7 yd ahead: call from another clear place.",) if alone else (),
    )


def _preferred(task: _Task, found: _Found) -> Pose:
    """Of equally central poses: backward legs away from hard things, unmirrored, least rotation, x, y."""
    frame = task.ground.pose
    hard = [thing.shape for thing in task.ground.hard]
    tree = shapely.STRtree(hard)

    def in_yard(own: Pose) -> Pose:
        return Pose(frame.place(own.origin), normal_angle(own.rotation + frame.rotation), own.mirrored)

    def rank(own: Pose) -> tuple[float, ...]:
        legs = placed_legs(task.drill, found.size, in_yard(own), found.pace, task.model)
        turn = round(normal_angle(own.rotation), 2) % 360.0
        x, y = round(own.origin.x, 3), round(own.origin.y, 3)
        return (-round(_blind_room(legs, tree), 2), own.mirrored, turn, x, y)

    return in_yard(min((_drill_pose(found, nth) for nth in range(len(found.poses))), key=rank))


def _drill_pose(found: _Found, nth: int) -> Pose:
    """The pose of the drill, in the yard's own frame, of the nth pose of its body."""
    angle, mirrored = math.degrees(float(found.poses.angle[nth])), bool(found.poses.mirrored[nth])
    centre = found.packed.centre0 + found.packed.centre1 * found.size
    middle = Pose(Point(0.0, 0.0), angle, mirrored).place(Point(centre.dx, centre.dy))
    x, y = (float(value) for value in found.poses.place[nth])
    return Pose(Point(x - middle.x, y - middle.y), angle, mirrored)


def _blind_room(legs: Sequence[PlacedLeg], hard: shapely.STRtree) -> float:
    """How far it is straight on beyond the worst backward leg to something hard, metres; 0 without one."""
    ahead = [0.0]
    backward = [leg for leg in legs if WAY[leg.movement] == "backward"]
    for leg in backward:
        end = leg.path[-1]
        ray = shapely.LineString([end.xy, (end + Vector.polar(_SIGHT, leg.heading_out)).xy])
        met = hard.geometries.take(hard.query(ray, predicate="intersects"))
        ahead.append(min(shapely.distance(shapely.Point(end.xy), ray.intersection(met)), default=_SIGHT))
    return float(min(ahead[1:], default=0.0))


def _prolonged(leg: PlacedLeg) -> Path:
    """A leg's path with its run-out."""
    return (*leg.path, leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))


def _tightest(ground: Ground, paths: Sequence[Path]) -> Tightest | None:
    """Where the prolonged paths come closest to something hard; of equally close things the first."""
    if not ground.hard:
        return None
    swept = shapely.MultiLineString([[point.xy for point in path] for path in paths])
    distances = shapely.distance(swept, [thing.shape for thing in ground.hard])
    closest = ground.hard[int(np.flatnonzero(distances <= distances.min() + 1e-9)[0])]
    x, y = shapely.get_coordinates(shapely.shortest_line(closest.shape, swept))[0]
    return Tightest(float(swept.distance(closest.shape)), Point(float(x), float(y)), closest.name)


def _caller(ground: Ground, pose: Pose, figure: Figure) -> Point | None:
    """Where the caller stands: as drawn, else the first clear place 5 to 7 yd ahead of the start."""
    if figure.caller is None:
        return None
    free = lawn(ground.yard)
    hard = [thing.shape for thing in ground.hard]
    kept = [FLOOR + thing.uncertainty for thing in ground.hard]
    near, far = _CALLER_GAP
    spots = [figure.caller] + [
        figure.cones[0] + Vector.polar(near + (far - near) * part / 4, AHEAD + side * turn)
        for turn in (0, 10, 20, 30)
        for part in range(5)
        for side in (1, -1)
    ]
    for spot in spots:
        stood = shapely.Point(pose.place(spot).xy)
        if free.covers(stood) and (shapely.distance(stood, hard) >= kept).all():
            return pose.place(spot)
    return None
