"""Where in a yard a tape can be hooked, and how far it can be stretched from there without touching anything.

A tape begins at a reference point that somebody named, at a corner that anybody finds again, or, where these
are not enough, at a mark made on a straight side. Metres.
"""

from __future__ import annotations

import bisect
import itertools
import math
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import shapely

from conedrills.geometry import Path, Point, Pose, angle_between
from conedrills.units import METRES, on_tape, tape_units
from conedrills.yard import MAX_REFERENCES, Away, Reference, Units, Yard, lawn

_LOOK = 0.5
"""Metres of outline on either side of a corner that say how sharp it is: a tracing has corners everywhere."""
_SHARP = 25.0
"""Degrees from which an outline turns so much that anybody sees where."""
_PLAIN = 75.0
"""Degrees from which a corner is plain; a blunter one is wanted less."""
_MOST_CORNERS, _MANY_CORNERS = 40, 400
_NAMED_ENOUGH = MAX_REFERENCES - 60
"""Who names so many points needs none of ours, and there may not be more than `MAX_REFERENCES`."""
_LETTERED_ANYWAY = 8
"""Corners of a yard without reference points are all lettered up to so many; beyond, only those in use."""
_LONG_SIDE = 3.0  # metres of a side from which marks are made on it
_MARK_STEP = {"m": 1.0, "yd": METRES["yd"], "ft": 3 * METRES["ft"]}
_SAME = 0.001  # metres between two places that are one
_OFF_ENDS = 0.5  # metres between a mark and the ends of its side
_WINDS = ("east", "north-east", "north", "north-west", "west", "south-west", "south", "south-east")
_PARTS = ("right", "upper right", "upper", "upper left", "left", "lower left", "lower", "lower right")
_EDGES = (
    "right of the plan", "upper right of the plan", "top of the plan", "upper left of the plan",
    "left of the plan", "lower left of the plan", "bottom of the plan", "lower right of the plan",
)  # fmt: skip
_TOUCH = 0.001  # metres that a tape may touch what it is hooked on
_CLEAR = 0.02  # metres that a tape keeps off everything else
_AT_HOOK = 0.3  # metres of tape at its hook, where it may be nearer

_CORNER_PRICE, _THING_PRICE, _SOFT_PRICE, _MARK_PRICE = 100.0, 150.0, 500.0, 1200.0
"""What an error in square millimetres a hook is worth: a named point is free, a mark has to be made first."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to hook a tape on.

    `name` is its letter, "" before it has one. `what` tells which thing it is; a mark's is told from `side`,
    which lies `along` metres from the corner `beside`. `price` is how little it is wanted (mm²).
    """

    at: Point
    what: str
    name: str = ""
    price: float = 0.0
    side: int | None = None
    beside: int | None = None
    along: float = 0.0
    kind: Literal["named", "corner", "thing", "mark"] = "named"


def spots(yard: Yard, units: Units, tape: float, sight: Sight) -> list[Spot]:
    """Every place where a tape can be hooked: those that the yard names first, then corners, then marks.

    Marks are whole metres, or yards, from a corner, no further than the tape reaches and nothing between.
    """
    found = [Spot(reference.at, reference.what, reference.name) for reference in named(yard)]
    if len(found) > _NAMED_ENOUGH:
        return found
    for spot in (*_corners(yard), *_thing_corners(yard)):
        if all((spot.at - other.at).length > _LOOK for other in found):
            found.append(spot)
    marks = [mark for mark in _marks(yard, units, found) if mark.along <= tape]
    ways = [(found[mark.beside or 0].at, mark.at) for mark in marks]
    return found + [mark for mark, free in zip(marks, sight.along(ways), strict=True) if free]


def named(yard: Yard) -> list[Reference]:
    """The reference points that whoever measured the yard has named."""
    return [reference for reference in yard.references if reference.kind == "named"]


def _corners(yard: Yard) -> Iterator[Spot]:
    ring, kinds, given = yard.boundary, yard.side_kinds, len(named(yard))
    dearer = 3.0 if given > 2 else 1.0  # who has named points, wants to use these
    sharp = _sharp(ring)
    if len(sharp) + given < 3:
        sharp = dict.fromkeys(_spread(ring, range(len(ring)), _LETTERED_ANYWAY), _SHARP)
    for vertex, turn in sorted(sharp.items()):
        soft = kinds[vertex] == kinds[vertex - 1] == "soft"
        price = (_SOFT_PRICE if soft else _CORNER_PRICE) * (_PLAIN / turn) ** 2
        yield Spot(ring[vertex], _corner_words(yard, vertex), price=price * dearer, kind="corner")


def _corner_words(yard: Yard, vertex: int) -> str:
    """Between which sides a corner of the boundary lies, or in which part of the yard."""
    names = yard.side_names or ("",) * len(yard.boundary)
    before, after = names[vertex - 1], names[vertex]
    if before and after and before != after:
        return f"corner of {before} and {after}"
    where = _whereabouts(yard, yard.boundary, yard.boundary[vertex])
    return f"{where} corner" + (f", {before or after}" if before or after else "")


def _thing_corners(yard: Yard) -> Iterator[Spot]:
    """Corners of hard obstacles: a soft one's edge moves with the spade, a round one has none."""
    for obstacle in yard.obstacles:
        sharp = sorted(_sharp(obstacle.polygon, 40.0))
        if obstacle.kind == "hard" and len(sharp) <= 10:
            for vertex in sharp:
                where = _whereabouts(yard, obstacle.polygon, obstacle.polygon[vertex])
                what = f"{obstacle.name or 'obstacle'}, {where} corner"
                yield Spot(obstacle.polygon[vertex], what, price=_THING_PRICE, kind="thing")


def _whereabouts(yard: Yard, ring: Path, corner: Point) -> str:
    """In which part of a ring a corner lies, as if it were as wide as long: a passage has four corners."""
    about = Pose(Point(0.0, 0.0), _turned(yard))
    at, *places = (about.place(point) for point in (corner, *ring))
    xs, ys = [point.x for point in places], [point.y for point in places]
    right = (2.0 * at.x - min(xs) - max(xs)) / (max(xs) - min(xs))
    up = (2.0 * at.y - min(ys) - max(ys)) / (max(ys) - min(ys))
    return _direction(yard, math.degrees(math.atan2(up, right)) - _turned(yard), _PARTS)


def _direction(yard: Yard, angle: float, plan: Sequence[str]) -> str:
    """A direction by the compass; without a north that of the `plan`'s words, of which the first is right."""
    return (plan if yard.north is None else _WINDS)[round((angle + _turned(yard)) / 45.0) % 8]


def _turned(yard: Yard) -> float:
    """By how many degrees the yard is turned so that north is up; not at all without a north."""
    return 0.0 if yard.north is None else 90.0 - yard.north


def _middle(ring: Path) -> Point:
    centroid = shapely.Polygon([point.xy for point in ring]).centroid
    return Point(centroid.x, centroid.y)


def _sharp(ring: Path, least: float = _SHARP) -> dict[int, float]:
    """Where a ring turns by `least` degrees or more, and by how much; of several together the sharpest."""
    places = [0.0]
    for one, other in itertools.pairwise((*ring, ring[0])):
        places.append(places[-1] + (other - one).length)
    look = min(_LOOK, places[-1] / 12.0)
    turns = []
    for vertex, corner in enumerate(ring):
        into = (corner - _along(ring, places, places[vertex] - look)).angle
        out = (_along(ring, places, places[vertex] + look) - corner).angle
        turns.append((angle_between(into, out), vertex))
    kept: dict[int, float] = {}
    for turn, vertex in sorted(turns, key=lambda found: (-round(found[0], 6), found[1])):
        if turn < least or len(kept) == _MANY_CORNERS:
            break
        if all((ring[vertex] - ring[other]).length > look for other in kept):
            kept[vertex] = turn
    return {vertex: kept[vertex] for vertex in _spread(ring, [*kept], _MOST_CORNERS)}


def _spread(ring: Path, among: Sequence[int], most: int) -> list[int]:
    """At most so many of some vertices, those far apart: whoever measured the yard knows where they are."""
    if len(among) <= most:
        return [*among]
    middle = _middle(ring)
    out = {vertex: (ring[vertex] - middle).length for vertex in among}
    kept: list[int] = []
    far = out
    while len(kept) < most:
        kept.append(max(far, key=lambda at: (round(far[at], 6), round(out[at], 6), -at)))
        reach = {vertex: (ring[vertex] - ring[kept[-1]]).length for vertex in out}
        far = reach if len(kept) == 1 else {at: min(far[at], reach[at]) for at in out}
    return kept


def _along(ring: Path, places: Sequence[float], distance: float) -> Point:
    """The point so far along a ring whose vertices lie at `places`, the last of which is its whole length."""
    distance %= places[-1]
    side = bisect.bisect_right(places, distance) - 1
    start, end = ring[side % len(ring)], ring[(side + 1) % len(ring)]
    return start + (end - start) * ((distance - places[side]) / max((end - start).length, 1e-9))


def _marks(yard: Yard, units: Units, found: Sequence[Spot]) -> Iterator[Spot]:
    """Marks along straight sides, whole steps from the end that is a corner with a name."""
    ring, step = yard.boundary, _MARK_STEP[units]
    for side, start in enumerate(ring):
        end = ring[(side + 1) % len(ring)]
        long = (end - start).length
        if long < _LONG_SIDE:
            continue
        ends = [(corner, _at(corner, found), ahead) for corner, ahead in ((start, end), (end, start))]
        known = [(corner, beside, ahead) for corner, beside, ahead in ends if beside is not None]
        for corner, beside, ahead in known:
            reach = long / 2.0 if len(known) == 2 else long - _OFF_ENDS
            for count in range(1, math.floor(reach / step) + 1):
                along = count * step
                at = corner + (ahead - corner) * (along / long)
                yield Spot(at, "", price=_MARK_PRICE, side=side, beside=beside, along=along, kind="mark")


def _at(corner: Point, found: Sequence[Spot]) -> int | None:
    """Which of the spots a corner is."""
    return next((at for at, spot in enumerate(found) if (spot.at - corner).length < 0.01), None)


def lettered(yard: Yard, units: Units, known: Sequence[Spot], used: Iterable[int]) -> dict[int, Reference]:
    """The reference points of a yard by their place in `known`, with letters for what has none yet.

    Args:
        yard: where.
        units: of the tape, to whose marks distances are rounded.
        known: all spots, as `spots` gives them.
        used: which of them tapes are hooked on. What the yard names itself stays, used or not.
    """
    wanted = {*used}
    wanted |= {beside for at in wanted if (beside := known[at].beside) is not None}
    corners = [at for at, spot in enumerate(known) if spot.kind == "corner"]
    if not named(yard) and len(corners) <= _LETTERED_ANYWAY:
        wanted |= {*corners}
    taken = {spot.name.casefold() for spot in known if spot.name}
    free = (letter for letter in _letters() if letter.casefold() not in taken)
    names: dict[int, Reference] = {}
    for at, spot in enumerate(known):
        if spot.kind == "named":
            names[at] = Reference(spot.name, spot.what, spot.at)
        elif at in wanted and spot.side is not None and spot.beside is not None:
            names[at] = _mark(yard, next(free), spot, spot.side, names[spot.beside])
        elif at in wanted:
            names[at] = _corner(next(free), spot, units, names.values())
    return names


def _mark(yard: Yard, name: str, spot: Spot, side: int, corner: Reference) -> Reference:
    """A mark on a side, so far from a corner."""
    what = _mark_words(yard, side, spot.at, corner)
    return Reference(name, what, spot.at, "mark", Away(corner.name, round(spot.along, 9)))


def _mark_words(yard: Yard, side: int | None, at: Point, corner: Reference) -> str:
    if side is not None and yard.side_names and yard.side_names[side]:
        return f"mark on {yard.side_names[side]}"
    where = _direction(yard, (at - corner.at).angle, _EDGES)
    return f"mark on the side from {corner.name} to the {where}"


def _corner(name: str, spot: Spot, units: Units, before: Iterable[Reference]) -> Reference:
    """A corner; where one before it is called the same, with how far it is from that."""
    alike = [other for other in before if other.what == spot.what]
    if not alike or not spot.what:
        return Reference(name, spot.what, spot.at, "corner")
    nearest = min(alike, key=lambda other: (round((other.at - spot.at).length, 6), other.name))
    far = on_tape((nearest.at - spot.at).length, units)
    return Reference(name, spot.what, spot.at, "corner", Away(nearest.name, far))


def reworded(yard: Yard) -> tuple[Reference, ...]:
    """The reference points of a yard, each with words by which it is found, as the yard's names are now.

    What somebody said of one stays; where nothing is said, a corner is called what it is.
    """
    corners = [*_corners(yard), *_thing_corners(yard)]
    known = {reference.name: reference for reference in yard.references}

    def what(reference: Reference) -> str:
        beside = known.get(reference.away.start) if reference.away else None
        if reference.kind == "mark" and beside:
            return _mark_words(yard, _side_with(yard, reference.at, beside.at), reference.at, beside)
        return next((spot.what for spot in corners if (spot.at - reference.at).length < _SAME), "")

    told: list[Reference] = []
    for reference in yard.references:
        if reference.kind == "named" and reference.what:
            told.append(reference)
        elif reference.kind == "mark":
            told.append(replace(reference, what=what(reference)))
        else:
            spot = Spot(reference.at, what(reference), kind="corner")
            found = _corner(reference.name, spot, tape_units(yard.units), told)
            kept = reference.away and found.away and reference.away.start == found.away.start
            told.append(replace(found, kind=reference.kind, away=reference.away if kept else found.away))
    return tuple(told)


def _side_with(yard: Yard, one: Point, other: Point) -> int | None:
    """The side on which two places lie."""
    ring = yard.boundary
    for side, start in enumerate(ring):
        line = shapely.LineString([start.xy, ring[(side + 1) % len(ring)].xy])
        if all(line.distance(shapely.Point(place.xy)) < _SAME for place in (one, other)):
            return side
    return None


def _letters() -> Iterator[str]:
    yield from string.ascii_uppercase
    for number in range(MAX_REFERENCES):
        yield f"{string.ascii_uppercase[number % 26]}{number // 26 + 2}"


class Sight:
    """Which tapes can be stretched in a yard: over lawn alone, and off everything but what they hang on."""

    def __init__(self, yard: Yard) -> None:
        open_ground = lawn(yard)
        self._lawn = open_ground.buffer(_TOUCH, join_style="mitre")
        self._clear = open_ground.buffer(-_CLEAR)
        shapely.prepare(self._lawn)
        shapely.prepare(self._clear)

    def along(self, ends: Sequence[tuple[Point, Point]]) -> list[bool]:
        """Whether a tape can be stretched along a side between each two places on it."""
        if not ends:
            return []
        whole = shapely.linestrings([(start.xy, end.xy) for start, end in ends])
        return [bool(one) for one in shapely.covers(self._lawn, whole)]

    def free(self, ends: Sequence[tuple[Point, Point]], *, hooked: bool) -> list[bool]:
        """Whether a tape can be stretched between each two places; the second is on the lawn.

        `hooked` where the first may be on a wall: there the tape need not keep off it.
        """
        if not ends:
            return []
        whole = shapely.linestrings([(start.xy, end.xy) for start, end in ends])
        kept = [((_off(start, end) if hooked else start).xy, end.xy) for start, end in ends]
        seen = shapely.covers(self._lawn, whole) & shapely.covers(self._clear, shapely.linestrings(kept))
        return [bool(one) for one in seen]


def _off(hook: Point, cone: Point) -> Point:
    """A little along the tape."""
    far = (cone - hook).length
    return hook + (cone - hook) * min(1.0, _AT_HOOK / max(far, 1e-9))
