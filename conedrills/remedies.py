"""What stops a drill that does not fit, and the nearest changes with which it does.

Every remedy is one change and has been verified: `fit` places the drill, at its smallest size, where only
that is changed. Which changes are tried, and how many, is settled by counting, never by a clock, so that the
same yard always gets the same advice. How they are worded is `layout`'s to say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import shapely
from shapely.geometry.base import BaseGeometry

from conedrills.drill import PACES, Drill, Pace, drill_names, load_drill
from conedrills.fence import Fence, across, fence_of, moved_out
from conedrills.fit import Mirror, fit
from conedrills.geometry import Path, Point, Vector
from conedrills.ground import Ground, ready
from conedrills.layout import SHOWN_REMEDIES, PlacedLeg, Placement, Remedy, Unplaced, name_of_side
from conedrills.space import SOFT, SpaceModel, rooms
from conedrills.yard import Yard


@dataclass(frozen=True)
class Wish:
    """How a drill was asked for: what a remedy may change, and what it must leave.

    `pace` and `mirror` are None where they were left open, `cones` where there are enough of them; once
    `stop` says so nothing further is tried.
    """

    model: SpaceModel
    pace: Pace | None = None
    mirror: Mirror | None = None
    cones: int | None = None
    stop: Callable[[], bool] = lambda: False


_MOST_RUNS = 14
"""Of `fit`, for one drill."""
_MOST_WORK = 250
"""Straight pieces of path in all runs together: a drill on arcs takes longer."""
_LEAST = 0.2
"""Of a drill's smallest size: below it, it is not looked for."""
_TOUCH = 0.02
"""Metres: what is that close to the tightest place binds too."""


def explained(ground: Ground, missing: Unplaced, wish: Wish) -> Unplaced:
    """A drill that does not fit, with what stops it and up to three changes with which it does."""
    case = _Case(ground, missing.drill, wish.pace or missing.pace, wish)
    runs = _Runs(case)
    nearest = _nearest(runs, case)
    names = dict.fromkeys(thing.name for thing in nearest.things) if nearest else {}
    found = tuple(islice(_remedies(runs, case, nearest), SHOWN_REMEDIES))
    return replace(missing, binding=tuple(names), remedies=found)


def nearness(ground: Ground, missing: Unplaced, wish: Wish) -> float:
    """How near a drill comes to fitting: the part of its smallest size for which there is room, 0 if none."""
    case = _Case(ground, missing.drill, wish.pace or missing.pace, wish)
    reached = _reached(_Runs(case), case)
    return reached.size / missing.drill.size_min if reached else 0.0


@dataclass(frozen=True)
class _Case:
    """A drill in a yard at one pace."""

    ground: Ground
    drill: Drill
    pace: Pace
    wish: Wish


class _Runs:
    """Runs `fit`, and counts."""

    def __init__(self, case: _Case) -> None:
        pieces = sum(len(leg.path) - 1 for leg in case.drill.figure(1.0).legs)
        self.left = min(_MOST_RUNS, max(6, _MOST_WORK // pieces))
        self.stop = case.wish.stop

    def smallest(
        self,
        case: _Case,
        *,
        ground: Ground | None = None,
        drill: Drill | None = None,
        model: SpaceModel | None = None,
        pace: Pace | None = None,
        both_sides: bool = False,
    ) -> Placement | None:
        """The case, changed in what is named, at the smallest size; None also when runs or time are up.

        A drill that fits only when larger, as one with locked lengths may, is missed: a remedy less.
        """
        if self.left == 0 or self.stop():
            return None
        self.left -= 1
        drill = drill or case.drill
        result = fit(
            ground or case.ground,
            drill,
            model or case.wish.model,
            pace=pace or case.pace,
            mirror=None if both_sides else case.wish.mirror,
            size_max=_ceil4(case.drill.size_min if drill.name == case.drill.name else drill.size_min),
            stop=lambda: True,  # it searches all the same, and proves nothing: a placement is its own proof
        )
        return result if isinstance(result, Placement) else None


def _ceil4(size: float) -> float:
    return math.ceil(size * 1e4 - 1e-6) / 1e4


# ---------------------------------------------------------------- what binds


@dataclass(frozen=True)
class _Thing:
    """A side or an obstacle: its name, its place in the yard's list, its shape, and what to keep from it."""

    name: str
    side: int | None
    obstacle: int | None
    shape: BaseGeometry
    soft: bool
    uncertainty: float

    def kept(self, clearance: float) -> float:
        """Metres to keep from it where a leg asks for a clearance."""
        return clearance * (SOFT if self.soft else 1.0) + self.uncertainty


@dataclass(frozen=True)
class _Nearest:
    """The nearest that a drill comes to lying in the yard.

    `share` of it lies there: of its free lengths, or of it with all the room it asks for. `things` are what
    it touches, `placement` how it lies among them, in a yard `grown` so many times.
    """

    placement: Placement
    things: tuple[_Thing, ...]
    share: float
    grown: float = 1.0


_GROWTHS = (1.1, 1.2, 1.35, 1.5, 1.75, 2.0, 2.5, 3.5)


def _nearest(runs: _Runs, case: _Case) -> _Nearest | None:
    """At the largest size that it reaches; where it reaches none, in the least enlarged yard that takes it.

    In a yard enlarged k times a drill lies as it would in the true one, were it and its room k times smaller.
    """
    reached = _reached(runs, case)
    if reached:
        share = reached.size / case.drill.size_min
        return _Nearest(reached, _touched(case.ground.yard, reached), share)
    found: _Nearest | None = None
    low, high = 0, len(_GROWTHS)
    while low < high:
        middle = (low + high) // 2
        by = _GROWTHS[middle]
        yard = _grown(case.ground.yard, by)
        lies = runs.smallest(case, ground=ready(yard))
        if lies:
            found, high = _Nearest(lies, _touched(yard, lies), 1.0 / by, by), middle
        else:
            low = middle + 1
    return found


def _reached(runs: _Runs, case: _Case) -> Placement | None:
    return runs.smallest(case, drill=replace(case.drill, size_min=_LEAST * case.drill.size_min))


def _grown(yard: Yard, by: float) -> Yard:
    def far(path: Path) -> Path:
        return tuple(Point(point.x * by, point.y * by) for point in path)

    obstacles = tuple(replace(thing, polygon=far(thing.polygon)) for thing in yard.obstacles)
    return replace(yard, boundary=far(yard.boundary), obstacles=obstacles)


def _touched(yard: Yard, placement: Placement) -> tuple[_Thing, ...]:
    """What the placement is closest to, counted from what it must keep: sides, then obstacles, in order."""
    things = list(_things(yard))
    spare = [min(left) for left in zip(*(_spare(leg, things) for leg in placement.legs), strict=True)]
    return tuple(
        thing for thing, left in zip(things, spare, strict=True) if left <= max(0.0, min(spare)) + _TOUCH
    )


def _spare(leg: PlacedLeg, things: Sequence[_Thing]) -> list[float]:
    """Metres that a leg keeps from each thing more than it must."""
    shapes = [thing.shape for thing in things]
    kept = [(_line(leg), leg.side_clearance)]
    if leg.round_clearance is not None:
        kept.append((shapely.Point(leg.path[-1].xy), leg.round_clearance))
    away = [(shapely.distance(shape, shapes).tolist(), clearance) for shape, clearance in kept]
    return [
        min(distances[place] - thing.kept(clearance) for distances, clearance in away)
        for place, thing in enumerate(things)
    ]


def _things(yard: Yard) -> Iterator[_Thing]:
    for side in range(len(yard.boundary)):
        yield _side(yard, side)
    for index, obstacle in enumerate(yard.obstacles):
        shape = shapely.Polygon([point.xy for point in obstacle.polygon])
        name = obstacle.name or f"obstacle {index + 1}"
        yield _Thing(name, None, index, shape, obstacle.kind == "soft", obstacle.uncertainty)


def _side(yard: Yard, side: int) -> _Thing:
    count = len(yard.boundary)
    ends = (side, (side + 1) % count)
    extra = max(yard.uncertainty[end] for end in ends) if yard.uncertainty else 0.0
    shape = shapely.LineString([yard.boundary[end].xy for end in ends])
    return _Thing(name_of_side(yard, side), side, None, shape, yard.side_kinds[side] == "soft", extra)


def _line(leg: PlacedLeg) -> BaseGeometry:
    """A leg's path with its run-out."""
    end = leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out)
    return shapely.LineString([point.xy for point in (*leg.path, end)])


# ---------------------------------------------------------------- what would help


def _remedies(runs: _Runs, case: _Case, nearest: _Nearest | None) -> Iterator[Remedy]:
    """Changes with which it fits, the least first: what was only asked for, then what can be moved."""
    yield from _other_wishes(runs, case)
    if nearest:
        yield from _without_obstacles(runs, case, nearest)
        yield from _sides(runs, case, nearest)
    yield from _other_drills(runs, case)


def _other_wishes(runs: _Runs, case: _Case) -> Iterator[Remedy]:
    drill, wish = case.drill, case.wish
    if wish.mirror and drill.mirror and runs.smallest(case, both_sides=True):
        # as asked it does not fit, so it is the other side that does
        yield Remedy("mirror", mirror="left" if wish.mirror == "right" else "right")
    slower = [pace for pace in drill.paces if PACES.index(pace) < PACES.index(case.pace)]
    for pace in sorted(slower, key=PACES.index, reverse=True):
        if runs.smallest(case, pace=pace):
            yield Remedy("pace", pace=pace)
            break
    if wish.model.factor > 1.0 and runs.smallest(case, model=replace(wish.model, factor=1.0)):
        yield Remedy("surface", surface="dry")


_FOR_GOOD = re.compile(r"house|home|building|garage|pool|pond|haus|gebäude|teich", re.IGNORECASE)
"""What nobody takes away for the sake of a drill; but a greenhouse, a playhouse and a paddling pool."""
_MOVABLE = re.compile(r"green|play|dog|paddling|doll", re.IGNORECASE)
_MOST_OBSTACLES = 2


def _without_obstacles(runs: _Runs, case: _Case, nearest: _Nearest) -> Iterator[Remedy]:
    """Without one of the things in the way, each in turn."""
    yard = case.ground.yard
    places = [thing.obstacle for thing in nearest.things if thing.obstacle is not None]
    for place in [place for place in places if _may_go(yard.obstacles[place].name)][:_MOST_OBSTACLES]:
        others = (*yard.obstacles[:place], *yard.obstacles[place + 1 :])
        if runs.smallest(case, ground=ready(replace(yard, obstacles=others))):
            name = yard.obstacles[place].name or f"obstacle {place + 1}"
            yield Remedy("obstacle", obstacle=place, name=name)


def _may_go(name: str) -> bool:
    return not _FOR_GOOD.search(name) or bool(_MOVABLE.search(name))


def _other_drills(runs: _Runs, case: _Case) -> Iterator[Remedy]:
    """A drill for the same purpose that needs less room, the largest that fits of the next smaller ones."""
    wish, drill = case.wish, case.drill
    needed = _room_needed(drill, wish)
    library = [load_drill(name) for name in drill_names()]
    others = [
        other
        for other in library
        if other.family == drill.family
        and other.name != drill.name
        and (wish.cones is None or len(other.cones) <= wish.cones)
        and _room_needed(other, wish) < needed
    ]
    for other in sorted(others, key=lambda one: (-_room_needed(one, wish), one.name))[:_MOST_DRILLS]:
        if runs.smallest(case, drill=other, pace=wish.pace or _slowest(other)):
            yield Remedy("drill", drill=other.name, name=other.title)
            break


_MOST_DRILLS = 3


def _room_needed(drill: Drill, wish: Wish) -> float:
    """Square metres about the smallest figure with its run-outs and clearances."""
    shapes = [_line_of(drill, wish, leg) for leg in range(len(drill.legs))]
    return round(float(shapely.union_all(shapes).convex_hull.area), 3)


def _line_of(drill: Drill, wish: Wish, index: int) -> BaseGeometry:
    pace = wish.pace or _slowest(drill)
    figure, room = drill.figure(drill.size_min).legs[index], rooms(drill, pace, wish.model)[index]
    end = figure.path[-1] + Vector.polar(room.run_out_at(figure.length), figure.heading_out)
    path = shapely.LineString([point.xy for point in (*figure.path, end)])
    return path.buffer(room.side_clearance, quad_segs=4)


def _slowest(drill: Drill) -> Pace:
    return min(drill.paces, key=PACES.index)


# ---------------------------------------------------------------- a side further out

_STEP = 0.1
"""Metres: in such steps a side goes out."""
_FARTHEST = 30
"""Steps."""
_MOST_SIDES = 2


def _sides(runs: _Runs, case: _Case, nearest: _Nearest) -> Iterator[Remedy]:
    """The side in the way that must go out least; soft sides before hard ones where they are equal."""
    yard = case.ground.yard
    fences: list[tuple[_Thing, Fence]] = []
    for thing in sorted(
        (one for one in nearest.things if one.side is not None), key=lambda one: not one.soft
    ):
        fence = fence_of(yard, thing.side or 0)
        # of two fences along each other one will do: what the one gives the other gives too
        if not any(abs(across(fence.out, other.out)) < 0.05 for _, other in fences):
            fences.append((thing, fence))
    best: tuple[int, Remedy] | None = None
    for thing, fence in fences[:_MOST_SIDES]:
        most = _FARTHEST if best is None else best[0] - 1
        found = _least_steps(runs, case, fence, min(_guess(nearest, fence), most), most)
        if found:
            steps, placement = found
            best = (steps, _side_remedy(yard, thing, fence, steps, placement))
    if best:
        yield best[1]


def _guess(nearest: _Nearest, fence: Fence) -> int:
    """Steps that will about do: what the drill is short of, measured across the fence."""
    lines = shapely.union_all([_line(leg) for leg in nearest.placement.legs])
    places = shapely.get_coordinates(lines).tolist()
    along: list[float] = [x * fence.out.dx + y * fence.out.dy for x, y in places]
    width = max(along) - min(along)
    if nearest.grown > 1.0:
        lacking = (width + 2.0 * max(leg.side_clearance for leg in nearest.placement.legs)) * (
            1.0 - nearest.share
        )
    else:
        lacking = width * (1.0 / nearest.share - 1.0)
    return max(1, math.ceil(lacking / _STEP - 1e-6))


def _least_steps(
    runs: _Runs, case: _Case, fence: Fence, guess: int, most: int
) -> tuple[int, Placement] | None:
    """The fewest steps out with which the drill fits, and how it lies then; None where `most` are too few.

    More ground never hurts, so that here, unlike over sizes, halving is right.
    """
    low, high, probe = 0, most + 1, guess
    found: tuple[int, Placement] | None = None
    while low + 1 < high:
        yard = moved_out(case.ground.yard, fence.sides, fence.out * (_STEP * probe))
        lies = runs.smallest(case, ground=ready(yard)) if yard else None
        if lies:
            found, high = (probe, lies), probe
            # a good guess is out by a step or so
            probe = max(low + 1, probe - 1) if probe == guess else (low + high) // 2
        elif runs.left == 0:
            break
        else:
            low = probe
            probe = (low + high) // 2 if found else min(most, 2 * probe)
    return found


def _side_remedy(yard: Yard, thing: _Thing, fence: Fence, steps: int, placement: Placement) -> Remedy:
    """The remedy, with the leg of the placement that comes closest to the side where it is then."""
    by = fence.out * (_STEP * steps)
    remedy = Remedy("side", side=thing.side, name=thing.name, distance=round(_STEP * steps, 1))
    count = len(yard.boundary)
    walls = [
        replace(
            _side(yard, side),
            shape=shapely.LineString([(yard.boundary[end % count] + by).xy for end in (side, side + 1)]),
        )
        for side in fence.sides
    ]
    spare = [(min(_spare(leg, walls)), leg) for leg in placement.legs]
    closest = min(left for left, _ in spare)
    leg = next(leg for left, leg in spare if left <= closest + _TOUCH / 2)
    shape = shapely.union_all([wall.shape for wall in walls])
    start, end, beyond = (
        float(shape.distance(shapely.Point(point.xy)))
        for point in (leg.path[0], leg.path[-1], leg.path[-1] + Vector.polar(leg.run_out, leg.heading_out))
    )
    if beyond < end - _TOUCH and beyond <= start:
        return replace(remedy, cone=leg.end)
    return replace(remedy, leg=leg.order)
